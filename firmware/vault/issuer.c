/* SPDX-License-Identifier: Apache-2.0 */
#include "issuer.h"
#include "device.h"
#include "err.h"
#include "object.h"
#include "pin/rule.h"
#include "store/store.h"
#include "update/update.h"
#include <string.h>

/* The policy's record: a value that no few bits turn into the other, and its complement. */
enum { POLICY_RECORD = 2, POLICY_BARE = 0x3A, POLICY_CHANNEL = 0xC5 };

static secure_bool bare_allowed;

/* --- the bare forms ------------------------------------------------------------------------- */

void issuer_start(void)
{
    bare_allowed = SECURE_FALSE;
}

int issuer_load(void)
{
    uint8_t record[POLICY_RECORD] = {0};
    size_t len = 0;
    bare_allowed = SECURE_FALSE;
    int err = store_get(OBJECT_POLICY, OBJECT_SINGLE, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        bare_allowed = SECURE_TRUE;
        return update_policy_load();
    }
    if (err == ERR_OK && (len != sizeof record || (record[0] ^ record[1]) != 0xFF ||
                          (record[0] != POLICY_BARE && record[0] != POLICY_CHANNEL))) {
        err = ERR_INTEGRITY;
    }
    if (err == ERR_OK && record[0] == POLICY_BARE) {
        bare_allowed = SECURE_TRUE;
    }
    return err == ERR_OK ? update_policy_load() : err;
}

secure_bool issuer_bare_allowed(void)
{
    const volatile secure_bool *allowed = &bare_allowed;
    return *allowed == SECURE_TRUE ? *allowed : SECURE_FALSE;
}

int issuer_allow_bare(bool allowed)
{
    const uint8_t value = allowed ? POLICY_BARE : POLICY_CHANNEL;
    const uint8_t record[POLICY_RECORD] = {value, (uint8_t)~value};
    int err = store_put_one(OBJECT_POLICY, OBJECT_SINGLE, record, sizeof record);
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
