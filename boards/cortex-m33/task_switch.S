/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two threads of the secure world: the gate's caller on MSP, the command on PSP. Both wait inside an
 * exception frame of their own; switching is returning from an exception into the other one.
 *
 * The command's saved context, from task_context: EXC_RETURN, a pad, r4-r11, then the hardware's
 * frame. EXC_RETURN is kept per switch: when a non-secure interrupt came first, the hardware has
 * already stacked r4-r11 and must take them back (DCRS).
 * The gate's: a pad, r4-r11, EXC_RETURN on MSP, then the frame, whose r0 becomes task_enter's result.
 */
#include "slicer.inc"

    .syntax unified
    .thumb
    .text

#define SVC_RESULT_DONE 0
#define SVC_RESULT_BUSY 1
#define ICSR            0xE000ED04
#define PENDSVSET       (1 << 28)

/* int task_enter(void): on with the command. HAL_TASK_DONE or HAL_TASK_BUSY. */
    .global task_enter
    .type task_enter, %function
    .thumb_func
task_enter:
    svc #0
    bx lr

/* void task_leave(void): the command is over; does not return. */
    .global task_leave
    .type task_leave, %function
    .thumb_func
task_leave:
    svc #0
    b task_leave

    .global svc_handler
    .type svc_handler, %function
    .thumb_func
svc_handler:
    tst lr, #4                  /* SPSEL: whose frame is it? */
    mov r0, #SVC_RESULT_DONE
    bne switch_to_gate
    push {r3-r11, lr}           /* ten words (r3 is the pad) keep the stack 8-byte aligned */
    ldr r0, =task_context
    ldr r1, [r0]
    ldmia r1!, {r2-r11}
    msr psp, r1
    mov lr, r2
    bx lr

    .global slice_handler
    .type slice_handler, %function
    .thumb_func
slice_handler:
    SLICER_END                  /* one slice, one interrupt; r0 and r1 are its own */
    mvn r0, lr
    ands r0, r0, #0x4C          /* secure, thread, PSP: the command itself was interrupted */
    beq preempt
    ldr r0, =ICSR               /* a non-secure handler runs: behind it */
    ldr r1, =PENDSVSET
    str r1, [r0]
    bx lr

    .global pendsv_handler
    .type pendsv_handler, %function
    .thumb_func
pendsv_handler:
    mvn r0, lr
    ands r0, r0, #0x4C
    beq preempt
    bx lr                       /* the command ended meanwhile */
preempt:
    movs r0, #SVC_RESULT_BUSY
switch_to_gate:
    mrs r1, psp
    mov r2, lr
    stmdb r1!, {r2-r11}
    ldr r2, =task_context
    str r1, [r2]
    pop {r3-r11, lr}
    str r0, [sp]
    bx lr
