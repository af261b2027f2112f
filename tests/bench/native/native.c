/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vault's algorithms on this machine, one core, against OpenSSL's, in one run: how many times
 * as fast. Prints "NAME RATIO" a line. Both sides take turns, and of each the fastest turn counts:
 * what else the machine does only makes turns longer. Each side's result is checked by the other.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "err.h"
#include "support/openssl.h"
#include "support/sm2_der.h"

#include <openssl/param_build.h>
#include <openssl/rand.h>

enum { TURNS = 15, BULK = 65536 };

/* One turn of either side: the same work. Returns 0, or 1: it failed. */
typedef int (*turn)(void);

static uint8_t d[SM2_SCALAR], pub[SM2_POINT], e[32] = {7}, sig[SM2_SIGNATURE], digest[2][32];
static uint8_t der[80], bulk[BULK], cipher[2][BULK], key[SM4_KEY] = {1, 2, 3}, iv[SM4_BLOCK];
static size_t der_len;
static EVP_PKEY *pkey;

static int bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return RAND_bytes(out, (int)len) == 1 ? ERR_OK : ERR_ENTROPY;
}

static const struct sm2_rng rng = {bytes, NULL};

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* OpenSSL's key from d and pub. */
static EVP_PKEY *theirs(void)
{
    uint8_t point[65] = {4};
    EVP_PKEY *made = NULL;
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    BIGNUM *scalar = BN_bin2bn(d, sizeof d, NULL);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    OSSL_PARAM *p = NULL;
    memcpy(point + 1, pub, sizeof pub);
    if (OSSL_PARAM_BLD_push_utf8_string(b, "group", "SM2", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(b, "pub", point, sizeof point) == 1 &&
        OSSL_PARAM_BLD_push_BN(b, "priv", scalar) == 1 &&
        (p = OSSL_PARAM_BLD_to_param(b)) != NULL && EVP_PKEY_fromdata_init(c) == 1) {
        (void)EVP_PKEY_fromdata(c, &made, EVP_PKEY_KEYPAIR, p);
    }
    OSSL_PARAM_free(p);
    OSSL_PARAM_BLD_free(b);
    EVP_PKEY_CTX_free(c);
    BN_free(scalar);
    return made;
}

static int our_sign(void)
{
    int bad = 0;
    for (unsigned i = 0; i < 40; i++) {
        bad |= sm2_sign(d, e, &rng, sig) != ERR_OK;
    }
    return bad;
}

static int their_sign(void)
{
    int bad = 0;
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    bad |= EVP_PKEY_sign_init(c) != 1;
    for (unsigned i = 0; i < 40; i++) {
        der_len = sizeof der;
        bad |= EVP_PKEY_sign(c, der, &der_len, e, sizeof e) != 1;
    }
    EVP_PKEY_CTX_free(c);
    return bad;
}

/* What the other side signed. */
static int our_verify(void)
{
    uint8_t other[SM2_SIGNATURE];
    int bad = !sm2_der_read_signature(other, der, der_len);
    for (unsigned i = 0; i < 40; i++) {
        bad |= sm2_verify(pub, e, other) != ERR_OK;
    }
    return bad;
}

static int their_verify(void)
{
    uint8_t other[80];
    size_t len = sm2_der_signature(other, sig);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    int bad = EVP_PKEY_verify_init(c) != 1;
    for (unsigned i = 0; i < 40; i++) {
        bad |= EVP_PKEY_verify(c, other, len, e, sizeof e) != 1;
    }
    EVP_PKEY_CTX_free(c);
    return bad;
}

static int our_sm3(void)
{
    sm3(bulk, sizeof bulk, digest[0]);
    sm3(bulk, sizeof bulk, digest[0]);
    return 0;
}

static int their_sm3(void)
{
    unsigned n = 0;
    int good = EVP_Digest(bulk, sizeof bulk, digest[1], &n, EVP_sm3(), NULL) == 1;
    return !good || EVP_Digest(bulk, sizeof bulk, digest[1], &n, EVP_sm3(), NULL) != 1;
}

static int our_sm4(void)
{
    struct sm4 c;
    uint8_t counter[SM4_BLOCK];
    memcpy(counter, iv, sizeof counter);
    sm4_set_key(&c, key);
    sm4_ctr(&c, counter, bulk, cipher[0], sizeof bulk);
    return 0;
}

static int their_sm4(void)
{
    int n = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int bad = EVP_EncryptInit_ex(c, EVP_sm4_ctr(), NULL, key, iv) != 1 ||
              EVP_EncryptUpdate(c, cipher[1], &n, bulk, sizeof bulk) != 1;
    EVP_CIPHER_CTX_free(c);
    return bad;
}

static int row(const char *name, turn ours, turn other)
{
    double best[2] = {1e9, 1e9};
    const turn side[2] = {ours, other};
    for (unsigned i = 0; i < 2u * TURNS; i++) {
        double from = seconds();
        if (side[i % 2u]() != 0) {
            (void)fprintf(stderr, "%s: wrong result\n", name);
            return 1;
        }
        double took = seconds() - from;
        best[i % 2u] = took < best[i % 2u] ? took : best[i % 2u];
    }
    (void)printf("%s %.2f\n", name, best[1] / best[0]);
    return 0;
}

int main(void)
{
    if (sm2_generate(&rng, d, pub) != ERR_OK || (pkey = theirs()) == NULL) {
        (void)fprintf(stderr, "no key\n");
        return 1;
    }
    int bad = row("native_sm2_sign_ratio", our_sign, their_sign);
    bad |= row("native_sm2_verify_ratio", our_verify, their_verify);
    bad |= row("native_sm3_ratio", our_sm3, their_sm3);
    bad |= row("native_sm4_ctr_ratio", our_sm4, their_sm4);
    bad |= memcmp(digest[0], digest[1], 32) != 0 || memcmp(cipher[0], cipher[1], BULK) != 0;
    EVP_PKEY_free(pkey);
    return bad;
}
