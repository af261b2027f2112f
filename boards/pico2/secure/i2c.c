/* SPDX-License-Identifier: Apache-2.0 */
/* I2C0 at 400 kHz, GPIO4 (SDA) and GPIO5 (SCL) with the chip's own pull-ups: writing alone. */
#include "hardware/regs/i2c.h"
#include "bits.h"
#include "board.h"
#include "hardware/regs/addressmap.h"
#include "layout.h"
#include "pins.h"

#define CYCLES  (CPU_HZ / 400000u)
#define BYTE_US 1000u /* nine bits take 23 us; the rest is for a display that holds the clock */

#define REG_AT(offset) (I2C0_BASE + (offset))

void i2c_start(void)
{
    pin_use(4, PIN_I2C, true);
    pin_use(5, PIN_I2C, true);
    mmio_write(REG_AT(I2C_IC_ENABLE_OFFSET), 0);
    mmio_write(REG_AT(I2C_IC_CON_OFFSET),
               I2C_IC_CON_MASTER_MODE_BITS | I2C_IC_CON_IC_SLAVE_DISABLE_BITS |
                   I2C_IC_CON_IC_RESTART_EN_BITS | I2C_IC_CON_TX_EMPTY_CTRL_BITS |
                   I2C_IC_CON_SPEED_VALUE_FAST << I2C_IC_CON_SPEED_LSB);
    mmio_write(REG_AT(I2C_IC_FS_SCL_HCNT_OFFSET), CYCLES * 2u / 5u);
    mmio_write(REG_AT(I2C_IC_FS_SCL_LCNT_OFFSET), CYCLES * 3u / 5u);
    mmio_write(REG_AT(I2C_IC_FS_SPKLEN_OFFSET), CYCLES * 3u / 5u / 16u);
    mmio_write(REG_AT(I2C_IC_SDA_HOLD_OFFSET), CPU_HZ / 1000000u * 3u / 10u + 1u); /* 300 ns */
}

/* Until the byte is out or refused. */
static bool byte_done(uint32_t mask)
{
    const uint32_t stat = REG_AT(I2C_IC_RAW_INTR_STAT_OFFSET);
    const uint32_t from = time_us();
    uint32_t state;
    do {
        state = mmio_read(stat);
        if ((state & I2C_IC_RAW_INTR_STAT_TX_ABRT_BITS) != 0) {
            return false;
        }
        if ((state & mask) != 0) {
            return true;
        }
    } while (time_us() - from < BYTE_US);
    return false;
}

int i2c_write(uint8_t address, const uint8_t *data, size_t len)
{
    bool good = true;
    mmio_write(REG_AT(I2C_IC_ENABLE_OFFSET), 0);
    mmio_write(REG_AT(I2C_IC_TAR_OFFSET), address);
    mmio_write(REG_AT(I2C_IC_ENABLE_OFFSET), I2C_IC_ENABLE_ENABLE_BITS);
    (void)mmio_read(REG_AT(I2C_IC_CLR_TX_ABRT_OFFSET));
    (void)mmio_read(REG_AT(I2C_IC_CLR_STOP_DET_OFFSET));
    for (size_t i = 0; good && i < len; i++) {
        const bool last = i + 1u == len;
        mmio_write(REG_AT(I2C_IC_DATA_CMD_OFFSET),
                   data[i] | (last ? I2C_IC_DATA_CMD_STOP_BITS : 0u));
        good = byte_done(last ? I2C_IC_RAW_INTR_STAT_STOP_DET_BITS
                              : I2C_IC_RAW_INTR_STAT_TX_EMPTY_BITS);
    }
    mmio_write(REG_AT(I2C_IC_ENABLE_OFFSET), 0); /* also empties the queue after an error */
    return good && len > 0 ? HAL_OK : HAL_FAIL;
}
