/* SPDX-License-Identifier: Apache-2.0 */
/* 44 CloseContainer: ids stay valid while the container exists, as with applications. */
#include "applet/skf/skf.h"

int skf_close_container(struct call *call)
{
    (void)call; /* the router has checked both ids */
    return ERR_OK;
}
