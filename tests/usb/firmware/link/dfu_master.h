/* SPDX-License-Identifier: Apache-2.0 */
/* A DFU host over the bench's bus; its numbers are the specification's, not the firmware's. */
#ifndef USB_TEST_DFU_MASTER_H
#define USB_TEST_DFU_MASTER_H

#include <stddef.h>
#include <stdint.h>

#define DFU_BLOCK_SIZE 4096u
enum {
    DFU_STATE_IDLE = 2,
    DFU_STATE_DNLOAD_SYNC = 3,
    DFU_STATE_DNBUSY = 4,
    DFU_STATE_DNLOAD_IDLE = 5,
    DFU_STATE_MANIFEST = 7,
    DFU_STATE_WAIT_RESET = 8,
    DFU_STATE_ERROR = 10,
};

struct dfu_answer {
    uint8_t status, state;
    uint32_t poll_ms;
};

/* USB_OK, USB_STALL, … */
int dfu_dnload(uint16_t number, const uint8_t *data, uint16_t len);
void dfu_status(struct dfu_answer *a);
/* GETSTATUS, each after the time the last one asked for, until nothing is at work; bStatus. */
uint8_t dfu_settled(struct dfu_answer *a);
void dfu_clear(void);
void dfu_abort(void);
/* Blocks [from, to) of an image, the last one as long as it is. The first bStatus that is not OK.
 */
uint8_t dfu_blocks(const uint8_t *image, size_t size, size_t from, size_t to);

/* The image that this variable of the environment names; free. NULL, with a line: there is none. */
uint8_t *dfu_image(const char *variable, size_t *size);
/* Sends it whole and ends the transfer: it is on trial from the next start on. */
void dfu_whole(const uint8_t *image, size_t size);

#endif
