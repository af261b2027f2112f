/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual board of boards/mps2-an505: QEMU, the shared file flash.img, and the devices behind
 * the doorbells (noise source, fuses, panel). What travels over USB is usb_host's business.
 */
#ifndef EMU_VBOARD_H
#define EMU_VBOARD_H

#include "entropy.h"
#include "fuse.h"
#include "log.h"
#include "loop.h"
#include "qemu.h"
#include "usb_host.h"

struct vboard {
    struct loop *loop;
    struct qemu qemu;
    struct board_otp otp;
    struct entropy entropy;
    struct log_source vault_log, link_log;
    uint8_t *memory; /* VB_SIZE bytes of flash.img, shared with QEMU */
    int dirfd;       /* the state folder; the caller's */
    char boot[64];   /* boot.elf and flash.img by short names: /proc/PID/fd/N of that folder */
    char flash[64];
    bool powered;
};

/* Opens (creates) flash.img and otp.bin in dirfd, which stays open; no power yet. 0, or -1 with one
 * line in error. */
int vboard_open(struct vboard *b, struct loop *loop, int dirfd, char *error, size_t error_size);
/* Power off and all closed; flash.img is left without what is not memory of the token. */
void vboard_close(struct vboard *b);

/* A board without firmware is given that of images first (factory.h). Clears the device pages,
 * fills the noise page, starts QEMU. 0, or -1 with one line in error. */
int vboard_power_on(struct vboard *b, const char *images, int log_fd, char *error,
                    size_t error_size);
/* As pulling the plug: QEMU is killed at this instant; then the device pages are wiped. */
void vboard_power_off(struct vboard *b);

/* The bus for usb_host. */
struct usb_bus vboard_bus(struct vboard *b);

/* The panel's frame (HAL_PANEL_BYTES) and buttons (HAL_BUTTON_*). */
void vboard_frame(struct vboard *b, uint8_t *frame);
void vboard_press(struct vboard *b, uint32_t buttons);

#endif
