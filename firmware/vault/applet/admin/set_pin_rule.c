/* SPDX-License-Identifier: Apache-2.0 */
/* 0C SET_PIN_RULE: App (0: applications made later) . least length 1 . classes 1 . flags 1, P2 PIN
 * type. The PIN that is there stays as it is: the rule is for new ones. */
#include "applet/admin/admin.h"
#include "applet/skf/application.h"
#include "applet/skf/skf.h"
#include "pin/rule.h"
#include "store/store.h"

int admin_set_pin_rule(struct call *call)
{
    struct reader *r = &call->in;
    call->app = reader_u16(r);
    struct pin_rule rule;
    rule.min = reader_u8(r);
    rule.classes = reader_u8(r);
    rule.flags = reader_u8(r);
    int err = reader_end(r);
    if (err == ERR_OK && call->app != 0) {
        err = application_exists(call->app);
    }
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        err = pin_rule_put(call->app == 0 ? PIN_RULE_LATER(call->command->p2) : skf_pin_of(call),
                           &rule);
    }
    return err == ERR_OK ? store_commit() : err;
}
