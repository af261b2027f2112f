/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's link on the emulated board, seen from the bus: a temporary token in QEMU and a
 * host controller on its virtual UDC. No pcscd, no reader.
 */
#ifndef USB_TEST_BENCH_H
#define USB_TEST_BENCH_H

#include "ccid_host.h"
#include "vboard.h"

/* For what never comes: how long it takes is the machine's business, so that these are much longer
 * than a busy one needs. */
#define WAIT_MS    60000
#define RESTART_MS 180000

struct bench {
    struct loop loop;
    struct vboard board;
    struct usb_device usb;
    char folder[64];
    int dirfd, log;
    uint8_t seq;
};

/* Makes the token, powers it, attaches and enumerates. cmocka group setup; fails with a line. */
int bench_setup(void **state);
int bench_teardown(void **state);

/* Bus reset and enumeration again: what any test may leave behind is gone. cmocka test setup. */
int bench_fresh(void **state);

extern struct bench bench;

/* A CCID message as bytes on the wire: header (declared length as given), then data. */
void ccid_send(uint8_t type, uint32_t declared, uint8_t slot, const uint8_t *specific,
               const uint8_t *data, size_t len);
/* The answer: whole message, time extensions skipped. Returns its length. */
size_t ccid_receive(uint8_t *message, size_t cap);
/* Sends and receives: type without data or with. */
size_t ccid_ask(uint8_t type, const uint8_t *data, size_t len, uint8_t *message, size_t cap);
/* An event of the bus that usb_host.h has no word for (VB_UDC_SUSPEND, VB_UDC_RESUME, ...); returns
 * when the device has seen it. */
void bench_event(uint32_t event);

/* Powers the card on. */
void bench_card_on(void);
/* One APDU. [out] answer: CCID_MESSAGE_MAX bytes, the card's data first, *len of them. The status
 * word. */
unsigned bench_apdu(const uint8_t *command, size_t command_len, uint8_t *answer, size_t *len);
/* Powers the card on and asks what runs: its version, and whether it is on trial. */
uint32_t bench_running(bool *trial);
/* Asks until it is not on trial any more; it runs that version all the while. */
void bench_confirmed(uint32_t version);

#endif
