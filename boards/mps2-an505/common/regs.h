/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of the board (AN505), the subsystem (SSE, "IoTKit") and the core that the images use.
 */
#ifndef HUFU_AN505_REGS_H
#define HUFU_AN505_REGS_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))

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

/* Core */
#define SCB_ICSR           REG(0xE000ED04u)
#define ICSR_PENDSVSET     (1u << 28)
#define SCB_VTOR           REG(0xE000ED08u)
#define SCB_VTOR_NS        REG(0xE002ED08u)
#define SCB_AIRCR          REG(0xE000ED0Cu)
#define AIRCR_KEY          0x05FA0000u
#define AIRCR_PRIS         (1u << 14)
#define AIRCR_BFHFNMINS    (1u << 13)
#define AIRCR_SYSRESETREQS (1u << 3)
#define AIRCR_SYSRESETREQ  (1u << 2)
#define SCB_SHPR2          REG(0xE000ED1Cu) /* SVC in the top byte */
#define SCB_SHPR3          REG(0xE000ED20u) /* SysTick, PendSV in the two top bytes */
#define SCB_SHCSR          REG(0xE000ED24u)
#define SHCSR_FAULTS       ((7u << 16) | (1u << 19))
#define SCB_CFSR           REG(0xE000ED28u)
#define SCB_HFSR           REG(0xE000ED2Cu)
#define SCB_NSACR          REG(0xE000ED8Cu)
#define SCB_CPACR          REG(0xE000ED88u)
#define SAU_CTRL           REG(0xE000EDD0u)
#define SAU_TYPE           REG(0xE000EDD4u)
#define SAU_RNR            REG(0xE000EDD8u)
#define SAU_RBAR           REG(0xE000EDDCu)
#define SAU_RLAR           REG(0xE000EDE0u)
#define SAU_SFSR           REG(0xE000EDE4u)
#define SAU_RLAR_ENABLE    1u
#define SAU_RLAR_NSC       2u
#define NVIC_ISER(irq)     REG(0xE000E100u + 4u * ((irq) / 32u))
#define NVIC_ICER(irq)     REG(0xE000E180u + 4u * ((irq) / 32u))
#define NVIC_ITNS(n)       REG(0xE000E380u + 4u * (n))
#define NVIC_IPR(irq)      (*(volatile uint8_t *)(0xE000E400u + (irq)))
#define NVIC_BIT(irq)      (1u << ((irq) % 32u))
#define SYST_CSR           REG(0xE000E010u)
#define SYST_RVR           REG(0xE000E014u)
#define SYST_CVR           REG(0xE000E018u)

static inline void barrier(void)
{
    __asm volatile("dsb\n isb" ::: "memory");
}

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
