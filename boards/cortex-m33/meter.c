/* SPDX-License-Identifier: Apache-2.0 */
/* What hal_figures reports. The link's stack is the first thing in its RAM (layout.h), painted by
 * the vault before the link starts. */
#include "layout.h"
#include "secure.h"
#include "stack.h"
#include "startup.h"

static void meter_read(void *ctx, struct hal_figures *figures)
{
    (void)ctx;
    const uint32_t *link = (const uint32_t *)LINK_RAM;
    figures->stack_vault = stack_used(stack_bottom, stack_top);
    figures->stack_command = task_stack_used();
    figures->stack_link = stack_used(link, link + LINK_STACK / 4u);
    flash_count(&figures->flash_programs, &figures->flash_erases);
}

void meter_hal(struct hal_meter *hal)
{
    hal->read = meter_read;
    hal->ctx = NULL;
}
