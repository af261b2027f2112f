/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CCID host (USB CCID rev 1.1) for a token at extended APDU level: what libccid does, as far as
 * one fixed card in slot 0 needs it.
 */
#ifndef EMU_CCID_HOST_H
#define EMU_CCID_HOST_H

#include "usb_host.h"

#define CCID_HEADER 10u
#define CCID_MESSAGE_MAX                                                                           \
    (CCID_HEADER + 65544u) /* the largest dwMaxCCIDMessageLength that makes sense */
#define CCID_ATR_MAX 33u

enum ccid_error {
    CCID_OK = 0,
    CCID_USB = -1,     /* the transfer failed: usb_error tells */
    CCID_FORM = -2,    /* an answer that the standard does not allow */
    CCID_FAILED = -3,  /* the reader reports an error: bError tells */
    CCID_TOO_LONG = -4 /* longer than dwMaxCCIDMessageLength or than the caller's buffer */
};

struct ccid {
    struct usb_device *usb;
    unsigned in, out;     /* endpoint numbers */
    uint32_t max_message; /* dwMaxCCIDMessageLength */
    uint32_t features;    /* dwFeatures */
    uint8_t sequence;
    int usb_error;         /* of the last CCID_USB */
    uint8_t status, error; /* bStatus, bError of the last answer */
    uint8_t buffer[CCID_MESSAGE_MAX];
};

/* Finds the CCID interface, its class descriptor and endpoints in the configuration that
 * usb_enumerate read. CCID_OK, CCID_FORM: none, or not one this host can drive. */
int ccid_open(struct ccid *ccid, struct usb_device *usb);

/* PC_to_RDR_IccPowerOn. [out] atr, *len <= CCID_ATR_MAX. */
int ccid_power_on(struct ccid *ccid, uint8_t atr[CCID_ATR_MAX], size_t *len);
/* PC_to_RDR_IccPowerOff. */
int ccid_power_off(struct ccid *ccid);
/* PC_to_RDR_GetSlotStatus. [out] *icc: 0 active, 1 inactive, 2 absent. */
int ccid_slot_status(struct ccid *ccid, unsigned *icc);
/* PC_to_RDR_XfrBlock with the whole command; time extensions are waited out. [out] *len <= cap. */
int ccid_exchange(struct ccid *ccid, const uint8_t *command, size_t command_len, uint8_t *answer,
                  size_t cap, size_t *len);

/* One line for a log. */
const char *ccid_error_text(const struct ccid *ccid, int error);

#endif
