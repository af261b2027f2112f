/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GHASH for Cortex-M33: void ghash_blocks(uint32_t y[4], const uint32_t h[9][4], const uint8_t *data,
 * size_t blocks). Contract: ghash.h.
 *
 * A product without carries of two words is made of sixteen UMULL of their bits of each residue
 * modulo 4: at most eight ones meet in a place, whose carries stay in the three places above, which
 * belong to other residues and are masked away. Nine such products by Karatsuba's way, then the
 * reduction. No branch or address depends on data.
 *
 * The stack: nine places of two words, a factor (its first word) and then its product; the place to
 * go on at; the key's; data, blocks; r0, r1 as they came.
 */
    .syntax unified
    .thumb

#define PLACES  72
#define AT_ITEM 72
#define AT_H    76
#define AT_DATA 80
#define AT_LEFT 84
#define AT_Y    88
#define AT_KEY  92

/* The bits of residue k of the product of r0-r3 (a's by residue) and r4-r7 (b's), in r10, r11. */
    .macro residue k, b0, b1, b2, b3
    umull r10, r11, r0, \b0
    umull r12, lr, r1, \b1
    eor r10, r10, r12
    eor r11, r11, lr
    umull r12, lr, r2, \b2
    eor r10, r10, r12
    eor r11, r11, lr
    umull r12, lr, r3, \b3
    eor r10, r10, r12
    eor r11, r11, lr
    .endm

/* t0-t3: the product of two-word numbers, from that of the low words in t0, t1, of the high ones in
 * t2, t3, of the sums in m0, m1. */
    .macro join t0, t1, t2, t3, m0, m1
    eor \m0, \m0, \t0
    eor \m1, \m1, \t1
    eor \m0, \m0, \t2
    eor \m1, \m1, \t3
    eor \t1, \t1, \m0
    eor \t2, \t2, \m1
    .endm

    .macro fold low, up3, up4
    eor \up4, \up4, \low
    eor \up4, \up4, \low, lsr #1
    eor \up4, \up4, \low, lsr #2
    eor \up4, \up4, \low, lsr #7
    eor \up3, \up3, \low, lsl #31
    eor \up3, \up3, \low, lsl #30
    eor \up3, \up3, \low, lsl #25
    .endm

    .section .text.ghash_blocks,"ax",%progbits
    .global ghash_blocks
    .type ghash_blocks,%function
    .thumb_func
    .balign 4
ghash_blocks:
    push {r0, r1, r4-r11, lr}
    sub sp, #AT_Y
    strd r2, r3, [sp, #AT_DATA]
    ldm r0, {r4-r7}
1:  ldr r12, [sp, #AT_DATA]
    ldr r0, [r12], #4
    ldr r1, [r12], #4
    ldr r2, [r12], #4
    ldr r3, [r12], #4
    str r12, [sp, #AT_DATA]
    rev r0, r0
    rev r1, r1
    rev r2, r2
    rev r3, r3
    eor r7, r7, r0
    eor r6, r6, r1
    eor r5, r5, r2
    eor r4, r4, r3
    eor r8, r4, r5
    eor r9, r6, r7
    eor r10, r4, r6
    eor r11, r5, r7
    eor r12, r8, r9
    str r4, [sp, #0]
    str r5, [sp, #8]
    str r8, [sp, #16]
    str r6, [sp, #24]
    str r7, [sp, #32]
    str r9, [sp, #40]
    str r10, [sp, #48]
    str r11, [sp, #56]
    str r12, [sp, #64]
    mov r10, sp
    ldr r12, [sp, #AT_KEY]
2:  ldr r9, [r10]
    ldm r12!, {r4-r7}
    strd r10, r12, [sp, #AT_ITEM]
    and r0, r9, #0x11111111
    and r1, r9, #0x22222222
    and r2, r9, #0x44444444
    and r3, r9, #0x88888888
    residue 0, r4, r7, r6, r5
    and r8, r10, #0x11111111
    and r9, r11, #0x11111111
    residue 1, r5, r4, r7, r6
    and r10, r10, #0x22222222
    and r11, r11, #0x22222222
    orr r8, r8, r10
    orr r9, r9, r11
    residue 2, r6, r5, r4, r7
    and r10, r10, #0x44444444
    and r11, r11, #0x44444444
    orr r8, r8, r10
    orr r9, r9, r11
    residue 3, r7, r6, r5, r4
    and r10, r10, #0x88888888
    and r11, r11, #0x88888888
    orr r8, r8, r10
    orr r9, r9, r11
    ldrd r10, r12, [sp, #AT_ITEM]
    strd r8, r9, [r10], #8
    add lr, sp, #PLACES
    cmp r10, lr
    bne 2b
    mov r12, sp
    ldm r12!, {r0-r5}
    join r0, r1, r2, r3, r4, r5
    ldm r12!, {r4-r9}
    join r4, r5, r6, r7, r8, r9
    ldm r12, {r8-r12, lr}
    join r8, r9, r10, r11, r12, lr
    eor r8, r8, r0
    eor r9, r9, r1
    eor r10, r10, r2
    eor r11, r11, r3
    eor r8, r8, r4
    eor r9, r9, r5
    eor r10, r10, r6
    eor r11, r11, r7
    eor r2, r2, r8
    eor r3, r3, r9
    eor r4, r4, r10
    eor r5, r5, r11
    fold r0, r3, r4
    fold r1, r4, r5
    fold r2, r5, r6
    fold r3, r6, r7
    ldr r0, [sp, #AT_LEFT]
    subs r0, r0, #1
    str r0, [sp, #AT_LEFT]
    bne 1b
    ldr r0, [sp, #AT_Y]
    stm r0, {r4-r7}
    mov r12, sp
    .irp zero, r2, r3, r4, r5, r6, r7, r8, r9, r10
    mov.w \zero, #0
    .endr
    stm r12!, {r2-r10}
    stm r12, {r2-r10}
    add sp, #AT_Y + 8
    pop {r4-r11, pc}
