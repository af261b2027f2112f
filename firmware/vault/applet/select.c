/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/applet.h"
#include "hufu/apdu.h"
#include <string.h>

const struct applet *applet_find(const uint8_t *aid, size_t len)
{
    static const struct applet *const applets[] = {&applet_skf, &applet_admin};
    for (unsigned i = 0; len == HUFU_AID_LEN && i < sizeof applets / sizeof applets[0]; i++) {
        if (memcmp(applets[i]->aid, aid, HUFU_AID_LEN) == 0) {
            return applets[i];
        }
    }
    return NULL;
}
