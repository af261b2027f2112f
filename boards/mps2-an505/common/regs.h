/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of the board (AN505), the subsystem (SSE, "IoTKit") that the images use. */
#ifndef HUFU_AN505_REGS_H
#define HUFU_AN505_REGS_H

#include "core.h"

/* CMSDK UART */
struct uart {
    volatile uint32_t data;
    volatile uint32_t state; /* UART_* */
    volatile uint32_t ctrl;
    volatile uint32_t intstatus; /* write 1 to clear */
    volatile uint32_t bauddiv;   /* at least 16 */
};
#define UART_TX_FULL      1u
#define UART_RX_FULL      2u
#define UART_CTRL_TX      1u
#define UART_CTRL_RX      2u
#define UART_CTRL_RX_INT  8u
#define UART_INT_RX       2u
#define UART_SECURE(n)    ((struct uart *)(0x50200000u + (n)*0x1000u))
#define UART_NONSECURE(n) ((struct uart *)(0x40200000u + (n)*0x1000u))
#define IRQ_UART_RX(n)    (32u + 2u * (n))

/* CMSDK timer, counts down at CPU_HZ */
struct timer {
    volatile uint32_t ctrl; /* 1 enable, 8 interrupt */
    volatile uint32_t value;
    volatile uint32_t reload;
    volatile uint32_t intstatus; /* write 1 to clear */
};
#define TIMER_ENABLE    1u
#define TIMER_INT       8u
#define TIMER_SECURE(n) ((struct timer *)(0x50000000u + (n)*0x1000u))
#define IRQ_TIMER(n)    (3u + (n))
#define IRQ_MPC         9u
#define IRQ_PPC         10u

/* Memory protection controllers of SSRAM1, 2, 3 */
struct mpc {
    volatile uint32_t ctrl;
    uint32_t reserved[3];
    volatile uint32_t blk_max;
    volatile uint32_t blk_cfg;
    volatile uint32_t blk_idx;
    volatile uint32_t blk_lut;
};
#define MPC_SSRAM(n)      ((struct mpc *)(0x58006000u + (n)*0x1000u))
#define MPC_CTRL_RESPONSE (1u << 4) /* a denied access is a bus error */
#define MPC_CTRL_AUTOINC  (1u << 8)
#define MPC_CTRL_LOCK     (1u << 31)

/* Secure privilege control block */
#define SECCTL_SECRESPCFG     REG(0x50080010u)
#define SECCTL_NSCCFG         REG(0x50080014u)
#define SECCTL_AHBNSPPC0      REG(0x50080050u)
#define SECCTL_AHBNSPPCEXP(n) REG(0x50080060u + 4u * (n))
#define SECCTL_APBNSPPC(n)    REG(0x50080070u + 4u * (n))
#define SECCTL_APBNSPPCEXP(n) REG(0x50080080u + 4u * (n))
#define SECCTL_NSMSCEXP       REG(0x500800D0u)
#define PPCEXP1_UART(n)       (1u << (5u + (n)))

/* What the files of boards/cortex-m33 ask of their board */
#define INTERRUPTS 96u
#define LINK_IRQ   IRQ_UART_RX(0u)

static inline void uart_open(struct uart *u, uint32_t ctrl)
{
    u->bauddiv = 16;
    u->ctrl = ctrl;
}

/* Sends one byte; gives up after a bounded wait, so a reader that went away stops nothing. */
static inline void uart_put(struct uart *u, uint8_t byte)
{
    for (uint32_t wait = 0; (u->state & UART_TX_FULL) != 0; wait++) {
        if (wait > 1000000u) {
            return;
        }
    }
    u->data = byte;
}

static inline void uart_text(struct uart *u, const char *text)
{
    while (*text != '\0') {
        uart_put(u, (uint8_t)*text++);
    }
}

static inline void uart_hex(struct uart *u, uint32_t value)
{
    for (int shift = 28; shift >= 0; shift -= 4) {
        uart_put(u, (uint8_t) "0123456789abcdef"[(value >> shift) & 15u]);
    }
}

#endif
