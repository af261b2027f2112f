/* SPDX-License-Identifier: Apache-2.0 */
/* The link as this board's non-secure image. */
#include "device/dcd.h"
#include "link_board.h"

_Noreturn void image_run(void)
{
    link_main();
}

void image_doorbell(void)
{
    dcd_int_handler(0);
}
