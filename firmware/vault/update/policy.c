/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"
#include "err.h"
#include "object.h"
#include "store/store.h"
#include "update/update.h"
#include "wipe.h"
#include <string.h>

/* The record: a value that no few bits turn into the other, and its complement. */
enum { RECORD = 2, POLICY_SIGNATURE = 0x36, POLICY_AUTHORISE = 0xC9 };

static struct {
    secure_bool given;
    uint8_t digest[HUFU_IMAGE_DIGEST];
} authorised;

int update_policy(bool *authorise)
{
    uint8_t record[RECORD] = {0};
    size_t len = 0;
    *authorise = true;
    /* No issuer has seen it, and there is no store; both say so. */
    if (device_lifecycle() == LIFECYCLE_BLANK && device_factory() == FACTORY_HELD) {
        *authorise = false;
        return ERR_OK;
    }
    int err = store_get(OBJECT_UPDATE_POLICY, OBJECT_SINGLE, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        *authorise = false;
        return ERR_OK;
    }
    if (err == ERR_OK && (len != sizeof record || (record[0] ^ record[1]) != 0xFF ||
                          (record[0] != POLICY_SIGNATURE && record[0] != POLICY_AUTHORISE))) {
        err = ERR_INTEGRITY;
    }
    if (err == ERR_OK && record[0] == POLICY_SIGNATURE) {
        *authorise = false;
    }
    return err;
}

int update_policy_set(bool authorise)
{
    const uint8_t value = authorise ? POLICY_AUTHORISE : POLICY_SIGNATURE;
    const uint8_t record[RECORD] = {value, (uint8_t)~value};
    return store_put_one(OBJECT_UPDATE_POLICY, OBJECT_SINGLE, record, sizeof record);
}

void update_authorise(const uint8_t digest[HUFU_IMAGE_DIGEST])
{
    memcpy(authorised.digest, digest, sizeof authorised.digest);
    authorised.given = SECURE_TRUE;
}

void update_authorise_forget(void)
{
    secret_wipe(&authorised, sizeof authorised);
    authorised.given = SECURE_FALSE;
}

/* Whether it is needed, as things are now. A token that failed its tests cannot read what the
 * issuer said; a signed image is its remedy. */
static int word_needed(volatile bool *needed)
{
    bool policy = true;
    int err = ERR_OK;
    if (device_failed() == SECURE_FALSE) {
        err = update_policy(&policy);
    } else {
        policy = false;
    }
    *needed = policy;
    return err;
}

int update_allowed(const uint8_t digest[HUFU_IMAGE_DIGEST], bool *needed,
                   volatile secure_bool *allowed)
{
    volatile bool first = true, second = true;
    const volatile secure_bool given = authorised.given;
    const volatile secure_bool same =
        secret_equal(digest, authorised.digest, sizeof authorised.digest);
    const volatile secure_bool again =
        secret_equal(authorised.digest, digest, sizeof authorised.digest);
    *needed = true;
    *allowed = SECURE_FALSE;
    update_authorise_forget();
    int err = word_needed(&first);
    if (err == ERR_OK) {
        err = word_needed(&second);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (!first && !second) {
        *needed = false;
        *allowed = SECURE_TRUE;
    } else if (given == SECURE_TRUE && same == SECURE_TRUE && again == SECURE_TRUE) {
        *allowed = SECURE_TRUE;
    }
    return *allowed == SECURE_TRUE ? ERR_OK : ERR_DENIED;
}
