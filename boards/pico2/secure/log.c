/* SPDX-License-Identifier: Apache-2.0 */
/* Log text on UART0, which only the secure world reaches. A line that nobody takes costs its time
 * and no more. */
#include "bits.h"
#include "board.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/uart.h"
#include "layout.h"
#include "pins.h"

#define BAUD  115200u
#define TURNS 1000000u

/* The divider in 64ths: clock / (16 * baud). */
#define DIVIDER ((CPU_HZ * 4u + BAUD / 2u) / BAUD)

void log_start(void)
{
    pin_use(0, PIN_UART, false);
    mmio_write(UART0_BASE + UART_UARTCR_OFFSET, 0);
    mmio_write(UART0_BASE + UART_UARTIBRD_OFFSET, DIVIDER / 64u);
    mmio_write(UART0_BASE + UART_UARTFBRD_OFFSET, DIVIDER % 64u);
    mmio_write(UART0_BASE + UART_UARTLCR_H_OFFSET,
               UART_UARTLCR_H_FEN_BITS | UART_UARTLCR_H_WLEN_BITS); /* 8 bits, no parity */
    mmio_write(UART0_BASE + UART_UARTCR_OFFSET, UART_UARTCR_TXE_BITS | UART_UARTCR_UARTEN_BITS);
}

static void put(char c)
{
    if (mmio_wait(UART0_BASE + UART_UARTFR_OFFSET, UART_UARTFR_TXFF_BITS, 0, TURNS)) {
        mmio_write(UART0_BASE + UART_UARTDR_OFFSET, (uint8_t)c);
    }
}

void log_text(const char *text)
{
    while (*text != '\0') {
        put(*text++);
    }
}

void log_line(const char *text)
{
    log_text(text);
    log_text("\r\n");
}

void log_value(const char *text, uint32_t value)
{
    log_text(text);
    put(' ');
    for (uint32_t shift = 32; shift > 0; shift -= 4) {
        put("0123456789abcdef"[value >> (shift - 4) & 15u]);
    }
    log_line("");
}
