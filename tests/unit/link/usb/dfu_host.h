/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A DFU host against the link's state machine, and the native vault behind its gate: nothing stands
 * in for either. The token is tests/unit/vault/update's: an image in slot A, the spare slot free.
 */
#ifndef TEST_DFU_HOST_H
#define TEST_DFU_HOST_H

#include "bench.h"
#include "card.h"
#include "update.h"

struct dfu_host {
    struct bench token;
    struct dfu dfu;
    uint8_t status, state; /* of the last GETSTATUS */
    uint32_t poll;         /* its bwPollTimeout */
};

/* A started token whose vault gives up a slice after `slice` flash operations (0: never). */
void dfu_host_open(struct dfu_host *h, unsigned slice);
void dfu_host_close(struct dfu_host *h);

/* A request with its data stage. [in] data: wLength bytes to the device, or NULL: the data stage is
 * never made. [out] answer: up to 6 bytes. false: stalled. */
bool dfu_host_request(struct dfu_host *h, uint8_t type, uint8_t request, uint16_t value,
                      uint16_t length, const uint8_t *data, uint8_t *answer);
/* GETSTATUS into h. */
void dfu_host_status(struct dfu_host *h);
/* Works until no step is under way, as the link's loop does. */
void dfu_host_work(struct dfu_host *h);
/* DNLOAD, GETSTATUS until it is neither -SYNC nor busy; bStatus comes back. */
uint8_t dfu_host_block(struct dfu_host *h, uint16_t number, const uint8_t *data, uint16_t len);
/* Blocks [from, to) of an image of FIXTURE_IMAGE bytes; stops at the first error. */
uint8_t dfu_host_blocks(struct dfu_host *h, const uint8_t *image, unsigned from, unsigned to);
#define DFU_HOST_BLOCKS 4u /* of such an image */
/* The empty DNLOAD and manifestation; bStatus comes back. */
uint8_t dfu_host_manifest(struct dfu_host *h);
/* CLRSTATUS or ABORT, whichever the state asks for. */
void dfu_host_idle(struct dfu_host *h);

#endif
