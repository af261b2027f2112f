/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults. One caused by the link (it touched what is not its own) resets the machine: the vault's
 * memory is lost with all sessions, and the link starts anew. One in the vault itself halts:
 * whatever went wrong, no more code runs on secrets; only a power cycle helps. The log names kind
 * and place, never contents.
 */
#include "core.h"
#include "handlers.h"
#include "secure.h"
#include "stack.h"
#include "startup.h"
#include <stdbool.h>

#define EXC_RETURN_SECURE (1u << 6)
#define SECURE_FAULT      7u
/* Entry without a gateway, wrong integrity signature, wrong exception return: forged by the link,
 * though the core was about to be secure again. */
#define SFSR_FORGED (1u << 0 | 1u << 1 | 1u << 2)
#define SFSR_ALL    0xFFu

static const char *fault_name(uint32_t number)
{
    static const char *const names[] = {"NMI",      "HardFault",  "MemManage",
                                        "BusFault", "UsageFault", "SecureFault"};
    return number >= 2 && number <= 7 ? names[number - 2] : "unexpected interrupt";
}

static _Noreturn void wipe_and_halt(void)
{
    stack_paint(command_stack_bottom, command_stack_top);
    for (;;) {
        __asm volatile("cpsid i\n wfi");
    }
}

/* Called by fault_handler. The stacked frame is not read: a non-secure stack pointer may point
 * anywhere. */
_Noreturn void fault_report(uint32_t exc_return);
_Noreturn void fault_report(uint32_t exc_return)
{
    uint32_t number;
    __asm volatile("mrs %0, ipsr" : "=r"(number));
    const uint32_t sfsr = SAU_SFSR & SFSR_ALL;
    const bool forged =
        number == SECURE_FAULT && (sfsr & SFSR_FORGED) != 0 && (sfsr & ~SFSR_FORGED) == 0;
    const bool secure = (exc_return & EXC_RETURN_SECURE) != 0 && !forged;
    if (HUFU_LOGS) {
        log_value(secure ? "fault in the vault, kind" : "violation by the link, kind", number);
        log_line(fault_name(number));
        log_value("CFSR", SCB_CFSR);
        log_value("SFSR", sfsr);
    }
    if (secure) {
        wipe_and_halt();
    }
    machine_reset();
}

/* On a fresh main stack: the fault may be that the old one overflowed. */
__attribute__((naked)) void fault_handler(void)
{
    __asm volatile("mov r0, lr\n"
                   "ldr r1, =stack_top\n"
                   "msr msp, r1\n"
                   "b fault_report\n");
}
