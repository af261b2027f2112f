/* SPDX-License-Identifier: Apache-2.0 */
/* Exception handlers of the secure world, one per source file that owns the device. Boot, which
 * takes no interrupt, has the first two (boot_reset.c, boot_start.c). */
#ifndef HUFU_CORTEX_M33_HANDLERS_H
#define HUFU_CORTEX_M33_HANDLERS_H

void reset_handler(void);
void fault_handler(void);  /* every fault, and interrupts nobody asked for (fault.c) */
void svc_handler(void);    /* into and out of the command (task_switch.S) */
void slice_handler(void);  /* the command's slice is over (task_switch.S) */
void pendsv_handler(void); /* the same, postponed behind a non-secure handler (task_switch.S) */

#endif
