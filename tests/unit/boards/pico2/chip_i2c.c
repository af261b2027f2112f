/* SPDX-License-Identifier: Apache-2.0 */
/* The I2C controller as a master that writes, and an SSD1306 at address 0x3C. */
#include "chip.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/i2c.h"
#include <string.h>

/* Bytes that follow an order. */
static unsigned arguments(uint8_t order)
{
    switch (order) {
    case 0x21:
    case 0x22:
        return 2;
    case 0x20:
    case 0x81:
    case 0x8D:
    case 0xA8:
    case 0xD3:
    case 0xD5:
    case 0xD9:
    case 0xDA:
    case 0xDB:
        return 1;
    default:
        return 0;
    }
}

static void obey(const uint8_t *order)
{
    struct chip_display *d = &chip.display;
    switch (order[0]) {
    case 0x20:
        d->horizontal = order[1] == 0;
        break;
    case 0x21:
        d->first_column = d->column = order[1] & 127u;
        d->last_column = order[2] & 127u;
        break;
    case 0x22:
        d->first_page = d->page = order[1] & 7u;
        d->last_page = order[2] & 7u;
        break;
    case 0x8D:
        d->pump = order[1] == 0x14;
        break;
    case 0xA1:
        d->segments_turned = true;
        break;
    case 0xC8:
        d->rows_turned = true;
        break;
    case 0xA8:
        d->lines = (uint8_t)(order[1] + 1);
        break;
    case 0xAE:
    case 0xAF:
        d->on = order[0] == 0xAF;
        break;
    case 0x40:
    case 0x81:
    case 0xA4:
    case 0xA6:
    case 0xD3:
    case 0xD5:
    case 0xD9:
    case 0xDA:
    case 0xDB:
        break;
    default:
        d->unknown++;
    }
}

static void store(uint8_t byte)
{
    struct chip_display *d = &chip.display;
    d->memory[d->page][d->column] = byte;
    if (d->column != d->last_column) {
        d->column++;
    } else {
        d->column = d->first_column;
        d->page = d->page == d->last_page ? d->first_page : (uint8_t)(d->page + 1);
    }
}

void chip_display_message(const uint8_t *bytes, uint32_t len)
{
    if (len == 0 || (bytes[0] != 0x00 && bytes[0] != 0x40)) {
        chip.display.unknown++;
        return;
    }
    for (uint32_t i = 1; i < len;) {
        if (bytes[0] == 0x40) {
            store(bytes[i++]);
            continue;
        }
        const unsigned more = arguments(bytes[i]);
        if (i + more >= len) {
            chip.display.unknown++;
            return;
        }
        obey(bytes + i);
        i += 1 + more;
    }
}

static void data(uint32_t value)
{
    struct chip_i2c *i = &chip.i2c;
    if (!i->enabled) {
        chip_fault("a byte for a controller that is off");
        return;
    }
    if ((i->con & I2C_IC_CON_MASTER_MODE_BITS) == 0 ||
        (i->con & I2C_IC_CON_IC_SLAVE_DISABLE_BITS) == 0) {
        chip_fault("not set up as a master");
    }
    if (i->aborted || i->stuck) {
        return;
    }
    if (!i->present || i->target != 0x3C || (i->refuse_after != 0 && i->len >= i->refuse_after)) {
        i->aborted = true;
        i->len = 0;
        return;
    }
    if (i->len < sizeof i->message) {
        i->message[i->len++] = (uint8_t)value;
    }
    if ((value & I2C_IC_DATA_CMD_STOP_BITS) != 0) {
        i->stopped = true;
        i->messages++;
        chip_display_message(i->message, i->len);
        i->len = 0;
    }
}

bool chip_i2c_read(uint32_t address, uint32_t *value)
{
    struct chip_i2c *i = &chip.i2c;
    switch (address) {
    case I2C0_BASE + I2C_IC_RAW_INTR_STAT_OFFSET:
        *value = (i->aborted ? I2C_IC_RAW_INTR_STAT_TX_ABRT_BITS : 0u) |
                 (i->stopped ? I2C_IC_RAW_INTR_STAT_STOP_DET_BITS : 0u) |
                 (i->enabled && !i->stuck && !i->aborted ? I2C_IC_RAW_INTR_STAT_TX_EMPTY_BITS : 0u);
        return true;
    case I2C0_BASE + I2C_IC_CLR_TX_ABRT_OFFSET:
        i->aborted = false;
        return true;
    case I2C0_BASE + I2C_IC_CLR_STOP_DET_OFFSET:
        i->stopped = false;
        return true;
    default:
        return false;
    }
}

bool chip_i2c_write(uint32_t address, uint32_t value)
{
    struct chip_i2c *i = &chip.i2c;
    if (address < I2C0_BASE || address >= I2C0_BASE + 0x100) {
        return false;
    }
    switch (address - I2C0_BASE) {
    case I2C_IC_ENABLE_OFFSET:
        if ((value & 1) == 0) {
            i->len = 0;
        }
        i->enabled = (value & 1) != 0;
        return true;
    case I2C_IC_DATA_CMD_OFFSET:
        data(value);
        return true;
    case I2C_IC_CON_OFFSET:
        i->con = value;
        break;
    case I2C_IC_TAR_OFFSET:
        i->target = value;
        break;
    default:
        break;
    }
    if (i->enabled) {
        chip_fault("set up while the controller is on");
    }
    return true;
}
