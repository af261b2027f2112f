/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log as one endless tape of 16-byte granules. A position is a granule's number since the store
 * was formatted; sector number = position / LOG_GRANULES, and the sector's place in flash is that
 * number modulo the sectors there are. So a frame may cross from one sector into the next without
 * anyone above this layer knowing, and going round the ring wears every sector alike.
 *
 *          tail                          head
 *   ... | free | FFFFFFFF | FFFFFFFF | FFF..... | free | ...
 *                ^ oldest frame          ^ end
 *
 * Functions return ERR_OK or ERR_FLASH unless they say more.
 */
#ifndef HUFU_STORE_LOG_H
#define HUFU_STORE_LOG_H

#include "err.h"
#include "hal.h"
#include "layout.h"
#include "seal.h"

struct log {
    struct hal_flash flash;
    struct seal_keys keys;
    uint32_t sectors; /* in the ring */
    uint32_t tail;    /* sector number at which the log begins */
    uint32_t head;    /* sector number that was opened last */
    uint32_t end;     /* position of the next frame; may be the first of a sector to be opened */
    uint32_t frame_begin; /* of the frame being written */
    uint32_t frame_end;
    uint32_t programs;
    uint32_t erases;
    uint8_t ready[STORE_SECTORS_MAX / 8u]; /* by place: erased and known to be */
    uint32_t page_addr;                    /* where page[] goes */
    uint32_t page_used;
    uint8_t page[HAL_FLASH_PAGE];
};

/* --- Flash, with read-back ---------------------------------------------------------------- */

int log_program(struct log *l, uint32_t addr, const void *data, size_t len);
/* Zeroes len bytes wherever they are not zero yet; with firm, programs every page of them again, so
 * that bits an interrupted program left half way are zero for good. Reads back. */
int log_zero_bytes(struct log *l, uint32_t addr, size_t len, bool firm);
int log_erase(struct log *l, uint32_t addr);

/* --- Positions ---------------------------------------------------------------------------- */

uint32_t log_place(const struct log *l, uint32_t number); /* index in the ring */
uint32_t log_sector_addr(const struct log *l, uint32_t number);
uint32_t log_addr(const struct log *l, uint32_t position);
uint32_t log_limit(const struct log *l); /* first position after the head sector */
/* The slot of a position, and back; only for positions from tail to head. */
uint16_t log_slot(const struct log *l, uint32_t position);
uint32_t log_position(const struct log *l, uint16_t slot);
/* Granules that can still be written before the ring is full. */
uint32_t log_room(const struct log *l);

/* Bytes from offset after position on; must lie before log_limit. */
int log_read(const struct log *l, uint32_t position, uint32_t offset, void *buf, size_t len);
int log_zero(struct log *l, uint32_t position, uint32_t offset, size_t len, bool firm);

/* --- Sectors ------------------------------------------------------------------------------ */

enum sector_state {
    SECTOR_FREE,  /* neither: must be erased before use */
    SECTOR_READY, /* erased, and that was finished */
    SECTOR_OPEN,  /* part of the log, or was until its freeing began */
};
/* [in] place in the ring. [out] state; number and first when open. */
int sector_inspect(const struct log *l, uint32_t place, enum sector_state *state, uint32_t *number,
                   uint32_t *first);
/* Erases, checks and marks ready. */
int sector_prepare(struct log *l, uint32_t place);
bool sector_ready(const struct log *l, uint32_t place);
void sector_doubt(struct log *l, uint32_t place); /* not ready after all */
/* Head moves on: the next sector is prepared if need be, and opened. first: where in it a frame
 * begins. ERR_NO_SPACE: the ring is full. */
int sector_open_next(struct log *l, uint32_t first);
/* Programs the open mark of an open sector again. */
int sector_refresh(struct log *l, uint32_t number, uint32_t first);
/* The mark of a sector that holds a copy of the part in use of the one before it (repair.c). */
struct spare_mark {
    uint32_t number; /* of the sector copied; the copy lies in the place of the next */
    uint32_t used;   /* granules copied, less than LOG_GRANULES */
    uint32_t first;  /* as in that sector's open mark */
};
int sector_mark_spare(struct log *l, uint32_t number, uint32_t used, uint32_t first);
/* Also ERR_NOT_FOUND: the sector there has no such mark. */
int sector_read_spare(const struct log *l, uint32_t place, struct spare_mark *s);
/* Takes a sector out of the log: its marks are zeroed first, so that no instant shows half of it.
 */
int sector_free(struct log *l, uint32_t number);

/* [out] position of the oldest frame that begins in the log. ERR_INTEGRITY: none does. */
int log_begin(const struct log *l, uint32_t *begin);
/* Zeroes what lies before log_begin: the rest of a value whose front went with a freed sector. */
int log_zero_remnant(struct log *l, bool firm);

/* --- Writing at the end ------------------------------------------------------------------- */

/* Begins a frame of that many granules. */
void log_frame(struct log *l, uint32_t granules);
/* Appends; whole pages go out at once. ERR_NO_SPACE: the ring is full. */
int log_write(struct log *l, const void *data, size_t len);
/* Sends out what is left of a frame. */
int log_flush(struct log *l);

#endif
