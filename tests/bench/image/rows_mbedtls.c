/* SPDX-License-Identifier: Apache-2.0 */
/* Mbed TLS on the same core: P-256 by its own code for that curve, and ECDSA over SM2's curve by
 * its code for any curve. */
#include "bench.h"
#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/memory_buffer_alloc.h>
#include <mbedtls/platform.h>

static unsigned char heap[48u * 1024u];
static mbedtls_ecp_group p256, sm2;
static mbedtls_mpi d, r, s, z;
static mbedtls_ecp_point q;
static unsigned char e[32];
static int result;

static void load_sm2(void) /* GB/T 32918.5 */
{
    int bad = mbedtls_mpi_read_string(
        &sm2.P, 16, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
    bad |= mbedtls_mpi_read_string(
        &sm2.A, 16, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC");
    bad |= mbedtls_mpi_read_string(
        &sm2.B, 16, "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93");
    bad |= mbedtls_mpi_read_string(
        &sm2.N, 16, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
    bad |= mbedtls_ecp_point_read_string(
        &sm2.G, 16, "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7",
        "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0");
    sm2.pbits = sm2.nbits = 256;
    result = bad;
}

void bench_begin(void)
{
    mbedtls_memory_buffer_alloc_init(heap, sizeof heap);
    mbedtls_ecp_group_init(&p256);
    mbedtls_ecp_group_init(&sm2);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    mbedtls_mpi_init(&z);
    mbedtls_ecp_point_init(&q);
    (void)mbedtls_ecp_group_load(&p256, MBEDTLS_ECP_DP_SECP256R1);
    load_sm2();
    /* the table of the generator, made by the first multiplication and kept */
    (void)mbedtls_ecp_gen_keypair(&sm2, &d, &q, bench_random, NULL);
}

static int succeeded(void)
{
    return result == 0;
}

static void new_key(mbedtls_ecp_group *group)
{
    (void)mbedtls_ecp_gen_keypair(group, &d, &q, bench_random, NULL);
    bench_bytes(e, sizeof e);
    (void)mbedtls_ecdsa_sign(group, &r, &s, &d, e, sizeof e, bench_random, NULL);
}

static void new_p256(uint32_t run)
{
    (void)run;
    new_key(&p256);
}

static void new_sm2(uint32_t run)
{
    (void)run;
    new_key(&sm2);
}

#define OPERATIONS(group)                                                                          \
    static void group##_keygen(void *argument)                                                     \
    {                                                                                              \
        (void)argument;                                                                            \
        result = mbedtls_ecp_gen_keypair(&group, &d, &q, bench_random, NULL);                      \
    }                                                                                              \
    static void group##_sign(void *argument)                                                       \
    {                                                                                              \
        (void)argument;                                                                            \
        result = mbedtls_ecdsa_sign(&group, &r, &s, &d, e, sizeof e, bench_random, NULL);          \
    }                                                                                              \
    static void group##_verify(void *argument)                                                     \
    {                                                                                              \
        (void)argument;                                                                            \
        result = mbedtls_ecdsa_verify(&group, e, sizeof e, &q, &r, &s);                            \
    }                                                                                              \
    static void group##_ecdh(void *argument)                                                       \
    {                                                                                              \
        (void)argument;                                                                            \
        result = mbedtls_ecdh_compute_shared(&group, &z, &q, &d, bench_random, NULL);              \
    }

OPERATIONS(p256)
OPERATIONS(sm2)

const struct bench bench_list[] = {
    {"mbedtls_p256_keygen", new_p256, p256_keygen, 0, NULL, succeeded},
    {"mbedtls_p256_sign", new_p256, p256_sign, 0, NULL, succeeded},
    {"mbedtls_p256_verify", new_p256, p256_verify, 0, NULL, succeeded},
    {"mbedtls_p256_ecdh", new_p256, p256_ecdh, 0, NULL, succeeded},
    {"mbedtls_sm2curve_keygen", new_sm2, sm2_keygen, 0, NULL, succeeded},
    {"mbedtls_sm2curve_sign", new_sm2, sm2_sign, 0, NULL, succeeded},
    {"mbedtls_sm2curve_verify", new_sm2, sm2_verify, 0, NULL, succeeded},
    {"mbedtls_sm2curve_mul", new_sm2, sm2_ecdh, 0, NULL, succeeded},
};
const uint32_t bench_count = sizeof bench_list / sizeof bench_list[0];
const uint32_t bench_runs = 3u;
const char *const bench_mean = NULL;
