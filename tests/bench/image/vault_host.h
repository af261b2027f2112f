/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's side of the vault's commands in the benchmark: builds a command in the vault's buffer,
 * runs it, reads the answer. What a host computes for a command is made here, outside the count
 * (docs/gmt0017.md). A refusal shows in the row's own check, for the commands build on one another.
 */
#ifndef HUFU_BENCH_VAULT_HOST_H
#define HUFU_BENCH_VAULT_HOST_H

#include "crypto/sm2.h"
#include "crypto/sm4.h"
#include "hal.h"
#include "hufu/apdu.h"
#include <stdint.h>

#define HOST_ADMIN_TYPE 0u
#define HOST_USER_TYPE  1u
#define HOST_USER_PIN   "12345678"
#define HOST_ADMIN_PIN  "admin-pin"

/* The token that host_begin makes: one application, logged in, one container with a signing pair.
 */
struct vault_host {
    struct hal hal;
    uint16_t app, container;
    uint8_t sign_pub[SM2_POINT];
    uint8_t enc_d[SM2_SCALAR], enc_pub[SM2_POINT]; /* of host_put_envelope */
    int result;                                    /* of host_start */
};
extern struct vault_host host;
extern const struct sm2_rng host_rng; /* reproducible */

void host_start(void *argument); /* the vault from reset to its ATR */
void host_begin(void);

/* Appends to the data of the command that is being made. */
void host_put(const void *bytes, uint32_t len);
void host_put16(uint32_t value);
void host_put32(uint32_t value);
void host_put_zeros(uint32_t len);
/* Bits . C1 . C3 . C2 length . C2 of a fresh symmetric key. */
void host_put_wrapped(const uint8_t to[SM2_POINT], uint8_t key[SM4_KEY]);

/* The data of ImportECCKeyPair behind App . Cont: a fresh pair for the signing key. */
#define HOST_ENVELOPE (4u + 4u + 4u + SM2_POINT + 32u + 4u + SM4_KEY + 4u + SM2_POINT + 4u + 32u)
void host_put_envelope(void);
/* The data of CreateApplication, with the two PINs above. */
void host_put_application(const char *name);

/* Puts the command with its data into the vault's buffer; Le: all there is. */
void host_stage(uint8_t ins, uint8_t p1, uint8_t p2);
/* A whole command as it is. */
void host_stage_raw(const uint8_t *command, uint32_t len);
void host_exchange(void *argument); /* runs what was staged */
uint16_t host_status(void);
int host_answered(void); /* 9000 */
/* Stages and runs; the answer. */
const uint8_t *host_run(uint8_t ins, uint8_t p1, uint8_t p2);
/* The same, for the id of two bytes at an offset of the answer. */
uint16_t host_run_for_id(uint8_t ins, uint32_t at);

/* GenRandom's challenge, zero-filled to a block, under key. */
void host_challenge(const uint8_t key[SM4_KEY], uint8_t block[SM4_BLOCK]);
void host_stage_verify_pin(uint32_t run);
void host_stage_import_pair(uint32_t run);

#endif
