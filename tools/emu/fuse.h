/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual board's one-time memory: otp.bin (boards/native keeps the file), which the vault
 * reaches through the fuse page. The page is a window that is wiped, never the memory.
 */
#ifndef EMU_FUSE_H
#define EMU_FUSE_H

#include "board.h"
#include "hufu/virtual_board.h"

/* Answers the request posted in page, if there is one. Durable before the answer. */
void fuse_serve(struct board_otp *otp, struct vb_fuse *page);

#endif
