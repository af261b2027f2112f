/* SPDX-License-Identifier: Apache-2.0 */
/* 34 EnumFiles, P1 P2 = App -> names. */
#include "applet/skf/file.h"
#include "applet/skf/skf.h"

int skf_enum_files(struct call *call)
{
    return file_list(call->app, &call->out);
}
