/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other side of the examples, on libcrypto alone:
 *   peer envelope PUBLIC PRIVATE OUT   a CA's: OUT is the SM2EnvelopedKey (DER) of the pair in the
 * PEM file PRIVATE, for the key in the PEM file PUBLIC peer responder                     a key
 * agreement's, as examples/skf/agree.c speaks it, computed by the formulas of GB/T 32918.3
 */
#include "pki/pki.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "peer: %s\n", what);
        exit(1);
    }
}

static EVP_PKEY *load(const char *path, bool private)
{
    FILE *file = fopen(path, "r");
    need(file != NULL, path);
    EVP_PKEY *key = private ? PEM_read_PrivateKey(file, NULL, NULL, NULL)
                            : PEM_read_PUBKEY(file, NULL, NULL, NULL);
    need(key != NULL, path);
    fclose(file);
    return key;
}

static int envelope(const char *public, const char *private, const char *out)
{
    EVP_PKEY *to = load(public, false), *pair = load(private, true);
    uint8_t *der;
    size_t len;
    need(pki_enveloped_key_make(to, pair, &der, &len) == PKI_OK, "envelope");
    need(pki_write_file(out, der, len, 0600) == PKI_OK, out);
    free(der);
    EVP_PKEY_free(to);
    EVP_PKEY_free(pair);
    return 0;
}

/* --- key agreement ---------------------------------------------------------------------------- */

#define ID "1234567812345678"

static void receive(uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        need(scanf("%2hhx", &out[i]) == 1, "the initiator's message is too short");
    }
}

static void send(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        printf("%02x", data[i]);
    }
    puts("");
    fflush(stdout);
}

static EC_GROUP *group;

static EC_POINT *point_of(const uint8_t xy[64])
{
    uint8_t encoded[65] = {4};
    EC_POINT *point = EC_POINT_new(group);
    memcpy(encoded + 1, xy, 64);
    need(EC_POINT_oct2point(group, point, encoded, sizeof encoded, NULL) == 1, "not on the curve");
    return point;
}

static void xy_of(const EC_POINT *point, uint8_t xy[64])
{
    uint8_t encoded[65];
    need(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof encoded,
                            NULL) == 65,
         "point");
    memcpy(xy, encoded + 1, 64);
}

/* A private number and its point. */
static BIGNUM *pair(uint8_t xy[64])
{
    BIGNUM *d = BN_new();
    EC_POINT *point = EC_POINT_new(group);
    need(BN_rand_range(d, EC_GROUP_get0_order(group)) == 1 &&
             EC_POINT_mul(group, point, d, NULL, NULL, NULL) == 1,
         "pair");
    xy_of(point, xy);
    EC_POINT_free(point);
    return d;
}

/* 2^127 + (x mod 2^127) */
static BIGNUM *x_bar(const uint8_t xy[64])
{
    BIGNUM *x = BN_bin2bn(xy, 32, NULL);
    (void)BN_mask_bits(x, 127); /* 0 where x is shorter already */
    need(BN_set_bit(x, 127) == 1, "x");
    return x;
}

/* V = (d + x_bar(own temporary) r) (P + x_bar(its temporary) R) */
static void shared_point(const BIGNUM *d, const BIGNUM *r, const uint8_t own[64],
                         const uint8_t its_public[64], const uint8_t its_temporary[64],
                         uint8_t v[64])
{
    const BIGNUM *n = EC_GROUP_get0_order(group);
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *t = BN_new(), *bar = x_bar(own), *its_bar = x_bar(its_temporary);
    EC_POINT *p = point_of(its_public), *q = point_of(its_temporary), *sum = EC_POINT_new(group);
    need(BN_mod_mul(t, bar, r, n, ctx) == 1 && BN_mod_add(t, t, d, n, ctx) == 1 &&
             EC_POINT_mul(group, q, NULL, q, its_bar, ctx) == 1 &&
             EC_POINT_add(group, sum, p, q, ctx) == 1 &&
             EC_POINT_mul(group, sum, NULL, sum, t, ctx) == 1,
         "shared point");
    xy_of(sum, v);
    EC_POINT_free(p);
    EC_POINT_free(q);
    EC_POINT_free(sum);
    BN_free(t);
    BN_free(bar);
    BN_free(its_bar);
    BN_CTX_free(ctx);
}

static void z_of(const uint8_t xy[64], uint8_t z[32])
{
    EVP_PKEY *key = pki_sm2_public(xy);
    need(key != NULL && pki_sm2_z_id(key, ID, strlen(ID), z) == PKI_OK, "Z");
    EVP_PKEY_free(key);
}

/* One block under CBC from an IV of zeros is one block of ECB. */
static void mac_of(const uint8_t key[16], int filler, uint8_t mac[16])
{
    uint8_t block[16];
    int len = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    memset(block, filler, sizeof block);
    need(EVP_EncryptInit_ex(c, EVP_sm4_ecb(), NULL, key, NULL) == 1 &&
             EVP_EncryptUpdate(c, mac, &len, block, sizeof block) == 1 && len == 16,
         "MAC");
    EVP_CIPHER_CTX_free(c);
}

static int responder(void)
{
    uint8_t its[2][64], own[2][64], kdf[64 + 32 + 32 + 4], hash[32], mac[16], expected[16];
    group = EC_GROUP_new_by_curve_name(NID_sm2);
    BIGNUM *d = pair(own[0]), *r = pair(own[1]);
    receive(its[0], sizeof its);
    send(own[0], sizeof own);
    shared_point(d, r, own[1], its[0], its[1], kdf);
    z_of(its[0], kdf + 64); /* the initiator's first */
    z_of(own[0], kdf + 96);
    memcpy(kdf + 128, "\0\0\0\1", 4);
    need(EVP_Digest(kdf, sizeof kdf, hash, NULL, EVP_sm3(), NULL) == 1, "KDF");
    mac_of(hash, 2, mac);
    send(mac, sizeof mac);
    receive(mac, sizeof mac);
    mac_of(hash, 1, expected);
    need(memcmp(mac, expected, sizeof mac) == 0, "the initiator has another key");
    BN_free(d);
    BN_free(r);
    EC_GROUP_free(group);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "envelope") == 0) {
        return envelope(argv[2], argv[3], argv[4]);
    }
    need(argc == 2 && strcmp(argv[1], "responder") == 0, "usage: envelope ..., responder");
    return responder();
}
