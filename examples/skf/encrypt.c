/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encrypt APPLICATION CONTAINER PUBLIC FILE OUT - a file for the owner of an SM2 key. PUBLIC has
 * the 64 bytes X || Y: openssl pkey -in key.pem -pubout -outform DER | tail -c 64 >PUBLIC OUT: the
 * session key's envelope, C1 || C3 || C2 (64, 32, 16 bytes), an IV of 16 bytes, and the file under
 * SM4-CBC with PKCS#5 padding. The session key is made in the token and never seen here.
 */
#include "example.h"

#define KEY_LEN 16

/* Room for the cipher behind the structure's last field, which says [1]. */
union envelope {
    ECCCIPHERBLOB blob;
    BYTE room[sizeof(ECCCIPHERBLOB) + KEY_LEN];
};

static void read_public(const char *path, ECCPUBLICKEYBLOB *key)
{
    BYTE xy[64];
    if (read_file(path, xy, sizeof xy) != sizeof xy) {
        fprintf(stderr, "%s: not 64 bytes\n", path);
        exit(EXIT_FAILURE);
    }
    memset(key, 0, sizeof *key);
    key->BitLen = 256;
    memcpy(key->XCoordinate + 32, xy, 32);
    memcpy(key->YCoordinate + 32, xy + 32, 32);
}

static void write_head(FILE *out, const ECCCIPHERBLOB *wrapped, const BYTE *iv)
{
    fwrite(wrapped->XCoordinate + 32, 1, 32, out);
    fwrite(wrapped->YCoordinate + 32, 1, 32, out);
    fwrite(wrapped->HASH, 1, sizeof wrapped->HASH, out);
    fwrite(wrapped->Cipher, 1, KEY_LEN, out);
    fwrite(iv, 1, KEY_LEN, out);
}

/* Pieces of any size; what comes out of Update may be less or, by what was held back, more. */
static void encrypt_file(HANDLE key, const char *path, FILE *out)
{
    BYTE piece[8000], cipher[sizeof piece + KEY_LEN];
    ULONG len;
    size_t n;
    FILE *in = open_file(path, "rb");
    while ((n = fread(piece, 1, sizeof piece, in)) > 0) {
        len = sizeof cipher;
        NEED(SKF_EncryptUpdate(key, piece, (ULONG)n, cipher, &len));
        fwrite(cipher, 1, len, out);
    }
    if (ferror(in)) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    len = sizeof cipher;
    NEED(SKF_EncryptFinal(key, cipher, &len));
    fwrite(cipher, 1, len, out);
    fclose(in);
}

int main(int argc, char **argv)
{
    HAPPLICATION application;
    HCONTAINER container;
    HANDLE key;
    ECCPUBLICKEYBLOB recipient;
    union envelope wrapped = {.blob.CipherLen = KEY_LEN};
    BLOCKCIPHERPARAM cbc = {.IVLen = KEY_LEN, .PaddingType = PADDING_PKCS5};
    need_arguments(argc, 6, "encrypt APPLICATION CONTAINER PUBLIC FILE OUT");
    read_public(argv[3], &recipient);
    DEVHANDLE device = connect_device();
    NEED(SKF_OpenApplication(device, argv[1], &application));
    NEED(SKF_OpenContainer(application, argv[2], &container));
    log_in(application);
    NEED(SKF_ECCExportSessionKey(container, SGD_SM4_CBC, &recipient, &wrapped.blob, &key));
    NEED(SKF_GenRandom(device, cbc.IV, cbc.IVLen));
    NEED(SKF_EncryptInit(key, cbc)); /* by value */
    FILE *out = open_file(argv[5], "wb");
    write_head(out, &wrapped.blob, cbc.IV);
    encrypt_file(key, argv[4], out);
    write_end(argv[5], out);
    NEED(SKF_CloseHandle(key)); /* before its container */
    NEED(SKF_ClearSecureState(application));
    NEED(SKF_CloseContainer(container));
    NEED(SKF_CloseApplication(application));
    NEED(SKF_DisConnectDev(device));
    return EXIT_SUCCESS;
}
