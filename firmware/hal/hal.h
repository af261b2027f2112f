/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board gives the vault: one small struct of function pointers per device, each with its
 * contract above it. The vault owns policy (what is stored, when, sealed how); a board only moves
 * bytes. Every function returns HAL_OK or HAL_FAIL and never blocks without bound.
 * Buffers belong to the caller. No function may be called from two contexts at once.
 */
#ifndef HUFU_HAL_H
#define HUFU_HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HAL_OK = 0,
    HAL_FAIL = -1,
};

/* --- NOR flash ---------------------------------------------------------------------------- */

#define HAL_FLASH_SECTOR 4096u /* bytes erased at once */
#define HAL_FLASH_PAGE   256u  /* most bytes programmed at once */

/*
 * NOR flash of the vault. Programming only clears bits; erasing sets a whole sector to FF.
 * A power cut during program leaves any subset of the requested bits cleared; a cut during erase
 * leaves any contents, blank-looking but unstable ones included.
 */
struct hal_flash {
    uint32_t size; /* bytes, a multiple of HAL_FLASH_SECTOR; the vault's own flash ends with four
                      sectors for the identity certificates (attest/identity_chain.h) */
    /* [in] addr,len inside size  [out] buf. HAL_FAIL: out of range. */
    int (*read)(void *ctx, uint32_t addr, void *buf, size_t len);
    /* Program 1..HAL_FLASH_PAGE bytes, not crossing a page. HAL_FAIL: out of range, or a bit that
     * is 0 was asked to become 1 (flash is then unchanged). Returns when the bits are in. */
    int (*program)(void *ctx, uint32_t addr, const void *data, size_t len);
    /* Erase the sector that begins at addr (sector-aligned). */
    int (*erase)(void *ctx, uint32_t addr);
    void *ctx;
};

/* --- Entropy ------------------------------------------------------------------------------ */

#define HAL_ENTROPY_BLOCK 32u /* raw bytes per read */

/*
 * The raw noise source, one block of samples per call; health tests are the vault's
 * (random/health.h). A board whose source delivers a block twice, late or not at all fails the
 * call: the vault then enters the error state.
 */
struct hal_entropy {
    int (*read)(void *ctx, uint8_t out[HAL_ENTROPY_BLOCK]);
    void *ctx;
};

/* --- Time --------------------------------------------------------------------------------- */

struct hal_time {
    uint32_t (*now_ms)(void *ctx); /* monotonic since power-on, wraps */
    void *ctx;
};

/* --- One-time memory ---------------------------------------------------------------------- */

#define HAL_OTP_SIZE 256u /* bytes */
#define HAL_OTP_ROW  32u  /* lock granularity */

/*
 * Fuses: every bit starts 0 and can only become 1. A locked row can no longer be burnt.
 */
struct hal_otp {
    int (*read)(void *ctx, uint32_t offset, void *buf, size_t len);
    /* ORs data into the row(s); returns when it is durable. HAL_FAIL: range, or a locked row. */
    int (*burn)(void *ctx, uint32_t offset, const void *data, size_t len);
    int (*lock)(void *ctx, uint32_t row);
    bool development; /* true: fuses are not physical (virtual token, unprovisioned board) */
    void *ctx;
};

/* --- Panel -------------------------------------------------------------------------------- */

#define HAL_PANEL_WIDTH   128u
#define HAL_PANEL_HEIGHT  64u
#define HAL_PANEL_BYTES   (HAL_PANEL_WIDTH * HAL_PANEL_HEIGHT / 8u)
#define HAL_BUTTON_OK     1u
#define HAL_BUTTON_CANCEL 2u

#define HAL_PANEL_ROW (HAL_PANEL_WIDTH / 8u) /* bytes */

/* Monochrome display, rows top to bottom, 16 bytes a row, most significant bit leftmost. The vault
 * draws row by row and keeps no frame; a board may show rows at once or all of them at show. */
struct hal_panel {
    int (*row)(void *ctx, unsigned y, const uint8_t pixels[HAL_PANEL_ROW]);
    int (*show)(void *ctx);
    /* Buttons pressed since the last call (HAL_BUTTON_*), 0 none. */
    uint32_t (*pressed)(void *ctx);
    void *ctx;
};

/* --- The command's own stack -------------------------------------------------------------- */

enum {
    HAL_TASK_DONE = 0,
    HAL_TASK_BUSY = 1,
};

/*
 * A command runs on its own stack so that a call into the vault can return while library code that
 * never yields is still at work. One task at a time.
 */
struct hal_task {
    /* Begin entry(arg) on the command stack. HAL_TASK_DONE: entry returned. HAL_TASK_BUSY: its
     * slice (at most 20 ms) ended first. HAL_FAIL: a task already exists. */
    int (*start)(void *ctx, void (*entry)(void *arg), void *arg);
    /* Give the task another slice. Same values; HAL_FAIL: there is no task. */
    int (*resume)(void *ctx);
    /* Drop the task and wipe its stack. Also called after DONE, to wipe. */
    void (*discard)(void *ctx);
    void *ctx;
};

/* --- Figures ------------------------------------------------------------------------------ */

/* What the board measured since power-on. 0: not measured. */
struct hal_figures {
    uint32_t stack_vault;    /* bytes, deepest use of the secure main stack */
    uint32_t stack_command;  /* bytes, deepest use of the command stack */
    uint32_t stack_link;     /* bytes, deepest use of the non-secure stack */
    uint32_t flash_programs; /* program calls */
    uint32_t flash_erases;   /* sectors erased */
};

struct hal_meter {
    /* [out] figures. May be NULL: this board measures nothing. */
    void (*read)(void *ctx, struct hal_figures *figures);
    void *ctx;
};

/* --- Firmware ----------------------------------------------------------------------------- */

struct image_token; /* firmware/boot/image_check.h */

/*
 * The flash that holds firmware images (firmware/boot/slots.h), and what the first stage started
 * from it. flash.size 0: this board's firmware is not the vault's to change (a host process).
 */
struct hal_firmware {
    struct hal_flash flash;
    const struct image_token *token; /* what images are judged by: board, places, roots */
    void (*restart)(void);           /* the whole machine, as after power-on; does not return */
    uint32_t slot;                   /* started from this one */
    bool trial;                      /* it was never confirmed: this start is its trial */
    uint8_t digest[32];              /* names the image: SM3 over its signed bytes */
    const void *font;                /* its font part, judged and in place; NULL: it has none */
    uint32_t font_size;
};

struct hal {
    struct hal_flash flash;
    struct hal_firmware firmware;
    struct hal_entropy entropy;
    struct hal_time time;
    struct hal_otp otp;
    struct hal_panel panel;
    struct hal_task task;
    struct hal_meter meter;
};

#endif
