/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_envelope KEY.pem CERT.pem ENVELOPE.der: opens a SM2EnvelopedKey (GM/T 0009) with a software
 * key and libcrypto alone, checks d·G against the public key in it and against the certificate.
 * Prints "opened" and exits 0, or says what is wrong and exits 1.
 */
#include <openssl/asn1t.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *why)
{
    fprintf(stderr, "open_envelope: %s\n", why);
    return 1;
}

static const uint8_t *point_of(EVP_PKEY *key, size_t *len)
{
    static uint8_t point[65];
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, len) !=
        1)
        return NULL;
    return point;
}

/* [out] d: 32 bytes. */
static int unwrap(EVP_PKEY *key, const ASN1_TYPE *cipher, const ASN1_BIT_STRING *wrapped,
                  uint8_t *d)
{
    uint8_t session[256];
    size_t session_len = sizeof session;
    int len = 0;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    EVP_CIPHER_CTX *sm4 = EVP_CIPHER_CTX_new();
    int good = EVP_PKEY_decrypt_init(ctx) == 1 &&
               EVP_PKEY_decrypt(ctx, session, &session_len, cipher->value.sequence->data,
                                (size_t)cipher->value.sequence->length) == 1 &&
               session_len == 16 && wrapped->length == 32 &&
               EVP_DecryptInit_ex(sm4, EVP_sm4_ecb(), NULL, session, NULL) == 1 &&
               EVP_CIPHER_CTX_set_padding(sm4, 0) == 1 &&
               EVP_DecryptUpdate(sm4, d, &len, wrapped->data, 32) == 1 && len == 32;
    EVP_PKEY_CTX_free(ctx);
    EVP_CIPHER_CTX_free(sm4);
    return good;
}

static int multiply(const uint8_t *d, uint8_t point[65])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *product = EC_POINT_new(group);
    BIGNUM *scalar = BN_bin2bn(d, 32, NULL);
    int good =
        EC_POINT_mul(group, product, scalar, NULL, NULL, NULL) == 1 &&
        EC_POINT_point2oct(group, product, POINT_CONVERSION_UNCOMPRESSED, point, 65, NULL) == 65;
    BN_clear_free(scalar);
    EC_POINT_free(product);
    EC_GROUP_free(group);
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return fail("KEY.pem CERT.pem ENVELOPE.der");
    FILE *key_file = fopen(argv[1], "r"), *cert_file = fopen(argv[2], "r");
    FILE *envelope = fopen(argv[3], "rb");
    if (!key_file || !cert_file || !envelope)
        return fail("a file cannot be read");
    EVP_PKEY *key = PEM_read_PrivateKey(key_file, NULL, NULL, NULL);
    X509 *cert = PEM_read_X509(cert_file, NULL, NULL, NULL);
    uint8_t bytes[1024], d[32], point[65];
    size_t len = fread(bytes, 1, sizeof bytes, envelope), pub_len = 0;
    fclose(key_file);
    fclose(cert_file);
    fclose(envelope);
    const uint8_t *at = bytes;
    ASN1_SEQUENCE_ANY *fields = d2i_ASN1_SEQUENCE_ANY(NULL, &at, (long)len);
    if (!key || !cert || !fields || at != bytes + len || sk_ASN1_TYPE_num(fields) != 4)
        return fail("not a key, a certificate and an envelope");
    const ASN1_TYPE *cipher = sk_ASN1_TYPE_value(fields, 1);
    const ASN1_TYPE *public = sk_ASN1_TYPE_value(fields, 2),
                    *wrapped = sk_ASN1_TYPE_value(fields, 3);
    if (cipher->type != V_ASN1_SEQUENCE || public->type != V_ASN1_BIT_STRING ||
        wrapped->type != V_ASN1_BIT_STRING)
        return fail("fields of other types");
    if (!unwrap(key, cipher, wrapped->value.bit_string, d))
        return fail("does not open with this key");
    if (!multiply(d, point) || public->value.bit_string->length != 65 ||
        memcmp(point, public->value.bit_string->data, 65) != 0)
        return fail("d does not give the public key in the envelope");
    const uint8_t *certified = point_of(X509_get0_pubkey(cert), &pub_len);
    if (!certified || pub_len != 65 || memcmp(point, certified, 65) != 0)
        return fail("d does not give the key of the certificate");
    puts("opened");
    sk_ASN1_TYPE_pop_free(fields, ASN1_TYPE_free);
    X509_free(cert);
    EVP_PKEY_free(key);
    return 0;
}
