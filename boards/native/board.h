/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board of a host process: the struct hal that unit tests, fuzzers and `hufu-emu --native` give
 * the vault. Two ways to make one:
 *
 *   board_init   everything in memory and seeded: a flash double that enforces NOR rules and can
 * lose power at any operation, entropy that can be seeded, replayed or broken, fuses, a clock that
 * is set by hand. board_open   a state directory, in the same formats as the emulated board
 * (flash.img, otp.bin): either can open what the other left.
 *
 * The parts are public structs: a test reads counters and bytes, and sets faults, directly.
 */
#ifndef HUFU_BOARD_NATIVE_H
#define HUFU_BOARD_NATIVE_H

#include "hal.h"
#include <stdio.h>
#include <ucontext.h>

/* A small deterministic generator (splitmix64) for everything seeded here. Not for keys. */
uint64_t board_rand(uint64_t *state);

/* --- Task --------------------------------------------------------------------------------- */

/*
 * The command stack: a coroutine. It runs to completion unless slice is set: then every slice-th
 * flash operation ends the slice, and start/resume return HAL_TASK_BUSY, as the secure timer does
 * on a real board.
 */
struct board_task {
    uint32_t slice; /* flash operations per slice; 0: never interrupted */
    uint32_t count;
    bool exists;
    bool running;
    bool finished;
    void (*entry)(void *arg);
    void *arg;
    void (*escape)(void *arg); /* set when power was cut on the task's stack */
    void *escape_arg;
    uint8_t *stack;
    size_t stack_size;
    ucontext_t outside;
    ucontext_t inside;
    void *fake_outside; /* AddressSanitizer's fiber state */
    void *fake_inside;
    const void *outside_stack;
    size_t outside_size;
};

/* HAL_OK; HAL_FAIL: no memory for the stack. */
int board_task_init(struct board_task *t);
void board_task_close(struct board_task *t);
/* Called by the flash double at each operation: ends the slice when it is due. */
void board_task_tick(struct board_task *t);
/* Ends the slice now; nothing happens outside a task. */
void board_task_yield(struct board_task *t);
struct hal_task board_task_hal(struct board_task *t);

/* --- Flash -------------------------------------------------------------------------------- */

/* What is left of the operation at which power is lost. */
enum board_cut {
    BOARD_CUT_NONE = 0,
    BOARD_CUT_BEFORE,   /* nothing of it happened */
    BOARD_CUT_AFTER,    /* it is complete, but its caller never hears of it */
    BOARD_CUT_TORN,     /* program: any subset of the bits cleared; erase: garbage, a mixture of
                           old and blank, or blank-looking and unstable; the seed chooses */
    BOARD_CUT_UNSTABLE, /* as TORN, and the bits that were touched read differently from one read
                           to the next until they are rewritten */
};

struct board_flash {
    uint32_t size;
    uint8_t *bytes; /* the cells */
    uint8_t *weak;  /* cells that read either way: cleared by an erase, or a bit at a time by
                       programming it to 0 */

    uint32_t operations; /* programs + erases begun since init or board_flash_cut */
    uint32_t programs;
    uint32_t erases;
    uint64_t programmed;     /* bytes */
    uint32_t *sector_erases; /* size / HAL_FLASH_SECTOR of them */
    uint32_t violations;     /* refused: out of range, crossing a page, or 0 -> 1 */

    enum board_cut cut; /* armed by board_flash_cut */
    uint32_t cut_at;
    uint64_t seed;
    bool off; /* power is gone: everything is refused */

    /* Called when power is lost; it may longjmp to abandon the vault at that instant. When it is
     * NULL or returns, the operation and all after it return HAL_FAIL. Inside a task it is called
     * on the stack of the one who resumed the task. */
    void (*on_cut)(void *arg);
    void *on_cut_arg;
    struct board_task *task; /* ticked at every operation; NULL: none */
    int fd;                  /* -1: in memory */
    size_t mapped;
};

/* In memory, blank (FF). [in] size a multiple of HAL_FLASH_SECTOR. HAL_OK; HAL_FAIL: no memory. */
int board_flash_init(struct board_flash *f, uint32_t size, uint64_t seed);
/*
 * The first VB_FLASH_SIZE bytes of the file at path, mapped shared. A missing or empty file is made
 * VB_SIZE long (what QEMU asks for), its flash part filled with FF. HAL_OK; HAL_FAIL: errno says
 * why (EINVAL: the file is shorter than the flash).
 */
int board_flash_open(struct board_flash *f, const char *path);
void board_flash_close(struct board_flash *f);
struct hal_flash board_flash_hal(struct board_flash *f);

/* Lose power at the at-th operation from now (1 = the next). Counting starts anew. */
void board_flash_cut(struct board_flash *f, enum board_cut cut, uint32_t at, uint64_t seed);
/* Power is back; what was armed is disarmed. */
void board_flash_power_on(struct board_flash *f);
void board_flash_reset_counters(struct board_flash *f);

/* --- Entropy ------------------------------------------------------------------------------ */

enum board_entropy_mode {
    BOARD_ENTROPY_REAL = 0, /* getrandom */
    BOARD_ENTROPY_SEEDED,
    BOARD_ENTROPY_REPLAY, /* blocks of a recorded file in order; the call fails at its end */
    BOARD_ENTROPY_STUCK,  /* every byte the same */
    BOARD_ENTROPY_REPEAT, /* the same block again and again */
    BOARD_ENTROPY_BIASED, /* random bits, of which three in four are 1 */
    BOARD_ENTROPY_FAIL,   /* every call fails */
};

struct board_entropy {
    enum board_entropy_mode mode;
    enum board_entropy_mode fault; /* becomes mode once `good` blocks were delivered */
    uint32_t good;                 /* 0: never */
    uint32_t reads;                /* blocks delivered */
    uint64_t state;
    uint8_t last[HAL_ENTROPY_BLOCK];
    FILE *replay;
    FILE *record; /* every block delivered is appended here when set (test builds) */
};

void board_entropy_init(struct board_entropy *e, enum board_entropy_mode mode, uint64_t seed);
/* Replays a file of HAL_ENTROPY_BLOCK-byte blocks. HAL_OK; HAL_FAIL: errno. */
int board_entropy_replay(struct board_entropy *e, const char *path);
/* Appends every delivered block to path, made with mode 0600. HAL_OK; HAL_FAIL: errno. */
int board_entropy_record(struct board_entropy *e, const char *path);
/* From now on `good` more blocks are sound, then the fault begins. */
void board_entropy_break(struct board_entropy *e, uint32_t good, enum board_entropy_mode fault);
void board_entropy_close(struct board_entropy *e);
struct hal_entropy board_entropy_hal(struct board_entropy *e);

/* --- One-time memory ---------------------------------------------------------------------- */

#define BOARD_OTP_ROWS (HAL_OTP_SIZE / HAL_OTP_ROW)
#define BOARD_OTP_FILE (HAL_OTP_SIZE + BOARD_OTP_ROWS) /* bytes of otp.bin */

/*
 * otp.bin: the HAL_OTP_SIZE bytes of fuses, then one byte per row: 0 open, FF locked.
 * This is also what hufu-emu keeps behind the fuse page.
 */
struct board_otp {
    uint8_t fuses[HAL_OTP_SIZE];
    uint8_t locked[BOARD_OTP_ROWS];
    uint32_t burns;
    int fd; /* -1: in memory */
};

void board_otp_init(struct board_otp *o);
/* Opens or makes the file (mode 0600). HAL_OK; HAL_FAIL: errno (EINVAL: of another size). */
int board_otp_open(struct board_otp *o, const char *path);
void board_otp_close(struct board_otp *o);
/* As hal.h says of read, burn and lock; for an emulator that serves the fuse page. */
int board_otp_read(struct board_otp *o, uint32_t offset, void *buf, size_t len);
int board_otp_burn(struct board_otp *o, uint32_t offset, const void *data, size_t len);
int board_otp_lock(struct board_otp *o, uint32_t row);
struct hal_otp board_otp_hal(struct board_otp *o);

/* --- Time and panel ----------------------------------------------------------------------- */

struct board_time {
    bool manual; /* now is set by the test; else the monotonic clock since init */
    uint32_t now;
    uint64_t start;
};
void board_time_init(struct board_time *t, bool manual);
struct hal_time board_time_hal(struct board_time *t);

struct board_panel {
    uint8_t frame[HAL_PANEL_BYTES];
    uint32_t frames;
    uint32_t pressed;        /* HAL_BUTTON_*, taken by the vault */
    struct board_task *task; /* looking for a button ends the slice; NULL: it does not */
    void (*on_show)(void *arg, const uint8_t frame[HAL_PANEL_BYTES]); /* NULL: none */
    void *on_show_arg;
};
void board_panel_init(struct board_panel *p);
struct hal_panel board_panel_hal(struct board_panel *p);

/* --- The whole ---------------------------------------------------------------------------- */

struct board {
    struct board_flash flash;
    struct board_entropy entropy;
    struct board_otp otp;
    struct board_time time;
    struct board_panel panel;
    struct board_task task;
    struct hal hal;
};

/* In memory: VB_FLASH_SIZE of blank flash, seeded entropy, manual time. HAL_OK; HAL_FAIL. */
int board_init(struct board *b, uint64_t seed);
/* On the state directory dir, which exists: flash.img, otp.bin; real entropy and time.
 * HAL_OK; HAL_FAIL: errno. */
int board_open(struct board *b, const char *dir);
void board_close(struct board *b);

#endif
