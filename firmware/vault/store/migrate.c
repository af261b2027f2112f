/* SPDX-License-Identifier: Apache-2.0 */
#include "store/migrate.h"
#include "err.h"
#include "object.h"
#include "store/store.h"
#include <stddef.h>

#define RECORD 4u /* the number and its complement, little-endian */
#define FIRST  1u /* needs no record */

static uint16_t format;

void migrate_start(void)
{
    format = 0;
}

uint16_t migrate_format(void)
{
    return format;
}

int migrate_load(void)
{
    uint8_t record[RECORD];
    size_t len = 0;
    int err = store_get(OBJECT_FORMAT, OBJECT_SINGLE, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        format = FIRST;
    } else if (err != ERR_OK) {
        return err;
    } else if (len != sizeof record || (record[0] ^ record[2]) != 0xFF ||
               (record[1] ^ record[3]) != 0xFF) {
        return ERR_INTEGRITY;
    } else {
        format = (uint16_t)(record[0] | record[1] << 8);
    }
    return format >= migrations.oldest && format <= migrations.newest ? ERR_OK : ERR_UNSUPPORTED;
}

static int put(uint16_t number)
{
    const uint8_t record[RECORD] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)~number,
                                    (uint8_t) ~(number >> 8)};
    return store_put(OBJECT_FORMAT, OBJECT_SINGLE, record, sizeof record);
}

int migrate_stamp(uint16_t limit)
{
    if (format == 0) {
        format = migrations.newest < limit ? migrations.newest : limit;
    }
    return format == FIRST ? ERR_OK : put(format);
}

static int step(const struct migration *m)
{
    int err = store_begin();
    if (err == ERR_OK) {
        err = m->run();
    }
    if (err == ERR_OK) {
        err = put(m->to);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err == ERR_OK) {
        format = m->to;
    } else {
        store_rollback();
    }
    return err;
}

int migrate_run(uint16_t limit)
{
    int err = ERR_OK;
    for (uint32_t i = 0; i < migrations.count && err == ERR_OK; i++) {
        const struct migration *m = &migrations.steps[i];
        if (m->from == format && m->to <= limit) {
            err = step(m);
        }
    }
    return err;
}
