/* SPDX-License-Identifier: Apache-2.0 */
#include "dfu_master.h"
#include "bench.h"
#include "hufu/image.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define TO_DEV    0x21
#define TO_HOST   0xA1
#define IMAGE_MAX (2u << 20)

int dfu_dnload(uint16_t number, const uint8_t *data, uint16_t len)
{
    const struct usb_setup setup = {TO_DEV, 1, number, 1, len};

    return usb_control(&bench.usb, &setup, (uint8_t *)(uintptr_t)data, NULL, WAIT_MS);
}

void dfu_status(struct dfu_answer *a)
{
    const struct usb_setup setup = {TO_HOST, 3, 0, 1, 6};
    const struct usb_setup state = {TO_HOST, 5, 0, 1, 1};
    uint8_t data[64];
    size_t got;

    assert_int_equal(usb_control(&bench.usb, &setup, data, &got, WAIT_MS), USB_OK);
    assert_int_equal(got, 6);
    a->status = data[0];
    a->poll_ms = (uint32_t)data[1] | (uint32_t)data[2] << 8 | (uint32_t)data[3] << 16;
    a->state = data[4];
    assert_int_equal(usb_control(&bench.usb, &state, data, &got, WAIT_MS), USB_OK);
    assert_int_equal(got, 1);
    /* the same, unless what was at work has ended in between */
    if (a->state != DFU_STATE_DNBUSY && a->state != DFU_STATE_MANIFEST)
        assert_int_equal(data[0], a->state);
}

uint8_t dfu_settled(struct dfu_answer *a)
{
    const long long deadline = loop_now() + 6 * WAIT_MS;

    for (dfu_status(a); a->state == DFU_STATE_DNBUSY || a->state == DFU_STATE_MANIFEST;
         dfu_status(a)) {
        assert_true(a->poll_ms > 0 && a->poll_ms <= 1000);
        assert_true(loop_now() < deadline);
        (void)usleep(a->poll_ms * 1000);
    }
    return a->status;
}

static void plain(uint8_t request)
{
    const struct usb_setup setup = {TO_DEV, request, 0, 1, 0};
    struct dfu_answer a;

    assert_int_equal(usb_control(&bench.usb, &setup, NULL, NULL, WAIT_MS), USB_OK);
    dfu_status(&a);
    assert_int_equal(a.state, DFU_STATE_IDLE);
    assert_int_equal(a.status, 0);
}

void dfu_clear(void)
{
    plain(4);
}

void dfu_abort(void)
{
    plain(6);
}

uint8_t dfu_blocks(const uint8_t *image, size_t size, size_t from, size_t to)
{
    struct dfu_answer a = {0};

    for (size_t i = from; a.status == 0 && i < to; i++) {
        const size_t left = size - i * DFU_BLOCK_SIZE;

        assert_int_equal(dfu_dnload((uint16_t)i, image + i * DFU_BLOCK_SIZE,
                                    (uint16_t)(left < DFU_BLOCK_SIZE ? left : DFU_BLOCK_SIZE)),
                         USB_OK);
        (void)dfu_settled(&a);
    }
    return a.status;
}

void dfu_whole(const uint8_t *image, size_t size)
{
    struct dfu_answer a;

    assert_int_equal(dfu_blocks(image, size, 0, (size + DFU_BLOCK_SIZE - 1) / DFU_BLOCK_SIZE), 0);
    assert_int_equal(dfu_dnload(0, NULL, 0), USB_OK);
    assert_int_equal(dfu_settled(&a), 0);
    assert_int_equal(a.state, DFU_STATE_WAIT_RESET);
}

uint8_t *dfu_image(const char *variable, size_t *size)
{
    const char *path = getenv(variable);
    FILE *f = fopen(path != NULL ? path : "", "rb");
    uint8_t *image = malloc(IMAGE_MAX);

    *size = f != NULL && image != NULL ? fread(image, 1, IMAGE_MAX, f) : 0;
    if (f != NULL)
        (void)fclose(f);
    if (*size <= HUFU_IMAGE_HEADER_SIZE) {
        print_error("%s names no image\n", variable);
        free(image);
        return NULL;
    }
    return image;
}
