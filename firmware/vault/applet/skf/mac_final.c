/* SPDX-License-Identifier: Apache-2.0 */
/* C2 MacFinal: App . Cont . Key [. data] -> MAC 16. */
#include "applet/skf/skf.h"

int skf_mac_final(struct call *call)
{
    return skf_mac(call);
}
