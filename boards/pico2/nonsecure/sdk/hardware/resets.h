/* SPDX-License-Identifier: Apache-2.0 */
/* Resets are the vault's (nonsecure/dcd.c). */
#ifndef HUFU_PICO2_SDK_RESETS_H
#define HUFU_PICO2_SDK_RESETS_H

#define reset_block(bits)        ((void)0)
#define unreset_block_wait(bits) ((void)0)

#endif
