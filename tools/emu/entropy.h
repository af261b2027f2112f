/* SPDX-License-Identifier: Apache-2.0 */
/* The noise source of the virtual board: blocks of the kernel's generator in the entropy page. */
#ifndef EMU_ENTROPY_H
#define EMU_ENTROPY_H

#include "hufu/virtual_board.h"

struct entropy {
    uint32_t sequence; /* the last one given out since power-on */
    /* Test builds: sees every block delivered. NULL in a release. */
    void (*watch)(void *ctx, const uint8_t block[VB_ENTROPY_BLOCK]);
    void *ctx;
};

/* Fills every slot with a fresh block and a higher sequence. 0, or -1: no random numbers to be had.
 */
int entropy_fill(struct entropy *e, struct vb_entropy *page);

#endif
