/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keysearch_rsa WRAPPED CIPHER BLOCK - a client of libskf_hufu that brings an RSA encryption pair
 * into $HUFU_CONTAINER: WRAPPED and CIPHER are what SKF_ImportRSAKeyPair takes (SM4-ECB). BLOCK: a
 * session key for that pair, imported then and used once. It is given files alone that anybody may
 * read, so whatever of a secret is found in it came from the token.
 */
#include "skf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX 4096

static ULONG read_file(const char *path, BYTE *out)
{
    FILE *f = fopen(path, "rbe");
    const size_t n = f == NULL ? 0 : fread(out, 1, FILE_MAX, f);
    if (f != NULL) {
        (void)fclose(f);
    }
    return (ULONG)n;
}

static ULONG open_container(DEVHANDLE *dev, HCONTAINER *con)
{
    char names[256];
    ULONG len = sizeof names, tries;
    HAPPLICATION app;
    ULONG result = SKF_EnumDev(TRUE, names, &len);
    if (result == SAR_OK) {
        result = SKF_ConnectDev(names, dev);
    }
    if (result == SAR_OK) {
        result = SKF_OpenApplication(*dev, getenv("HUFU_APP"), &app);
    }
    if (result == SAR_OK) {
        result = SKF_VerifyPIN(app, USER_TYPE, getenv("HUFU_PIN"), &tries);
    }
    return result == SAR_OK ? SKF_OpenContainer(app, getenv("HUFU_CONTAINER"), con) : result;
}

static ULONG use_session_key(HCONTAINER con, BYTE *block, ULONG len)
{
    HANDLE key = NULL;
    BYTE in[16] = {1}, out[16];
    ULONG out_len = sizeof out;
    BLOCKCIPHERPARAM param = {.PaddingType = 0};
    ULONG result = SKF_ImportSessionKey(con, SGD_SM4_ECB, block, len, &key);
    if (result == SAR_OK) {
        result = SKF_EncryptInit(key, param);
    }
    if (result == SAR_OK) {
        result = SKF_Encrypt(key, in, sizeof in, out, &out_len);
    }
    return result == SAR_OK ? SKF_CloseHandle(key) : result;
}

int main(int argc, char **argv)
{
    static BYTE wrapped[FILE_MAX], cipher[FILE_MAX], block[FILE_MAX];
    DEVHANDLE dev;
    HCONTAINER con;
    if (argc != 4) {
        (void)fputs("usage: keysearch_rsa WRAPPED CIPHER BLOCK\n", stderr);
        return 2;
    }
    const ULONG wrapped_len = read_file(argv[1], wrapped), cipher_len = read_file(argv[2], cipher),
                block_len = read_file(argv[3], block);
    ULONG result = open_container(&dev, &con);
    if (result == SAR_OK) {
        result = SKF_ImportRSAKeyPair(con, SGD_SM4_ECB, wrapped, wrapped_len, cipher, cipher_len);
    }
    if (result == SAR_OK) {
        result = use_session_key(con, block, block_len);
    }
    if (result == SAR_OK) {
        result = SKF_DisConnectDev(dev);
    }
    if (result != SAR_OK) {
        (void)fprintf(stderr, "keysearch_rsa: 0x%08X\n", (unsigned)result);
    }
    return result == SAR_OK ? 0 : 1;
}
