/* SPDX-License-Identifier: Apache-2.0 */
/* The non-secure world's loop: USB events, the running command's slices, housekeeping, sleep. */
#include "board.h"
#include "card.h"
#include "tusb.h"
#include "update.h"
#include "usb/ccid_usb.h"
#include "usb/descriptors.h"
#include "usb/dfu_usb.h"

/* Housekeeping steps the vault gets after each command, one a tick of the idle link. */
#define IDLE_STEPS        32u
#define SUSPEND_POWER_OFF 3000u /* ms of suspend after which every session ends */
#define RESTART_AFTER     1000u /* ms from the bus reset after an update to the new image */

static bool suspended;
static uint32_t suspended_at;

/* One array, since that is what TinyUSB takes. */
usbd_class_driver_t const *usbd_app_driver_get_cb(uint8_t *count)
{
    static usbd_class_driver_t drivers[2];
    drivers[0] = ccid_usb_driver;
    drivers[1] = dfu_usb_driver;
    *count = TU_ARRAY_SIZE(drivers);
    return drivers;
}

void tud_suspend_cb(bool remote_wakeup)
{
    (void)remote_wakeup;
    board_tick(true);
    suspended = true;
    suspended_at = board_now_ms();
}

void tud_resume_cb(void)
{
    suspended = false;
}

static bool event_ready(void)
{
    return tud_task_event_ready();
}

static bool restarting;
static uint32_t reset_at;

/* The bus was reset behind an update: housekeeping is to come, however long the link was idle. */
static bool restart_begins(void)
{
    if (!dfu_usb_restart_due()) {
        return false;
    }
    restarting = true;
    reset_at = board_now_ms();
    return true;
}

/*
 * Not before a host has configured the token: in an idle moment the vault confirms an image that is
 * on trial, and the link's own question at its start is no talk with a host. An image whose USB
 * does not work is left again.
 *
 * Nor while an image that DFU took waits for the bus reset (dfu.h), and a while longer: the idle
 * moment starts the new image, and a host that finds the token gone in the midst of its reset takes
 * that for a failure (dfu-util says "Done!" and exits 74).
 */
static bool vault_may_idle(void)
{
    return tud_mounted() && !dfu_usb_holds() &&
           (!restarting || board_now_ms() - reset_at >= RESTART_AFTER);
}

static void suspend_check(void)
{
    if (suspended && board_now_ms() - suspended_at >= SUSPEND_POWER_OFF) {
        suspended = false;
        ccid_usb_card_off();
    }
}

_Noreturn void link_main(void)
{
    char serial[DESCRIPTOR_SERIAL_MAX];
    descriptors_set_serial(serial, card_serial(serial, sizeof serial));
    ccid_usb_init(&vault_card);
    dfu_usb_init(&vault_update_target);
    const tusb_rhport_init_t port = {.role = TUSB_ROLE_DEVICE, .speed = TUSB_SPEED_FULL};
    (void)tusb_init(0, &port);
    if (HUFU_LOGS) {
        board_log("link: connected");
    }

    uint32_t idle_steps = IDLE_STEPS;
    for (;;) {
        tud_task();
        suspend_check();
        const bool command = ccid_usb_work(board_now_ms());
        const bool busy = dfu_usb_work() || command;
        /* Asked first, and every time: the vault would start the new image in the next idle moment
         * if this one did not know yet that it has to wait. */
        if (restart_begins() || card_was_used() || busy) {
            idle_steps = IDLE_STEPS;
        }
        if (busy) {
            board_tick(true);
        } else if (!event_ready()) {
            if (idle_steps > 0 && vault_may_idle()) {
                idle_steps--;
                card_idle();
            }
            board_tick(idle_steps > 0 || suspended);
            board_sleep_unless(event_ready);
        }
    }
}
