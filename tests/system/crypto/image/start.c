/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];

void reset(void);

void reset(void)
{
    uint32_t *from = data_load;
    for (uint32_t *to = data_start; to < data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end;) {
        *to++ = 0;
    }
    image_exit(image_main());
}

static void fault(void)
{
    image_print("fault\n");
    image_exit(1);
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
    (void (*)(void))(uintptr_t)stack_top, reset, fault, fault, fault, fault, fault, fault};

/* Semihosting: SYS_WRITE0, SYS_EXIT_EXTENDED, SYS_GET_CMDLINE. */
static int semihost(int call, const void *argument)
{
    register int r0 __asm__("r0") = call;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void image_print(const char *text)
{
    (void)semihost(0x04, text);
}

_Noreturn void image_exit(int status)
{
    const int block[2] = {0x20026, status};
    (void)semihost(0x20, block);
    for (;;) {
    }
}

void image_command_line(char *out, uint32_t size)
{
    uint32_t block[2] = {(uint32_t)(uintptr_t)out, size};
    out[0] = '\0';
    (void)semihost(0x15, block);
}

void image_print_number(uint32_t v)
{
    char text[11];
    unsigned at = sizeof text - 1;
    text[at] = '\0';
    do {
        text[--at] = (char)('0' + v % 10u);
        v /= 10u;
    } while (v != 0);
    image_print(text + at);
}

#define TIMER ((volatile uint32_t *)0x50000000u)

uint32_t image_ticks(void)
{
    if (TIMER[0] == 0) {
        TIMER[2] = 0xFFFFFFFFu;
        TIMER[1] = 0xFFFFFFFFu;
        TIMER[0] = 1;
    }
    return TIMER[1];
}

uint32_t image_instructions(uint32_t from, uint32_t to)
{
    return (uint32_t)((uint64_t)(from - to) * 50u / 64u);
}
