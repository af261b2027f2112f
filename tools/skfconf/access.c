/* SPDX-License-Identifier: Apache-2.0 */
/* 7.2 access control. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#define WRONG_PIN "wrong-PIN-00"
#define NEW_PIN   "new-PIN-4711"

static LPSTR text(const char *s)
{
    return (LPSTR)s;
}

/* The tries left of a PIN; 99 when they cannot be read. */
static ULONG tries_left(struct bench *b, HAPPLICATION app, ULONG type)
{
    ULONG max = 0, left = 99;
    BOOL is_default = FALSE;
    OK(b, skf.GetPINInfo(app, type, &max, &left, &is_default));
    return left;
}

/* Whether the user's right is there: a container can be made. */
static bool has_right(struct bench *b, HAPPLICATION app)
{
    HCONTAINER made;
    ULONG result = skf.CreateContainer(app, text("skfconf-right"), &made);
    if (result == SAR_OK) {
        OK(b, skf.CloseContainer(made));
        OK(b, skf.DeleteContainer(app, text("skfconf-right")));
    }
    return result == SAR_OK;
}

/* --- DevAuth ---------------------------------------------------------------------------------- */

static void auth_normal(struct bench *b)
{
    want(b, "DevAuth with a block made by OpenSSL", device_auth(b, b->device_key), SAR_OK);
}

static void auth_by_library(struct bench *b)
{
    want(b, "DevAuth with a block of SetSymmKey and Encrypt",
         device_auth_by_library(b, b->device_key), SAR_OK);
}

/* The block for a challenge, with the device key; SM4 alone. */
static bool block_of(struct bench *b, BYTE block[32])
{
    BYTE challenge[16] = {0};
    if (b->info.DevAuthAlgId != SGD_SM4_ECB) {
        skip(b, "the device's algorithm is not SM4");
        return false;
    }
    return OK(b, skf.GenRandom(b->dev, challenge, 8)) &&
           sm4(SGD_SM4_ECB, b->device_key, NULL, true, true, challenge, 16, block) == 32;
}

static void auth_padded(struct bench *b)
{
    BYTE block[32];
    if (block_of(b, block)) {
        OK(b, skf.DevAuth(b->dev, block, 32));
    }
}

static void auth_wrong(struct bench *b)
{
    uint8_t key[16];
    memcpy(key, b->device_key, sizeof key);
    key[15] ^= 1;
    ULONG result = device_auth(b, key);
    hold(b, result != SAR_OK, "a block under a wrong key was taken");
    want(b, "DevAuth with the right key", device_auth(b, b->device_key), SAR_OK);
}

static void auth_once(struct bench *b)
{
    BYTE block[32];
    if (!block_of(b, block) || !OK(b, skf.DevAuth(b->dev, block, 16))) {
        return;
    }
    hold(b, skf.DevAuth(b->dev, block, 16) != SAR_OK, "the same block was taken twice");
    want(b, "DevAuth afterwards", device_auth(b, b->device_key), SAR_OK);
}

static void auth_stale(struct bench *b)
{
    BYTE block[32], other[8];
    if (!block_of(b, block) || !OK(b, skf.GenRandom(b->dev, other, sizeof other))) {
        return;
    }
    hold(b, skf.DevAuth(b->dev, block, 16) != SAR_OK,
         "a block for a random number before the last was taken");
    want(b, "DevAuth afterwards", device_auth(b, b->device_key), SAR_OK);
}

static void auth_params(struct bench *b)
{
    BYTE block[16] = {0};
    REFUSED(b, skf.DevAuth(b->dev, NULL, 16));
    REFUSED(b, skf.DevAuth(b->dev, block, 0));
    REFUSED(b, skf.DevAuth(b->dev, block, 15));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DevAuth(NULL, block, 16));
}

/* --- ChangeDevAuthKey ------------------------------------------------------------------------- */

static void change_key(struct bench *b)
{
    uint8_t key[16];
    random_bytes(key, sizeof key);
    if (!want(b, "DevAuth", device_auth_by_library(b, b->device_key), SAR_OK) ||
        !OK(b, skf.ChangeDevAuthKey(b->dev, key, sizeof key))) {
        return;
    }
    hold(b, device_auth(b, b->device_key) != SAR_OK, "the old key is taken after the change");
    if (!want(b, "DevAuth with the new key", device_auth_by_library(b, key), SAR_OK) ||
        !OK(b, skf.ChangeDevAuthKey(b->dev, b->device_key, sizeof b->device_key))) {
        hold(b, false,
             "the device may be left with the key %02x%02x%02x%02x%02x%02x%02x%02x"
             "%02x%02x%02x%02x%02x%02x%02x%02x",
             key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7], key[8], key[9],
             key[10], key[11], key[12], key[13], key[14], key[15]);
        return;
    }
    want(b, "DevAuth with the first key again", device_auth(b, b->device_key), SAR_OK);
}

static void change_key_unauthenticated(struct bench *b)
{
    DEVHANDLE second;
    if (OK(b, skf.ConnectDev(text(b->device), &second))) {
        BYTE length_wrong[8] = {0};
        REFUSED(b, skf.ChangeDevAuthKey(second, length_wrong, sizeof length_wrong));
        REFUSED(b, skf.ChangeDevAuthKey(second, NULL, 16));
        OK(b, skf.DisConnectDev(second));
    }
    GIVES(b, SAR_INVALIDHANDLEERR, skf.ChangeDevAuthKey(NULL, b->device_key, 16));
}

/* --- GetPINInfo ------------------------------------------------------------------------------- */

static void info_normal(struct bench *b)
{
    for (ULONG type = ADMIN_TYPE; type <= USER_TYPE; type++) {
        ULONG max = 0, left = 0;
        BOOL is_default = 77;
        if (OK(b, skf.GetPINInfo(b->app, type, &max, &left, &is_default))) {
            hold(b, max == PIN_TRIES, "type %u: at most %u tries, not the %u of the creation", type,
                 max, PIN_TRIES);
            hold(b, left == PIN_TRIES, "type %u: %u tries left, not %u", type, left, PIN_TRIES);
            hold(b, is_default == TRUE || is_default == FALSE, "the default flag is %d",
                 is_default);
        }
    }
}

static void info_params(struct bench *b)
{
    ULONG max, left;
    BOOL is_default;
    GIVES_ONE(b, skf.GetPINInfo(b->app, 7, &max, &left, &is_default), SAR_USER_TYPE_INVALID,
              SAR_INVALIDPARAMERR);
    GIVES(b, SAR_INVALIDHANDLEERR, skf.GetPINInfo(NULL, USER_TYPE, &max, &left, &is_default));
}

/* --- VerifyPIN -------------------------------------------------------------------------------- */

static void verify_normal(struct bench *b)
{
    ULONG tries = 0;
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
    hold(b, has_right(b, b->app), "after VerifyPIN no container can be made");
    OK(b, skf.VerifyPIN(b->app, ADMIN_TYPE, b->admin_pin, &tries));
}

static void verify_wrong(struct bench *b)
{
    ULONG tries = 99;
    GIVES(b, SAR_PIN_INCORRECT, skf.VerifyPIN(b->app, USER_TYPE, text(WRONG_PIN), &tries));
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
}

static void verify_reports(struct bench *b)
{
    ULONG first = 99, second = 99, tries = 99;
    skf.VerifyPIN(b->app, USER_TYPE, text(WRONG_PIN), &first);
    skf.VerifyPIN(b->app, USER_TYPE, text(WRONG_PIN), &second);
    hold(b, first == PIN_TRIES - 1, "after one wrong PIN %u tries were told, not %u", first,
         PIN_TRIES - 1);
    hold(b, second == PIN_TRIES - 2, "after two wrong PINs %u tries were told, not %u", second,
         PIN_TRIES - 2);
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
}

static void verify_counts(struct bench *b)
{
    ULONG tries;
    skf.VerifyPIN(b->app, USER_TYPE, text(WRONG_PIN), &tries);
    ULONG left = tries_left(b, b->app, USER_TYPE);
    hold(b, left == PIN_TRIES - 1, "GetPINInfo tells %u tries after a wrong PIN, not %u", left,
         PIN_TRIES - 1);
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
    left = tries_left(b, b->app, USER_TYPE);
    hold(b, left == PIN_TRIES, "GetPINInfo tells %u tries after the right PIN, not %u", left,
         PIN_TRIES);
}

static void verify_separate(struct bench *b)
{
    ULONG tries;
    skf.VerifyPIN(b->app, USER_TYPE, text(WRONG_PIN), &tries);
    ULONG left = tries_left(b, b->app, ADMIN_TYPE);
    hold(b, left == PIN_TRIES, "a wrong user PIN took a try of the admin PIN: %u left", left);
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
    hold(b, skf.VerifyPIN(b->app, ADMIN_TYPE, b->user_pin, &tries) != SAR_OK,
         "the user PIN was taken as admin PIN");
    OK(b, skf.VerifyPIN(b->app, ADMIN_TYPE, b->admin_pin, &tries));
}

static void verify_wrong_gives_nothing(struct bench *b)
{
    ULONG tries;
    skf.VerifyPIN(b->app, USER_TYPE, text(WRONG_PIN), &tries);
    hold(b, !has_right(b, b->app), "after a wrong PIN a container can be made");
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
}

static void verify_length(struct bench *b)
{
    ULONG tries, result = skf.VerifyPIN(b->app, USER_TYPE, text("12345"), &tries);
    hold(b, result == SAR_PIN_LEN_RANGE || result == SAR_PIN_INVALID || result == SAR_PIN_INCORRECT,
         "a PIN of 5 bytes gave 0x%08X, not SAR_PIN_LEN_RANGE", result);
    char longest[301] = {0};
    memset(longest, '1', 300);
    REFUSED(b, skf.VerifyPIN(b->app, USER_TYPE, longest, &tries));
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
}

static void verify_params(struct bench *b)
{
    ULONG tries;
    GIVES_ONE(b, skf.VerifyPIN(b->app, 2, b->user_pin, &tries), SAR_USER_TYPE_INVALID,
              SAR_INVALIDPARAMERR);
    REFUSED(b, skf.VerifyPIN(b->app, USER_TYPE, NULL, &tries));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.VerifyPIN(NULL, USER_TYPE, b->user_pin, &tries));
}

/* Spends every try of the user PIN. */
static void lock_user(struct bench *b, HAPPLICATION app, ULONG tries)
{
    ULONG left;
    for (ULONG i = 1; i <= tries; i++) {
        left = 99;
        ULONG result = skf.VerifyPIN(app, USER_TYPE, text(WRONG_PIN), &left);
        hold(b, result == SAR_PIN_INCORRECT || (i == tries && result == SAR_PIN_LOCKED),
             "wrong PIN number %u of %u gave 0x%08X", i, tries, result);
        hold(b, left == tries - i, "wrong PIN number %u of %u told %u tries", i, tries, left);
    }
}

static void verify_locks(struct bench *b)
{
    HAPPLICATION app;
    ULONG tries = 99;
    if (!want(b, "to make an application", make_application(b, OTHER_APP, 3, &app), SAR_OK)) {
        return;
    }
    lock_user(b, app, 3);
    GIVES(b, SAR_PIN_LOCKED, skf.VerifyPIN(app, USER_TYPE, b->user_pin, &tries));
    hold(b, tries_left(b, app, USER_TYPE) == 0, "a locked PIN has tries left");
    hold(b, !has_right(b, app), "with a locked PIN a container can be made");
    OK(b, skf.CloseApplication(app));
    drop_application(b, OTHER_APP);
}

/* --- UnblockPIN ------------------------------------------------------------------------------- */

static void unblock_locked(struct bench *b)
{
    HAPPLICATION app;
    ULONG tries = 99;
    if (!want(b, "to make an application", make_application(b, OTHER_APP, 2, &app), SAR_OK)) {
        return;
    }
    lock_user(b, app, 2);
    OK(b, skf.UnblockPIN(app, b->admin_pin, text(NEW_PIN), &tries));
    hold(b, tries_left(b, app, USER_TYPE) == 2, "the tries were not restored");
    OK(b, skf.VerifyPIN(app, USER_TYPE, text(NEW_PIN), &tries));
    OK(b, skf.CloseApplication(app));
    drop_application(b, OTHER_APP);
}

static void unblock_normal(struct bench *b)
{
    ULONG tries = 99;
    skf.VerifyPIN(b->app, USER_TYPE, text(WRONG_PIN), &tries);
    if (OK(b, skf.UnblockPIN(b->app, b->admin_pin, text(NEW_PIN), &tries))) {
        hold(b, tries_left(b, b->app, USER_TYPE) == PIN_TRIES, "the tries were not restored");
        hold(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries) != SAR_OK,
             "the old user PIN is still taken");
        OK(b, skf.VerifyPIN(b->app, USER_TYPE, text(NEW_PIN), &tries));
        OK(b, skf.UnblockPIN(b->app, b->admin_pin, b->user_pin, &tries));
    }
}

static void unblock_wrong(struct bench *b)
{
    ULONG tries = 99;
    GIVES(b, SAR_PIN_INCORRECT, skf.UnblockPIN(b->app, text(WRONG_PIN), text(NEW_PIN), &tries));
    hold(b, tries == PIN_TRIES - 1, "%u tries of the admin PIN were told, not %u", tries,
         PIN_TRIES - 1);
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
    OK(b, skf.VerifyPIN(b->app, ADMIN_TYPE, b->admin_pin, &tries));
}

static void unblock_short(struct bench *b)
{
    ULONG tries;
    GIVES_ONE(b, skf.UnblockPIN(b->app, b->admin_pin, text("12345"), &tries), SAR_PIN_LEN_RANGE,
              SAR_PIN_INVALID);
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
}

static void unblock_params(struct bench *b)
{
    ULONG tries;
    REFUSED(b, skf.UnblockPIN(b->app, NULL, text(NEW_PIN), &tries));
    REFUSED(b, skf.UnblockPIN(b->app, b->admin_pin, NULL, &tries));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.UnblockPIN(NULL, b->admin_pin, b->user_pin, &tries));
    OK(b, skf.VerifyPIN(b->app, ADMIN_TYPE, b->admin_pin, &tries));
}

/* --- ChangePIN -------------------------------------------------------------------------------- */

static void change_normal(struct bench *b)
{
    ULONG tries;
    char *pins[] = {b->admin_pin, b->user_pin};
    for (ULONG type = ADMIN_TYPE; type <= USER_TYPE; type++) {
        if (OK(b, skf.ChangePIN(b->app, type, pins[type], text(NEW_PIN), &tries))) {
            hold(b, skf.VerifyPIN(b->app, type, pins[type], &tries) != SAR_OK,
                 "type %u: the old PIN is still taken", type);
            OK(b, skf.VerifyPIN(b->app, type, text(NEW_PIN), &tries));
            OK(b, skf.ChangePIN(b->app, type, text(NEW_PIN), pins[type], &tries));
        }
    }
}

static void change_wrong(struct bench *b)
{
    ULONG tries = 99;
    GIVES(b, SAR_PIN_INCORRECT,
          skf.ChangePIN(b->app, USER_TYPE, text(WRONG_PIN), text(NEW_PIN), &tries));
    hold(b, tries == PIN_TRIES - 1, "%u tries were told, not %u", tries, PIN_TRIES - 1);
    ULONG left = tries_left(b, b->app, USER_TYPE);
    hold(b, left == PIN_TRIES - 1, "%u tries are left, not %u", left, PIN_TRIES - 1);
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
}

static void change_short(struct bench *b)
{
    ULONG tries;
    GIVES_ONE(b, skf.ChangePIN(b->app, USER_TYPE, b->user_pin, text("12345"), &tries),
              SAR_PIN_LEN_RANGE, SAR_PIN_INVALID);
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
}

static void change_params(struct bench *b)
{
    ULONG tries;
    GIVES_ONE(b, skf.ChangePIN(b->app, 9, b->user_pin, text(NEW_PIN), &tries),
              SAR_USER_TYPE_INVALID, SAR_INVALIDPARAMERR);
    REFUSED(b, skf.ChangePIN(b->app, USER_TYPE, NULL, text(NEW_PIN), &tries));
    REFUSED(b, skf.ChangePIN(b->app, USER_TYPE, b->user_pin, NULL, &tries));
    GIVES(b, SAR_INVALIDHANDLEERR,
          skf.ChangePIN(NULL, USER_TYPE, b->user_pin, text(NEW_PIN), &tries));
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
}

/* --- ClearSecureState ------------------------------------------------------------------------- */

static void clear_takes_right(struct bench *b)
{
    hold(b, has_right(b, b->app), "after VerifyPIN no container can be made");
    OK(b, skf.ClearSecureState(b->app));
    hold(b, !has_right(b, b->app), "after ClearSecureState a container can still be made");
}

static void clear_handle(struct bench *b)
{
    GIVES(b, SAR_INVALIDHANDLEERR, skf.ClearSecureState(NULL));
}

static void right_per_application(struct bench *b)
{
    HAPPLICATION other;
    ULONG result = make_application(b, OTHER_APP, PIN_TRIES, &other);
    if (!want(b, "to make an application", result, SAR_OK)) {
        return;
    }
    OK(b, skf.ClearSecureState(other));
    want(b, "VerifyPIN", log_in(b, b->app), SAR_OK);
    hold(b, !has_right(b, other), "the user's right in one application serves in another");
    want(b, "VerifyPIN in the other", log_in(b, other), SAR_OK);
    OK(b, skf.ClearSecureState(other));
    hold(b, has_right(b, b->app), "the logout of one application ended another's right");
    OK(b, skf.CloseApplication(other));
    drop_application(b, OTHER_APP);
}

static void right_admin_is_not_user(struct bench *b)
{
    ULONG tries;
    OK(b, skf.VerifyPIN(b->app, ADMIN_TYPE, b->admin_pin, &tries));
    hold(b, !has_right(b, b->app), "the admin PIN gives the user's right");
}

#define CONTAINERS "SKF_CreateContainer SKF_DeleteContainer SKF_CloseContainer"

static const struct check checks[] = {
    {FN_DevAuth, INTERFACE, DEVICE, "a block made by OpenSSL is taken", auth_normal, NULL, NULL,
     false},
    {FN_DevAuth, COMPATIBILITY, DEVICE, "a block made by SetSymmKey and Encrypt is taken",
     auth_by_library, "SKF_SetSymmKey SKF_EncryptInit SKF_Encrypt SKF_CloseHandle", NULL, false},
    {FN_DevAuth, COMPATIBILITY, DEVICE, "32 bytes, a block and padding behind it, are taken",
     auth_padded, NULL, NULL, false},
    {FN_DevAuth, SECURITY, DEVICE, "a wrong key is refused", auth_wrong, NULL, NULL, false},
    {FN_DevAuth, SECURITY, DEVICE, "a challenge serves once", auth_once, NULL, NULL, false},
    {FN_DevAuth, SECURITY, DEVICE, "only the last random number is the challenge", auth_stale, NULL,
     NULL, false},
    {FN_DevAuth, INTERFACE, DEVICE, "NULL, wrong length, bad handle are refused", auth_params, NULL,
     NULL, false},
    {FN_ChangeDevAuthKey, SECURITY, DEVICE, "the new key serves, the old one no more; and back",
     change_key, "SKF_SetSymmKey SKF_EncryptInit SKF_Encrypt SKF_CloseHandle SKF_DevAuth", NULL,
     true},
    {FN_ChangeDevAuthKey, INTERFACE, DEVICE, "NULL, wrong length, bad handle are refused",
     change_key_unauthenticated, NULL, NULL, false},
    {FN_ChangePIN, INTERFACE, APP, "admin and user PIN; the old one serves no more", change_normal,
     "SKF_VerifyPIN", NULL, false},
    {FN_ChangePIN, SECURITY, APP, "a wrong PIN costs a try and tells what is left", change_wrong,
     "SKF_VerifyPIN SKF_GetPINInfo", NULL, false},
    {FN_ChangePIN, SECURITY, APP, "a new PIN below 6 bytes: SAR_PIN_LEN_RANGE", change_short,
     "SKF_VerifyPIN", NULL, false},
    {FN_ChangePIN, INTERFACE, APP, "NULL, wrong type, bad handle are refused", change_params,
     "SKF_VerifyPIN", NULL, false},
    {FN_GetPINInfo, INTERFACE, APP, "the tries are those of the creation", info_normal, NULL, NULL,
     false},
    {FN_GetPINInfo, INTERFACE, APP, "wrong type and bad handle are refused", info_params, NULL,
     NULL, false},
    {FN_VerifyPIN, INTERFACE, APP, "the right PIN gives the right", verify_normal, CONTAINERS, NULL,
     false},
    {FN_VerifyPIN, INTERFACE, APP, "a wrong PIN: SAR_PIN_INCORRECT", verify_wrong, NULL, NULL,
     false},
    {FN_VerifyPIN, INTERFACE, APP, "a wrong PIN tells the tries left", verify_reports, NULL, NULL,
     false},
    {FN_VerifyPIN, SECURITY, APP, "a wrong PIN costs a try, the right one restores them",
     verify_counts, "SKF_GetPINInfo", NULL, false},
    {FN_VerifyPIN, SECURITY, APP, "admin and user PIN are apart", verify_separate, "SKF_GetPINInfo",
     NULL, false},
    {FN_VerifyPIN, SECURITY, APP, "a wrong PIN gives no right", verify_wrong_gives_nothing,
     CONTAINERS, NULL, false},
    {FN_VerifyPIN, INTERFACE, APP, "PINs too short and too long are refused", verify_length, NULL,
     NULL, false},
    {FN_VerifyPIN, INTERFACE, APP, "NULL, wrong type, bad handle are refused", verify_params, NULL,
     NULL, false},
    {FN_VerifyPIN, SECURITY, APP, "the last try locks: SAR_PIN_LOCKED", verify_locks,
     CONTAINERS " SKF_GetPINInfo SKF_CloseApplication SKF_DeleteApplication", NULL, true},
    {FN_VerifyPIN, SECURITY, APP, "the admin PIN gives no right of the user",
     right_admin_is_not_user, CONTAINERS, NULL, false},
    {FN_UnblockPIN, INTERFACE, APP, "a new user PIN and all its tries", unblock_normal,
     "SKF_VerifyPIN SKF_GetPINInfo", NULL, false},
    {FN_UnblockPIN, SECURITY, APP, "a wrong admin PIN costs a try and changes nothing",
     unblock_wrong, "SKF_VerifyPIN", NULL, false},
    {FN_UnblockPIN, SECURITY, APP, "a new PIN below 6 bytes: SAR_PIN_LEN_RANGE", unblock_short,
     "SKF_VerifyPIN", NULL, false},
    {FN_UnblockPIN, INTERFACE, APP, "NULL and a bad handle are refused", unblock_params,
     "SKF_VerifyPIN", NULL, false},
    {FN_UnblockPIN, SECURITY, APP, "a locked PIN serves again", unblock_locked,
     "SKF_VerifyPIN SKF_GetPINInfo SKF_CloseApplication SKF_DeleteApplication", NULL, true},
    {FN_ClearSecureState, SECURITY, USER, "the user's right is gone", clear_takes_right, CONTAINERS,
     NULL, false},
    {FN_ClearSecureState, INTERFACE, DEVICE, "a bad handle: SAR_INVALIDHANDLEERR", clear_handle,
     NULL, NULL, false},
    {FN_VerifyPIN, SECURITY, APP, "a right serves in its own application alone",
     right_per_application, CONTAINERS " SKF_CloseApplication SKF_DeleteApplication", NULL, false},
};

const struct clause clause_access = {"7.2", "access control", checks, ROWS(checks)};
