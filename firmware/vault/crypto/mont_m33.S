/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Montgomery multiplication for Cortex-M33, RSA's inner loop (crypto/mont.h):
 *   void mont_mul(uint32_t *x, const uint32_t *a, const uint32_t *b, struct mont_column *w,
 *                 size_t words, uint32_t mm)
 *
 * Four words of a at a time. A pass over the columns adds a0..a3 times b: in column k the four rows
 * meet b[k], b[k-1], b[k-2], b[k-3], which stay in registers and change roles; UMAAL adds the row's
 * own carry and the column's sum to each product, so a column costs one load of two words, four
 * UMAALs and one store: 1.5 instructions a product. A second pass adds m0..m3 times n, chosen so
 * that the four lowest words become zero, and stores four columns lower. Between rows the sum is
 * below 2 n, so it has words + 1 words, and words + 5 within a row (struct mont_column).
 *
 * No branch or address depends on a value. r0-r3 are a0..a3 or m0..m3, r4-r7 the carries of their
 * rows, r8-r11 four words of b or n, r12 a column's sum, lr the column.
 */
    .syntax unified
    .thumb

#define X      0 /* the frame */
#define A      4
#define W      8
#define W_END  12
#define A_END  16
#define FRAME  20
#define WORDS  (FRAME + 36)
#define MM     (FRAME + 40)

#define COLUMN 12
#define T      4
#define N      8

    .macro rows b0, b1, b2, b3
    umaal r12, r4, r0, \b0
    umaal r12, r5, r1, \b1
    umaal r12, r6, r2, \b2
    umaal r12, r7, r3, \b3
    .endm

    .macro add_b k, b0, b1, b2, b3
    ldrd \b0, r12, [lr, #(COLUMN * \k)]
    rows \b0, \b1, \b2, \b3
    str r12, [lr, #(COLUMN * \k + T)]
    .endm

    .macro add_n k, b0, b1, b2, b3
    ldrd r12, \b0, [lr, #(COLUMN * \k + T)]
    rows \b0, \b1, \b2, \b3
    str r12, [lr, #(COLUMN * (\k - 4) + T)]
    .endm

    .macro four add, k
    \add (\k + 0), r8, r11, r10, r9
    \add (\k + 1), r9, r8, r11, r10
    \add (\k + 2), r10, r9, r8, r11
    \add (\k + 3), r11, r10, r9, r8
    .endm

    .section .text.mont_mul, "ax", %progbits
    .global mont_mul
    .type mont_mul, %function
    .thumb_func
    .align 2
mont_mul:
    push {r4-r11, lr}
    sub sp, sp, #FRAME
    ldr r4, [sp, #WORDS]
    add r5, r1, r4, lsl #2
    str r5, [sp, #A_END]
    add r6, r4, r4, lsl #1
    add r6, r3, r6, lsl #2
    strd r0, r1, [sp, #X]
    strd r3, r6, [sp, #W]

    movs r4, #0
1:  ldr r5, [r2], #4                    /* b in, the sum zero */
    ldr r7, [r2], #4
    ldr r8, [r2], #4
    ldr r9, [r2], #4
    strd r5, r4, [r3]
    strd r7, r4, [r3, #(1 * COLUMN)]
    strd r8, r4, [r3, #(2 * COLUMN)]
    strd r9, r4, [r3, #(3 * COLUMN)]
    adds r3, r3, #(4 * COLUMN)
    cmp r3, r6
    bne 1b
    str r4, [r3, #T]

2:  ldr r12, [sp, #A]                   /* sum += b (a0 .. a3) */
    ldm r12!, {r0-r3}
    str r12, [sp, #A]
    ldr lr, [sp, #W]
    movs r4, #0
    movs r5, #0
    movs r6, #0
    movs r7, #0
    mov r9, r4
    mov r10, r4
    mov r11, r4
3:  four add_b, 0
    four add_b, 4
    four add_b, 8
    four add_b, 12
    add lr, lr, #(16 * COLUMN)
    ldr r12, [sp, #W_END]
    cmp lr, r12
    bne 3b
    movs r8, #0                         /* b has ended: what is left of its rows, and the carries */
    ldr r12, [lr, #T]
    umaal r12, r4, r8, r8
    umaal r12, r5, r1, r11
    umaal r12, r6, r2, r10
    umaal r12, r7, r3, r9
    str r12, [lr, #T]
    umaal r4, r5, r8, r8
    umaal r4, r6, r2, r11
    umaal r4, r7, r3, r10
    str r4, [lr, #(1 * COLUMN + T)]
    umaal r5, r6, r8, r8
    umaal r5, r7, r3, r11
    str r5, [lr, #(2 * COLUMN + T)]
    umaal r6, r7, r8, r8
    str r6, [lr, #(3 * COLUMN + T)]
    str r7, [lr, #(4 * COLUMN + T)]

    ldr lr, [sp, #W]                    /* m0 .. m3; sum = (sum + n (m0 .. m3)) / 2^128 */
    ldr r3, [sp, #MM]
    ldrd r12, r8, [lr, #T]
    movs r4, #0
    movs r5, #0
    movs r6, #0
    movs r7, #0
    mul r0, r12, r3
    umaal r12, r4, r0, r8
    ldrd r12, r9, [lr, #(1 * COLUMN + T)]
    umaal r12, r4, r0, r9
    mul r1, r12, r3
    umaal r12, r5, r1, r8
    ldrd r12, r10, [lr, #(2 * COLUMN + T)]
    umaal r12, r4, r0, r10
    umaal r12, r5, r1, r9
    mul r2, r12, r3
    umaal r12, r6, r2, r8
    ldrd r12, r11, [lr, #(3 * COLUMN + T)]
    umaal r12, r4, r0, r11
    umaal r12, r5, r1, r10
    umaal r12, r6, r2, r9
    mul r3, r12, r3
    umaal r12, r7, r3, r8
    b 5f
4:  four add_n, 0
5:  four add_n, 4
    four add_n, 8
    four add_n, 12
    add lr, lr, #(16 * COLUMN)
    ldr r12, [sp, #W_END]
    cmp lr, r12
    bne 4b
    movs r8, #0
    ldr r12, [lr, #T]
    umaal r12, r4, r8, r8
    umaal r12, r5, r1, r11
    umaal r12, r6, r2, r10
    umaal r12, r7, r3, r9
    str r12, [lr, #(T - 4 * COLUMN)]
    ldr r12, [lr, #(1 * COLUMN + T)]
    umaal r12, r4, r8, r8
    umaal r12, r5, r8, r8
    umaal r12, r6, r2, r11
    umaal r12, r7, r3, r10
    str r12, [lr, #(T - 3 * COLUMN)]
    ldr r12, [lr, #(2 * COLUMN + T)]
    umaal r12, r4, r8, r8
    umaal r12, r5, r8, r8
    umaal r12, r6, r8, r8
    umaal r12, r7, r3, r11
    str r12, [lr, #(T - 2 * COLUMN)]
    ldr r12, [lr, #(3 * COLUMN + T)]
    umaal r12, r4, r8, r8
    umaal r12, r5, r8, r8
    umaal r12, r6, r8, r8
    umaal r12, r7, r8, r8
    str r12, [lr, #(T - 1 * COLUMN)]
    ldr r12, [lr, #(4 * COLUMN + T)]
    add r4, r4, r5
    add r6, r6, r7
    add r4, r4, r6
    add r4, r4, r12
    str r4, [lr, #T]
    ldrd r0, r1, [sp, #A]               /* a, w */
    ldr r2, [sp, #A_END]
    cmp r0, r2
    bne 2b

    mov r6, lr                          /* x = sum - n, and the borrow */
    mov r7, r1
    ldr r0, [sp, #X]
    cmp r0, r0
6:  ldrd r2, r3, [r1, #T]
    ldrd r4, r5, [r1, #(COLUMN + T)]
    sbcs r2, r2, r3
    sbcs r4, r4, r5
    strd r2, r4, [r0], #8
    add r1, r1, #(2 * COLUMN)
    teq r1, r6
    bne 6b
    sbc r2, r2, r2
    ldr r3, [r6, #T]
    adds r2, r2, r3                     /* n comes back where the sum was below it */
    ldr r0, [sp, #X]
    cmn r0, #0                          /* no carry */
7:  ldr r3, [r7, #N]
    ldr r4, [r7, #(COLUMN + N)]
    ldrd r8, r9, [r0]
    and r3, r3, r2
    and r4, r4, r2
    adcs r8, r8, r3
    adcs r9, r9, r4
    strd r8, r9, [r0], #8
    add r7, r7, #(2 * COLUMN)
    teq r7, r6
    bne 7b
    add sp, sp, #FRAME
    pop {r4-r11, pc}
    .size mont_mul, . - mont_mul
