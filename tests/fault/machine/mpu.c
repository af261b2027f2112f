/* SPDX-License-Identifier: Apache-2.0 */
#include "mpu.h"
#include <stddef.h>

#define TYPE 0xD90u
#define CTRL 0xD94u
#define RNR  0xD98u
#define RBAR 0xD9Cu
#define RLAR 0xDA0u

#define ENABLE    1u /* in CTRL and in RLAR */
#define READ_ONLY 4u /* in RBAR */
#define ADDRESS   (~31u)

static uint32_t *place(struct mpu *mpu, uint32_t offset)
{
    switch (offset) {
    case CTRL:
        return &mpu->ctrl;
    case RNR:
        return &mpu->number;
    case RBAR:
        return &mpu->rbar[mpu->number % MPU_REGIONS];
    case RLAR:
        return &mpu->rlar[mpu->number % MPU_REGIONS];
    default:
        return NULL;
    }
}

uint32_t mpu_read(const struct mpu *mpu, uint32_t offset)
{
    const uint32_t *value = place((struct mpu *)mpu, offset);
    return offset == TYPE ? MPU_REGIONS << 8 : value != NULL ? *value : 0;
}

void mpu_write(struct mpu *mpu, uint32_t offset, uint32_t value)
{
    uint32_t *to = place(mpu, offset);
    if (to != NULL)
        *to = value;
}

bool mpu_enabled(const struct mpu *mpu)
{
    return (mpu->ctrl & ENABLE) != 0;
}

bool mpu_read_only(const struct mpu *mpu, uint32_t base, uint32_t size)
{
    for (uint32_t i = 0; mpu_enabled(mpu) && i < MPU_REGIONS; i++) {
        const uint32_t from = mpu->rbar[i] & ADDRESS, last = mpu->rlar[i] | ~ADDRESS;
        if ((mpu->rlar[i] & ENABLE) != 0 && (mpu->rbar[i] & READ_ONLY) != 0 && from <= base &&
            last - base >= size - 1u && last >= base)
            return true;
    }
    return false;
}
