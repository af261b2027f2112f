/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rsa_client make|use DIR - inside with-token, a client of the interface that leaves in DIR what
 * JudgeRsa judges, and takes from there what that made.
 *
 * make: a pair of 2048 bits in a container of its own gives modulus, and for "content" sm3.sig,
 * sha1.sig and sha256.sig, PKCS#1 v1.5 signatures of the DigestInfo.
 *
 * use: pair.wrapped and pair.cipher are imported, then session.wrapped, whose key enciphers "block"
 * to session.out; a session key for the modulus in peer gives export.wrapped and export.out.
 */
#include "skf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK(call)                                                                                   \
    do {                                                                                           \
        const ULONG result_ = (call);                                                              \
        if (result_ != SAR_OK) {                                                                   \
            (void)fprintf(stderr, "%s:%d: %s: 0x%08X\n", __FILE__, __LINE__, #call, result_);      \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

enum { BITS = 2048, MODULUS = BITS / 8, ROOM = 4096, BLOCK = 16 };

static const char *folder;
static char box[] = "RSA";

static FILE *file(const char *name, const char *mode)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, mode);
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    return f;
}

static ULONG get(const char *name, BYTE room[ROOM])
{
    FILE *f = file(name, "rb");
    const size_t n = fread(room, 1, ROOM, f);
    (void)fclose(f);
    return (ULONG)n;
}

static void put(const char *name, const BYTE *data, ULONG len)
{
    FILE *f = file(name, "wb");
    if (fwrite(data, 1, len, f) != len || fclose(f) != 0) {
        perror(name);
        exit(1);
    }
}

/* The DER in front of the digest, RFC 8017 9.2 note 1; SM3: the OID of GM/T 0006. */
static const BYTE sm3_head[] = {0x30, 0x30, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x81, 0x1C,
                                0xCF, 0x55, 0x01, 0x83, 0x11, 0x05, 0x00, 0x04, 0x20};
static const BYTE sha1_head[] = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E,
                                 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14};
static const BYTE sha256_head[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                   0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

static void sign(DEVHANDLE dev, HCONTAINER con, ULONG alg, const BYTE *head, ULONG head_len,
                 const char *name)
{
    static BYTE content[ROOM];
    BYTE info[64], signature[MODULUS];
    HANDLE hash;
    ULONG digest = sizeof info - head_len, len = sizeof signature;
    const ULONG n = get("content", content);
    memcpy(info, head, head_len);
    OK(SKF_DigestInit(dev, alg, NULL, NULL, 0, &hash));
    OK(SKF_Digest(hash, content, n, info + head_len, &digest));
    (void)SKF_CloseHandle(hash);
    OK(SKF_RSASignData(con, info, head_len + digest, signature, &len));
    put(name, signature, len);
}

static void make(DEVHANDLE dev, HAPPLICATION app)
{
    HCONTAINER con;
    RSAPUBLICKEYBLOB pub;
    OK(SKF_CreateContainer(app, box, &con));
    OK(SKF_GenRSAKeyPair(con, BITS, &pub));
    put("modulus", pub.Modulus, sizeof pub.Modulus);
    sign(dev, con, SGD_SM3, sm3_head, sizeof sm3_head, "sm3.sig");
    sign(dev, con, SGD_SHA1, sha1_head, sizeof sha1_head, "sha1.sig");
    sign(dev, con, SGD_SHA256, sha256_head, sizeof sha256_head, "sha256.sig");
}

static void encipher(HANDLE key, const char *name)
{
    static BYTE block[ROOM];
    BYTE out[2 * BLOCK];
    ULONG len = sizeof out;
    BLOCKCIPHERPARAM param = {.PaddingType = 0};
    (void)get("block", block);
    OK(SKF_EncryptInit(key, param));
    OK(SKF_Encrypt(key, block, BLOCK, out, &len));
    put(name, out, len);
    OK(SKF_CloseHandle(key));
}

static void use(HAPPLICATION app)
{
    static BYTE wrapped[ROOM], cipher[ROOM];
    HCONTAINER con;
    HANDLE key;
    RSAPUBLICKEYBLOB peer = {.AlgID = SGD_RSA, .BitLen = BITS, .PublicExponent = {0, 1, 0, 1}};
    ULONG wrapped_len = get("pair.wrapped", wrapped), cipher_len = get("pair.cipher", cipher);
    OK(SKF_OpenContainer(app, box, &con));
    OK(SKF_ImportRSAKeyPair(con, SGD_SM4_ECB, wrapped, wrapped_len, cipher, cipher_len));
    wrapped_len = get("session.wrapped", wrapped);
    OK(SKF_ImportSessionKey(con, SGD_SM4_ECB, wrapped, wrapped_len, &key));
    encipher(key, "session.out");
    (void)get("peer", wrapped);
    memcpy(peer.Modulus, wrapped, sizeof peer.Modulus);
    wrapped_len = sizeof wrapped;
    OK(SKF_RSAExportSessionKey(con, SGD_SM4_ECB, &peer, wrapped, &wrapped_len, &key));
    put("export.wrapped", wrapped, wrapped_len);
    encipher(key, "export.out");
}

int main(int argc, char **argv)
{
    DEVHANDLE dev;
    HAPPLICATION app;
    ULONG tries;
    if (argc != 3 || getenv("HUFU_READER") == NULL) {
        (void)fputs("usage, in with-token: rsa_client make|use DIR\n", stderr);
        return 2;
    }
    folder = argv[2];
    OK(SKF_ConnectDev(getenv("HUFU_READER"), &dev));
    OK(SKF_OpenApplication(dev, getenv("HUFU_APP"), &app));
    OK(SKF_VerifyPIN(app, USER_TYPE, getenv("HUFU_PIN"), &tries));
    if (strcmp(argv[1], "make") == 0) {
        make(dev, app);
    } else {
        use(app);
    }
    OK(SKF_DisConnectDev(dev));
    return 0;
}
