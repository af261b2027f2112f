/* SPDX-License-Identifier: Apache-2.0 */
#include "ccid_host.h"
#include <stdio.h>
#include <string.h>

#define PC_POWER_ON    0x62u
#define PC_POWER_OFF   0x63u
#define PC_SLOT_STATUS 0x65u
#define PC_XFR_BLOCK   0x6Fu
#define RDR_DATA_BLOCK 0x80u
#define RDR_SLOT       0x81u

#define LEVEL_EXTENDED_APDU 0x00040000u
#define LEVEL_SHORT_APDU    0x00020000u

/* Time for one message. A real host waits 3 s; a busy machine that emulates the token needs more.
 */
#define MESSAGE_MS 15000
#define SEND_MS    15000
/* A token that asks for more time than this has lost its way. */
#define MAX_EXTENSIONS 600u

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

int ccid_open(struct ccid *ccid, struct usb_device *usb)
{
    const uint8_t *p = usb->config;
    size_t left = usb->config_len;
    bool inside = false, class_seen = false;

    ccid->usb = usb;
    ccid->in = ccid->out = 0;
    ccid->sequence = 0;
    ccid->usb_error = USB_OK;
    while (left >= 2 && p[0] >= 2 && p[0] <= left) {
        if (p[1] == 4 && p[0] >= 9)
            inside = p[5] == 0x0B && p[6] == 0 && p[7] == 0 && !class_seen;
        else if (inside && p[1] == 0x21 && p[0] == 54) {
            ccid->features = le32(p + 40);
            ccid->max_message = le32(p + 44);
            class_seen = true;
        } else if (inside && p[1] == 5 && p[0] >= 7 && (p[3] & 3u) == 2) {
            if (p[2] & 0x80u)
                ccid->in = p[2] & 0x0Fu;
            else
                ccid->out = p[2] & 0x0Fu;
        }
        left -= p[0];
        p += p[0];
    }
    if (!class_seen || ccid->in == 0 || ccid->out == 0)
        return CCID_FORM;
    if ((ccid->features & (LEVEL_EXTENDED_APDU | LEVEL_SHORT_APDU)) != LEVEL_EXTENDED_APDU)
        return CCID_FORM;
    if (ccid->max_message < CCID_HEADER + 261u || ccid->max_message > CCID_MESSAGE_MAX)
        return CCID_FORM;
    return CCID_OK;
}

/* Clears a halted pipe, so that the next message finds it usable. */
static int usb_failed(struct ccid *ccid, int error, uint8_t endpoint)
{
    ccid->usb_error = error;
    if (error == USB_STALL)
        (void)usb_clear_halt(ccid->usb, endpoint);
    return CCID_USB;
}

static int send(struct ccid *ccid, uint8_t type, const uint8_t *data, size_t len)
{
    uint8_t *m = ccid->buffer;
    int e;

    if (len > ccid->max_message - CCID_HEADER)
        return CCID_TOO_LONG;
    memset(m, 0, CCID_HEADER);
    m[0] = type;
    m[1] = (uint8_t)len;
    m[2] = (uint8_t)(len >> 8);
    m[3] = (uint8_t)(len >> 16);
    m[6] = ++ccid->sequence;
    if (len != 0)
        memcpy(m + CCID_HEADER, data, len);
    e = usb_bulk_out(ccid->usb, ccid->out, m, CCID_HEADER + len, false, SEND_MS);
    return e == USB_OK ? CCID_OK : usb_failed(ccid, e, (uint8_t)ccid->out);
}

/* The answer to the last message: checked against type, length, slot and sequence. */
static int receive(struct ccid *ccid, uint8_t type, size_t *len)
{
    uint8_t *m = ccid->buffer;
    size_t got;

    *len = 0;
    for (unsigned n = 0; n < MAX_EXTENSIONS; n++) {
        const int e = usb_bulk_in(ccid->usb, ccid->in, m, ccid->max_message, &got, MESSAGE_MS);

        if (e != USB_OK)
            return usb_failed(ccid, e, (uint8_t)(0x80u | ccid->in));
        if (got < CCID_HEADER || le32(m + 1) != got - CCID_HEADER || m[5] != 0)
            return CCID_FORM;
        if (m[6] != ccid->sequence)
            continue; /* an answer to a message given up earlier */
        ccid->status = m[7];
        ccid->error = m[8];
        if ((m[7] & 0xC0u) == 0x80u)
            continue; /* time extension */
        if ((m[7] & 0xC0u) == 0x40u)
            return CCID_FAILED;
        if (m[0] != type || (m[7] & 0xC0u) != 0)
            return CCID_FORM;
        *len = got - CCID_HEADER;
        return CCID_OK;
    }
    return CCID_FORM;
}

static int transact(struct ccid *ccid, uint8_t type, uint8_t answer_type, const uint8_t *data,
                    size_t len, size_t *answer_len)
{
    const int e = send(ccid, type, data, len);

    *answer_len = 0;
    return e == CCID_OK ? receive(ccid, answer_type, answer_len) : e;
}

int ccid_power_on(struct ccid *ccid, uint8_t atr[CCID_ATR_MAX], size_t *len)
{
    size_t got;
    int e = transact(ccid, PC_POWER_ON, RDR_DATA_BLOCK, NULL, 0, &got);

    *len = 0;
    if (e != CCID_OK)
        return e;
    if (got < 2 || got > CCID_ATR_MAX)
        return CCID_FORM;
    memcpy(atr, ccid->buffer + CCID_HEADER, got);
    *len = got;
    return CCID_OK;
}

int ccid_power_off(struct ccid *ccid)
{
    size_t got;

    return transact(ccid, PC_POWER_OFF, RDR_SLOT, NULL, 0, &got);
}

int ccid_slot_status(struct ccid *ccid, unsigned *icc)
{
    size_t got;
    const int e = transact(ccid, PC_SLOT_STATUS, RDR_SLOT, NULL, 0, &got);

    *icc = ccid->status & 3u;
    return e;
}

int ccid_exchange(struct ccid *ccid, const uint8_t *command, size_t command_len, uint8_t *answer,
                  size_t cap, size_t *len)
{
    size_t got;
    const int e = transact(ccid, PC_XFR_BLOCK, RDR_DATA_BLOCK, command, command_len, &got);

    *len = 0;
    if (e != CCID_OK)
        return e;
    if (ccid->buffer[9] != 0) /* bChainParameter: answers fit one message at this length */
        return CCID_FORM;
    if (got > cap)
        return CCID_TOO_LONG;
    memcpy(answer, ccid->buffer + CCID_HEADER, got);
    *len = got;
    return CCID_OK;
}

const char *ccid_error_text(const struct ccid *ccid, int error)
{
    static char text[64];

    switch (error) {
    case CCID_OK:
        return "no error";
    case CCID_USB:
        return usb_error_text(ccid->usb_error);
    case CCID_FAILED:
        (void)snprintf(text, sizeof text, "the reader reports bStatus %02X bError %02X",
                       ccid->status, ccid->error);
        return text;
    case CCID_TOO_LONG:
        return "longer than a CCID message of this token";
    default:
        return "an answer that CCID does not allow";
    }
}
