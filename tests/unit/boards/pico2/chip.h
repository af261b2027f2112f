/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the RP2350 and what is around it on a Pico 2, by registers, from the datasheets:
 * enough of each block for the drivers of boards/pico2, and strict. What the chip would refuse, or
 * a driver must not do, is a fault: it is counted, named, and has no effect.
 */
#ifndef HUFU_TEST_PICO2_CHIP_H
#define HUFU_TEST_PICO2_CHIP_H

#include "hal.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHIP_FLASH (4u << 20)

struct chip_flash {
    uint8_t *bytes;
    bool direct;       /* direct mode is on: the XIP window is off */
    bool selected;     /* chip select is low */
    bool write_enable; /* WEL */
    uint64_t busy_until;
    uint8_t line[300]; /* bytes of the command on the lines */
    uint32_t line_len;
    uint8_t in[8]; /* what came back and was not taken */
    uint32_t in_len;
    uint32_t programs, erases, reads;
    uint32_t longest; /* bytes on the lines in one hold of the interrupts */
    uint32_t in_hold;
    /* Ills */
    bool absent;        /* nobody drives the line */
    bool never_ready;   /* BUSY stays */
    bool never_enabled; /* WEL does not stand */
    bool interface_dead;
    uint8_t weak_bits; /* these stay 1 when programmed */
};

struct chip_trng {
    bool enabled, valid;
    uint32_t sample, reset_clocks, collect_reads, isr, config, debug;
    uint32_t seed, collections;
    /* Ills */
    uint32_t fail_with; /* ISR bits of the next `fails` collections */
    uint32_t fails;
    bool dead;       /* never done */
    bool never_back; /* from its reset */
};

struct chip_otp {
    uint32_t raw[4096];
    uint32_t sw_lock[64];
    uint32_t critical;
    uint32_t rom_calls, rows_burnt;
    uint32_t weak_row, weak_bits; /* these bits of the row do not take */
};

struct chip_i2c {
    bool enabled, present, aborted, stopped, stuck;
    uint32_t target, con, refuse_after; /* bytes that are acknowledged; 0: all */
    uint8_t message[1100];
    uint32_t len, messages;
};

/* An SSD1306 as its controller sees the bytes. */
struct chip_display {
    bool on, pump, horizontal, segments_turned, rows_turned;
    uint8_t lines;
    uint8_t column, first_column, last_column, page, first_page, last_page;
    uint8_t memory[8][128];
    uint32_t unknown; /* orders that are none */
};

/* The USB controller's registers; its buffers are memory, which whoever runs a driver maps. */
struct chip_usb {
    uint32_t reg[0x120 / 4];
    uint8_t dpram[4096] __attribute__((aligned(4)));
};

struct chip {
    uint64_t us;
    uint32_t step_us;      /* time that a look at the clock takes */
    void (*on_time)(void); /* called at each look; a test may leave by longjmp */
    unsigned held;         /* interrupts are off */
    unsigned faults;
    const char *why;  /* the last fault */
    uint32_t unknown; /* the last address that no block is at */
    struct chip_flash flash;
    struct chip_trng trng;
    struct chip_otp otp;
    struct chip_i2c i2c;
    struct chip_display display;
    struct chip_usb usb;
    bool bootsel;        /* the button is down */
    uint32_t select_pin; /* QSPI_SS's control register */
    unsigned resets;     /* by the watchdog */
    uint32_t watchdog_ctrl, watchdog_load, watchdog_scratch4, watchdog_reset_by, psm_off;
    uint64_t watchdog_at;
    uint32_t alarm; /* TIMER1's alarm 0, the slicer's */
    bool alarm_armed, alarm_enabled, alarm_pending;
    char log[512];
    uint32_t log_len;
    uint32_t stuck_address; /* a register that keeps what it has */
};
extern struct chip chip;

/* As after power-on, flash erased, no fuse burnt, no display. */
void chip_reset(void);
/* The state of drivers is theirs; this moves time on, as if nobody had asked for so long. */
void chip_wait_us(uint64_t us);
void chip_fault(const char *why);

/* --- The blocks, each in a file of its own; false: not its address --- */

bool chip_flash_read(uint32_t address, uint32_t *value);
bool chip_flash_write(uint32_t address, uint32_t value);
bool chip_trng_read(uint32_t address, uint32_t *value);
bool chip_trng_write(uint32_t address, uint32_t value);
bool chip_otp_read(uint32_t address, uint32_t *value);
bool chip_otp_write(uint32_t address, uint32_t value);
bool chip_i2c_read(uint32_t address, uint32_t *value);
bool chip_i2c_write(uint32_t address, uint32_t value);
bool chip_usb_read(uint32_t address, uint32_t *value);
bool chip_usb_write(uint32_t address, uint32_t value);
bool chip_core_read(uint32_t address, uint32_t *value);
bool chip_core_write(uint32_t address, uint32_t value);
bool chip_clocks_read(uint32_t address, uint32_t *value);
bool chip_clocks_write(uint32_t address, uint32_t value);
void chip_core_reset(void);
void chip_clocks_reset(void);
void chip_display_message(const uint8_t *bytes, uint32_t len);

/* --- Who may reach what (chip_core.c) --- */

enum chip_master { CHIP_VAULT, CHIP_LINK, CHIP_CORE1, CHIP_DMA, CHIP_DEBUG };
/* As SAU, IDAU and ACCESSCTRL stand now. CHIP_LINK: non-secure privileged on core 0. */
bool chip_reaches(enum chip_master master, uint32_t address);
/* Whether an address is a gateway's: secure, and non-secure callable. */
bool chip_gateway(uint32_t address);

/* --- Ills and figures of the clocks (chip_clocks.c) --- */

enum chip_clock_ill {
    CHIP_CLOCKS_GOOD,
    CHIP_NO_CRYSTAL,
    CHIP_NO_LOCK_SYS,
    CHIP_NO_LOCK_USB,
    CHIP_NO_SWITCH,
    CHIP_NO_RESET_DONE,
    CHIP_NO_TICK,
};
void chip_clock_ill(enum chip_clock_ill ill);
uint32_t chip_ref_hz(void);
uint32_t chip_sys_hz(void);
uint32_t chip_usb_hz(void);

#endif
