/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of the Cortex-M33 itself, the same on every board. */
#ifndef HUFU_CORTEX_M33_CORE_H
#define HUFU_CORTEX_M33_CORE_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))

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
#define MPU_CTRL           REG(0xE000ED94u)
#define MPU_CTRL_ENABLE    1u
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

#endif
