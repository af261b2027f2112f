/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import APPLICATION CONTAINER ENVELOPE SIGN_CERT ENC_CERT - what a CA gives back for a request
 * that the container's signing key signed: two certificates, and the encryption pair in an
 * SM2EnvelopedKey (GM/T 0009, DER). The envelope becomes an ENVELOPEDKEYBLOB field by field; only
 * the token opens it.
 */
#include "example.h"

/* Steps into or over the element at *at, which must have that tag; *at ends behind it, or with
 * a SEQUENCE (30) at its first element. Lengths here have at most two bytes. */
static const BYTE *next(const BYTE **at, const BYTE *end, BYTE tag, size_t *len)
{
    const BYTE *p = *at;
    size_t extra = end - p < 4 ? 9 : p[1] < 0x80 ? 0 : p[1] - 0x80u;
    if (extra > 2 || p[0] != tag) {
        goto bad;
    }
    *len = extra == 0 ? p[1] : extra == 1 ? p[2] : (size_t)p[2] << 8 | p[3];
    p += 2 + extra;
    if (*len <= (size_t)(end - p)) {
        *at = tag == 0x30 ? p : p + *len;
        return p;
    }
bad:
    fprintf(stderr, "the envelope is not an SM2EnvelopedKey\n");
    exit(EXIT_FAILURE);
}

/* The last bytes of an element, right-aligned: INTEGERs may begin with a zero, BIT STRINGs begin
 * with the number of unused bits. */
static void take(const BYTE **at, const BYTE *end, BYTE tag, BYTE *field, size_t size)
{
    size_t len;
    const BYTE *value = next(at, end, tag, &len);
    for (; len > size; value++, len--) {
        if (*value != 0 && *value != 4) { /* 4: an uncompressed point */
            fprintf(stderr, "a field of the envelope is too long\n");
            exit(EXIT_FAILURE);
        }
    }
    memcpy(field + size - len, value, len);
}

/* SEQUENCE { algorithm, SEQUENCE { x, y, hash, cipher }, public key, private key } */
static void read_envelope(const char *path, ENVELOPEDKEYBLOB *blob, BYTE wrapped[16])
{
    BYTE der[1024], xy[64];
    const BYTE *at = der, *end = der + read_file(path, der, sizeof der);
    ECCCIPHERBLOB *cipher = &blob->ECCCipherBlob;
    size_t len;
    next(&at, end, 0x30, &len);
    const BYTE *algorithm = next(&at, end, 0x30, &len); /* SM4-ECB: nothing else has a blob */
    at = algorithm + len;
    next(&at, end, 0x30, &len);
    take(&at, end, 0x02, cipher->XCoordinate + 32, 32);
    take(&at, end, 0x02, cipher->YCoordinate + 32, 32);
    take(&at, end, 0x04, cipher->HASH, 32);
    take(&at, end, 0x04, wrapped, 16);
    take(&at, end, 0x03, xy, 64);
    take(&at, end, 0x03, blob->cbEncryptedPriKey + 32, 32);
    memcpy(blob->PubKey.XCoordinate + 32, xy, 32);
    memcpy(blob->PubKey.YCoordinate + 32, xy + 32, 32);
    blob->Version = 1;
    blob->ulSymmAlgID = SGD_SM4_ECB;
    blob->ulBits = blob->PubKey.BitLen = 256;
    cipher->CipherLen = 16;
}

int main(int argc, char **argv)
{
    HAPPLICATION application;
    HCONTAINER container;
    BYTE room[sizeof(ENVELOPEDKEYBLOB) + 16] = {0}, cert[4096]; /* the cipher lies behind the end */
    ENVELOPEDKEYBLOB *blob = (ENVELOPEDKEYBLOB *)room;
    need_arguments(argc, 6, "import APPLICATION CONTAINER ENVELOPE SIGN_CERT ENC_CERT");
    read_envelope(argv[3], blob, blob->ECCCipherBlob.Cipher);
    DEVHANDLE device = connect_device();
    NEED(SKF_OpenApplication(device, argv[1], &application));
    NEED(SKF_OpenContainer(application, argv[2], &container));
    log_in(application);
    NEED(SKF_ImportECCKeyPair(container, blob));
    NEED(SKF_ImportCertificate(container, TRUE, cert, read_file(argv[4], cert, sizeof cert)));
    NEED(SKF_ImportCertificate(container, FALSE, cert, read_file(argv[5], cert, sizeof cert)));
    NEED(SKF_ClearSecureState(application));
    NEED(SKF_CloseContainer(container));
    NEED(SKF_CloseApplication(application));
    NEED(SKF_DisConnectDev(device));
    return EXIT_SUCCESS;
}
