/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign APPLICATION CONTAINER FILE SIGNATURE - an SM2 signature in DER, as OpenSSL verifies it:
 *   openssl dgst -sm3 -verify PUBLIC -sigopt distid:1234567812345678 -signature SIGNATURE FILE
 *
 * SKF_ECCSignData signs the hash e, never the message: DigestInit with the signer's public key and
 * id begins the hash with Z, so that what comes out is e. Giving it a plain SM3 of the message, or
 * hashing e once more, are the two common mistakes.
 */
#include "example.h"

static unsigned char id[] = "1234567812345678";

/* e = SM3(Z || file), read in pieces of any size. */
static void hash_file(DEVHANDLE device, ECCPUBLICKEYBLOB *key, const char *path, BYTE e[32])
{
    BYTE piece[8192];
    HANDLE hash;
    ULONG len = 32;
    size_t n;
    FILE *file = open_file(path, "rb");
    NEED(SKF_DigestInit(device, SGD_SM3, key, id, sizeof id - 1, &hash));
    while ((n = fread(piece, 1, sizeof piece, file)) > 0) {
        NEED(SKF_DigestUpdate(hash, piece, (ULONG)n));
    }
    if (ferror(file)) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    NEED(SKF_DigestFinal(hash, e, &len));
    NEED(SKF_CloseHandle(hash));
    fclose(file);
}

/* A 256-bit number stands right-aligned in a field of 64 bytes. DER's INTEGER has no leading zeros,
 * but one where the first bit would mean "negative". Returns the bytes written. */
static size_t put_integer(BYTE *out, const BYTE field[64])
{
    const BYTE *number = field + 32, *end = field + 64;
    while (number < end - 1 && *number == 0) {
        number++;
    }
    size_t zero = *number >= 0x80, len = (size_t)(end - number);
    out[0] = 0x02;
    out[1] = (BYTE)(len + zero);
    out[2] = 0;
    memcpy(out + 2 + zero, number, len);
    return 2 + zero + len;
}

static void write_der(const char *path, const ECCSIGNATUREBLOB *signature)
{
    BYTE der[2 + 2 * 35] = {0x30};
    size_t len = 2 + put_integer(der + 2, signature->r);
    len += put_integer(der + len, signature->s);
    der[1] = (BYTE)(len - 2);
    FILE *file = open_file(path, "wb");
    fwrite(der, 1, len, file);
    write_end(path, file);
}

int main(int argc, char **argv)
{
    HAPPLICATION application;
    HCONTAINER container;
    ECCPUBLICKEYBLOB key;
    ECCSIGNATUREBLOB signature;
    ULONG key_len = sizeof key;
    BYTE e[32];
    need_arguments(argc, 5, "sign APPLICATION CONTAINER FILE SIGNATURE");
    DEVHANDLE device = connect_device();
    NEED(SKF_OpenApplication(device, argv[1], &application));
    NEED(SKF_OpenContainer(application, argv[2], &container));
    NEED(SKF_ExportPublicKey(container, TRUE, (BYTE *)&key, &key_len));
    hash_file(device, &key, argv[3], e);
    log_in(application);
    NEED(SKF_ECCSignData(container, e, sizeof e, &signature));
    NEED(SKF_ECCVerify(device, &key, e, sizeof e, &signature));
    /* Closing ends no login: without this the next program of this process would still have it. */
    NEED(SKF_ClearSecureState(application));
    NEED(SKF_CloseContainer(container));
    NEED(SKF_CloseApplication(application));
    NEED(SKF_DisConnectDev(device));
    write_der(argv[4], &signature);
    return EXIT_SUCCESS;
}
