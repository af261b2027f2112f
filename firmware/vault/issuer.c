/* SPDX-License-Identifier: Apache-2.0 */
#include "issuer.h"
#include "choice.h"
#include "device.h"
#include "err.h"
#include "object.h"
#include "pin/rule.h"
#include "store/store.h"
#include "update/update.h"
#include <string.h>

/* Open: PINs may come bare, outside a channel. */
static const struct choice bare = {OBJECT_POLICY, 0x3A};

static secure_bool bare_allowed;

/* --- the bare forms ------------------------------------------------------------------------- */

void issuer_start(void)
{
    bare_allowed = SECURE_FALSE;
}

int issuer_load(void)
{
    bool open = false;
    bare_allowed = SECURE_FALSE;
    const int err = choice_get(&bare, &open);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && open)) {
        bare_allowed = SECURE_TRUE;
    }
    return err == ERR_OK || err == ERR_NOT_FOUND ? update_policy_load() : err;
}

secure_bool issuer_bare_allowed(void)
{
    const volatile secure_bool *allowed = &bare_allowed;
    return *allowed == SECURE_TRUE ? *allowed : SECURE_FALSE;
}

int issuer_allow_bare(bool allowed)
{
    const int err = choice_put(&bare, allowed);
    return err == ERR_OK ? issuer_load() : err;
}

/* --- the label ------------------------------------------------------------------------------ */

int issuer_label(char label[ISSUER_LABEL])
{
    size_t len = 0;
    memset(label, 0, ISSUER_LABEL);
    if (device_lifecycle() == LIFECYCLE_BLANK) {
        return ERR_OK;
    }
    int err = store_get(OBJECT_LABEL, OBJECT_SINGLE, label, ISSUER_LABEL, &len);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int issuer_set_label(const uint8_t *label, size_t len)
{
    return store_put_one(OBJECT_LABEL, OBJECT_SINGLE, label, len);
}

/* --- what a factory may not leave behind ---------------------------------------------------- */

/* What an issuer chooses is not a factory's to choose: there the device key is public. */
int issuer_forget(void)
{
    static const struct {
        uint8_t type, id;
    } choices[] = {{OBJECT_LABEL, OBJECT_SINGLE},         {OBJECT_POLICY, OBJECT_SINGLE},
                   {OBJECT_UPDATE_POLICY, OBJECT_SINGLE}, {OBJECT_UNLOCK_KEY, OBJECT_SINGLE},
                   {OBJECT_PIN_RULE, PIN_RULE_LATER(0)},  {OBJECT_PIN_RULE, PIN_RULE_LATER(1)}};
    int err = ERR_OK;
    for (unsigned i = 0; err == ERR_OK && i < sizeof choices / sizeof choices[0]; i++) {
        err = store_delete(choices[i].type, choices[i].id);
    }
    return err;
}
