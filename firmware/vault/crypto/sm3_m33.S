/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM3's compression for Cortex-M33: void sm3_compress(uint32_t state[8], const uint8_t block[64]).
 *
 * The expansion makes three words at a time: W_{j-3} is the newest word an expanded one needs. In the
 * rounds c, d, g, h are kept before their rotation (by 9 and by 19), which the shifted operands do
 * for nothing when the words are used; the eight words change roles instead of places, and are back
 * after four rounds. No branch or address depends on data.
 */
    .syntax unified
    .thumb

#define WORDS 70 /* 68, rounded up to threes after the first 16 */
#define FRAME (4 * WORDS)

/* One round. r0 the constant, r1 at W_j - at; r2, r3, r12, lr free. */
    .macro round late, a, b, c, d, e, f, g, h, at
    ldr lr, [r1, #\at]
    ldr r3, [r1, #\at + 16]
    add r12, r0, \e
    add r12, r12, \a, ror #20
    ror r12, r12, #25               /* SS1 */
    eor r2, r12, \a, ror #20        /* SS2 */
    ror r0, r0, #31
    eor r3, r3, lr
    add \d, r2, \d, ror #23
    add \d, \d, r3
    eor r2, \a, \b
    .if \late
    and r2, r2, \c, ror #23
    and r3, \a, \b
    add \d, \d, r3
    .else
    eor r2, r2, \c, ror #23
    .endif
    add \d, \d, r2
    add \h, r12, \h, ror #13
    add \h, \h, lr
    eor r2, \f, \g, ror #13
    .if \late
    and r2, r2, \e
    eor r2, r2, \g, ror #13
    .else
    eor r2, r2, \e
    .endif
    add \h, \h, r2
    eor r2, \h, \h, ror #23
    eor \h, r2, \h, ror #15
    .endm

    .macro rounds late, end
1:  round \late, r4, r5, r6, r7, r8, r9, r10, r11, 0
    round \late, r7, r4, r5, r6, r11, r8, r9, r10, 4
    round \late, r6, r7, r4, r5, r10, r11, r8, r9, 8
    round \late, r5, r6, r7, r4, r9, r10, r11, r8, 12
    add r2, sp, #\end
    adds r1, r1, #16
    cmp r1, r2
    bne 1b
    .endm

    .section .text.sm3_compress,"ax",%progbits
    .global sm3_compress
    .type sm3_compress,%function
    .thumb_func
    .balign 4
sm3_compress:
    push {r0, r4-r11, lr}
    sub sp, #FRAME
    mov r12, sp
    .rept 4
    ldr r4, [r1], #4
    ldr r5, [r1], #4
    ldr r6, [r1], #4
    ldr r7, [r1], #4
    rev r4, r4
    rev r5, r5
    rev r6, r6
    rev r7, r7
    stm r12!, {r4-r7}
    .endr
    /* r0, r1, r2, r3: at W_{j-16}, W_{j-13}, W_{j-9}, W_{j-6}; r4-r6 the last three words */
    mov r0, sp
    add r1, sp, #12
    add r2, sp, #28
    add r3, sp, #40
    mov r4, r5
    mov r5, r6
    mov r6, r7
2:  .rept 3
    ldm r0!, {r7, r8, r9}
    ldm r2!, {r10, r11, lr}
    eor r7, r7, r10
    eor r8, r8, r11
    eor r9, r9, lr
    eor r4, r7, r4, ror #17
    eor r5, r8, r5, ror #17
    eor r6, r9, r6, ror #17
    eor r7, r4, r4, ror #17
    eor r8, r5, r5, ror #17
    eor r9, r6, r6, ror #17
    eor r4, r7, r4, ror #9
    eor r5, r8, r5, ror #9
    eor r6, r9, r6, ror #9
    ldm r1!, {r7, r8, r9}
    ldm r3!, {r10, r11, lr}
    eor r10, r10, r7, ror #25
    eor r11, r11, r8, ror #25
    eor lr, lr, r9, ror #25
    eor r4, r4, r10
    eor r5, r5, r11
    eor r6, r6, lr
    stm r12!, {r4, r5, r6}
    .endr
    add lr, sp, #FRAME
    cmp r12, lr
    bne 2b
    ldr r0, [sp, #FRAME]
    mov r1, sp
    ldm r0, {r4-r11}
    ror r6, r6, #9
    ror r7, r7, #9
    ror r10, r10, #19
    ror r11, r11, #19
    ldr r0, =0x79CC4519
    rounds 0, 64
    ldr r0, =0x9D8A7A87             /* the second constant, rotated by 16 */
    rounds 1, 256
    ldr r0, [sp, #FRAME]
    ldm r0, {r1, r2, r3, r12}
    eor r4, r4, r1
    eor r5, r5, r2
    eor r6, r3, r6, ror #23
    eor r7, r12, r7, ror #23
    stm r0!, {r4-r7}
    ldm r0, {r1, r2, r3, r12}
    eor r8, r8, r1
    eor r9, r9, r2
    eor r10, r3, r10, ror #13
    eor r11, r12, r11, ror #13
    stm r0!, {r8-r11}
    /* Keys pass through here (HMAC, KDF, Z): leave no words behind. */
    mov r12, sp
    .irp zero, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11
    mov.w \zero, #0
    .endr
    .rept WORDS / 10
    stm r12!, {r2-r11}
    .endr
    add sp, #FRAME + 4
    pop {r4-r11, pc}
    .ltorg
