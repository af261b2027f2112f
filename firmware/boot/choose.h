/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which image is started. A new one is tried once: the try is written down before it runs, and only
 * the vault of that image, when it has passed its self tests and talked to a host, confirms it
 * (firmware/vault/update). Until then the next start takes the old one. An image that is damaged,
 * or that one-time memory no longer allows, is passed over.
 */
#ifndef HUFU_BOOT_CHOOSE_H
#define HUFU_BOOT_CHOOSE_H

#include "hal.h"
#include "image_check.h"
#include <stdbool.h>
#include <stdint.h>

struct choose_board {
    const struct image_token *token; /* name, places, roots; the rest is filled in here */
    struct hal_flash flash;          /* the firmware's: slots.h */
    struct hal_otp otp;
    /* Where images are put: nothing can write there from now on until the vault runs, or (false)
     * load may again. Locked when an image is judged, so that what is started is what was judged.
     * HAL_OK; HAL_FAIL: it is as it was, and nothing there is started. */
    int (*lock)(void *ctx, bool locked);
    /* Puts a part where it runs and returns its bytes there; a board that runs from flash only
     * returns them. NULL: the flash failed. The part's place and size were checked. */
    const void *(*load)(void *ctx, const struct hufu_image_part *part, uint32_t flash_address);
    void (*say)(void *ctx, const char *text); /* a piece of a line for the log */
    void *ctx;
};

/* What the vault finds about itself where the board's layout has it. */
struct boot_note {
    uint32_t magic;                    /* BOOT_NOTE */
    uint32_t slot;                     /* it was started from */
    uint32_t trial;                    /* SECURE_TRUE: this start was the image's trial */
    uint32_t passed;                   /* images that were passed over: 0 or 1 */
    uint32_t font_size;                /* bytes of its font part; 0: it has none */
    uint8_t digest[HUFU_IMAGE_DIGEST]; /* image_digest */
};
#define BOOT_NOTE 0x45544F4Eu /* "NOTE" */

/*
 * Chooses, loads and checks. [out] image the header of what was loaded; note.
 * SECURE_TRUE: its parts are in place. Anything else: nothing may be started.
 */
secure_bool choose_image(const struct choose_board *board, struct hufu_image *image,
                         struct boot_note *note);

#endif
