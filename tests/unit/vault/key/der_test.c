/* SPDX-License-Identifier: Apache-2.0 */
/* The DER walks: private keys out of envelopes, public keys out of certificates. REQ: K6 */
#include "err.h"
#include "fixture/token.h"
#include "key/certificate.h"
#include "key/private_key.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Runs f on a copy that is exactly as long as said, so that a read past the end is seen. */
static int certificate_exact(const uint8_t *der, size_t len, uint8_t pub[64])
{
    uint8_t *exact = malloc(len + 1);
    memcpy(exact + 1, der, len);
    int err = certificate_public_key(exact + 1, len, pub);
    free(exact);
    return err;
}

static int scalar_exact(const uint8_t *plain, size_t len, uint8_t d[32])
{
    uint8_t *exact = malloc(len + 1);
    memcpy(exact + 1, plain, len);
    int err = private_key_scalar(exact + 1, len, d);
    free(exact);
    return err;
}

static void certificates(void **state)
{
    uint8_t d[32], pub[64], got[64], der[1024], zero[64] = {0};
    (void)state;
    object_pair(d, pub);
    size_t len = object_certificate(pub, 7, der);
    assert_int_equal(certificate_exact(der, len, got), ERR_OK);
    assert_memory_equal(got, pub, 64);
    /* cut anywhere */
    for (size_t n = 0; n < len; n++) {
        assert_int_equal(certificate_exact(der, n, got), ERR_DATA);
        assert_memory_equal(got, zero, 64);
    }
    /* one byte behind it */
    der[len] = 0;
    assert_int_equal(certificate_exact(der, len + 1, got), ERR_DATA);
    /* every bit of it flipped: never a crash, and a key that comes back is from the right place */
    for (size_t bit = 0; bit < 8 * len; bit++) {
        der[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        (void)certificate_exact(der, len, got);
        der[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

static size_t pkcs8(const uint8_t ec[], size_t ec_len, uint8_t *out)
{
    static const uint8_t head[] = {2,    1,    0,    0x30, 19,   6,    7,    0x2A,
                                   0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 6,    8,
                                   0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D};
    out[0] = 0x30;
    out[1] = (uint8_t)(sizeof head + 2 + ec_len);
    memcpy(out + 2, head, sizeof head);
    out[2 + sizeof head] = 4;
    out[3 + sizeof head] = (uint8_t)ec_len;
    memcpy(out + 4 + sizeof head, ec, ec_len);
    return 4 + sizeof head + ec_len;
}

static void private_keys(void **state)
{
    uint8_t d[32], pub[64], got[32], plain[256] = {0};
    (void)state;
    object_pair(d, pub);

    assert_int_equal(scalar_exact(d, 32, got), ERR_OK);
    assert_memory_equal(got, d, 32);

    memcpy(plain + 32, d, 32);
    assert_int_equal(scalar_exact(plain, 64, got), ERR_OK);
    assert_memory_equal(got, d, 32);
    memset(plain, 0, sizeof plain);
    memcpy(plain, d, 32);
    assert_int_equal(scalar_exact(plain, 64, got), ERR_OK);
    assert_memory_equal(got, d, 32);

    memset(plain + 32, 16, 16);
    assert_int_equal(scalar_exact(plain, 48, got), ERR_OK);
    assert_memory_equal(got, d, 32);
    plain[40] ^= 1;
    assert_int_equal(scalar_exact(plain, 48, got), ERR_CRYPTO);
    assert_int_equal(scalar_exact(d, 16, got), ERR_CRYPTO);

    /* ECPrivateKey: 39 bytes, then 9 of PKCS#5, of zeros, of rubbish */
    const uint8_t head[] = {0x30, 37, 2, 1, 1, 4, 32};
    memcpy(plain, head, sizeof head);
    memcpy(plain + sizeof head, d, 32);
    memset(plain + 39, 9, 9);
    assert_int_equal(scalar_exact(plain, 48, got), ERR_OK);
    assert_memory_equal(got, d, 32);
    memset(plain + 39, 0, 9);
    assert_int_equal(scalar_exact(plain, 48, got), ERR_OK);
    plain[45] = 1;
    assert_int_equal(scalar_exact(plain, 48, got), ERR_CRYPTO);
    assert_memory_equal(got, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                        32);

    uint8_t p8[128] = {0};
    size_t n = pkcs8(plain, 39, p8);
    assert_int_equal(scalar_exact(p8, (n + 15) / 16 * 16, got), ERR_OK);
    assert_memory_equal(got, d, 32);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        p8[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        (void)scalar_exact(p8, (n + 15) / 16 * 16, got);
        p8[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    for (size_t len = 33; len < n; len++) {
        if (len != 48 && len != 64 && len != 80) {
            assert_int_equal(scalar_exact(p8, len, got), ERR_CRYPTO);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates),
        cmocka_unit_test(private_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
