/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Known-answer tests of every algorithm before its first use (GM/T 0027 self test, GM/T 0039), and
 * the pair-wise test of a generated key. A failure must put the vault into its error state: that is
 * the caller's. Nothing here uses the random generator: blinding gets fixed values, since the
 * results do not depend on it and the inputs are public.
 */
#ifndef HUFU_SELFTEST_KAT_H
#define HUFU_SELFTEST_KAT_H

#include "crypto/sm2.h"

enum selftest_kat {
    KAT_SM3,
    KAT_HMAC_SM3,
    KAT_SM4_ECB,
    KAT_SM4_CBC,
    KAT_SM4_CTR,
    KAT_SM2_SIGN,
    KAT_SM2_VERIFY,
    KAT_SM2_ENCRYPT,
    KAT_SM2_DECRYPT,
    KAT_DRBG,
    KAT_SHA1,
    KAT_SHA256,
    KAT_AT_START, /* those before: at every start */
    KAT_SM2_EXCHANGE = KAT_AT_START,
    KAT_RSA,
    KAT_P256,
    KAT_COUNT
};

/* Those of every start, before the token answers; the others then wait for their first use.
 * ERR_OK; ERR_SELFTEST. */
int selftest_start(void);
/* All of them. ERR_OK; ERR_SELFTEST. */
int selftest_kat(void);
/* One of them. ERR_OK; ERR_SELFTEST. */
int selftest_one(enum selftest_kat which);
/* Before the first use of an algorithm that is not tested at every start: its test, unless it has
 * passed since then. ERR_OK; ERR_SELFTEST. */
int selftest_first_use(enum selftest_kat which);

/*
 * Does d belong to pub? Signs a fixed digest and verifies, then refuses a forgery.
 * ERR_OK; ERR_SELFTEST: it does not; the rng's error.
 */
int selftest_pairwise(const uint8_t d[SM2_SCALAR], const uint8_t pub[SM2_POINT],
                      const struct sm2_rng *rng);

#if defined(HUFU_TEST_HOOKS)
/* Test builds: that test sees one bit of its result flipped from now on; KAT_COUNT: none does. */
void selftest_kat_break(enum selftest_kat which);
/* Test builds: every later pair-wise test fails (true) or works (false). */
void selftest_pairwise_break(int fails);
int selftest_pairwise_is_broken(void);
#endif

#endif
