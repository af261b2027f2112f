/* SPDX-License-Identifier: Apache-2.0 */
#include "superblock.h"
#include "store.h"
#include <string.h>

#define MAGIC_BYTES 8u
#define HEADER      16u
#define TAG_AT      HEADER
#define KEY_AT      (TAG_AT + SEAL_TAG)

_Static_assert(KEY_AT + SEAL_KEY == SUPER_BYTES, "superblock layout");

static void header(const struct log *l, uint8_t h[HEADER])
{
    memcpy(h, SUPER_MAGIC, MAGIC_BYTES);
    set16(h + 8, STORE_FORMAT);
    set16(h + 10, 0);
    set32(h + 12, l->sectors);
}

static void build(const struct log *l, const struct seal_keys *root,
                  const uint8_t store_key[SEAL_KEY], uint8_t block[SUPER_BYTES])
{
    struct seal_stream stream;

    header(l, block);
    seal_tag(root, block, HEADER, store_key, SEAL_KEY, block + TAG_AT);
    seal_stream_init(&stream, root, block + TAG_AT);
    seal_stream_apply(&stream, store_key, block + KEY_AT, SEAL_KEY);
}

/* The body first, the magic last: a copy cut short is not yet a superblock. */
static int write_copy(struct log *l, uint32_t copy, const uint8_t block[SUPER_BYTES])
{
    uint32_t addr = copy * HAL_FLASH_SECTOR;
    int rc = log_program(l, addr + MAGIC_BYTES, block + MAGIC_BYTES, SUPER_BYTES - MAGIC_BYTES);

    return rc == ERR_OK ? log_program(l, addr, block, MAGIC_BYTES) : rc;
}

static int open_block(const struct log *l, const struct seal_keys *root,
                      const uint8_t block[SUPER_BYTES], uint8_t store_key[SEAL_KEY])
{
    struct seal_stream stream;
    struct seal_check check;
    uint8_t want[HEADER];

    if (memcmp(block, SUPER_MAGIC, MAGIC_BYTES) != 0) {
        return ERR_NOT_FOUND;
    }
    header(l, want);
    if (get16(block + 8) != STORE_FORMAT) {
        return ERR_UNSUPPORTED;
    }
    if (memcmp(block, want, HEADER) != 0) {
        return ERR_INTEGRITY;
    }
    seal_stream_init(&stream, root, block + TAG_AT);
    seal_stream_apply(&stream, block + KEY_AT, store_key, SEAL_KEY);
    seal_check_begin(&check, root, block, HEADER);
    seal_check_add(&check, store_key, SEAL_KEY);
    if (seal_check_end(&check, block + TAG_AT) != SECURE_TRUE) {
        secret_wipe(store_key, SEAL_KEY);
        return ERR_INTEGRITY;
    }
    return ERR_OK;
}

int super_load(struct log *l, const uint8_t root_key[SEAL_KEY], uint8_t store_key[SEAL_KEY])
{
    struct seal_keys root;
    uint8_t block[SUPER_COPIES][SUPER_BYTES];
    int rc[SUPER_COPIES];
    int best = ERR_NOT_FOUND;

    seal_init(&root, root_key);
    for (uint32_t i = 0; i < SUPER_COPIES; i++) {
        uint8_t key[SEAL_KEY];
        if (l->flash.read(l->flash.ctx, i * HAL_FLASH_SECTOR, block[i], SUPER_BYTES) != HAL_OK) {
            seal_wipe(&root);
            secret_wipe(store_key, SEAL_KEY);
            return ERR_FLASH;
        }
        rc[i] = open_block(l, &root, block[i], key);
        if (rc[i] == ERR_OK) {
            memcpy(store_key, key, SEAL_KEY);
            secret_wipe(key, sizeof key);
        }
        if (rc[i] == ERR_OK || best == ERR_NOT_FOUND) {
            best = rc[i];
        }
    }
    for (uint32_t i = 0; i < SUPER_COPIES && best == ERR_OK; i++) {
        if (rc[i] != ERR_OK) {
            build(l, &root, store_key, block[i]);
            best = log_erase(l, i * HAL_FLASH_SECTOR);
            best = best == ERR_OK ? write_copy(l, i, block[i]) : best;
        }
    }
    seal_wipe(&root);
    if (best != ERR_OK) {
        secret_wipe(store_key, SEAL_KEY);
    }
    return best;
}

int super_write(struct log *l, const uint8_t root_key[SEAL_KEY], const uint8_t store_key[SEAL_KEY])
{
    struct seal_keys root;
    uint8_t block[SUPER_BYTES];
    int rc = ERR_OK;

    seal_init(&root, root_key);
    build(l, &root, store_key, block);
    seal_wipe(&root);
    for (uint32_t i = 0; i < SUPER_COPIES && rc == ERR_OK; i++) {
        rc = write_copy(l, i, block);
    }
    return rc;
}

int super_zero(struct log *l)
{
    int result = ERR_OK;

    for (uint32_t i = 0; i < SUPER_COPIES; i++) {
        int rc = log_zero_bytes(l, i * HAL_FLASH_SECTOR, SUPER_BYTES, true);
        result = rc == ERR_OK ? result : rc;
    }
    return result;
}
