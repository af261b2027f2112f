/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DFU (USB Device Class Specification for Device Firmware Upgrade, revision 1.1) in DFU mode: a
 * state machine that knows neither the USB stack nor the gate, so that it runs under sanitizers and
 * fuzzers. States, statuses and what leads from one to the next are those of clause 6 and of
 * appendix A.2; a request that a state does not name is stalled and leads to dfuERROR.
 *
 * Blocks are numbered from 0 and hold DFU_BLOCK bytes each, the last one what is left. Block 0 is
 * an image's header (hufu/image.h). A block is handed to the target when all of it is here and
 * stays in the buffer until the target has said its word. Nothing is uploaded;
 * bitManifestationTolerant is 0: a whole image waits for the bus reset in dfuMANIFEST-WAIT-RESET.
 *
 * Left to a device by the specification, and decided so:
 *   the time of bwPollTimeout is the host's to keep: a GETSTATUS before it has passed is answered,
 *   not stalled, since two clocks never agree. GETSTATE is answered in every state.
 *   a transfer that another one began is taken up: its blocks that are in flash already are counted
 *   and not written again. What the host sent then is bound by the digests at the end.
 *   a data stage that ends early leaves zeros; the signed digests tell whether they belong there.
 */
#ifndef HUFU_LINK_DFU_H
#define HUFU_LINK_DFU_H

#include <stdbool.h>
#include <stdint.h>

#define DFU_BLOCK      4096u /* wTransferSize */
#define DFU_SETUP      8u
#define DFU_STATUS_LEN 6u

/* bRequest, table 3.2 */
enum dfu_request {
    DFU_DETACH = 0,
    DFU_DNLOAD = 1,
    DFU_UPLOAD = 2,
    DFU_GETSTATUS = 3,
    DFU_CLRSTATUS = 4,
    DFU_GETSTATE = 5,
    DFU_ABORT = 6,
};
/* bmRequestType: class, interface */
#define DFU_TO_DEVICE 0x21u
#define DFU_TO_HOST   0xA1u

/* bState, 6.1.2 */
enum dfu_state {
    DFU_IDLE = 2,
    DFU_DNLOAD_SYNC = 3,
    DFU_DNBUSY = 4,
    DFU_DNLOAD_IDLE = 5,
    DFU_MANIFEST_SYNC = 6,
    DFU_MANIFEST = 7,
    DFU_MANIFEST_WAIT_RESET = 8,
    DFU_ERROR = 10,
};

/* bStatus, 6.1.2 */
enum dfu_status {
    DFU_OK = 0x00,
    DFU_ERR_TARGET = 0x01, /* for another board, or the issuer wants its word first */
    DFU_ERR_FILE = 0x02,   /* the header is refused: no image, signature, root, counter, version */
    DFU_ERR_WRITE = 0x03, /* the spare slot may not be written now, or the record of slots failed */
    DFU_ERR_ERASE = 0x04,
    DFU_ERR_PROG = 0x06,
    DFU_ERR_VERIFY = 0x07,  /* what arrived is not what was signed */
    DFU_ERR_ADDRESS = 0x08, /* a block out of order, of another length, or behind the image's end */
    DFU_ERR_NOTDONE = 0x09,
    DFU_ERR_POR = 0x0D, /* the vault has forgotten the transfer: it was reset */
    DFU_ERR_UNKNOWN = 0x0E,
    DFU_ERR_STALLEDPKT = 0x0F,
};

/* What an update is made of; the values are VAULT_UPDATE_* of vault.h. */
enum dfu_step { DFU_STEP_NONE = 0, DFU_STEP_BEGIN = 1, DFU_STEP_WRITE = 2, DFU_STEP_FINISH = 3 };

enum dfu_result {
    DFU_TARGET_DONE = 0,    /* *sw, *next */
    DFU_TARGET_BUSY = 1,    /* at work: poll */
    DFU_TARGET_HELD = 2,    /* begin: somebody else is served just now. poll: the step was lost with
                             * what another one did. Either way: begin it (again) later */
    DFU_TARGET_FAILED = -1, /* a defect */
};

/* What takes the image. */
struct dfu_target {
    /* Begins a step. [in] data: BEGIN, a header; WRITE, offset 4 (big-endian) and the bytes there.
     * [out] sw: the status word of the admin applet's command; next: after BEGIN with SW_OK the
     * first offset wanted. */
    enum dfu_result (*begin)(void *ctx, enum dfu_step step, const uint8_t *data, uint32_t len,
                             uint16_t *sw, uint32_t *next);
    enum dfu_result (*poll)(void *ctx, uint16_t *sw, uint32_t *next);
    /* The step that was begun is given up. Right to call when none is. */
    void (*abort)(void *ctx);
    void *ctx;
};

struct dfu {
    const struct dfu_target *target;
    enum dfu_state state;
    enum dfu_status status;
    enum dfu_step step; /* that the target has or is about to get */
    bool begun;
    bool receiving;  /* a data stage is under way */
    bool restart;    /* the bus was reset after an image was taken */
    uint16_t block;  /* the next one's number */
    uint16_t coming; /* number and length of the one that comes in */
    uint16_t coming_len;
    uint32_t offset; /* where the next block belongs */
    uint32_t next;   /* below this the target has everything */
    uint8_t answer[DFU_STATUS_LEN];
    uint8_t buffer[4u + DFU_BLOCK]; /* an offset, then a block */
};

/* What becomes of a request. */
enum dfu_stage {
    DFU_STALL,
    DFU_ACCEPT,  /* no data stage */
    DFU_SEND,    /* data, *len bytes; the host may ask for fewer */
    DFU_RECEIVE, /* *len bytes into data, then dfu_received */
};

/* [in] target stays the caller's and must outlive d. */
void dfu_init(struct dfu *d, const struct dfu_target *target);
/* Bus reset or new configuration: dfuIDLE, a step at work is given up. */
void dfu_reset(struct dfu *d);

/* A SETUP packet for the interface, any bytes. [out] data stays d's. What is no class request is
 * stalled and changes nothing. */
enum dfu_stage dfu_setup(struct dfu *d, const uint8_t setup[DFU_SETUP], uint8_t **data,
                         uint16_t *len);
/* The data stage that dfu_setup asked for is over; ignored when none is under way. */
void dfu_received(struct dfu *d);

/* Gives the target its next slice. true: a step is at work, call again soon. */
bool dfu_work(struct dfu *d);

/* An image is taken and waits for the bus reset: the vault must not start anew before the host had
 * its answers, so it gets no idle moment. */
bool dfu_holds(const struct dfu *d);
/* The reset came: the vault may start anew in an idle moment. Asked once. */
bool dfu_restart_due(struct dfu *d);

#endif
