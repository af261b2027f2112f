/* SPDX-License-Identifier: Apache-2.0 */
#include "apdu/command.h"
#include "apdu/reader.h"
#include "err.h"
#include <string.h>

enum { SHORT_ALL = 256, EXTENDED_ALL = 65536 };

static uint32_t read_le(struct reader *r, bool extended)
{
    uint32_t le = extended ? reader_u16(r) : reader_u8(r);
    if (le == 0) {
        le = extended ? EXTENDED_ALL : SHORT_ALL;
    }
    return le;
}

int command_parse(const uint8_t *apdu, size_t len, struct command *command)
{
    struct reader r;
    struct command c;
    memset(&c, 0, sizeof c);
    reader_init(&r, apdu, len);
    c.cla = reader_u8(&r);
    c.ins = reader_u8(&r);
    c.p1 = reader_u8(&r);
    c.p2 = reader_u8(&r);
    if (r.bad) {
        return ERR_LENGTH;
    }
    if (r.left == 1) { /* case 2S */
        c.has_le = true;
    } else if (r.left > 1) {
        c.lc = reader_u8(&r);
        if (c.lc == 0) {
            c.extended = true;
            if (r.left == 2) { /* case 2E */
                c.has_le = true;
            } else {
                c.lc = reader_u16(&r);
                if (c.lc == 0) {
                    return ERR_LENGTH;
                }
            }
        }
        c.data = reader_take(&r, c.lc);
        c.has_le = r.left != 0;
    }
    c.ne = c.extended ? EXTENDED_ALL : SHORT_ALL;
    if (c.has_le) {
        c.ne = read_le(&r, c.extended);
    }
    if (reader_end(&r) != ERR_OK) {
        return ERR_LENGTH;
    }
    *command = c;
    return ERR_OK;
}
