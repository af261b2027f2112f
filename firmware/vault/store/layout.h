/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lies where in flash. Every constant of the format has its home here; README.md draws it.
 * All integers little-endian.
 *
 *   superblock, sectors 0 and 1, the same 64 bytes in both:
 *     0 magic[8]  8 format u16  10 zero u16  12 sectors u32  16 tag[16]  32 sealed store key[32]
 *   log sector, from 2 on:
 *     0  ready mark: magic u32, format u16, index u16, mac[8]     written after a finished erase
 *     16 open mark:  format u16, first u16, number u32, mac[8]    written when the log enters it
 *        or spare mark: format u16, used u8, first u8, number u32, mac[8]: this is a copy of the
 * first `used` granules of sector `number`, the one before in the ring (repair.c) 32 payload:
 * LOG_GRANULES granules frame header, 2 granules: 0 kind  1 type  2 id u16  4 len u16  6 format u16
 * 8 transaction u32  12 version u32 16 sequence u32  20 zero u32  24 check[8] a value is followed
 * by tag[16] and the sealed bytes, padded with zero to a granule commit frame, 2 granules: 0 kind
 * 1 zero  2 count u16  4 zero u16  6 format u16  8 transaction u32  12 span u32 16 mark[16]
 */
#ifndef HUFU_STORE_LAYOUT_H
#define HUFU_STORE_LAYOUT_H

#include "hal.h"
#include <stdint.h>

#define GRANULE 16u

#define SUPER_COPIES 2u
#define SUPER_BYTES  64u
#define SUPER_MAGIC  "HUFUSTOR"

#define LOG_READY_MAGIC 0x59445248u /* "HRDY" */
#define LOG_MARK        16u         /* bytes of the ready and of the open mark */
#define LOG_HEADER      (2u * LOG_MARK)
#define LOG_GRANULES    ((HAL_FLASH_SECTOR - LOG_HEADER) / GRANULE)
#define LOG_FIRST_NONE  0xFFFFu /* no frame begins in this sector */

#define FRAME_HEADER          32u
#define FRAME_HEADER_GRANULES (FRAME_HEADER / GRANULE)
#define FRAME_TAG             16u
#define FRAME_CHECK           8u

/* Any two of these differ in at least four bits, as do they from blank and from zeroed flash. */
enum frame_kind {
    FRAME_PAD = 0x00,    /* zeroed: skip one granule */
    FRAME_VALUE = 0x33,  /* put by the user's transaction */
    FRAME_TOMB = 0x3C,   /* deleted by the user's transaction */
    FRAME_COPY = 0x55,   /* a live value moved by garbage collection */
    FRAME_CARRY = 0x5A,  /* a tombstone moved by garbage collection */
    FRAME_TRIM = 0x66,   /* version = number of the sector at which the log now begins */
    FRAME_COMMIT = 0x69, /* closes its transaction */
    FRAME_BAD = 0xF0,    /* never written: what a reader calls anything else */
    FRAME_BLANK = 0xFF,
};

/* A slot is a flash address in granules and fits 16 bits, so a store is at most 1 MiB. */
#define STORE_SECTORS_MAX 256u
#define STORE_SECTORS_MIN 12u

/*
 * Sectors kept from the user, beside the superblocks:
 * GC_ROOM: a user's write leaves that many free, and a sixteenth of all besides. A mount that finds
 *          less wins back what cuts have cost, so that collection always has where to copy to,
 *          whatever the cuts (README.md, "How much room collection needs").
 * slack:   free or dead space that makes collection worth its while: an eighth, at least 3.
 * KEEP:    sectors store_maintain holds erased beyond that for writes that must not wait.
 */
#define GC_ROOM 4u
#define KEEP    2u

static inline uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | (uint16_t)(p[1] << 8));
}

static inline uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline void set16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static inline void set32(uint8_t *p, uint32_t v)
{
    set16(p, v);
    set16(p + 2, v >> 16);
}

#endif
