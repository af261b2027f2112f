/* SPDX-License-Identifier: Apache-2.0 */
#include "util/wipe.h"

#include <string.h>

void util_wipe(void *data, size_t len)
{
    if (len != 0) {
        explicit_bzero(data, len);
    }
}
