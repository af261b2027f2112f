/* SPDX-License-Identifier: Apache-2.0 */
/* 28 CloseApplication: does not change the security state (GM/T 0016 7.3.5); ids stay valid. */
#include "applet/skf/skf.h"

int skf_close_application(struct call *call)
{
    (void)call; /* the router has checked the id */
    return ERR_OK;
}
