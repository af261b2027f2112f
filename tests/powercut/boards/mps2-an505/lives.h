/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lives of an emulated token (bench.h) with the real boot stage and firmware in it, each ended by
 * kill -9 between two operations on flash and fuses (killer.h), and what its next one must be like.
 * HUFU_IMAGE is an update, version 0.2.0 with rollback counter 1, of the images' firmware 0.1.0.
 */
#ifndef TEST_LIVES_H
#define TEST_LIVES_H

#include "bench.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERSION(minor) ((uint32_t)(minor) << 16)
#define SLOT_A         (VB_FIRMWARE + 0u)
#define SLOT_B         (VB_FIRMWARE + 0x100000u)

extern struct lives_image {
    uint8_t *bytes;
    size_t size;
} lives_image;

/* A token without power: what it keeps. */
struct kept {
    uint8_t flash[VB_ENTROPY]; /* all before the devices' pages */
    uint8_t fuses[HAL_OTP_SIZE], locked[BOARD_OTP_ROWS];
};
/* Both switch the board off. */
void keep(struct kept *k);
void put_back(const struct kept *k);

/* The first start, confirmed: 0; -1, with a line. cmocka's group setup and teardown. */
int lives_open(void **state);
int lives_close(void **state);

/* --- parts of a life; false: the token died ------------------------------------------------- */

void power_on(void);
/* The board that was powered on, to the bus. */
bool attached(void);
/* All of the update, and its end: it is on trial from the next start on. */
bool send_blocks(void);
bool manifest(void);
/* To the bus, and until the counter has moved, which is a confirmation's last act but one. */
bool confirmed(void);

/* --- what must be true after a death -------------------------------------------------------- */

/* Starts it, to the bus. Returns the version that runs. */
uint32_t starts(void);
void becomes_confirmed(uint32_t version);
/* From whatever state: the new image runs in the end, confirmed, and stays. */
void comes_through(void);

/* --- killing -------------------------------------------------------------------------------- */

struct sweep {
    const struct kept *before;       /* each life begins so, powered on, */
    bool (*ready)(void);             /* with this, where it is not NULL, */
    bool (*act)(void);               /* and is ended in this, */
    unsigned step;                   /* before every step-th operation. */
    void (*judge)(uint32_t version); /* the next life, just started, runs this version */
};

/* Operations of the act that nobody ends. */
unsigned count_operations(const struct sweep *s);
/* Prints how many deaths, of how many operations, and after how many of them the old image ran,
 * which is returned. */
unsigned sweep(const struct sweep *s);

#endif
