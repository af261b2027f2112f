/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"
#include "store.h"
#include <string.h>

#define VALUE_AT  (FRAME_HEADER + FRAME_TAG)
#define CHECK_AT  (FRAME_HEADER - FRAME_CHECK)
#define MARK_AT   16u
#define CHUNK     64u /* a multiple of GRANULE */
#define SEALED_AD 16u

/* Bits that may be wrong in a mark: with 8 of 128 a forger still has a chance of 2^-87. */
#define MARK_BITS 8u
/* Bits that may stand in a granule of padding. */
#define PAD_BITS 2u

uint32_t frame_value_granules(size_t len)
{
    return (uint32_t)((VALUE_AT + len + GRANULE - 1u) / GRANULE);
}

static bool has_value(uint8_t kind)
{
    return kind == FRAME_VALUE || kind == FRAME_COPY;
}

static uint32_t bits(const uint8_t *p, size_t len)
{
    uint32_t n = 0;

    for (size_t i = 0; i < len; i++) {
        for (uint8_t b = p[i]; b != 0; b &= (uint8_t)(b - 1u)) {
            n++;
        }
    }
    return n;
}

static uint32_t distance(const uint8_t *a, const uint8_t *b, size_t len)
{
    uint32_t n = 0;

    for (size_t i = 0; i < len; i++) {
        uint8_t d = a[i] ^ b[i];
        n += bits(&d, 1);
    }
    return n;
}

/* What the value's tag binds: everything but the transaction that happens to carry it. */
static void sealed_ad(const struct frame *f, uint8_t ad[SEALED_AD])
{
    ad[0] = FRAME_VALUE;
    ad[1] = f->type;
    set16(ad + 2, f->id);
    set16(ad + 4, f->len);
    set16(ad + 6, STORE_FORMAT);
    set32(ad + 8, f->version);
    set32(ad + 12, f->sequence);
}

static void encode(const struct log *l, const struct frame *f, uint8_t h[FRAME_HEADER])
{
    uint8_t mark[SEAL_TAG];

    memset(h, 0, FRAME_HEADER);
    h[0] = f->kind;
    h[1] = f->type;
    set16(h + 2, f->id);
    set16(h + 4, f->len);
    set16(h + 6, STORE_FORMAT);
    set32(h + 8, f->txn);
    set32(h + 12, f->version);
    if (f->kind == FRAME_COMMIT) {
        seal_mark(&l->keys, 'C', h, MARK_AT, h + MARK_AT);
        return;
    }
    set32(h + 16, f->sequence);
    seal_mark(&l->keys, 'F', h, CHECK_AT, mark);
    memcpy(h + CHECK_AT, mark, FRAME_CHECK);
}

static void decode(const uint8_t h[FRAME_HEADER], struct frame *f)
{
    f->kind = h[0];
    f->type = h[1];
    f->id = get16(h + 2);
    f->len = get16(h + 4);
    f->txn = get32(h + 8);
    f->version = get32(h + 12);
    f->sequence = f->kind == FRAME_COMMIT ? 0 : get32(h + 16);
    f->granules = has_value(f->kind) ? frame_value_granules(f->len) : FRAME_HEADER_GRANULES;
}

static bool authentic(const struct log *l, const struct frame *f, const uint8_t h[FRAME_HEADER])
{
    uint8_t want[FRAME_HEADER];

    encode(l, f, want);
    if (f->kind == FRAME_COMMIT) {
        return memcmp(h, want, MARK_AT) == 0 &&
               distance(h + MARK_AT, want + MARK_AT, FRAME_HEADER - MARK_AT) <= MARK_BITS;
    }
    return memcmp(h, want, FRAME_HEADER) == 0;
}

int frame_read(const struct log *l, uint32_t position, bool trust, struct frame *f)
{
    uint8_t h[FRAME_HEADER];
    bool alone = position + FRAME_HEADER_GRANULES > log_limit(l);
    static const uint8_t blank[GRANULE] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

    if (log_read(l, position, 0, h, alone ? GRANULE : FRAME_HEADER) != ERR_OK) {
        return ERR_FLASH;
    }
    memset(f, 0, sizeof *f);
    f->position = position;
    f->granules = 1;
    if (bits(h, GRANULE) <= PAD_BITS) {
        f->kind = FRAME_PAD;
        return ERR_OK;
    }
    if (memcmp(h, blank, GRANULE) == 0) {
        f->kind = FRAME_BLANK;
        return ERR_OK;
    }
    switch (h[0]) {
    case FRAME_VALUE:
    case FRAME_COPY:
    case FRAME_TOMB:
    case FRAME_CARRY:
    case FRAME_TRIM:
    case FRAME_COMMIT:
        if (!alone) {
            decode(h, f);
            if (f->len <= STORE_MAX_VALUE && (trust || authentic(l, f, h))) {
                return ERR_OK;
            }
        }
        break;
    default:
        break;
    }
    f->kind = FRAME_BAD;
    f->granules = 1;
    return ERR_OK;
}

int frame_is_commit(const struct log *l, uint32_t position, const struct frame *expected, bool *yes)
{
    uint8_t seen[FRAME_HEADER];
    uint8_t want[FRAME_HEADER];

    *yes = false;
    if (position + FRAME_HEADER_GRANULES > log_limit(l)) {
        return ERR_OK;
    }
    encode(l, expected, want);
    int rc = log_read(l, position, 0, seen, sizeof seen);
    *yes = rc == ERR_OK && distance(seen, want, sizeof seen) <= MARK_BITS;
    return rc;
}

int frame_find_commit(const struct log *l, uint32_t from, uint32_t to, uint32_t above,
                      uint32_t pending, bool *found)
{
    uint8_t h[FRAME_HEADER];
    struct frame f;

    *found = false;
    for (uint32_t p = from; p + FRAME_HEADER_GRANULES <= to && !*found; p++) {
        if (log_read(l, p, 0, h, 1) != ERR_OK) {
            return ERR_FLASH;
        }
        if (h[0] == FRAME_COMMIT) {
            if (log_read(l, p, 0, h, sizeof h) != ERR_OK) {
                return ERR_FLASH;
            }
            decode(h, &f);
            *found = (f.txn > above || f.txn == pending) && authentic(l, &f, h);
        }
    }
    return ERR_OK;
}

int frame_write_header(struct log *l, const struct frame *f)
{
    uint8_t h[FRAME_HEADER];

    encode(l, f, h);
    log_frame(l, FRAME_HEADER_GRANULES);
    int rc = log_write(l, h, sizeof h);
    return rc == ERR_OK ? log_flush(l) : rc;
}

int frame_refresh_commit(struct log *l, const struct frame *f)
{
    uint8_t h[FRAME_HEADER];
    uint8_t seen[FRAME_HEADER];

    encode(l, f, h);
    if (log_read(l, f->position, 0, seen, sizeof seen) != ERR_OK) {
        return ERR_FLASH;
    }
    for (uint32_t g = 0; g < FRAME_HEADER_GRANULES; g++) {
        uint8_t *want = h + g * GRANULE;
        for (size_t i = 0; i < GRANULE; i++) {
            want[i] &= seen[g * GRANULE + i]; /* a forgiven bit that is 0 cannot be set again */
        }
        int rc = log_program(l, log_addr(l, f->position + g), want, GRANULE);
        if (rc != ERR_OK) {
            return rc;
        }
    }
    return ERR_OK;
}

int frame_write_value(struct log *l, const struct frame *f, const void *value)
{
    const uint8_t *plain = value;
    struct seal_stream stream;
    uint8_t piece[CHUNK];

    encode(l, f, piece);
    log_frame(l, frame_value_granules(f->len));
    int rc = log_write(l, piece, FRAME_HEADER);
    sealed_ad(f, piece);
    seal_tag(&l->keys, piece, SEALED_AD, value, f->len, piece);
    seal_stream_init(&stream, &l->keys, piece);
    if (rc == ERR_OK) {
        rc = log_write(l, piece, FRAME_TAG);
    }
    for (size_t done = 0; done < f->len && rc == ERR_OK;) {
        size_t n = f->len - done < CHUNK ? f->len - done : CHUNK;
        memset(piece, 0, sizeof piece);
        seal_stream_apply(&stream, plain + done, piece, n);
        rc = log_write(l, piece, (n + GRANULE - 1u) / GRANULE * GRANULE);
        done += n;
    }
    return rc == ERR_OK ? log_flush(l) : rc;
}

int frame_write_copy(struct log *l, const struct frame *f, uint32_t source)
{
    uint8_t piece[CHUNK];
    uint32_t total = frame_value_granules(f->len) * GRANULE;

    encode(l, f, piece);
    log_frame(l, total / GRANULE);
    int rc = log_write(l, piece, FRAME_HEADER);
    for (uint32_t done = FRAME_HEADER; done < total && rc == ERR_OK;) {
        uint32_t n = total - done < CHUNK ? total - done : CHUNK;
        rc = log_read(l, source, done, piece, n);
        if (rc == ERR_OK) {
            rc = log_write(l, piece, n);
        }
        done += n;
    }
    return rc == ERR_OK ? log_flush(l) : rc;
}

int frame_open_value(const struct log *l, const struct frame *f, uint8_t *value)
{
    uint8_t tag[FRAME_TAG];
    uint8_t ad[SEALED_AD];
    uint8_t piece[CHUNK];
    struct seal_stream stream;
    struct seal_check check;
    int rc = log_read(l, f->position, FRAME_HEADER, tag, sizeof tag);

    if (rc != ERR_OK) {
        return rc;
    }
    sealed_ad(f, ad);
    seal_stream_init(&stream, &l->keys, tag);
    seal_check_begin(&check, &l->keys, ad, sizeof ad);
    for (uint32_t done = 0; done < f->len && rc == ERR_OK;) {
        uint32_t n = f->len - done < CHUNK ? f->len - done : CHUNK;
        uint8_t *out = value != NULL ? value + done : piece;
        rc = log_read(l, f->position, VALUE_AT + done, out, n);
        if (rc == ERR_OK) {
            seal_stream_apply(&stream, out, out, n);
            seal_check_add(&check, out, n);
        }
        done += n;
    }
    if (seal_check_end(&check, tag) != SECURE_TRUE && rc == ERR_OK) {
        rc = ERR_INTEGRITY;
    }
    secret_wipe(piece, sizeof piece);
    if (rc != ERR_OK && value != NULL) {
        secret_wipe(value, f->len);
    }
    return rc;
}

int frame_zero_value(struct log *l, const struct frame *f, bool firm)
{
    return has_value(f->kind)
               ? log_zero(l, f->position, FRAME_HEADER, f->granules * GRANULE - FRAME_HEADER, firm)
               : ERR_OK;
}
