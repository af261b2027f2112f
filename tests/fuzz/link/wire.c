/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"
#include "device/dcd.h"
#include "support/check.h"
#include "usb/setup.h"
#include <sanitizer/asan_interface.h>
#include <string.h>

#define ENDPOINTS 8u

static struct {
    uint8_t *buffer;
    uint16_t length;
    bool open, armed, stalled;
} ends[ENDPOINTS];

static unsigned end_of(uint8_t address)
{
    const unsigned end = tu_edpt_number(address) * 2u + (tu_edpt_dir(address) == TUSB_DIR_IN);
    check(end < ENDPOINTS);
    return end;
}

static uint8_t address_of(unsigned end)
{
    return (uint8_t)(end / 2u | (end % 2u != 0 ? TUSB_DIR_IN_MASK : 0u));
}

/* --- TinyUSB's side -------------------------------------------------------------------------- */

bool dcd_init(uint8_t rhport, const tusb_rhport_init_t *init)
{
    (void)rhport;
    (void)init;
    return true;
}

void dcd_int_handler(uint8_t rhport)
{
    (void)rhport;
}

void dcd_int_enable(uint8_t rhport)
{
    (void)rhport;
}

void dcd_int_disable(uint8_t rhport)
{
    (void)rhport;
}

void dcd_connect(uint8_t rhport)
{
    (void)rhport;
}

void dcd_disconnect(uint8_t rhport)
{
    (void)rhport;
}

void dcd_set_address(uint8_t rhport, uint8_t address)
{
    (void)address; /* above 127: not specified (USB 2.0, 9.4.6) */
    (void)dcd_edpt_xfer(rhport, TUSB_DIR_IN_MASK, NULL, 0); /* the request's status stage */
}

void dcd_remote_wakeup(uint8_t rhport)
{
    (void)rhport;
}

void dcd_sof_enable(uint8_t rhport, bool on)
{
    (void)rhport;
    (void)on;
}

bool dcd_edpt_open(uint8_t rhport, tusb_desc_endpoint_t const *endpoint)
{
    (void)rhport;
    const unsigned end = end_of(endpoint->bEndpointAddress);
    check(tu_edpt_packet_size(endpoint) <= WIRE_PACKET);
    ends[end].open = true;
    ends[end].armed = ends[end].stalled = false;
    return true;
}

void dcd_edpt_close(uint8_t rhport, uint8_t address)
{
    (void)rhport;
    memset(&ends[end_of(address)], 0, sizeof ends[0]);
}

void dcd_edpt_close_all(uint8_t rhport)
{
    (void)rhport;
    memset(ends + 2, 0, sizeof ends - 2 * sizeof ends[0]);
}

bool dcd_edpt_xfer(uint8_t rhport, uint8_t address, uint8_t *buffer, uint16_t length)
{
    (void)rhport;
    const unsigned end = end_of(address);
    check(end < 2 || ends[end].open);
    check(!ends[end].armed);
    check(length == 0 || (buffer != NULL && __asan_region_is_poisoned(buffer, length) == NULL));
    ends[end].buffer = buffer;
    ends[end].length = length;
    ends[end].armed = true;
    return true;
}

void dcd_edpt_stall(uint8_t rhport, uint8_t address)
{
    (void)rhport;
    ends[end_of(address)].armed = false;
    ends[end_of(address)].stalled = true;
}

void dcd_edpt_clear_stall(uint8_t rhport, uint8_t address)
{
    (void)rhport;
    ends[end_of(address)].armed = false;
    ends[end_of(address)].stalled = false;
}

/* --- the wire's side ------------------------------------------------------------------------- */

void wire_reset(void)
{
    memset(ends, 0, sizeof ends);
    ends[0].open = ends[1].open = true;
    dcd_event_bus_reset(0, TUSB_SPEED_FULL, false);
}

void wire_suspend(void)
{
    dcd_event_bus_signal(0, DCD_EVENT_SUSPEND, false);
}

void wire_resume(void)
{
    dcd_event_bus_signal(0, DCD_EVENT_RESUME, false);
}

void wire_setup(const uint8_t setup[8])
{
    for (unsigned end = 0; end < 2; end++) {
        ends[end].armed = ends[end].stalled = false;
    }
    if (setup_direction_fits(setup)) {
        dcd_event_setup_received(0, setup, false);
    } else {
        ends[0].stalled = ends[1].stalled = true;
    }
}

static long move(unsigned end, uint32_t bytes, bool lost)
{
    ends[end].armed = false;
    dcd_event_xfer_complete(0, address_of(end), lost ? 0 : bytes,
                            lost ? XFER_RESULT_FAILED : XFER_RESULT_SUCCESS, false);
    return (long)bytes;
}

long wire_out(unsigned number, const uint8_t *data, size_t len, bool lost)
{
    const unsigned end = number * 2u;
    if (!ends[end].armed || ends[end].stalled) {
        return -1;
    }
    const size_t n = len < ends[end].length ? len : ends[end].length;
    if (n > 0) {
        memcpy(ends[end].buffer, data, n);
    }
    return move(end, (uint32_t)n, lost);
}

long wire_in(unsigned number, uint8_t *data, size_t cap, bool lost)
{
    const unsigned end = number * 2u + 1u;
    if (!ends[end].armed || ends[end].stalled) {
        return -1;
    }
    const size_t n = ends[end].length;
    check(n == 0 || __asan_region_is_poisoned(ends[end].buffer, n) == NULL);
    if (n > 0 && cap > 0) {
        memcpy(data, ends[end].buffer, n < cap ? n : cap);
    }
    return move(end, (uint32_t)n, lost);
}

bool wire_stalled(uint8_t endpoint)
{
    return ends[end_of(endpoint)].stalled;
}

size_t wire_room(unsigned number)
{
    return ends[number * 2u].armed ? ends[number * 2u].length : 0;
}
