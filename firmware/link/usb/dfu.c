/* SPDX-License-Identifier: Apache-2.0 */
#include "dfu.h"
#include "hufu/apdu.h"
#include <string.h>

/* bwPollTimeout, ms. Two signatures and an erased slot, or its hashing, take a second; a block is
 * sixteen pages. */
#define POLL_LONG  100u
#define POLL_BLOCK 5u

static void fail(struct dfu *d, enum dfu_status status)
{
    d->step = DFU_STEP_NONE;
    d->begun = false;
    d->state = DFU_ERROR;
    d->status = status;
}

/* A request that the state does not name (A.2). The first error is the one that is told; a taken
 * image is taken, whatever else is asked for. */
static enum dfu_stage refuse(struct dfu *d)
{
    if (d->state != DFU_ERROR && d->state != DFU_MANIFEST_WAIT_RESET) {
        if (d->begun) {
            d->target->abort(d->target->ctx);
        }
        fail(d, DFU_ERR_STALLEDPKT);
    }
    return DFU_STALL;
}

static void idle(struct dfu *d)
{
    d->state = DFU_IDLE;
    d->status = DFU_OK;
    d->block = 0;
    d->offset = 0;
    d->next = 0;
}

void dfu_init(struct dfu *d, const struct dfu_target *target)
{
    memset(d, 0, sizeof *d);
    d->target = target;
    idle(d);
}

void dfu_reset(struct dfu *d)
{
    const bool taken = d->state == DFU_MANIFEST_WAIT_RESET || d->restart;
    if (d->begun) {
        d->target->abort(d->target->ctx);
    }
    dfu_init(d, d->target);
    d->restart = taken;
}

/* --- blocks ---------------------------------------------------------------------------------- */

static enum dfu_stage download(struct dfu *d, uint16_t number, uint16_t len, uint8_t **data)
{
    const bool first = d->state == DFU_IDLE;
    if ((!first && d->state != DFU_DNLOAD_IDLE) || (first && len == 0) || len > DFU_BLOCK) {
        return refuse(d);
    }
    if (len == 0) {
        d->state = DFU_MANIFEST_SYNC;
        return DFU_ACCEPT;
    }
    memset(d->buffer, 0, sizeof d->buffer);
    d->receiving = true;
    d->coming = number;
    d->coming_len = len;
    *data = d->buffer + 4;
    return DFU_RECEIVE;
}

void dfu_received(struct dfu *d)
{
    if (!d->receiving) {
        return;
    }
    const bool first = d->state == DFU_IDLE;
    d->receiving = false;
    d->state = DFU_DNLOAD_SYNC;
    if (d->coming != d->block) {
        fail(d, DFU_ERR_ADDRESS);
    } else if (first) {
        if (d->coming_len == DFU_BLOCK) {
            d->step = DFU_STEP_BEGIN;
        } else {
            fail(d, DFU_ERR_FILE); /* not even a header */
        }
    } else if (d->offset >= d->next) {
        for (int i = 0; i < 4; i++) {
            d->buffer[i] = (uint8_t)(d->offset >> (24 - 8 * i));
        }
        d->step = DFU_STEP_WRITE;
    } else if (d->coming_len != DFU_BLOCK) {
        fail(d, DFU_ERR_ADDRESS); /* what is there already are whole blocks */
    }
    d->block++;
    if (d->step != DFU_STEP_WRITE) {
        d->offset += d->coming_len; /* a written one counts once it is written */
    }
}

/* --- the target ------------------------------------------------------------------------------ */

/* The status word of a step, as the specification's words have it. */
static enum dfu_status judged(enum dfu_step step, uint16_t sw)
{
    static const uint8_t flash[] = {DFU_ERR_UNKNOWN, DFU_ERR_ERASE, DFU_ERR_PROG, DFU_ERR_WRITE};
    static const uint8_t state[] = {DFU_ERR_UNKNOWN, DFU_ERR_WRITE, DFU_ERR_POR, DFU_ERR_NOTDONE};
    /* By reason (6AFx): board, place; digest; all else is the file's. */
    if ((sw & 0xFFF0u) == SW_IMAGE) {
        const unsigned why = sw & 0x0Fu;
        return why == 2 || why == 3 ? DFU_ERR_TARGET : why == 8 ? DFU_ERR_VERIFY : DFU_ERR_FILE;
    }
    switch (sw) {
    case SW_OK:
        return DFU_OK;
    case SW_SECURITY_STATUS:
        return DFU_ERR_TARGET;
    case SW_WRONG_DATA:
    case SW_WRONG_LENGTH:
        return DFU_ERR_ADDRESS;
    case SW_MEMORY_FAILURE:
        return (enum dfu_status)flash[step];
    case SW_CONDITIONS:
        return (enum dfu_status)state[step];
    default:
        return DFU_ERR_UNKNOWN;
    }
}

static void step_done(struct dfu *d, uint16_t sw, uint32_t next)
{
    const enum dfu_step step = d->step;
    const enum dfu_status status = judged(step, sw);
    d->step = DFU_STEP_NONE;
    d->begun = false;
    if (status != DFU_OK) {
        fail(d, status);
        return;
    }
    switch (step) {
    case DFU_STEP_BEGIN:
        d->next = next;
        break;
    case DFU_STEP_WRITE:
        d->offset += d->coming_len;
        break;
    case DFU_STEP_FINISH:
        d->state = DFU_MANIFEST_WAIT_RESET;
        break;
    case DFU_STEP_NONE:
        break;
    }
}

bool dfu_work(struct dfu *d)
{
    const struct dfu_target *t = d->target;
    uint16_t sw = 0;
    uint32_t next = 0;
    if (d->step == DFU_STEP_NONE) {
        return false;
    }
    enum dfu_result result;
    if (d->begun) {
        result = t->poll(t->ctx, &sw, &next);
    } else {
        const uint8_t *data = d->step == DFU_STEP_BEGIN ? d->buffer + 4 : d->buffer;
        const uint32_t len = d->step == DFU_STEP_BEGIN   ? DFU_BLOCK
                             : d->step == DFU_STEP_WRITE ? 4u + d->coming_len
                                                         : 0u;
        result = t->begin(t->ctx, d->step, data, len, &sw, &next);
    }
    switch (result) {
    case DFU_TARGET_BUSY:
        d->begun = true;
        break;
    case DFU_TARGET_HELD:
        d->begun = false;
        break;
    case DFU_TARGET_DONE:
        step_done(d, sw, next);
        break;
    case DFU_TARGET_FAILED:
        fail(d, DFU_ERR_UNKNOWN);
        break;
    }
    return d->step != DFU_STEP_NONE;
}

/* --- requests -------------------------------------------------------------------------------- */

/* The state that the answer leads to is the state it tells (6.1.2). */
static enum dfu_stage get_status(struct dfu *d, uint8_t **data, uint16_t *len)
{
    uint32_t poll = 0;
    switch (d->state) {
    case DFU_DNLOAD_SYNC:
    case DFU_DNBUSY:
        d->state = d->step == DFU_STEP_NONE ? DFU_DNLOAD_IDLE : DFU_DNBUSY;
        if (d->state == DFU_DNBUSY) {
            poll = d->step == DFU_STEP_BEGIN ? POLL_LONG : POLL_BLOCK;
        }
        break;
    case DFU_MANIFEST_SYNC: /* manifestation begins with this request (clause 7) */
        d->step = DFU_STEP_FINISH;
        d->state = DFU_MANIFEST;
        poll = POLL_LONG;
        break;
    case DFU_MANIFEST:
        poll = POLL_LONG;
        break;
    default:
        break;
    }
    const uint8_t answer[DFU_STATUS_LEN] = {
        (uint8_t)d->status, (uint8_t)poll, 0, 0, (uint8_t)d->state, 0 /* iString */};
    memcpy(d->answer, answer, sizeof answer);
    *data = d->answer;
    *len = DFU_STATUS_LEN;
    return DFU_SEND;
}

static enum dfu_stage get_state(struct dfu *d, uint8_t **data, uint16_t *len)
{
    d->answer[0] = (uint8_t)d->state;
    *data = d->answer;
    *len = 1;
    return DFU_SEND;
}

enum dfu_stage dfu_setup(struct dfu *d, const uint8_t setup[DFU_SETUP], uint8_t **data,
                         uint16_t *len)
{
    const uint16_t value = (uint16_t)(setup[2] | setup[3] << 8);
    const uint16_t length = (uint16_t)(setup[6] | setup[7] << 8);
    *data = 0;
    *len = length;
    if (setup[0] != DFU_TO_DEVICE && setup[0] != DFU_TO_HOST) {
        return DFU_STALL;
    }
    d->receiving = false; /* a SETUP ends the request before it (USB 2.0, 5.5.5) */
    if (setup[0] == DFU_TO_HOST) {
        switch (setup[1]) {
        case DFU_GETSTATUS:
            return get_status(d, data, len);
        case DFU_GETSTATE:
            return get_state(d, data, len);
        default: /* DFU_UPLOAD: bitCanUpload is 0 */
            return refuse(d);
        }
    }
    switch (setup[1]) {
    case DFU_DNLOAD:
        return download(d, value, length, data);
    case DFU_CLRSTATUS:
        if (d->state != DFU_ERROR || length != 0) {
            return refuse(d);
        }
        idle(d);
        return DFU_ACCEPT;
    case DFU_ABORT:
        if ((d->state != DFU_IDLE && d->state != DFU_DNLOAD_IDLE) || length != 0) {
            return refuse(d);
        }
        idle(d);
        return DFU_ACCEPT;
    default: /* DFU_DETACH: there is no other mode to go to */
        return refuse(d);
    }
}

bool dfu_holds(const struct dfu *d)
{
    return d->state == DFU_MANIFEST_WAIT_RESET;
}

bool dfu_restart_due(struct dfu *d)
{
    const bool due = d->restart;
    d->restart = false;
    return due;
}
