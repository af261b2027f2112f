/* SPDX-License-Identifier: Apache-2.0 */
/* The core's own registers, forged returns, borrowed stacks. */
#include "gate/gate.h"
#include "hostile.h"
#include "layout.h"
#include "regs.h"

static enum verdict read_vault(void)
{
    (void)*(volatile uint32_t *)VAULT_RAM;
    return SUCCEEDED;
}

static enum verdict open_sau(uint32_t ctrl)
{
    SAU_CTRL = ctrl; /* disabled, or everything non-secure */
    SAU_RNR = 0;
    SAU_RBAR = VAULT_RAM;
    SAU_RLAR = 0x3FFFFFE1u;
    barrier();
    return read_vault();
}

static enum verdict take_interrupts(uint32_t unused)
{
    (void)unused;
    bool gained = false;
    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t before = NVIC_ITNS(i);
        NVIC_ITNS(i) = 0xFFFFFFFFu;
        gained |= NVIC_ITNS(i) != before || before != 0;
    }
    NVIC_ISER(IRQ_TIMER(0)) = NVIC_BIT(IRQ_TIMER(0)) | NVIC_BIT(IRQ_TIMER(1));
    gained |= NVIC_ISER(IRQ_TIMER(0)) != 0;
    NVIC_ICER(IRQ_TIMER(0)) = 0xFFFFFFFFu; /* would stop the slicing of commands */
    NVIC_IPR(IRQ_TIMER(0)) = 0xFFu;
    gained |= NVIC_IPR(IRQ_TIMER(0)) != 0;
    return !gained && vault_still_works() ? NOTHING_GAINED : SUCCEEDED;
}

/* Were this to work, the machine would not come back here. */
static enum verdict reset_machine(uint32_t unused)
{
    (void)unused;
    SCB_AIRCR = AIRCR_KEY | AIRCR_SYSRESETREQ;
    barrier();
    for (volatile uint32_t i = 0; i < 100000u; i++) {
    }
    return vault_still_works() ? NOTHING_GAINED : SUCCEEDED;
}

/* Bus faults for the attacker: image_fault would be told and call it broken. */
static enum verdict take_faults(uint32_t unused)
{
    (void)unused;
    SCB_AIRCR = AIRCR_KEY | AIRCR_BFHFNMINS;
    SCB_SHCSR |= SHCSR_FAULTS;
    barrier();
    return read_vault();
}

static enum verdict secure_bank(uint32_t address)
{
    const uint32_t value = REG(address);
    REG(address) = 0;
    return value == 0 && vault_still_works() ? NOTHING_GAINED : SUCCEEDED;
}

/* Into the gateway region, but past the veneer's SG. */
static enum verdict skip_gateway(uint32_t unused)
{
    (void)unused;
    ((void (*)(void))((uint32_t)hufu_gate_abort + 4u))();
    return SUCCEEDED;
}

/* "Return" into the vault without having been called. It called the link once, so the very first
 * return has a frame, and is answered by a reset. */
static enum verdict forged_function_return(uint32_t unused)
{
    (void)unused;
    __asm volatile("ldr r0, =0xFEFFFFFF\n bx r0" ::: "r0", "memory");
    return SUCCEEDED;
}

static volatile uint32_t forged;

static void return_to_secure(void)
{
    __asm volatile("bx %0" ::"r"(forged));
}

static enum verdict forged_exception_return(uint32_t exc_return)
{
    forged = exc_return;
    on_fault = return_to_secure;
    __asm volatile("svc 0");
    return SUCCEEDED;
}

/* The core pushes the exception's frame where the stack pointer says. */
static enum verdict stack_in_vault(uint32_t address)
{
    __asm volatile("movs r1, #0\n"
                   "msr msplim, r1\n"
                   "msr msp, %0\n"
                   "svc 0\n" ::"r"(address)
                   : "r1", "memory");
    return SUCCEEDED;
}

const struct attack core_attacks[] = {
    {"SAU off", BY_FAULT, open_sau, 0},
    {"SAU all non-secure", BY_FAULT, open_sau, 2},
    {"interrupt targets", BY_REFUSAL, take_interrupts, 0},
    {"reset of the machine", BY_REFUSAL, reset_machine, 0},
    {"faults for the attacker", BY_FAULT, take_faults, 0},
    {"SAU registers", BY_EITHER, secure_bank, 0xE000EDD0u},
    {"SAU region", BY_EITHER, secure_bank, 0xE000EDDCu},
    {"SFSR", BY_EITHER, secure_bank, 0xE000EDE4u},
    {"entry past the gateway's SG", BY_FAULT, skip_gateway, 0},
    {"forged function return", BY_FAULT, forged_function_return, 0},
    {"forged exception return, MSP", BY_FAULT, forged_exception_return, 0xFFFFFFF9u},
    {"forged exception return, PSP", BY_FAULT, forged_exception_return, 0xFFFFFFFDu},
    {"forged exception return, handler", BY_FAULT, forged_exception_return, 0xFFFFFFF1u},
    {"forged exception return, no context", BY_FAULT, forged_exception_return, 0xFFFFFFD9u},
    {"stack in the vault's RAM", BY_FAULT, stack_in_vault, VAULT_RAM + 0x1000},
    {"stack in the store", BY_FAULT, stack_in_vault, 0x80001000u},
};
const uint32_t core_attack_count = sizeof core_attacks / sizeof *core_attacks;
