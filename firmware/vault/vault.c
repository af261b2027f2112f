/* SPDX-License-Identifier: Apache-2.0 */
/* The five entries behind the gate: power, commands on their own stack, abort, housekeeping. */
#include "vault.h"
#include "apdu/router.h"
#include "applet/admin/admin.h"
#include "channel/channel.h"
#include "device.h"
#include "err.h"
#include "key/session_key.h"
#include "panel/panel.h"
#include "panel/unifont.h"
#include "progress.h"
#include "session.h"
#include "store/store.h"
#include "update/update.h"
#include <stdbool.h>
#include <string.h>

static struct {
    const struct hal *hal;
    bool powered;
    bool busy;
    uint32_t command_len;
    uint32_t response_len;
    uint8_t percent;
    bool talked;  /* a host had an answer */
    bool restart; /* asked for */
} vault;

/*
 * ATR: T=1, card information field 254, and in the historical bytes the card capabilities (extended
 * Lc and Le, command chaining) and a name (ISO/IEC 7816-3 8.2, 7816-4 12.1.1). TCK follows.
 */
static const uint8_t atr_body[] = {
    0x3B, 0x8A,                   /* TS; TD1 follows, 10 historical bytes */
    0x81,                         /* TD1: T=1, TD2 follows */
    0x31,                         /* TD2: T=1, TA3 and TB3 follow */
    0xFE, 0x45,                   /* TA3: IFSC; TB3: BWI, CWI */
    0x80, 0x73, 0x80, 0x01, 0xC0, /* by full AID; data unit 1 byte; chaining, extended lengths */
    0x54, 'H',  'u',  'f',  'u',
};

static void show_state(void)
{
    if (device_lifecycle() == LIFECYCLE_DESTROYED) {
        panel_show(PANEL_DESTROYED);
    } else {
        panel_show(device_failed() == SECURE_FALSE ? PANEL_READY : PANEL_ERROR);
    }
}

static void write_atr(uint8_t atr[VAULT_ATR_MAX], uint32_t *len)
{
    uint8_t tck = 0;
    memcpy(atr, atr_body, sizeof atr_body);
    for (unsigned i = 1; i < sizeof atr_body; i++) {
        tck ^= atr_body[i];
    }
    atr[sizeof atr_body] = tck;
    *len = sizeof atr_body + 1;
}

void vault_start(const struct hal *hal)
{
    memset(&vault, 0, sizeof vault);
    vault.hal = hal;
    router_reset();
    channel_start();
    session_keys_start();
    update_start(&hal->firmware, &hal->otp);
    unifont_start(hal->firmware.font, hal->firmware.font_size);
    device_start(hal);
    show_state();
}

enum vault_result vault_power(enum vault_power op, uint8_t atr[VAULT_ATR_MAX], uint32_t *len)
{
    if (op != VAULT_POWER_ON && op != VAULT_POWER_OFF && op != VAULT_POWER_RESET) {
        return VAULT_REFUSED;
    }
    if (vault.busy) {
        (void)vault_abort();
    }
    sessions_wipe();
    router_reset();
    update_forget();
    vault.response_len = 0;
    vault.powered = op != VAULT_POWER_OFF;
    *len = 0;
    if (vault.powered) {
        if (device_failed() != SECURE_FALSE) {
            device_restart();
            show_state();
        }
        write_atr(atr, len);
    }
    return VAULT_DONE;
}

uint8_t *vault_command_buffer(void)
{
    return router_io();
}

bool vault_is_busy(void)
{
    return vault.busy;
}

/* Runs on the command's own stack. */
static void run_command(void *arg)
{
    (void)arg;
    secure_bool failed = device_failed();
    vault.response_len = router_exchange(vault.command_len);
    if (device_failed() != failed) {
        show_state();
    }
}

/* The same for an update's step. */
static void run_update(void *arg)
{
    (void)arg;
    const secure_bool failed = device_failed();
    vault.response_len = router_apart(&applet_admin, vault.command_len);
    if (device_failed() != failed) {
        show_state();
    }
}

static enum vault_result after_slice(int task, struct vault_progress *progress)
{
    if (task == HAL_TASK_BUSY) {
        /* Code that tells nothing only must not stand still. */
        const unsigned told = progress_told();
        if (told != 0) {
            vault.percent = (uint8_t)told;
        } else if (vault.percent < 99) {
            vault.percent++;
        }
        progress->percent = vault.percent;
        return VAULT_BUSY;
    }
    vault.hal->task.discard(vault.hal->task.ctx);
    vault.busy = false;
    if (task != HAL_TASK_DONE) {
        router_reset();
        return VAULT_REFUSED;
    }
    vault.talked = true;
    progress->percent = 100;
    return VAULT_DONE;
}

enum vault_result vault_exchange(uint32_t command_len, struct vault_progress *progress)
{
    progress->percent = 0;
    if (!vault.powered || vault.busy || command_len > HUFU_APDU_MAX) {
        return VAULT_REFUSED;
    }
    vault.busy = true;
    vault.percent = 0;
    progress_clear();
    vault.command_len = command_len;
    vault.response_len = 0;
    return after_slice(vault.hal->task.start(vault.hal->task.ctx, run_command, NULL), progress);
}

enum vault_result vault_poll(struct vault_progress *progress)
{
    progress->percent = 0;
    if (!vault.busy) {
        return VAULT_REFUSED;
    }
    return after_slice(vault.hal->task.resume(vault.hal->task.ctx), progress);
}

const uint8_t *vault_response(uint32_t *len)
{
    *len = vault.busy ? 0 : vault.response_len;
    return router_io();
}

/*
 * The command stops wherever it stands: its stack is dropped and what it left half done in RAM is
 * rebuilt from flash, exactly as after a power cut. Sessions end too: a right may have been about
 * to be taken away.
 */
enum vault_result vault_abort(void)
{
    if (!vault.busy) {
        return VAULT_REFUSED;
    }
    vault.hal->task.discard(vault.hal->task.ctx);
    vault.busy = false;
    vault.response_len = 0;
    sessions_wipe();
    router_reset();
    update_forget();
    store_rollback();
    device_recover();
    show_state();
    return VAULT_DONE;
}

/* An update's step is the admin applet's command, put into form here: one way in, one set of
 * checks. The link says which step and gives the data, nothing else. */
enum vault_result vault_update(uint32_t step, uint32_t len, struct vault_progress *progress)
{
    enum { HEADER = 7 }; /* CLA INS P1 P2, extended Lc */
    static const uint8_t ins[] = {
        [VAULT_UPDATE_BEGIN] = HUFU_INS_ADMIN_UPDATE_BEGIN,
        [VAULT_UPDATE_WRITE] = HUFU_INS_ADMIN_UPDATE_WRITE,
        [VAULT_UPDATE_FINISH] = HUFU_INS_ADMIN_UPDATE_FINISH,
    };
    progress->percent = 0;
    if (vault.busy || step < VAULT_UPDATE_BEGIN || step > VAULT_UPDATE_FINISH ||
        len > HUFU_APDU_MAX - HEADER) {
        return VAULT_REFUSED;
    }
    uint8_t *io = router_io();
    memmove(io + HEADER, io, len);
    const uint8_t header[HEADER] = {HUFU_CLA_SKF,
                                    ins[step],
                                    step == VAULT_UPDATE_FINISH ? ADMIN_FINISH_RESTART : 0,
                                    0,
                                    0,
                                    (uint8_t)(len >> 8),
                                    (uint8_t)len};
    memcpy(io, header, HEADER);
    vault.busy = true;
    vault.percent = 0;
    progress_clear();
    vault.command_len = len == 0 ? 4 : HEADER + len;
    vault.response_len = 0;
    return after_slice(vault.hal->task.start(vault.hal->task.ctx, run_update, NULL), progress);
}

void vault_restart_soon(void)
{
    vault.restart = true;
}

/* What an image that works has to say for itself: it started, its tests passed, a host had its
 * answers. A failed write is tried again at the next idle moment. */
static void confirm_image(void)
{
    if (vault.talked && device_failed() == SECURE_FALSE) {
        (void)update_confirm();
    }
}

void vault_idle(void)
{
    bool more = false;
    if (vault.restart && !vault.busy && vault.hal->firmware.restart != NULL) {
        vault.hal->firmware.restart();
    }
    if (!vault.busy) {
        confirm_image();
    }
    if (vault.busy || device_failed() != SECURE_FALSE ||
        device_lifecycle() == LIFECYCLE_DESTROYED || device_lifecycle() == LIFECYCLE_BLANK) {
        return;
    }
    int err = store_maintain(&more);
    if (device_is_fatal(err)) {
        device_fail(err);
        show_state();
    }
}
