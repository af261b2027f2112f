/* SPDX-License-Identifier: Apache-2.0 */
/* What every image does first: initialised data copied, the rest zeroed. */
#ifndef HUFU_CORTEX_M33_STARTUP_H
#define HUFU_CORTEX_M33_STARTUP_H

#include <stdint.h>

extern uint32_t stack_bottom[], stack_top[];

/* Entered by reset_handler before anything else: fills .data and .bss. */
void startup_memory(void);

/* The image's own program; does not return. Called by reset_handler. */
_Noreturn void image_main(void);

#endif
