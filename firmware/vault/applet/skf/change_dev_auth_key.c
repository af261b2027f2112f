/* SPDX-License-Identifier: Apache-2.0 */
/* 12 ChangeDevAuthKey: the new key in one SM4-ECB block under the old one, then the MAC. */
#include "applet/skf/skf.h"
#include "crypto/sm4.h"
#include "device.h"
#include "pin/pin.h"
#include "store/store.h"

static int replace(const struct call *call, const uint8_t key[SM4_KEY])
{
    int err = pin_proven(&call->proof, PIN_DEVICE) == SECURE_TRUE ? store_begin() : ERR_DENIED;
    if (err == ERR_OK) {
        err = pin_put(PIN_DEVICE, key, DEVICE_KEY_TRIES);
    }
    return err == ERR_OK ? skf_commit_proven(call, PIN_DEVICE) : err;
}

int skf_change_dev_auth_key(struct call *call)
{
    uint8_t old[SM4_KEY], new[SM4_KEY];
    if (call->command->p2 != SKF_ALG_SM4) {
        return ERR_UNSUPPORTED;
    }
    const uint8_t *cipher = reader_take(&call->in, SM4_KEY);
    int err = skf_device_key_outcome(call, skf_prove_mac(call, PIN_DEVICE, old));
    if (err == ERR_OK) {
        struct sm4 sm4;
        sm4_set_key(&sm4, old);
        sm4_decrypt_block(&sm4, cipher, new);
        sm4_wipe(&sm4);
        err = replace(call, new);
    }
    if (err == ERR_OK) {
        sessions_revoke(PIN_DEVICE, call->session);
    }
    secret_wipe(old, sizeof old);
    secret_wipe(new, sizeof new);
    return err;
}
