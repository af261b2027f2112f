/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The field engine for Cortex-M33 (ARMv8-M with the DSP extension). Contract: fe256.h.
 *
 * UMAAL adds a 32 x 32 product and two words without overflow, so one instruction a partial product
 * is enough. A product is made by operand scanning with four words of a in registers, then reduced
 * by a tail that the field names (offset 0 of struct fe256_field). UMAAL, MOV, LDR and STR leave the
 * flags alone: every tail runs one carry chain in the flags and the others in registers.
 *
 * No instruction here takes time that depends on its operands; there is no branch on a value.
 *
 * Both curve primes are -1 modulo 2^64: the quotient words of Montgomery's reduction are the low
 * words themselves, as they stand when their turn comes.
 */
    .syntax unified
    .thumb

/* Frame of mul, sqr: the 16-word product, then r (result), f (field), r4-r11, lr. */
#define AT_R 64
#define AT_F 68
/* struct fe256_field */
#define FIELD_REDUCE 0
#define FIELD_ADD    4
#define FIELD_SUB    8
#define FIELD_HALF   12
#define FIELD_M      16
#define FIELD_M0     48

    .macro entry name
    .section .text.\name,"ax",%progbits
    .global \name
    .type \name,%function
    .thumb_func
    .balign 4
\name:
    .endm

    .macro local name
    .section .text.\name,"ax",%progbits
    .global \name
    .type \name,%function
    .thumb_func
    .balign 4
\name:
    .endm

/* w0..w3 += a0..a3 * b with the carry going from word to word and ending in c. a is r4-r7. */
    .macro row w0, w1, w2, w3, c, b
    umaal \w0, \c, r4, \b
    umaal \w1, \c, r5, \b
    umaal \w2, \c, r6, \b
    umaal \w3, \c, r7, \b
    .endm

entry fe256_mul
    push {r0, r3-r11, lr}
    sub sp, #64
    /* a0..a3 times b */
    ldm r1!, {r4-r7}
    ldrd r8, r9, [r2]
    umull r10, r0, r4, r8       /* word 0 */
    umull r11, r12, r4, r9
    umaal r11, r0, r5, r8       /* word 1 */
    umaal r12, r0, r6, r8
    mov.w lr, #0
    umaal r12, lr, r5, r9       /* word 2 so far */
    umaal lr, r0, r7, r8
    mov.w r3, #0
    umaal lr, r3, r6, r9        /* word 3 */
    umaal r0, r3, r7, r9        /* words 4, 5 */
    strd r10, r11, [sp]
    ldrd r8, r9, [r2, #8]
    mov.w r10, #0
    row r12, lr, r0, r3, r10, r8
    mov.w r11, #0
    row lr, r0, r3, r10, r11, r9
    strd r12, lr, [sp, #8]
    ldrd r8, r9, [r2, #16]
    mov.w r12, #0
    row r0, r3, r10, r11, r12, r8
    mov.w lr, #0
    row r3, r10, r11, r12, lr, r9
    strd r0, r3, [sp, #16]
    ldrd r8, r9, [r2, #24]
    mov.w r0, #0
    row r10, r11, r12, lr, r0, r8
    mov.w r3, #0
    row r11, r12, lr, r0, r3, r9
    strd r10, r11, [sp, #24]
    strd r12, lr, [sp, #32]
    strd r0, r3, [sp, #40]
    /* a4..a7 times b; each row starts from the word that is there */
    ldm r1, {r4-r7}
    ldrd r8, r9, [r2]
    ldrd r0, r3, [sp, #16]
    mov.w r10, #0
    mov.w r11, #0
    mov.w r12, #0
    mov.w lr, #0
    row r10, r11, r12, lr, r0, r8
    row r11, r12, lr, r0, r3, r9
    strd r10, r11, [sp, #16]
    ldrd r8, r9, [r2, #8]
    ldrd r10, r11, [sp, #24]
    row r12, lr, r0, r3, r10, r8
    row lr, r0, r3, r10, r11, r9
    strd r12, lr, [sp, #24]
    ldrd r8, r9, [r2, #16]
    ldrd r12, lr, [sp, #32]
    row r0, r3, r10, r11, r12, r8
    row r3, r10, r11, r12, lr, r9
    strd r0, r3, [sp, #32]
    ldrd r8, r9, [r2, #24]
    ldrd r0, r3, [sp, #40]
    row r10, r11, r12, lr, r0, r8
    row r11, r12, lr, r0, r3, r9
    strd r10, r11, [sp, #40]
    strd r12, lr, [sp, #48]
    strd r0, r3, [sp, #56]
    ldr r8, [sp, #AT_F]
    ldr pc, [r8, #FIELD_REDUCE]

/*
 * The words of the square in order: twice the products below the diagonal (one carry chain in the
 * flags) plus the squares (r1, flagless). r2 is zero; UMAAL with two zeros adds two words.
 */
    .macro even t, a
    adcs \t, \t, \t
    umaal \t, r1, \a, \a
    .endm
    .macro odd t
    adcs \t, \t, \t
    umaal \t, r1, r2, r2
    .endm

entry fe256_sqr
    mov r3, r2
    push {r0, r3-r11, lr}
    sub sp, #64
    ldm r1, {r4-r11}
    mov.w r2, #0
    umull r0, r1, r4, r4        /* word 0 */
    umull r3, r12, r4, r5
    adds r3, r3, r3             /* word 1 */
    umaal r3, r1, r2, r2
    strd r0, r3, [sp]
    mov.w r0, #0
    umaal r0, r12, r4, r6
    even r0, r5                 /* word 2 */
    umull r3, lr, r5, r6
    umaal r3, r12, r4, r7
    odd r3                      /* word 3 */
    strd r0, r3, [sp, #8]
    mov.w r0, #0
    umaal r0, lr, r5, r7
    umaal r0, r12, r4, r8
    even r0, r6                 /* word 4 */
    mov.w r3, #0                /* words 5, 6, 7 so far, in r3 and memory; 8, 9 in r12, lr */
    umaal r3, lr, r5, r8
    umaal r3, r12, r4, r9
    str r0, [sp, #16]
    mov.w r0, #0
    umaal r0, lr, r5, r9
    umaal r0, r12, r4, r10
    str r0, [sp, #24]
    mov.w r0, #0
    umaal r0, lr, r5, r10
    umaal r0, r12, r4, r11
    umaal r12, lr, r5, r11
    mov.w r4, #0                /* rows of a2 (carry r4) and a3 (carry r5) */
    umaal r3, r4, r6, r7
    odd r3                      /* word 5 */
    str r3, [sp, #20]
    ldr r3, [sp, #24]
    umaal r3, r4, r6, r8
    even r3, r7                 /* word 6 */
    mov.w r5, #0
    umaal r0, r4, r6, r9
    umaal r0, r5, r7, r8
    odd r0                      /* word 7 */
    strd r3, r0, [sp, #24]
    umaal r12, r4, r6, r10
    umaal r12, r5, r7, r9
    even r12, r8                /* word 8 */
    umaal lr, r4, r6, r11
    umaal lr, r5, r7, r10
    umaal r4, r5, r7, r11       /* words 10, 11 so far: r4, r5 */
    mov.w r0, #0                /* rows of a4 to a6 */
    umaal lr, r0, r8, r9
    odd lr                      /* word 9 */
    strd r12, lr, [sp, #32]
    umaal r4, r0, r8, r10
    even r4, r9                 /* word 10 */
    umaal r5, r0, r8, r11
    mov.w r3, #0
    umaal r5, r3, r9, r10
    odd r5                      /* word 11 */
    strd r4, r5, [sp, #40]
    umaal r0, r3, r9, r11
    even r0, r10                /* word 12 */
    mov.w r4, #0
    umaal r3, r4, r10, r11
    odd r3                      /* word 13 */
    strd r0, r3, [sp, #48]
    even r4, r11                /* word 14 */
    adc r5, r1, r2              /* word 15 */
    strd r4, r5, [sp, #56]
    ldr r8, [sp, #AT_F]
    ldr pc, [r8, #FIELD_REDUCE]

/* The end of every tail: stores r0-r7 and returns. */
    .macro finish
    ldr r8, [sp, #AT_R]
    stm r8, {r0-r7}
    add sp, #72
    pop {r4-r11, pc}
    .endm

/*
 * SM2: p + 1 = 2^64 (2^32 - 1)(2^160 - 1). With V = Q (2^32 - 1), Q p + Q = 2^224 V - 2^64 V.
 * r8 holds 2^32 - 1; V goes from word to word with its carry in r9 and is subtracted by the flags;
 * 2^224 V is added on the way with its carry in r10.
 */
local fe256_reduce_sm2
    ldm sp, {r0-r7}
    mvn r8, #0
    umull r11, r9, r0, r8
    subs r2, r2, r11
    mov.w r11, #0
    umaal r11, r9, r1, r8
    sbcs r3, r3, r11
    mov.w r11, #0
    umaal r11, r9, r2, r8
    sbcs r4, r4, r11
    mov.w r11, #0
    umaal r11, r9, r3, r8
    sbcs r5, r5, r11
    mov.w r11, #0
    umaal r11, r9, r4, r8
    sbcs r6, r6, r11
    mov.w r11, #0
    umaal r11, r9, r5, r8
    mov.w r10, #0
    umaal r7, r10, r0, r8
    sbcs r7, r7, r11
    /* From here p is subtracted as well: its words take the place of zeros. */
    ldrd r0, r12, [sp, #32]
    umaal r0, r10, r1, r8
    mov.w r11, #-1
    umaal r11, r9, r6, r8
    sbcs r0, r0, r11
    umaal r12, r10, r2, r8
    mov.w r11, #-1
    umaal r11, r9, r7, r8
    sbcs r1, r12, r11
    ldrd r12, lr, [sp, #40]
    umaal r12, r10, r3, r8
    sbcs r2, r12, r9
    umaal lr, r10, r4, r8
    sbcs r3, lr, #-1
    ldrd r12, lr, [sp, #48]
    umaal r12, r10, r5, r8
    sbcs r4, r12, #-1
    umaal lr, r10, r6, r8
    sbcs r5, lr, #-1
    ldrd r12, lr, [sp, #56]
    umaal r12, r10, r7, r8
    sbcs r6, r12, #-1
    adcs r7, lr, #1             /* minus 2^32 - 2 */
    sbc r11, r11, r11
    adds r7, r7, r10
    adc r11, r11, #0            /* all ones if the difference is negative: plus p */
    adds r0, r0, r11
    adcs r1, r1, r11
    adcs r2, r2, #0
    adcs r3, r3, r11
    adcs r4, r4, r11
    adcs r5, r5, r11
    adcs r6, r6, r11
    adc r7, r7, r11, lsl #1
    finish

/* P-256: Q p + Q = 2^96 Q + 2^192 Q + 2^224 (2^32 - 1) Q; carries: flags, r9, r10. */
local fe256_reduce_p256
    ldm sp, {r0-r7}
    mvn r8, #0
    mov.w r11, #1
    mov.w r9, #0
    mov.w r10, #0
    adds r3, r3, r0
    adcs r4, r4, r1
    adcs r5, r5, r2
    umaal r6, r9, r0, r11
    adcs r6, r6, r3
    umaal r7, r9, r1, r11
    umaal r7, r10, r0, r8
    adcs r7, r7, r4
    /* From here p + 1 is subtracted as well: 2^256 - p - 1 = 2^224 - 2^192 - 2^96 is added. */
    ldrd r12, lr, [sp, #32]
    umaal r12, r9, r2, r11
    umaal r12, r10, r1, r8
    adcs r0, r12, r5
    umaal lr, r9, r3, r11
    umaal lr, r10, r2, r8
    adcs r1, lr, r6
    ldrd r12, lr, [sp, #40]
    umaal r12, r9, r4, r11
    umaal r12, r10, r3, r8
    adcs r2, r12, r7
    umaal lr, r9, r5, r11
    umaal lr, r10, r4, r8
    adcs r3, lr, #-1
    ldrd r12, lr, [sp, #48]
    umaal r12, r9, r6, r11
    umaal r12, r10, r5, r8
    adcs r4, r12, #-1
    umaal lr, r9, r7, r11
    umaal lr, r10, r6, r8
    adcs r5, lr, #-1
    ldrd r12, lr, [sp, #56]
    umaal r12, r10, r7, r8
    sub.w r9, r9, #2            /* a carry of 0 or 1, and 2^32 - 2 */
    adcs r6, r12, r9
    adcs r7, lr, r10
    adc r11, r8, #0             /* minus 2^256: all ones if the result is negative: plus p */
    mvn r9, r11
    subs r0, r0, r9             /* and plus 1 */
    adcs r1, r1, r11
    adcs r2, r2, r11
    adcs r3, r3, #0
    adcs r4, r4, #0
    adcs r5, r5, #0
    adcs r6, r6, r11, lsr #31
    adc r7, r7, r11
    finish

/* Any modulus: word by word, quotient word r8, modulus through r10, r11. */
    .macro general t0, t1, t2, t3, t4, t5, t6, t7, at
    ldr r9, [r12, #FIELD_M0]
    mul r8, \t0, r9
    mov.w r9, #0
    ldrd r10, r11, [r12, #FIELD_M]
    umaal \t0, r9, r8, r10
    umaal \t1, r9, r8, r11
    ldrd r10, r11, [r12, #FIELD_M + 8]
    umaal \t2, r9, r8, r10
    umaal \t3, r9, r8, r11
    ldrd r10, r11, [r12, #FIELD_M + 16]
    umaal \t4, r9, r8, r10
    umaal \t5, r9, r8, r11
    ldrd r10, r11, [r12, #FIELD_M + 24]
    umaal \t6, r9, r8, r10
    umaal \t7, r9, r8, r11
    ldr \t0, [sp, #\at]
    adcs \t0, \t0, r9
    .endm

    .macro minus t0, t1, at, first=sbcs
    ldrd r10, r11, [r12, #FIELD_M + \at]
    \first \t0, \t0, r10
    sbcs \t1, \t1, r11
    .endm
    .macro plus t0, t1, at, first=adcs
    ldrd r10, r11, [r12, #FIELD_M + \at]
    and r10, r10, lr
    and r11, r11, lr
    \first \t0, \t0, r10
    adcs \t1, \t1, r11
    .endm

local fe256_reduce_general
    mov r12, r8
    ldm sp, {r0-r7}
    mov.w lr, #0
    cmn lr, lr                  /* no carry yet */
    general r0, r1, r2, r3, r4, r5, r6, r7, 32
    general r1, r2, r3, r4, r5, r6, r7, r0, 36
    general r2, r3, r4, r5, r6, r7, r0, r1, 40
    general r3, r4, r5, r6, r7, r0, r1, r2, 44
    general r4, r5, r6, r7, r0, r1, r2, r3, 48
    general r5, r6, r7, r0, r1, r2, r3, r4, 52
    general r6, r7, r0, r1, r2, r3, r4, r5, 56
    general r7, r0, r1, r2, r3, r4, r5, r6, 60
    mov.w lr, #0
    adc lr, lr, lr
    minus r0, r1, 0, subs
    minus r2, r3, 8
    minus r4, r5, 16
    minus r6, r7, 24
    adc lr, lr, #-1
    plus r0, r1, 0, adds
    plus r2, r3, 8
    plus r4, r5, 16
    plus r6, r7, 24
    finish

/* r4-r11 = a op b; leaves the flags. */
    .macro both first, next
    push {r4-r11, lr}
    ldm r1, {r4-r11}
    ldm r2!, {r1, r12, lr}
    \first r4, r4, r1
    \next r5, r5, r12
    \next r6, r6, lr
    ldm r2!, {r1, r12, lr}
    \next r7, r7, r1
    \next r8, r8, r12
    \next r9, r9, lr
    ldrd r1, r12, [r2]
    \next r10, r10, r1
    \next r11, r11, r12
    .endm

entry fe256_add
    both adds, adcs
    mov.w r1, #0
    adc r1, r1, #0
    ldr pc, [r3, #FIELD_ADD]

entry fe256_sub
    both subs, sbcs
    sbc r1, r1, r1
    ldr pc, [r3, #FIELD_SUB]

/* r4-r11 += p where r1 is all ones; the end of the tails. */
local fe256_sub_sm2
    adds r4, r4, r1
    adcs r5, r5, r1
    adcs r6, r6, #0
    adcs r7, r7, r1
    adcs r8, r8, r1
    adcs r9, r9, r1
    adcs r10, r10, r1
    adc r11, r11, r1, lsl #1
    stm r0, {r4-r11}
    pop {r4-r11, pc}

local fe256_sub_p256
    adds r4, r4, r1
    adcs r5, r5, r1
    adcs r6, r6, r1
    adcs r7, r7, #0
    adcs r8, r8, #0
    adcs r9, r9, #0
    adcs r10, r10, r1, lsr #31
    adc r11, r11, r1
    stm r0, {r4-r11}
    pop {r4-r11, pc}

    .macro masked t0, t1, at, first=adcs
    ldrd r2, r12, [r3, #FIELD_M + \at]
    and r2, r2, r1
    and r12, r12, r1
    \first \t0, \t0, r2
    adcs \t1, \t1, r12
    .endm

local fe256_sub_general
    masked r4, r5, 0, adds
    masked r6, r7, 8
    masked r8, r9, 16
    masked r10, r11, 24
    stm r0, {r4-r11}
    pop {r4-r11, pc}

/* r1 holds bit 256 of the sum: minus p, and p again if that was too much. */
local fe256_add_sm2
    adds r4, r4, #1
    adcs r5, r5, #0
    sbcs r6, r6, #0
    adcs r7, r7, #0
    adcs r8, r8, #0
    adcs r9, r9, #0
    adcs r10, r10, #0
    adcs r11, r11, #1
    adc r1, r1, #-1
    b fe256_sub_sm2

local fe256_add_p256
    adds r4, r4, #1
    adcs r5, r5, #0
    adcs r6, r6, #0
    sbcs r7, r7, #0
    sbcs r8, r8, #0
    sbcs r9, r9, #0
    sbcs r10, r10, #1
    adcs r11, r11, #0
    adc r1, r1, #-1
    b fe256_sub_p256

local fe256_add_general
    ldrd r2, r12, [r3, #FIELD_M]
    subs r4, r4, r2
    sbcs r5, r5, r12
    ldrd r2, r12, [r3, #FIELD_M + 8]
    sbcs r6, r6, r2
    sbcs r7, r7, r12
    ldrd r2, r12, [r3, #FIELD_M + 16]
    sbcs r8, r8, r2
    sbcs r9, r9, r12
    ldrd r2, r12, [r3, #FIELD_M + 24]
    sbcs r10, r10, r2
    sbcs r11, r11, r12
    adc r1, r1, #-1
    b fe256_sub_general

/* An odd number plus p, then everything one place down. */
    .macro down
    rrxs r11, r11
    rrxs r10, r10
    rrxs r9, r9
    rrxs r8, r8
    rrxs r7, r7
    rrxs r6, r6
    rrxs r5, r5
    rrx r4, r4
    stm r0, {r4-r11}
    pop {r4-r11, pc}
    .endm

entry fe256_half
    push {r4-r11, lr}
    mov r3, r2
    ldm r1, {r4-r11}
    sbfx r1, r4, #0, #1
    ldr pc, [r3, #FIELD_HALF]

local fe256_half_sm2
    adds r4, r4, r1
    adcs r5, r5, r1
    adcs r6, r6, #0
    adcs r7, r7, r1
    adcs r8, r8, r1
    adcs r9, r9, r1
    adcs r10, r10, r1
    adcs r11, r11, r1, lsl #1
    down

local fe256_half_p256
    adds r4, r4, r1
    adcs r5, r5, r1
    adcs r6, r6, r1
    adcs r7, r7, #0
    adcs r8, r8, #0
    adcs r9, r9, #0
    adcs r10, r10, r1, lsr #31
    adcs r11, r11, r1
    down

local fe256_half_general
    masked r4, r5, 0, adds
    masked r6, r7, 8
    masked r8, r9, 16
    masked r10, r11, 24
    down
