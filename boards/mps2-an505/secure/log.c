/* SPDX-License-Identifier: Apache-2.0 */
/* Log text on UART2, which only the secure world reaches, and the doorbell on UART1. */
#include "board.h"
#include "regs.h"

#define LOG  UART_SECURE(2u)
#define BELL UART_SECURE(1u)

void log_start(void)
{
    uart_open(LOG, UART_CTRL_TX);
}

void log_line(const char *text)
{
    uart_text(LOG, text);
    uart_text(LOG, "\n");
}

void log_value(const char *text, uint32_t value)
{
    uart_text(LOG, text);
    uart_put(LOG, ' ');
    uart_hex(LOG, value);
    uart_text(LOG, "\n");
}

void bell_start(void)
{
    uart_open(BELL, UART_CTRL_TX);
}

void bell_ring(uint8_t what)
{
    barrier();
    uart_put(BELL, what);
}
