/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4 for Cortex-M33, without tables: one block, and eight blocks bitsliced. Contracts: sm4_block.h.
 *
 * The S-box is the circuit of sm4_sbox.c, its operations ordered and its values placed in fourteen
 * registers so that 37 moves to and from the stack are left (a random search over orders, Belady's
 * rule for what to keep). No address and no branch depends on data.
 */
    .syntax unified
    .thumb

#define SPILL_WORDS 14

/*
 * Eight planes through the S-box. In: plane i in r4 + i. Out: planes 0, 1, 2, 4, 5, 6, 7 in r10, r11,
 * r7, r4, lr, r2, r6, plane 3 in [sp, #PLANE3]; planes 1, 2, 4, 6, 7 are inverted. All registers are
 * used, and SPILL_WORDS words from [sp, #SPILL].
 */
#define PLANE3 (SPILL + 20)
#define INVERTED 0xD6D6D6D6

    .macro sbox
    eor lr, r7, r9
    eor r12, r4, lr
    eor r3, r8, r11
    eor r2, r4, r3
    eor r8, r6, r8
    eor r1, r12, r8
    eor r8, r7, r8
    eor r8, r5, r8
    eor r7, r7, r2
    eor r0, r5, r9
    str r1, [sp, #SPILL + 0]
    bic r1, r7, r0
    eor r9, r9, r3
    eor r3, r3, r0
    str r2, [sp, #SPILL + 4]
    and r2, r8, r3
    str r8, [sp, #SPILL + 8]
    eor r8, r4, r0
    str r3, [sp, #SPILL + 12]
    and r3, r8, r9
    str r8, [sp, #SPILL + 16]
    bic r8, r12, r4
    eor r3, r3, r8
    eor r8, r1, r8
    eor r1, r6, r10
    eor r10, r10, lr
    str r4, [sp, #SPILL + 20]
    eor r4, r5, r1
    str r9, [sp, #SPILL + 24]
    eor r9, r1, r12
    str r10, [sp, #SPILL + 28]
    eor r10, r4, r7
    str r7, [sp, #SPILL + 32]
    eor r7, r11, r12
    eor r11, r11, lr
    str r12, [sp, #SPILL + 36]
    and r12, r7, r9
    eor r12, r12, r2
    eor r8, r8, r12
    eor lr, r8, lr
    eor r8, r6, r11
    str r9, [sp, #SPILL + 40]
    ldr r9, [sp, #SPILL + 4]
    eor r6, r6, r9
    str r7, [sp, #SPILL + 44]
    eor r7, r0, r6
    str r0, [sp, #SPILL + 48]
    and r0, r7, r10
    eor r0, r0, r2
    eor r3, r3, r0
    eor r9, r5, r9
    eor r3, r3, r9
    eor r9, lr, r3
    bic r2, r1, r11
    str r10, [sp, #SPILL + 4]
    ldr r10, [sp, #SPILL + 0]
    str r7, [sp, #SPILL + 52]
    and r7, r10, r5
    eor r7, r7, r2
    eor r0, r7, r0
    ldr r7, [sp, #SPILL + 28]
    eor r0, r0, r7
    bic r7, r4, r6
    eor r7, r7, r2
    eor r12, r7, r12
    eor r8, r12, r8
    bic r12, r8, lr
    eor r8, r8, r0
    eor r7, r0, r12
    bic r7, r7, r9
    eor r7, r7, r3
    eor r12, r3, r12
    and r5, r7, r5
    eor r9, r12, r7
    and r9, r3, r9
    eor lr, lr, r7
    eor lr, r9, lr
    eor r9, r12, r9
    bic r4, r4, lr
    eor r3, r7, lr
    bic r1, r1, r3
    orr r3, r3, r11
    eor r4, r1, r4
    and r10, r7, r10
    and r12, r8, r12
    eor r0, r12, r0
    eor r7, r0, r7
    ldr r12, [sp, #SPILL + 24]
    and r12, r0, r12
    ldr r11, [sp, #SPILL + 12]
    and r11, r7, r11
    ldr r2, [sp, #SPILL + 8]
    and r2, r7, r2
    and r9, r0, r9
    eor r9, r8, r9
    ldr r8, [sp, #SPILL + 32]
    and r8, r9, r8
    str r4, [sp, #SPILL + 32]
    eor r4, r9, lr
    orr lr, lr, r6
    eor r7, r7, r4
    ldr r6, [sp, #SPILL + 44]
    bic r6, r6, r7
    str r11, [sp, #SPILL + 44]
    ldr r11, [sp, #SPILL + 40]
    bic r11, r11, r7
    eor r7, r8, r11
    eor r5, r5, r7
    eor r5, r1, r5
    eor r10, r10, r6
    eor r6, r2, r6
    ldr r1, [sp, #SPILL + 52]
    bic r1, r1, r4
    eor r10, r1, r10
    eor r6, r3, r6
    str r6, [sp, #SPILL + 52]
    ldr r6, [sp, #SPILL + 4]
    bic r6, r6, r4
    eor r7, r12, r7
    eor r12, r12, lr
    eor r7, r6, r7
    ldr lr, [sp, #SPILL + 16]
    and lr, r0, lr
    eor r0, r0, r9
    ldr r4, [sp, #SPILL + 20]
    bic r4, r0, r4
    str r7, [sp, #SPILL + 20]
    ldr r7, [sp, #SPILL + 36]
    and r7, r0, r7
    eor r6, r7, r6
    eor r1, r4, r1
    eor r2, r2, r1
    eor r3, r3, r4
    eor r12, r6, r12
    ldr r4, [sp, #SPILL + 44]
    eor r4, r4, r12
    eor r11, r11, r12
    eor r6, r6, r5
    ldr r5, [sp, #SPILL + 48]
    bic r9, r9, r5
    eor r3, r9, r3
    ldr r9, [sp, #SPILL + 32]
    eor r11, r9, r11
    eor r9, r8, r9
    eor r7, r7, r9
    eor lr, lr, r7
    eor lr, lr, r2
    eor r7, r10, r7
    eor r7, r3, r7
    eor r10, r10, r4
    ldr r2, [sp, #SPILL + 52]
    eor r2, r11, r2
    eor r11, r3, r11
    eor r4, r3, r4
    .endm

/* r0 = the four bytes of r4 through the S-box. */
    .macro tau
    lsr r5, r4, #1
    lsr r6, r4, #2
    lsr r7, r4, #3
    lsr r8, r4, #4
    lsr r9, r4, #5
    lsr r10, r4, #6
    lsr r11, r4, #7
    sbox
    and r0, r10, #0x01010101
    and r1, r11, #0x01010101
    orr r0, r0, r1, lsl #1
    and r1, r7, #0x01010101
    orr r0, r0, r1, lsl #2
    ldr r1, [sp, #PLANE3]
    and r1, r1, #0x01010101
    orr r0, r0, r1, lsl #3
    and r1, r4, #0x01010101
    orr r0, r0, r1, lsl #4
    and r1, lr, #0x01010101
    orr r0, r0, r1, lsl #5
    and r1, r2, #0x01010101
    orr r0, r0, r1, lsl #6
    and r1, r6, #0x01010101
    orr r0, r0, r1, lsl #7
    eor r0, r0, #INVERTED
    .endm

    .macro function name
    .section .text.\name,"ax",%progbits
    .global \name
    .type \name,%function
    .thumb_func
    .balign 4
\name:
    .endm

/* Zeros from r12 on, eight words at a time; r2-r9 are zero. */
    .macro zeros
    .irp to, r2, r3, r4, r5, r6, r7, r8, r9
    mov.w \to, #0
    .endr
    .endm

/* uint32_t sm4_tau(uint32_t x) */
    .set SPILL, 0
function sm4_tau
    push {r4-r11, lr}
    sub sp, #4 * SPILL_WORDS
    mov r4, r0
    tau
    zeros
    mov r12, sp
    stm r12!, {r2-r9}
    stm r12, {r2-r7}
    add sp, #4 * SPILL_WORDS
    pop {r4-r11, pc}

/*
 * void sm4_rounds(uint32_t x[4], const uint32_t rk[32])
 * The stack: x0..x3, place in rk, spills, r0, end of rk.
 */
    .set SPILL, 20
#define AT_X (SPILL + 4 * SPILL_WORDS)
function sm4_rounds
    add r2, r1, #128
    push {r0, r2, r4-r11, lr}
    sub sp, #AT_X
    ldm r0, {r4-r7}
    stm sp, {r4-r7}
    str r1, [sp, #16]
1:  ldm sp, {r0-r3, r12}
    eor r4, r1, r2
    ldr r0, [r12]
    eor r4, r4, r3
    eor r4, r4, r0
    tau
    ldm sp, {r4-r7, r12}
    eor r4, r4, r0
    eor r4, r4, r0, ror #30
    eor r4, r4, r0, ror #22
    eor r4, r4, r0, ror #14
    eor r8, r4, r0, ror #8
    add r12, r12, #4
    ldr r0, [sp, #AT_X + 4]
    stm sp, {r5-r8, r12}
    cmp r12, r0
    bne 1b
    ldr r0, [sp, #AT_X]
    stm r0, {r5-r8}
    zeros
    mov r12, sp
    stm r12!, {r2-r9}
    stm r12!, {r2-r9}
    stm r12, {r2-r4}
    add sp, #AT_X + 8
    pop {r4-r11, pc}

/*
 * void sm4_rounds_wide(uint32_t x[36][8], const uint32_t rk[32])
 * x[i][p] is plane p of X_i for eight blocks: bit b of byte j is bit p of byte j of block b's word.
 * x[0..3] are given, x[4..35] made. A rotation of words by 8 is one of planes by 8; a rotation by 2
 * moves on by two planes, past the last one with a rotation by 8.
 * The stack: spills, place in x, place in rk, end of rk.
 */
    .set SPILL, 0
#define AT (4 * SPILL_WORDS)

    .macro key to, plane
    and r3, r2, r1, lsr #\plane
    rsb r3, r3, r3, lsl #8
    eor \to, \to, r3
    .endm

    .macro linear x, b, c
    eor \x, \x, \b
    eor \x, \x, \b, ror #8
    eor \x, \x, \c
    eor \x, \x, \c, ror #24
    eor \x, \x, \c, ror #16
    .endm

    .macro linear_past x, b, c
    eor \x, \x, \b
    eor \x, \x, \b, ror #8
    eor \x, \x, \c, ror #24
    eor \x, \x, \c, ror #16
    eor \x, \x, \c, ror #8
    .endm

function sm4_rounds_wide
    push {r4-r11, lr}
    add r2, r1, #128
    push {r0, r1, r2}
    sub sp, #AT
1:  ldrd r0, r1, [sp, #AT]
    adds r0, r0, #32
    str r0, [sp, #AT]
    ldm r0!, {r4-r11}
    ldm r0!, {r2, r3, r12, lr}
    eor r4, r4, r2
    eor r5, r5, r3
    eor r6, r6, r12
    eor r7, r7, lr
    ldm r0!, {r2, r3, r12, lr}
    eor r8, r8, r2
    eor r9, r9, r3
    eor r10, r10, r12
    eor r11, r11, lr
    ldm r0!, {r2, r3, r12, lr}
    eor r4, r4, r2
    eor r5, r5, r3
    eor r6, r6, r12
    eor r7, r7, lr
    ldm r0!, {r2, r3, r12, lr}
    eor r8, r8, r2
    eor r9, r9, r3
    eor r10, r10, r12
    eor r11, r11, lr
    ldr r3, [r1], #4
    str r1, [sp, #AT + 4]
    mov r1, r3
    mov.w r2, #0x01010101
    and r3, r2, r1
    rsb r3, r3, r3, lsl #8
    eor r4, r4, r3
    key r5, 1
    key r6, 2
    key r7, 3
    key r8, 4
    key r9, 5
    key r10, 6
    key r11, 7
    sbox
    ldr r12, [sp, #PLANE3]
    ldr r0, [sp, #AT]
    subs r0, r0, #32
    ldm r0!, {r1, r3, r5, r8}
    mvn r1, r1
    mvn r3, r3
    mvn r8, r8
    linear_past r1, r10, r2
    linear_past r3, r11, r6
    linear r5, r7, r10
    linear r8, r12, r11
    add r9, r0, #112
    stm r9!, {r1, r3, r5, r8}
    ldm r0, {r1, r3, r5, r8}
    mvn r1, r1
    mvn r5, r5
    linear r1, r4, r7
    linear r3, lr, r12
    linear r5, r2, r4
    linear r8, r6, lr
    stm r9, {r1, r3, r5, r8}
    ldrd r0, r1, [sp, #AT + 4]
    cmp r0, r1
    bne 1b
    zeros
    mov r12, sp
    stm r12!, {r2-r9}
    stm r12, {r2-r7}
    add sp, #AT + 12
    pop {r4-r11, pc}
