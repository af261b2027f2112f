/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to which world. Everything not given away here is secure: the SAU's regions are the
 * only non-secure memory, and every controller behind it (MPC for SSRAM, PPC for devices) must
 * agree, so one wrong entry opens nothing. Each register is read back.
 *
 * The core offers no lock for SAU and VTOR in this subsystem (IoTKit has no CPU lock register);
 * only secure privileged code reaches them. The MPCs are locked.
 */
#include "board.h"
#include "layout.h"
#include "regs.h"

extern uint32_t nsc_start[], nsc_end[];

#define INTERRUPT_WORDS  4u
#define PRIORITY_TIMER   0x20u
#define PRIORITY_LOWEST  0xFFu
#define LINK_UART        0u
#define LINK_LOG_UART    3u
#define BLOCK_SHIFT_BASE 5u

static int failures;

static void set(volatile uint32_t *reg, uint32_t value)
{
    *reg = value;
    if (*reg != value) {
        failures++;
    }
}

static void sau_region(uint32_t number, uint32_t base, uint32_t end, uint32_t nsc)
{
    SAU_RNR = number;
    set(&SAU_RBAR, base);
    set(&SAU_RLAR, (end & ~31u) | nsc | SAU_RLAR_ENABLE);
}

static void sau(void)
{
    SAU_CTRL = 0;
    const uint32_t regions = SAU_TYPE & 0xFFu;
    for (uint32_t i = 0; i < regions; i++) {
        SAU_RNR = i;
        SAU_RLAR = 0;
    }
    sau_region(0, LINK_CODE, NS_SSRAM1_END, 0);
    sau_region(1, LINK_RAM, NS_SSRAM3_END, 0);
    sau_region(2, NS_PERIPHERALS, NS_PERIPH_END, 0);
    sau_region(3, NS_SHARED, NS_SHARED_END, 0);
    sau_region(4, (uint32_t)nsc_start, (uint32_t)nsc_end - 1u, SAU_RLAR_NSC);
    set(&SAU_CTRL, 1); /* enabled, and without ALLNS: what no region covers is secure */
    barrier();
    set(&SECCTL_NSCCFG, 1); /* the IDAU lets the code region hold a gateway; the SAU says where */
}

/* Gives [offset, offset + size) of one SSRAM to the link, all else to the vault, for good. */
static void mpc(struct mpc *m, uint32_t offset, uint32_t size)
{
    const uint32_t shift = (m->blk_cfg & 15u) + BLOCK_SHIFT_BASE;
    const uint32_t first = offset >> shift;
    const uint32_t end = (offset + size) >> shift;
    m->ctrl = (m->ctrl & ~MPC_CTRL_AUTOINC) | MPC_CTRL_RESPONSE;
    for (uint32_t word = 0; word <= m->blk_max; word++) {
        uint32_t bits = 0;
        for (uint32_t i = 0; i < 32; i++) {
            const uint32_t block = word * 32u + i;
            if (block >= first && block < end) {
                bits |= 1u << i;
            }
        }
        m->blk_idx = word;
        set(&m->blk_lut, bits);
    }
    m->ctrl |= MPC_CTRL_LOCK;
    if ((m->ctrl & MPC_CTRL_LOCK) == 0) {
        failures++;
    }
}

static void peripherals(void)
{
    set(&SECCTL_SECRESPCFG, 1); /* a denied access faults instead of reading as zero */
    SECCTL_AHBNSPPC0 = 0;
    for (uint32_t i = 0; i < 4; i++) {
        SECCTL_AHBNSPPCEXP(i) = 0;
        SECCTL_APBNSPPCEXP(i) = 0;
    }
    SECCTL_APBNSPPC(0) = 0;
    SECCTL_APBNSPPC(1) = 0;
    SECCTL_NSMSCEXP = 0; /* the DMA masters stay secure */
    set(&SECCTL_APBNSPPCEXP(1), PPCEXP1_UART(LINK_UART) | PPCEXP1_UART(LINK_LOG_UART));
}

static void interrupts(void)
{
    for (uint32_t i = 0; i < INTERRUPT_WORDS; i++) {
        uint32_t targets = 0;
        if (IRQ_UART_RX(LINK_UART) / 32u == i) {
            targets = NVIC_BIT(IRQ_UART_RX(LINK_UART));
        }
        set(&NVIC_ITNS(i), targets);
    }
    NVIC_IPR(IRQ_TIMER(0)) = PRIORITY_TIMER;
    NVIC_IPR(IRQ_TIMER(1)) = PRIORITY_TIMER;
    SCB_SHPR2 = 0;                                                      /* SVC first */
    SCB_SHPR3 = PRIORITY_TIMER << 24 | (uint32_t)PRIORITY_LOWEST << 16; /* PendSV last */
    /* PRIS: every non-secure interrupt ranks below the secure ones. BFHFNMINS clear: bus and hard
     * faults come to the vault. Only the vault may reset the machine. */
    SCB_AIRCR = AIRCR_KEY | AIRCR_PRIS | AIRCR_SYSRESETREQS;
    if ((SCB_AIRCR & (AIRCR_PRIS | AIRCR_BFHFNMINS | AIRCR_SYSRESETREQS)) !=
        (AIRCR_PRIS | AIRCR_SYSRESETREQS)) {
        failures++;
    }
    SCB_SHCSR |= SHCSR_FAULTS;
    SCB_NSACR = 0; /* no coprocessor, no floating point for the link: nothing to leak there */
    SCB_CPACR = 0;
}

int trustzone_start(void)
{
    failures = 0;
    sau();
    mpc(MPC_SSRAM(1u), LINK_CODE, LINK_CODE_SIZE);
    mpc(MPC_SSRAM(2u), 0, 0);
    mpc(MPC_SSRAM(3u), 0, NS_SSRAM3_END + 1u - LINK_RAM);
    peripherals();
    interrupts();
    barrier();
    return failures == 0 ? HAL_OK : HAL_FAIL;
}
