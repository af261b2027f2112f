/* SPDX-License-Identifier: Apache-2.0 */
#include "choice.h"
#include "device.h"
#include "err.h"
#include "object.h"
#include "update/update.h"
#include "wipe.h"
#include <string.h>

/* Open: a signed image needs no word of the administrator's. */
static const struct choice by_signature = {OBJECT_UPDATE_POLICY, 0x36};

static struct {
    secure_bool given;
    uint8_t digest[HUFU_IMAGE_DIGEST];
} authorised;

/* What the store said when it was read at the start: a RAM that is not its index any more makes a
 * policy that is not found, which alone must not count. */
static volatile secure_bool unneeded;

int update_policy(bool *authorise)
{
    bool open = false;
    *authorise = true;
    /* No issuer has seen it, and there is no store; both say so. */
    if (device_lifecycle() == LIFECYCLE_BLANK && device_factory() == FACTORY_HELD) {
        *authorise = false;
        return ERR_OK;
    }
    const int err = choice_get(&by_signature, &open);
    if (err == ERR_NOT_FOUND) {
        *authorise = false;
        return ERR_OK;
    }
    if (err == ERR_OK && open) {
        *authorise = false;
    }
    return err;
}

int update_policy_load(void)
{
    bool authorise = true;
    unneeded = SECURE_FALSE;
    const int err = update_policy(&authorise);
    if (err == ERR_OK && !authorise) {
        unneeded = SECURE_TRUE;
    }
    return err;
}

int update_policy_set(bool authorise)
{
    const int err = choice_put(&by_signature, !authorise);
    return err == ERR_OK ? update_policy_load() : err;
}

void update_authorise(const uint8_t digest[HUFU_IMAGE_DIGEST])
{
    memcpy(authorised.digest, digest, sizeof authorised.digest);
    authorised.given = SECURE_TRUE;
}

/* Whether the word is needed, as things are now. A token whose store cannot be read, for it failed
 * its tests, cannot know what the issuer said; a signed image is its remedy. */
static int word_needed(bool *needed)
{
    int err = update_policy(needed);
    if (err == ERR_OK) {
        if (unneeded != SECURE_TRUE && device_lifecycle() != LIFECYCLE_BLANK) {
            *needed = true;
        }
    } else if (device_failed() == SECURE_TRUE) {
        *needed = false;
        err = ERR_OK;
    }
    return err;
}

/* One look. [in] word: SECURE_TRUE for an authorisation of this image. [out] needed. */
static int look(secure_bool word, bool *needed, volatile secure_bool *allowed)
{
    *needed = true;
    const int err = word_needed(needed);
    if (err == ERR_OK && (!*needed || word == SECURE_TRUE)) {
        *allowed = SECURE_TRUE;
    }
    return err;
}

int update_allowed(const uint8_t digest[HUFU_IMAGE_DIGEST], bool *needed,
                   volatile secure_bool allowed[2])
{
    const volatile secure_bool given = authorised.given;
    const volatile secure_bool same =
        secret_equal(digest, authorised.digest, sizeof authorised.digest);
    const volatile secure_bool again =
        secret_equal(authorised.digest, digest, sizeof authorised.digest);
    const secure_bool one = given == SECURE_TRUE ? same : SECURE_FALSE;
    const secure_bool other = given == SECURE_TRUE ? again : SECURE_FALSE;
    bool early = true;
    *needed = true;
    allowed[0] = SECURE_FALSE;
    allowed[1] = SECURE_FALSE;
    update_authorise_forget();
    int err = look(one, &early, &allowed[0]);
    if (err == ERR_OK) {
        err = look(other, needed, &allowed[1]);
    }
    *needed |= early;
    if (err == ERR_OK && (allowed[0] != SECURE_TRUE || allowed[1] != SECURE_TRUE)) {
        err = ERR_DENIED;
    }
    return err;
}

void update_authorise_forget(void)
{
    secret_wipe(&authorised, sizeof authorised);
    authorised.given = SECURE_FALSE;
}
