/* SPDX-License-Identifier: Apache-2.0 */
#include "attest/identity_chain.h"
#include "apdu/reader.h"
#include "apdu/status.h"
#include "crypto/sm3.h"
#include "device.h"
#include "err.h"
#include "hufu/attest.h"
#include "key/certificate.h"
#include "key/der.h"
#include "wipe.h"
#include <string.h>

/* number 4 . length 4 . tag 32, then the certificates from the first page's end on */
enum { HEAD = 8, DATA_AT = 64, PIECE = 64 };

_Static_assert(DATA_AT + HUFU_IDENTITY_CHAIN_MAX <= HAL_FLASH_SECTOR, "a record fits its sector");

struct record {
    uint32_t number; /* 0: none */
    uint32_t len;
};

static const struct hal_flash *flash(void)
{
    return &device_hal()->flash;
}

static uint32_t sector_of(enum identity_algorithm algorithm, unsigned copy)
{
    return flash()->size - IDENTITY_AREA +
           ((unsigned)algorithm * IDENTITY_COPIES + copy) * HAL_FLASH_SECTOR;
}

struct hal_flash identity_chain_store_part(const struct hal_flash *whole)
{
    struct hal_flash part = *whole;
    part.size -= part.size < IDENTITY_AREA ? part.size : IDENTITY_AREA;
    return part;
}

/* --- a record -------------------------------------------------------------------------------- */

/* The tag's beginning: everything but the certificates. */
static int tag_begin(enum identity_algorithm algorithm, const uint8_t head[HEAD],
                     struct hmac_sm3 *mac)
{
    static const char label[] = "hufu identity certificates";
    uint8_t root[STORE_ROOT_KEY];
    const uint8_t which = (uint8_t)algorithm;
    int err = identity_root_key(&device_hal()->otp, root);
    if (err == ERR_OK) {
        hmac_sm3_init(mac, root, sizeof root);
        hmac_sm3_update(mac, label, sizeof label);
        hmac_sm3_update(mac, &which, 1);
        hmac_sm3_update(mac, head, HEAD);
    }
    secret_wipe(root, sizeof root);
    return err;
}

static int read(uint32_t at, void *out, size_t len)
{
    return flash()->read(flash()->ctx, at, out, len) == HAL_OK ? ERR_OK : ERR_FLASH;
}

/* [out] r: number 0 unless the sector holds a record of this token. */
static int record_read(enum identity_algorithm algorithm, unsigned copy, struct record *r)
{
    const uint32_t sector = sector_of(algorithm, copy);
    uint8_t head[HEAD], piece[PIECE], tag[SM3_DIGEST], want[SM3_DIGEST];
    struct hmac_sm3 mac;
    struct reader in;
    *r = (struct record){0, 0};
    int err = read(sector, head, sizeof head);
    if (err == ERR_OK) {
        err = read(sector + HEAD, tag, sizeof tag);
    }
    reader_init(&in, head, sizeof head);
    const uint32_t number = reader_u32(&in);
    const uint32_t len = reader_u32(&in);
    if (err != ERR_OK || number == 0 || len == 0 || len > HUFU_IDENTITY_CHAIN_MAX) {
        return err;
    }
    err = tag_begin(algorithm, head, &mac);
    for (uint32_t done = 0; err == ERR_OK && done < len; done += PIECE) {
        const size_t n = len - done < PIECE ? len - done : PIECE;
        err = read(sector + DATA_AT + done, piece, n);
        hmac_sm3_update(&mac, piece, n);
    }
    if (err == ERR_OK) {
        hmac_sm3_final(&mac, want);
        if (secret_equal(tag, want, sizeof tag) == SECURE_TRUE) {
            *r = (struct record){number, len};
        }
    }
    secret_wipe(&mac, sizeof mac);
    return err;
}

static int program(uint32_t at, const uint8_t *data, size_t len)
{
    for (size_t done = 0, n = 0; done < len; done += n) {
        const size_t page = HAL_FLASH_PAGE - (at + done) % HAL_FLASH_PAGE;
        n = len - done < page ? len - done : page;
        if (flash()->program(flash()->ctx, at + (uint32_t)done, data + done, n) != HAL_OK) {
            return ERR_FLASH;
        }
    }
    return ERR_OK;
}

/* Erased whatever it holds: what a cut erase left may read blank and not stay so. */
static int record_write(enum identity_algorithm algorithm, unsigned copy, uint32_t number,
                        const uint8_t *der, size_t len)
{
    const uint32_t sector = sector_of(algorithm, copy);
    uint8_t front[HEAD + SM3_DIGEST];
    struct hmac_sm3 mac;
    struct writer w;
    struct record written;
    writer_init(&w, front, sizeof front);
    writer_u32(&w, number);
    writer_u32(&w, (uint32_t)len);
    int err = tag_begin(algorithm, front, &mac);
    if (err == ERR_OK) {
        hmac_sm3_update(&mac, der, len);
        hmac_sm3_final(&mac, front + HEAD);
        err = flash()->erase(flash()->ctx, sector) == HAL_OK ? ERR_OK : ERR_FLASH;
    }
    secret_wipe(&mac, sizeof mac);
    if (err == ERR_OK) {
        err = program(sector + DATA_AT, der, len);
    }
    if (err == ERR_OK) {
        err = program(sector, front, sizeof front);
    }
    if (err == ERR_OK) {
        err = record_read(algorithm, copy, &written);
    }
    return err == ERR_OK && written.number != number ? ERR_FLASH : err;
}

/* [out] copy, r: the newest. Numbers do not wrap: a sector wears out long before. */
static int newest(enum identity_algorithm algorithm, unsigned *copy, struct record *r)
{
    struct record other;
    *copy = 0;
    int err = record_read(algorithm, 0, r);
    if (err == ERR_OK) {
        err = record_read(algorithm, 1, &other);
    }
    if (err == ERR_OK && other.number > r->number) {
        *copy = 1;
        *r = other;
    }
    return err;
}

/* --- the chain ------------------------------------------------------------------------------- */

/* Whole SEQUENCEs, the first of which certifies our key. Who signed it is a verifier's question. */
static int judge(enum identity_algorithm algorithm, const uint8_t *der, size_t len)
{
    uint8_t own[SM2_POINT], certified[SM2_POINT];
    struct reader r;
    reader_init(&r, der, len);
    int err = der_skip(&r, DER_SEQUENCE);
    const size_t first = len - r.left;
    while (err == ERR_OK && r.left != 0) {
        err = der_skip(&r, DER_SEQUENCE);
    }
    if (err == ERR_OK) {
        err = algorithm == IDENTITY_SM2 ? certificate_public_key(der, first, certified)
                                        : certificate_p256_key(der, first, certified);
    }
    if (err == ERR_OK) {
        err = identity_key_public(algorithm, own);
    }
    return err == ERR_OK && memcmp(own, certified, sizeof own) != 0 ? WIRE_MISMATCH : err;
}

int identity_chain_write(enum identity_algorithm algorithm, const uint8_t *der, size_t len)
{
    struct record now;
    unsigned copy = 0;
    if (len == 0 || len > HUFU_IDENTITY_CHAIN_MAX) {
        return ERR_LENGTH;
    }
    int err = judge(algorithm, der, len);
    if (err == ERR_OK) {
        err = newest(algorithm, &copy, &now);
    }
    if (err == ERR_OK) {
        err = record_write(algorithm, 1u - copy, now.number + 1u, der, len);
    }
    if (err == ERR_OK) {
        /* It is written; the second copy is for the day when a sector fails, and may wait. */
        (void)record_write(algorithm, copy, now.number + 1u, der, len);
    }
    return err;
}

int identity_chain_read(enum identity_algorithm algorithm, struct writer *out)
{
    struct record now;
    unsigned copy = 0;
    int err = newest(algorithm, &copy, &now);
    if (err == ERR_OK && now.number == 0) {
        err = WIRE_NO_CERTIFICATE;
    }
    if (err == ERR_OK) {
        uint8_t *to = writer_reserve(out, now.len);
        err = to != NULL ? read(sector_of(algorithm, copy) + DATA_AT, to, now.len) : ERR_INTERNAL;
    }
    return err;
}

int identity_chain_destroy(void)
{
    int result = ERR_OK;
    for (uint32_t at = flash()->size - IDENTITY_AREA; at < flash()->size; at += HAL_FLASH_SECTOR) {
        if (flash()->erase(flash()->ctx, at) != HAL_OK) {
            result = ERR_FLASH;
        }
    }
    return result;
}
