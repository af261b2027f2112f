/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First stage: both images are checked before either runs. The vault starts the link itself, after
 * it has set the world apart; until then no interrupt is enabled and no non-secure code exists.
 */
#include "image_check.h"
#include "layout.h"
#include "regs.h"
#include "startup.h"

#define LOG UART_SECURE(2u)

void reset_handler(void);

static const struct image_slot vault_slot = {HUFU_IMAGE_VAULT, VAULT_SLOT, VAULT_SLOT_SIZE,
                                             "mps2-an505"};
static const struct image_slot link_slot = {HUFU_IMAGE_LINK, LINK_SLOT, LINK_SLOT_SIZE,
                                            "mps2-an505"};

static _Noreturn void refuse(const char *name, enum image_verdict verdict)
{
    uart_text(LOG, "boot: ");
    uart_text(LOG, name);
    uart_text(LOG, " refused: ");
    uart_text(LOG, image_verdict_text(verdict));
    uart_text(LOG, "\n");
    for (;;) {
        __asm volatile("cpsid i\n wfi");
    }
}

static const struct hufu_image *checked(const char *name, const struct image_slot *slot)
{
    const struct hufu_image *image = (const struct hufu_image *)slot->address;
    secure_bool good = SECURE_FALSE;
    const enum image_verdict verdict = image_check(slot, image, &good);
    if (verdict != IMAGE_GOOD || good != SECURE_TRUE) {
        refuse(name, verdict);
    }
    return image;
}

_Noreturn void image_main(void)
{
    _Static_assert(IMAGE_HEADER == HUFU_IMAGE_HEADER_SIZE, "layout.h and hufu/image.h agree");
    uart_open(LOG, UART_CTRL_TX);
    (void)checked("link", &link_slot);
    const struct hufu_image *vault = checked("vault", &vault_slot);
    uart_text(LOG, "boot: images good\n");

    const uint32_t *vectors = (const uint32_t *)(vault + 1);
    SCB_VTOR = (uint32_t)vectors;
    barrier();
    __asm volatile("msr msplim, %2\n"
                   "msr msp, %0\n"
                   "bx %1\n" ::"r"(vectors[0]),
                   "r"(vectors[1]), "r"(0));
    __builtin_unreachable();
}

typedef void (*vector)(void);

static _Noreturn void fault_handler(void)
{
    uart_text(LOG, "boot: fault\n");
    for (;;) {
        __asm volatile("cpsid i\n wfi");
    }
}

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    [0] = (vector)(uintptr_t)stack_top,
    [1] = reset_handler,
    [2 ... 15] = fault_handler,
};

__attribute__((naked)) void reset_handler(void)
{
    __asm volatile("ldr r0, =stack_bottom\n"
                   "msr msplim, r0\n"
                   "bl startup_memory\n"
                   "b image_main\n");
}
