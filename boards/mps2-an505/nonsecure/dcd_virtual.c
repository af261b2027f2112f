/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TinyUSB's controller driver for the virtual UDC (hufu/virtual_board.h): whole transfers in shared
 * memory, one doorbell byte per change. The emulator's half is read once and bounded.
 */
#include "device/dcd.h"
#include "device/usbd_pvt.h"
#include "hufu/virtual_board.h"
#include "regs.h"
#include "tusb.h"
#include "usb/setup.h"
#include <string.h>

#define UDC  ((volatile struct vb_udc *)(VB_BASE + VB_UDC))
#define BELL UART_NONSECURE(0u)
#define IRQ  IRQ_UART_RX(0u)

struct transfer {
    uint8_t *buffer;
    uint16_t length;
    bool armed;
};

static struct transfer transfers[VB_UDC_ENDPOINTS];
static volatile bool event_deferred;

static uint32_t slot_of(uint8_t address)
{
    return tu_edpt_number(address) * 2u + (tu_edpt_dir(address) == TUSB_DIR_IN ? 1u : 0u);
}

static uint8_t address_of(uint32_t slot)
{
    return (uint8_t)(slot / 2u | (slot % 2u != 0 ? TUSB_DIR_IN_MASK : 0u));
}

/* A byte still waiting to go out will be heard after this change, too. Before dcd_init nobody is
 * told: a byte given to a closed UART would wait for ever. */
static void ring(void)
{
    __asm volatile("dmb" ::: "memory");
    if ((BELL->ctrl & UART_CTRL_TX) != 0 && (BELL->state & UART_TX_FULL) == 0) {
        BELL->data = VB_BELL_UDC;
    }
}

static void forget(uint32_t slot)
{
    transfers[slot].armed = false;
    UDC->ep[slot].state = VB_EP_IDLE;
}

bool dcd_init(uint8_t rhport, const tusb_rhport_init_t *init)
{
    (void)init;
    UDC->magic = 0;
    UDC->address = 0;
    for (uint32_t i = 0; i < VB_UDC_ENDPOINTS; i++) {
        forget(i);
        UDC->ep[i].open = 0;
    }
    UDC->event_taken = UDC->event_sequence;
    uart_open(BELL, UART_CTRL_TX | UART_CTRL_RX | UART_CTRL_RX_INT);
    dcd_connect(rhport);
    return true;
}

void dcd_int_enable(uint8_t rhport)
{
    (void)rhport;
    NVIC_ISER(IRQ) = NVIC_BIT(IRQ);
}

void dcd_int_disable(uint8_t rhport)
{
    (void)rhport;
    NVIC_ICER(IRQ) = NVIC_BIT(IRQ);
    barrier();
}

void dcd_connect(uint8_t rhport)
{
    (void)rhport;
    __asm volatile("dmb" ::: "memory");
    UDC->magic = VB_UDC_MAGIC;
    ring();
}

void dcd_disconnect(uint8_t rhport)
{
    (void)rhport;
    UDC->magic = 0;
    ring();
}

void dcd_set_address(uint8_t rhport, uint8_t address)
{
    UDC->address = address;
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
    const uint32_t slot = slot_of(endpoint->bEndpointAddress);
    if (slot >= VB_UDC_ENDPOINTS || tu_edpt_packet_size(endpoint) > VB_UDC_PACKET) {
        return false;
    }
    forget(slot);
    UDC->ep[slot].open = tu_edpt_packet_size(endpoint);
    return true;
}

void dcd_edpt_close(uint8_t rhport, uint8_t address)
{
    (void)rhport;
    const uint32_t slot = slot_of(address);
    forget(slot);
    UDC->ep[slot].open = 0;
}

void dcd_edpt_close_all(uint8_t rhport)
{
    (void)rhport;
    for (uint32_t i = 2; i < VB_UDC_ENDPOINTS; i++) {
        forget(i);
        UDC->ep[i].open = 0;
    }
}

bool dcd_edpt_xfer(uint8_t rhport, uint8_t address, uint8_t *buffer, uint16_t length)
{
    (void)rhport;
    const uint32_t slot = slot_of(address);
    if (length > VB_UDC_BUFFER) {
        return false;
    }
    transfers[slot] = (struct transfer){.buffer = buffer, .length = length, .armed = true};
    if (tu_edpt_dir(address) == TUSB_DIR_IN && length > 0) {
        memcpy((void *)(uintptr_t)UDC->data[slot], buffer, length);
    }
    UDC->ep[slot].length = length;
    UDC->ep[slot].actual = 0;
    __asm volatile("dmb" ::: "memory");
    UDC->ep[slot].state = VB_EP_ARMED;
    ring();
    return true;
}

void dcd_edpt_stall(uint8_t rhport, uint8_t address)
{
    (void)rhport;
    const uint32_t slot = slot_of(address);
    transfers[slot].armed = false;
    UDC->ep[slot].state = VB_EP_STALL;
    ring();
}

void dcd_edpt_clear_stall(uint8_t rhport, uint8_t address)
{
    (void)rhport;
    forget(slot_of(address));
    ring();
}

/* Transfers the host has finished. */
static void completions(uint8_t rhport)
{
    for (uint32_t i = 0; i < VB_UDC_ENDPOINTS; i++) {
        struct transfer *t = &transfers[i];
        if (!t->armed || UDC->ep[i].state != VB_EP_DONE) {
            continue;
        }
        __asm volatile("dmb" ::: "memory");
        uint32_t moved = UDC->ep[i].actual;
        if (moved > t->length) {
            moved = t->length;
        }
        if (i % 2u == 0 && moved > 0) {
            memcpy(t->buffer, (const void *)(uintptr_t)UDC->data[i], moved);
        }
        t->armed = false;
        /* Or a bell that comes late, while the next transfer is being armed, would find this one's
         * end again and take it for the next one's. */
        UDC->ep[i].state = VB_EP_IDLE;
        dcd_event_xfer_complete(rhport, address_of(i), moved, XFER_RESULT_SUCCESS, true);
    }
}

/*
 * Run by TinyUSB between two events, never by the interrupt: a SETUP that were taken while the
 * stack still works on the one before would find endpoint 0 armed with the older one's data a
 * moment later, and the host would read that as its answer. Until event_taken moves, the host
 * waits.
 */
static void bus_event(uint8_t rhport)
{
    const uint32_t sequence = UDC->event_sequence;
    if (sequence == UDC->event_taken) {
        return;
    }
    __asm volatile("dmb" ::: "memory");
    switch (UDC->event) {
    case VB_UDC_RESET:
        UDC->address = 0;
        for (uint32_t i = 0; i < VB_UDC_ENDPOINTS; i++) {
            forget(i);
            UDC->ep[i].open = i < 2u ? VB_UDC_PACKET : 0u;
        }
        dcd_event_bus_reset(rhport, TUSB_SPEED_FULL, false);
        break;
    case VB_UDC_SETUP: {
        uint8_t setup[8];
        for (uint32_t i = 0; i < sizeof setup; i++) {
            setup[i] = UDC->setup[i];
        }
        forget(0);
        forget(1);
        if (setup_direction_fits(setup)) {
            dcd_event_setup_received(rhport, setup, false);
        } else {
            UDC->ep[0].state = VB_EP_STALL;
            UDC->ep[1].state = VB_EP_STALL;
        }
        break;
    }
    case VB_UDC_SUSPEND:
        dcd_event_bus_signal(rhport, DCD_EVENT_SUSPEND, false);
        break;
    case VB_UDC_RESUME:
        dcd_event_bus_signal(rhport, DCD_EVENT_RESUME, false);
        break;
    default:
        break;
    }
    __asm volatile("dmb" ::: "memory");
    UDC->event_taken = sequence;
    ring();
}

static void deferred(void *param)
{
    (void)param;
    dcd_int_disable(0);
    event_deferred = false;
    bus_event(0);
    dcd_int_enable(0);
}

void dcd_int_handler(uint8_t rhport)
{
    BELL->intstatus = UART_INT_RX;
    while ((BELL->state & UART_RX_FULL) != 0) {
        (void)BELL->data;
    }
    completions(rhport);
    if (UDC->event_sequence != UDC->event_taken && !event_deferred) {
        event_deferred = true;
        usbd_defer_func(deferred, NULL, true);
    }
}
