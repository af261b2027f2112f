/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command stack of the native board: one coroutine with a guarded stack of its own. Switching
 * is announced to AddressSanitizer, which otherwise takes another stack for a corrupted one.
 */
#include "board.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define TASK_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TASK_ASAN 1
#endif
#endif
#ifndef TASK_ASAN
#define TASK_ASAN 0
#endif

#if TASK_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define STACK_SIZE (512u * 1024u) /* generous: sanitizers grow every frame */
#define GUARD      4096u

static void leaving(void **save, const void *bottom, size_t size)
{
#if TASK_ASAN
    __sanitizer_start_switch_fiber(save, bottom, size);
#else
    (void)save;
    (void)bottom;
    (void)size;
#endif
}

static void arrived(void *fake, const void **bottom, size_t *size)
{
#if TASK_ASAN
    __sanitizer_finish_switch_fiber(fake, bottom, size);
#else
    (void)fake;
    (void)bottom;
    (void)size;
#endif
}

/* makecontext passes ints only; one task enters at a time. */
static struct board_task *entering;

static void trampoline(void)
{
    struct board_task *t = entering;

    arrived(NULL, &t->outside_stack, &t->outside_size);
    t->entry(t->arg);
    t->finished = true;
    leaving(NULL, t->outside_stack, t->outside_size);
    (void)setcontext(&t->outside);
    abort(); /* setcontext returns only on failure */
}

/* Into the task and back; says how it came back. */
static int enter(struct board_task *t)
{
    entering = t;
    t->running = true;
    t->count = 0;
    leaving(&t->fake_outside, t->stack + GUARD, t->stack_size - GUARD);
    if (swapcontext(&t->outside, &t->inside) != 0) {
        abort();
    }
    arrived(t->fake_outside, NULL, NULL);
    t->running = false;
    if (t->escape != NULL) {
        void (*escape)(void *) = t->escape;
        t->escape = NULL;
        escape(t->escape_arg); /* may longjmp: this is the resumer's own stack */
        return HAL_FAIL;
    }
    return t->finished ? HAL_TASK_DONE : HAL_TASK_BUSY;
}

void board_task_tick(struct board_task *t)
{
    if (!t->running) {
        return;
    }
    t->count++;
    if (t->escape == NULL && (t->slice == 0 || t->count < t->slice)) {
        return;
    }
    board_task_yield(t);
}

void board_task_yield(struct board_task *t)
{
    if (!t->running) {
        return;
    }
    leaving(&t->fake_inside, t->outside_stack, t->outside_size);
    if (swapcontext(&t->inside, &t->outside) != 0) {
        abort();
    }
    arrived(t->fake_inside, &t->outside_stack, &t->outside_size);
}

static int task_start(void *ctx, void (*entry)(void *arg), void *arg)
{
    struct board_task *t = ctx;

    if (t->exists || getcontext(&t->inside) != 0) {
        return HAL_FAIL;
    }
    t->inside.uc_stack.ss_sp = t->stack + GUARD;
    t->inside.uc_stack.ss_size = t->stack_size - GUARD;
    t->inside.uc_link = NULL;
    makecontext(&t->inside, trampoline, 0);
    t->exists = true;
    t->finished = false;
    t->entry = entry;
    t->arg = arg;
    return enter(t);
}

static int task_resume(void *ctx)
{
    struct board_task *t = ctx;

    return t->exists && !t->finished && !t->running ? enter(t) : HAL_FAIL;
}

static void task_discard(void *ctx)
{
    struct board_task *t = ctx;

    if (t->running) {
        return; /* a task cannot drop the stack it stands on */
    }
    t->exists = false;
    t->finished = false;
    t->fake_inside = NULL;
#if TASK_ASAN
    __asan_unpoison_memory_region(t->stack + GUARD, t->stack_size - GUARD);
#endif
    explicit_bzero(t->stack + GUARD, t->stack_size - GUARD);
}

int board_task_init(struct board_task *t)
{
    memset(t, 0, sizeof *t);
    t->stack_size = STACK_SIZE + GUARD;
    t->stack =
        mmap(NULL, t->stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (t->stack == MAP_FAILED) {
        t->stack = NULL;
        return HAL_FAIL;
    }
    return mprotect(t->stack, GUARD, PROT_NONE) == 0 ? HAL_OK : HAL_FAIL;
}

void board_task_close(struct board_task *t)
{
    if (t->stack != NULL) {
        task_discard(t);
        (void)munmap(t->stack, t->stack_size);
    }
    memset(t, 0, sizeof *t);
}

struct hal_task board_task_hal(struct board_task *t)
{
    return (struct hal_task){
        .start = task_start, .resume = task_resume, .discard = task_discard, .ctx = t};
}
