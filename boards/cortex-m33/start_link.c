/* SPDX-License-Identifier: Apache-2.0 */
/* From boot's note to the link: what every board does around its own drivers. */
#include "choose.h"
#include "core.h"
#include "layout.h"
#include "secure.h"
#include "stack.h"
#include "token.h"
#include <arm_cmse.h>
#include <string.h>

typedef void __attribute__((cmse_nonsecure_call)) link_entry(void);

_Noreturn void halt(void)
{
    for (;;) {
        __asm volatile("cpsid i\n wfi");
    }
}

/* What boot started, as it says itself; nothing else is known to have written there. */
void firmware_hal(struct hal_firmware *firmware)
{
    const struct boot_note *note = (const struct boot_note *)BOOT_NOTE_AT;
    flash_firmware_hal(&firmware->flash);
    if (note->magic != BOOT_NOTE) {
        stop("boot left no note");
    }
    firmware->token = &board_token;
    firmware->restart = machine_reset;
    firmware->slot = note->slot;
    firmware->trial = note->trial == SECURE_TRUE;
    memcpy(firmware->digest, note->digest, sizeof firmware->digest);
#if defined(FONT_DATA)
    firmware->font = note->font_size != 0 ? (const void *)FONT_DATA : NULL;
    firmware->font_size = note->font_size;
#endif
}

/* The link's vectors were checked with its digest; they still may not name a secure address. */
_Noreturn void link_start(void)
{
    const uint32_t *vectors = (const uint32_t *)LINK_CODE;
    const uint32_t stack = vectors[0];
    const uint32_t entry = vectors[1];
    if (cmse_check_address_range((void *)(stack - LINK_STACK), LINK_STACK, CMSE_NONSECURE) ==
            NULL ||
        cmse_check_address_range((void *)(entry & ~1u), 2, CMSE_NONSECURE) == NULL) {
        stop("the link's vectors are not its own");
    }
    stack_paint((uint32_t *)(stack - LINK_STACK), (uint32_t *)stack);
    SCB_VTOR_NS = (uint32_t)vectors;
    __asm volatile("msr msp_ns, %0\n msr msplim_ns, %1\n msr control_ns, %2" ::"r"(stack),
                   "r"(stack - LINK_STACK), "r"(0));
    barrier();
    link_entry *link = (link_entry *)cmse_nsfptr_create((void *)entry);
    link();
    if (HUFU_LOGS) {
        log_line("the link returned");
    }
    machine_reset();
}
