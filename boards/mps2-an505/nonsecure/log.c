/* SPDX-License-Identifier: Apache-2.0 */
/* The link's log: UART3. */
#include "link_board.h"
#include "regs.h"

#define LOG UART_NONSECURE(3u)

void link_board_start(void)
{
    uart_open(LOG, UART_CTRL_TX);
}

void board_log(const char *line)
{
    uart_text(LOG, line);
    uart_text(LOG, "\n");
}
