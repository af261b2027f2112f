/* SPDX-License-Identifier: Apache-2.0 */
#include "dfu_host.h"
#include "support/check.h"
#include "vault.h"
#include <string.h>

#define ROUNDS 100000u

void dfu_host_open(struct dfu_host *h, unsigned slice)
{
    memset(h, 0, sizeof *h);
    bench_make(&h->token);
    check(bench_start(&h->token) == 0);
    check(token_select(&h->token.token, HUFU_AID_SKF) == SW_OK);
    card_idle(); /* confirmed: a host has talked to it */
    h->token.token.board.task.slice = slice;
    dfu_init(&h->dfu, &vault_update_target);
}

void dfu_host_close(struct dfu_host *h)
{
    dfu_reset(&h->dfu);
    bench_free(&h->token);
}

bool dfu_host_request(struct dfu_host *h, uint8_t type, uint8_t request, uint16_t value,
                      uint16_t length, const uint8_t *data, uint8_t *answer)
{
    const uint8_t setup[DFU_SETUP] = {type, request, (uint8_t)value,  (uint8_t)(value >> 8),
                                      1,    0,       (uint8_t)length, (uint8_t)(length >> 8)};
    uint8_t *bytes = NULL;
    uint16_t len = 0;
    switch (dfu_setup(&h->dfu, setup, &bytes, &len)) {
    case DFU_SEND:
        check(len <= DFU_STATUS_LEN);
        if (answer != NULL) {
            memcpy(answer, bytes, len);
        }
        return true;
    case DFU_RECEIVE:
        check(len == length && len <= DFU_BLOCK);
        if (data != NULL) {
            memcpy(bytes, data, len);
            dfu_received(&h->dfu);
        }
        return true;
    case DFU_ACCEPT:
        check(length == 0);
        return true;
    case DFU_STALL:
        break;
    }
    return false;
}

void dfu_host_status(struct dfu_host *h)
{
    uint8_t a[DFU_STATUS_LEN];
    check(dfu_host_request(h, DFU_TO_HOST, DFU_GETSTATUS, 0, DFU_STATUS_LEN, NULL, a));
    h->status = a[0];
    h->poll = (uint32_t)a[1] | (uint32_t)a[2] << 8 | (uint32_t)a[3] << 16;
    h->state = a[4];
    check(a[5] == 0 && h->state == h->dfu.state);
}

void dfu_host_work(struct dfu_host *h)
{
    unsigned rounds = 0;
    while (dfu_work(&h->dfu)) {
        check(rounds++ < ROUNDS);
    }
}

/* One slice between two questions: as slow as a device may be. */
static uint8_t until_settled(struct dfu_host *h)
{
    unsigned rounds = 0;
    for (dfu_host_status(h); h->state == DFU_DNBUSY || h->state == DFU_MANIFEST;
         dfu_host_status(h)) {
        check(h->poll != 0 && h->status == DFU_OK);
        check(rounds++ < ROUNDS);
        (void)dfu_work(&h->dfu);
    }
    return h->status;
}

uint8_t dfu_host_block(struct dfu_host *h, uint16_t number, const uint8_t *data, uint16_t len)
{
    check(dfu_host_request(h, DFU_TO_DEVICE, DFU_DNLOAD, number, len, data, NULL));
    return until_settled(h);
}

uint8_t dfu_host_blocks(struct dfu_host *h, const uint8_t *image, unsigned from, unsigned to)
{
    uint8_t status = DFU_OK;
    for (unsigned i = from; status == DFU_OK && i < to; i++) {
        const uint32_t left = FIXTURE_IMAGE - i * DFU_BLOCK;
        status = dfu_host_block(h, (uint16_t)i, image + i * DFU_BLOCK,
                                (uint16_t)(left < DFU_BLOCK ? left : DFU_BLOCK));
        check(status != DFU_OK || h->state == DFU_DNLOAD_IDLE);
    }
    return status;
}

uint8_t dfu_host_manifest(struct dfu_host *h)
{
    check(dfu_host_request(h, DFU_TO_DEVICE, DFU_DNLOAD, 0, 0, NULL, NULL));
    return until_settled(h);
}

void dfu_host_idle(struct dfu_host *h)
{
    dfu_host_status(h);
    if (h->state != DFU_IDLE) {
        check(dfu_host_request(h, DFU_TO_DEVICE, h->state == DFU_ERROR ? DFU_CLRSTATUS : DFU_ABORT,
                               0, 0, NULL, NULL));
    }
    dfu_host_status(h);
    check(h->state == DFU_IDLE && h->status == DFU_OK);
}
