/* SPDX-License-Identifier: Apache-2.0 */
/* The link as a board's non-secure image. */
#include "device/dcd.h"
#include "layout.h"
#include "link_board.h"

_Noreturn void image_run(void)
{
    dcd_disconnect(0); /* after a reset of the machine the host still sees the old device */
    link_main();
}

void image_tick(void)
{
}

/* The link cannot go on after a fault of its own (an undefined instruction, say). Only the vault
 * can reset the machine, and does so when the link touches what is not its own. */
void image_fault(void)
{
    if (HUFU_LOGS) {
        board_log("link: fault");
    }
    (void)*(volatile uint32_t *)VAULT_RAM;
    for (;;) {
    }
}

void image_interrupt(void)
{
    dcd_int_handler(0);
}
