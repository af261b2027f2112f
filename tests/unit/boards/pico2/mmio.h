/* SPDX-License-Identifier: Apache-2.0 */
/* In place of boards/pico2/target/mmio.h: the drivers reach a model of the chip (chip.h). */
#ifndef HUFU_PICO2_MMIO_H
#define HUFU_PICO2_MMIO_H

#include <stdint.h>

uint32_t mmio_read(uint32_t address);
void mmio_write(uint32_t address, uint32_t value);
uint32_t irq_hold(void);
void irq_release(uint32_t before);

#endif
