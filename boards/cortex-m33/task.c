/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command's own stack (hal_task). task_switch.S changes stacks; the board's timer ends a slice.
 * The slice is shorter than the contract's 20 ms, so that the return of the gate is inside them,
 * too.
 */
#include "core.h"
#include "handlers.h"
#include "layout.h"
#include "secure.h"
#include "slicer.h"
#include "stack.h"
#include <stdbool.h>

#define SLICE_MS    15u
#define GUARD_BYTES 64u /* task_switch.S stores 40 bytes that PSPLIM does not see */

/* Words of a fresh context: EXC_RETURN, pad, r4-r11, r0-r3, r12, lr, pc, xPSR. */
enum { CONTEXT_EXC_RETURN = 0, CONTEXT_R0 = 10, CONTEXT_PC = 16, CONTEXT_XPSR = 17, CONTEXT = 18 };
#define EXC_RETURN_THREAD_PSP 0xFFFFFFFDu
#define XPSR_THUMB            0x01000000u

int task_enter(void);
_Noreturn void task_leave(void);
uint32_t *task_context; /* shared with task_switch.S */

static bool exists;
static bool finished;
static uint32_t deepest;
static void (*task_entry)(void *arg);

static _Noreturn void task_main(void *arg)
{
    task_entry(arg);
    task_leave();
}

static int run_slice(void)
{
    slicer_start(SLICE_MS);
    const int result = task_enter();
    slicer_stop();
    finished = result == HAL_TASK_DONE;
    return result;
}

static int task_start(void *ctx, void (*entry)(void *arg), void *arg)
{
    (void)ctx;
    if (exists) {
        return HAL_FAIL;
    }
    exists = true;
    task_entry = entry;
    task_context = command_stack_bottom + COMMAND_STACK / sizeof(uint32_t) - CONTEXT;
    for (uint32_t i = 0; i < CONTEXT; i++) {
        task_context[i] = 0;
    }
    task_context[CONTEXT_EXC_RETURN] = EXC_RETURN_THREAD_PSP;
    task_context[CONTEXT_R0] = (uint32_t)arg;
    task_context[CONTEXT_PC] = (uint32_t)task_main & ~1u;
    task_context[CONTEXT_XPSR] = XPSR_THUMB;
    return run_slice();
}

static int task_resume(void *ctx)
{
    (void)ctx;
    return exists && !finished ? run_slice() : HAL_FAIL;
}

static void task_discard(void *ctx)
{
    (void)ctx;
    (void)task_stack_used();
    stack_paint(command_stack_bottom, command_stack_top);
    exists = false;
    finished = false;
}

uint32_t task_stack_used(void)
{
    const uint32_t used = stack_used(command_stack_bottom, command_stack_top);
    deepest = used > deepest ? used : deepest;
    return deepest;
}

void task_start_up(void)
{
    stack_paint(command_stack_bottom, command_stack_top);
    stack_seal(command_stack_top);
    const uint32_t limit = (uint32_t)command_stack_bottom + GUARD_BYTES;
    __asm volatile("msr psp, %0\n msr psplim, %1" ::"r"(command_stack_top), "r"(limit));
    NVIC_ISER(SLICER_IRQ) = NVIC_BIT(SLICER_IRQ);
}

void task_hal(struct hal_task *hal)
{
    hal->start = task_start;
    hal->resume = task_resume;
    hal->discard = task_discard;
    hal->ctx = NULL;
}
