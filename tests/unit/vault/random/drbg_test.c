/* SPDX-License-Identifier: Apache-2.0 */
/* Hash_DRBG with SM3 against OpenSSL's HASH-DRBG, fed by TEST-RAND. REQ: K2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "err.h"
#include "random/drbg.h"
#include "support/fixed_rng.h"
#include "support/openssl.h"

#define MOST 128u

struct reference {
    EVP_RAND_CTX *test, *drbg;
};

static void feed(const struct reference *o, uint8_t *entropy, size_t len, uint8_t *nonce,
                 size_t nonce_len)
{
    OSSL_PARAM p[3] = {
        OSSL_PARAM_construct_octet_string(OSSL_RAND_PARAM_TEST_ENTROPY, entropy, len),
        OSSL_PARAM_construct_octet_string(OSSL_RAND_PARAM_TEST_NONCE, nonce, nonce_len),
        OSSL_PARAM_construct_end()};
    assert_int_equal(EVP_RAND_CTX_set_params(o->test, p), 1);
}

static EVP_RAND_CTX *context(const char *name, EVP_RAND_CTX *parent)
{
    EVP_RAND *rand = EVP_RAND_fetch(NULL, name, NULL);
    assert_non_null(rand);
    EVP_RAND_CTX *c = EVP_RAND_CTX_new(rand, parent);
    EVP_RAND_free(rand);
    assert_non_null(c);
    return c;
}

static struct reference reference_new(void)
{
    struct reference o;
    unsigned strength = 256;
    char digest[] = "SM3";
    o.test = context("TEST-RAND", NULL);
    OSSL_PARAM p[2] = {OSSL_PARAM_construct_uint(OSSL_RAND_PARAM_STRENGTH, &strength),
                       OSSL_PARAM_construct_end()};
    assert_int_equal(EVP_RAND_CTX_set_params(o.test, p), 1);
    assert_int_equal(EVP_RAND_instantiate(o.test, 256, 0, NULL, 0, NULL), 1);
    o.drbg = context("HASH-DRBG", o.test);
    p[0] = OSSL_PARAM_construct_utf8_string(OSSL_DRBG_PARAM_DIGEST, digest, 0);
    assert_int_equal(EVP_RAND_CTX_set_params(o.drbg, p), 1);
    return o;
}

static void against_openssl(void **state)
{
    (void)state;
    struct fixed_rng r = {11, -1};
    uint8_t entropy[MOST], nonce[MOST], extra[MOST], ours[300], theirs[300];
    for (unsigned i = 0; i < 200; i++) {
        struct reference o = reference_new();
        struct drbg d;
        size_t len = 32 + fixed_next(&r) % (MOST - 32), nonce_len = 16 + fixed_next(&r) % 48;
        size_t extra_len = fixed_next(&r) % MOST;
        assert_int_equal(fixed_bytes(&r, entropy, MOST), ERR_OK);
        assert_int_equal(fixed_bytes(&r, nonce, MOST), ERR_OK);
        assert_int_equal(fixed_bytes(&r, extra, MOST), ERR_OK);
        feed(&o, entropy, len, nonce, nonce_len);
        assert_int_equal(EVP_RAND_instantiate(o.drbg, 256, 0, extra, extra_len, NULL), 1);
        drbg_instantiate(&d, entropy, len, nonce, nonce_len, extra, extra_len);
        for (unsigned j = 0; j < 12; j++) {
            size_t n = 1 + fixed_next(&r) % (sizeof ours - 1); /* EVP skips requests for none */
            extra_len = j % 3 == 0 ? 0 : fixed_next(&r) % MOST;
            if (j % 5 == 4) {
                assert_int_equal(fixed_bytes(&r, entropy, MOST), ERR_OK);
                feed(&o, entropy, len, nonce, nonce_len);
                assert_int_equal(EVP_RAND_reseed(o.drbg, 0, NULL, 0, extra, extra_len), 1);
                drbg_reseed(&d, entropy, len, extra, extra_len);
            }
            assert_int_equal(EVP_RAND_generate(o.drbg, theirs, n, 256, 0, extra, extra_len), 1);
            assert_int_equal(drbg_generate(&d, extra, extra_len, ours, n), ERR_OK);
            assert_memory_equal(ours, theirs, n);
        }
        EVP_RAND_CTX_free(o.drbg);
        EVP_RAND_CTX_free(o.test);
    }
}

static void limits(void **state)
{
    (void)state;
    struct drbg d;
    static uint8_t out[DRBG_MAX_REQUEST + 1];
    memset(&d, 0, sizeof d);
    assert_int_equal(drbg_generate(&d, NULL, 0, out, 1), ERR_STATE);
    drbg_instantiate(&d, "x", 1, "y", 1, NULL, 0);
    assert_int_equal(drbg_generate(&d, NULL, 0, out, sizeof out), ERR_PARAM);
    assert_int_equal(drbg_generate(&d, NULL, 0, out, DRBG_MAX_REQUEST), ERR_OK);
    for (unsigned i = 1; i < DRBG_MAX_CALLS; i++) {
        assert_int_equal(drbg_generate(&d, NULL, 0, out, 1), ERR_OK);
    }
    assert_int_equal(drbg_generate(&d, NULL, 0, out, 1), ERR_STATE);
    drbg_reseed(&d, "z", 1, NULL, 0);
    assert_int_equal(drbg_generate(&d, NULL, 0, out, 1), ERR_OK);
    drbg_wipe(&d);
    assert_int_equal(drbg_generate(&d, NULL, 0, out, 1), ERR_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(against_openssl),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
