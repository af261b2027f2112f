/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-time memory of the virtual board: otp.bin, HAL_OTP_SIZE bytes of fuses and one lock byte per
 * row (00 open, FF locked). The file is the memory; the fuse page is a window that is wiped.
 */
#ifndef EMU_FUSE_H
#define EMU_FUSE_H

#include "hal.h"
#include "hufu/virtual_board.h"

#define FUSE_ROWS (HAL_OTP_SIZE / HAL_OTP_ROW)

struct fuse {
    int fd;
    uint8_t cell[HAL_OTP_SIZE];
    uint8_t lock[FUSE_ROWS];
};

/* Opens or creates (0600, all bits 0) dirfd/otp.bin. 0, or -1 with errno; a file of another size or
 * readable by others is EINVAL. */
int fuse_open(struct fuse *f, int dirfd);
void fuse_close(struct fuse *f);

/* Answers the request posted in page, if there is one. Durable before the answer. */
void fuse_serve(struct fuse *f, struct vb_fuse *page);

#endif
