/* SPDX-License-Identifier: Apache-2.0 */
/* 22 EnumApplication: a multi-string; without applications its closing NUL alone. */
#include "applet/skf/application.h"
#include "applet/skf/skf.h"

int skf_enum_application(struct call *call)
{
    return application_list(&call->out);
}
