/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of secret numbers is moved, not computed, for Cortex-M33: the table of points and the choice
 * between two field elements. Contracts: ec.h, fe256.h. No address and no branch depends on a value.
 */
    .syntax unified
    .thumb

/*
 * void ec_table_read(struct ec_affine *out, const struct ec_affine *table, uint32_t digit, uint32_t
 * entries). Every word is read and multiplied by one or zero, eight columns at a time.
 */
#define ENTRY 64

    .section .text.ec_table_read,"ax",%progbits
    .global ec_table_read
    .type ec_table_read,%function
    .thumb_func
    .balign 4
ec_table_read:
    push {r0, r4-r11, lr}
    movs r0, #1
    lsls r2, r0, r2
    lsls r0, r0, r3
    orr r2, r2, r0              /* one bit for each entry, and one that ends the loop */
    add r3, r1, #ENTRY
    push {r3}
1:  push {r1, r2}
    .irp to, r4, r5, r6, r7, r8, r9, r10, r11
    mov.w \to, #0
    .endr
2:  .irp bit, 0, 1, 2, 3
    ubfx r3, r2, #\bit, #1
    ldm r1!, {r0, r12, lr}
    mla r4, r0, r3, r4
    mla r5, r12, r3, r5
    mla r6, lr, r3, r6
    ldm r1!, {r0, r12, lr}
    mla r7, r0, r3, r7
    mla r8, r12, r3, r8
    mla r9, lr, r3, r9
    ldrd r12, lr, [r1], #ENTRY - 24
    mla r10, r12, r3, r10
    mla r11, lr, r3, r11
    .endr
    lsrs r2, r2, #4
    cmp r2, #1
    bne 2b
    pop {r1, r2}
    ldrd r3, r0, [sp]
    stm r0!, {r4-r11}
    str r0, [sp, #4]
    adds r1, r1, #32
    cmp r1, r3
    bne 1b
    add sp, #8
    pop {r4-r11, pc}

/* void fe256_select(struct fe256 *r, const struct fe256 *a, uint32_t mask): SEL takes a byte from the
 * first operand where GE is set; mask + mask carries out of every byte, or of none. */
    .section .text.fe256_select,"ax",%progbits
    .global fe256_select
    .type fe256_select,%function
    .thumb_func
    .balign 4
fe256_select:
    push {r4-r11, lr}
    uadd8 r3, r2, r2
    ldm r0, {r4-r11}
    ldm r1!, {r2, r3, r12, lr}
    sel r4, r2, r4
    sel r5, r3, r5
    sel r6, r12, r6
    sel r7, lr, r7
    ldm r1, {r2, r3, r12, lr}
    sel r8, r2, r8
    sel r9, r3, r9
    sel r10, r12, r10
    sel r11, lr, r11
    stm r0, {r4-r11}
    pop {r4-r11, pc}
