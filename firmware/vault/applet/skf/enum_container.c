/* SPDX-License-Identifier: Apache-2.0 */
/* 46 EnumContainer: a multi-string. */
#include "applet/skf/container.h"
#include "applet/skf/skf.h"

int skf_enum_container(struct call *call)
{
    return container_list(call->app, &call->out);
}
