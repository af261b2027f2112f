/* SPDX-License-Identifier: Apache-2.0 */
/* The portable sources under other names, beside the assembly in one image. */
#define HUFU_FE256_PORTABLE
#define HUFU_SM3_PORTABLE
#define HUFU_SM4_PORTABLE
#define HUFU_GHASH_PORTABLE
#define HUFU_MONT_PORTABLE
#define fe256_add       c_add
#define fe256_sub       c_sub
#define fe256_half      c_half
#define fe256_mul       c_mul
#define fe256_sqr       c_sqr
#define fe256_sm2_p     c_sm2_p
#define fe256_sm2_n     c_sm2_n
#define fe256_p256_p    c_p256_p
#define fe256_p256_n    c_p256_n
#define sm3_compress    c_compress
#define sm3_init        c_sm3_init
#define sm3_update      c_sm3_update
#define sm3_final       c_sm3_final
#define sm3             c_sm3
#define sm3_kdf         c_sm3_kdf
#define sm4_tau         c_tau
#define sm4_rounds      c_rounds
#define sm4_rounds_wide c_rounds_wide
#define ghash_init      c_ghash_init
#define ghash_update    c_ghash_update
#define ghash_final     c_ghash_final
#define ghash_blocks    c_ghash_blocks
#define mont_load       c_mont_load
#define mont_inverse    c_mont_inverse
#define mont_mul        c_mont_mul
#define mont_r2         c_mont_r2
#define modexp          c_modexp
#include "crypto/fe256_fields.c"
#include "crypto/fe256_portable.c"
#include "crypto/ghash.c"
#include "crypto/mont.c"
#include "crypto/sm3.c"
#include "crypto/sm4_portable.c"

#include "portable.h"

const struct fe256_field *const c_fields[4] = {&c_sm2_p, &c_sm2_n, &c_p256_p, &c_p256_n};
