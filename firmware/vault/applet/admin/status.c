/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 02 STATUS, 32 bytes: lifecycle 1 . error state 1 . flags 1 . last error 1 (the number of enum err
 * without its sign) . boot count 4 . flash programs 4 . erases 4 (since power-on) . deepest use of
 * the vault's stack 4 . of the command stack 4 . of the link's 4 (0: not measured) . store format 2
 * . sessions 1 . reserved 1
 */
#include "applet/admin/admin.h"
#include "device.h"
#include "err.h"
#include "hufu/apdu.h"
#include "issuer.h"
#include "store/migrate.h"
#include "store/store.h"
#include <string.h>

_Static_assert(-ERR_INTEGRITY == HUFU_STATUS_INTEGRITY, "a number that hosts know");

int admin_status(struct call *call)
{
    struct writer *w = &call->out;
    const struct hal *hal = device_hal();
    struct hal_figures figures;
    memset(&figures, 0, sizeof figures);
    if (hal->meter.read != NULL) {
        hal->meter.read(hal->meter.ctx, &figures);
    } else if (device_failed() == SECURE_FALSE) {
        struct store_stats stats;
        store_stats(&stats);
        figures.flash_programs = stats.programs;
        figures.flash_erases = stats.erases;
    }
    writer_u8(w, (uint8_t)device_lifecycle());
    writer_u8(w, device_failed() == SECURE_FALSE ? 0 : 1);
    writer_u8(w, (uint8_t)((device_is_development() ? ADMIN_FLAG_DEVELOPMENT : 0u) |
                           (issuer_bare_allowed() == SECURE_TRUE ? ADMIN_FLAG_BARE : 0u) |
                           (device_factory() >= FACTORY_OPEN ? ADMIN_FLAG_PROVISIONED : 0u)));
    writer_u8(w, (uint8_t)-device_last_error());
    writer_u32(w, device_boot_count());
    writer_u32(w, figures.flash_programs);
    writer_u32(w, figures.flash_erases);
    writer_u32(w, figures.stack_vault);
    writer_u32(w, figures.stack_command);
    writer_u32(w, figures.stack_link);
    writer_u16(w, migrate_format());
    writer_u8(w, SESSION_COUNT);
    writer_u8(w, 0);
    return ERR_OK;
}
