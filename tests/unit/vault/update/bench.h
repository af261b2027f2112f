/* SPDX-License-Identifier: Apache-2.0 */
/* A token whose firmware is in a flash of its own, an image in slot A, started from there by boot's
 * own choice. */
#ifndef TEST_UPDATE_BENCH_H
#define TEST_UPDATE_BENCH_H

#include "choose.h"
#include "fixture.h"
#include "fixture/token.h"

#define OLD_VERSION 0x01000000u
#define NEW_VERSION 0x02000000u

struct bench {
    struct token token;
    struct board_flash firmware;
    struct image_token judged;
    struct boot_note note;
    unsigned restarts; /* asked for by the vault */
};

/* Keys and images, once for a group. */
int bench_open_group(void **state);
extern uint8_t bench_old[FIXTURE_IMAGE], bench_new[FIXTURE_IMAGE];

void bench_make(struct bench *b);
/* Power on (the firmware's flash has it already): boot chooses, the vault starts. [out] the slot;
 * -1: nothing may be started. */
int bench_start(struct bench *b);
void bench_free(struct bench *b);

/* The admin applet's commands; SELECT comes before each. */
uint16_t bench_admin(struct bench *b, uint8_t ins, uint8_t p1, const void *data, size_t len);
/* BEGIN; [out] the offset wanted. */
uint16_t bench_begin(struct bench *b, const uint8_t *image, uint32_t *next);
uint16_t bench_write(struct bench *b, const uint8_t *image, uint32_t offset, size_t len);
/* From `next` to the end. */
uint16_t bench_rest(struct bench *b, const uint8_t *image, uint32_t next);
uint16_t bench_finish(struct bench *b, bool restart);

#endif
