/* SPDX-License-Identifier: Apache-2.0 */
#include "util/device_serial.h"

#include "hufu/provision.h"
#include <stddef.h>
#include <string.h>

static unsigned digits(const char *text, size_t count)
{
    unsigned value = 0;
    for (size_t i = 0; i < count; i++) {
        value = 10 * value + (unsigned)(text[i] - '0');
    }
    return value;
}

bool device_serial_good(const char *text)
{
    if (strlen(text) != HUFU_DEVICE_SERIAL || strspn(text, "0123456789") != HUFU_DEVICE_SERIAL) {
        return false;
    }
    const unsigned month = digits(text + 4, 2), day = digits(text + 6, 2);
    return digits(text, 4) >= 2020 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
