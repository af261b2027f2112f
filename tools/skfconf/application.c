/* SPDX-License-Identifier: Apache-2.0 */
/* 7.3 applications. */
#include "bench.h"

#include <string.h>

static LPSTR text(const char *s)
{
    return (LPSTR)s;
}

static ULONG fill_enum(struct bench *b, BYTE *out, ULONG *len)
{
    return skf.EnumApplication(b->dev, (LPSTR)out, len);
}

/* Creates with everything good but what the caller varies; drops what came of it. */
static ULONG try_create(struct bench *b, const char *name, const char *admin, ULONG admin_tries,
                        const char *user, ULONG user_tries)
{
    HAPPLICATION app = NULL;
    ULONG result = device_auth(b, b->device_key);
    if (!want(b, "DevAuth", result, SAR_OK)) {
        return result;
    }
    result = skf.CreateApplication(b->dev, text(name), text(admin), admin_tries, text(user),
                                   user_tries, SECURE_USER_ACCOUNT, &app);
    if (result == SAR_OK) {
        skf.CloseApplication(app);
        drop_application(b, name);
    }
    return result;
}

static bool listed(struct bench *b, const char *name)
{
    char list[4096];
    ULONG len = sizeof list;
    return OK(b, skf.EnumApplication(b->dev, list, &len)) && len <= sizeof list &&
           list_has(list, len, name);
}

static void create_normal(struct bench *b)
{
    HAPPLICATION app;
    if (want(b, "CreateApplication", make_application(b, OTHER_APP, PIN_TRIES, &app), SAR_OK)) {
        hold(b, listed(b, OTHER_APP), "the new application is not in the list");
        want(b, "VerifyPIN in it", log_in(b, app), SAR_OK);
        OK(b, skf.ClearSecureState(app));
        OK(b, skf.CloseApplication(app));
        drop_application(b, OTHER_APP);
        hold(b, !listed(b, OTHER_APP), "the deleted application is in the list");
    }
}

static void create_exists(struct bench *b)
{
    HAPPLICATION app;
    want(b, "CreateApplication of an existing name", make_application(b, APP_NAME, PIN_TRIES, &app),
         SAR_APPLICATION_EXISTS);
}

static void create_short_pin(struct bench *b)
{
    GIVES_ONE(b, try_create(b, OTHER_APP, "12345", 6, b->user_pin, 6), SAR_PIN_LEN_RANGE,
              SAR_PIN_INVALID, SAR_INVALIDPARAMERR);
    GIVES_ONE(b, try_create(b, OTHER_APP, b->admin_pin, 6, "12345", 6), SAR_PIN_LEN_RANGE,
              SAR_PIN_INVALID, SAR_INVALIDPARAMERR);
    hold(b, !listed(b, OTHER_APP), "the refused application is in the list");
}

static void create_tries(struct bench *b)
{
    REFUSED(b, try_create(b, OTHER_APP, b->admin_pin, 0, b->user_pin, 6));
    REFUSED(b, try_create(b, OTHER_APP, b->admin_pin, 6, b->user_pin, 0));
}

static void create_tries_limit(struct bench *b)
{
    REFUSED(b, try_create(b, OTHER_APP, b->admin_pin, 11, b->user_pin, 6));
    REFUSED(b, try_create(b, OTHER_APP, b->admin_pin, 6, b->user_pin, 200));
}

static void create_name(struct bench *b)
{
    char name[301] = {0};
    memset(name, 'n', 300);
    REFUSED(b, try_create(b, "", b->admin_pin, 6, b->user_pin, 6));
    REFUSED(b, try_create(b, name, b->admin_pin, 6, b->user_pin, 6));
    hold(b, !listed(b, name), "the refused application is in the list");
}

static void create_null(struct bench *b)
{
    HAPPLICATION app;
    want(b, "DevAuth", device_auth(b, b->device_key), SAR_OK);
    REFUSED(b, skf.CreateApplication(b->dev, NULL, b->admin_pin, 6, b->user_pin, 6, 0x10, &app));
    REFUSED(b, skf.CreateApplication(b->dev, text(OTHER_APP), NULL, 6, b->user_pin, 6, 0x10, &app));
    REFUSED(b,
            skf.CreateApplication(b->dev, text(OTHER_APP), b->admin_pin, 6, NULL, 6, 0x10, &app));
    REFUSED(b, skf.CreateApplication(b->dev, text(OTHER_APP), b->admin_pin, 6, b->user_pin, 6, 0x10,
                                     NULL));
    GIVES(
        b, SAR_INVALIDHANDLEERR,
        skf.CreateApplication(NULL, text(OTHER_APP), b->admin_pin, 6, b->user_pin, 6, 0x10, &app));
    hold(b, !listed(b, OTHER_APP), "a refused application is in the list");
}

/* Takes the device right away: a wrong block does, or disconnection; then a fresh connection has
 * none. Reported by the code that CreateApplication gives. */
static void create_unauthenticated(struct bench *b)
{
    HAPPLICATION app;
    uint8_t wrong[16];
    memcpy(wrong, b->device_key, sizeof wrong);
    wrong[0] ^= 0x80;
    device_auth(b, wrong);
    if (REFUSED(b, skf.CreateApplication(b->dev, text(OTHER_APP), b->admin_pin, 6, b->user_pin, 6,
                                         0x10, &app))) {
        hold(b, !listed(b, OTHER_APP), "the refused application is in the list");
    }
    want(b, "DevAuth", device_auth(b, b->device_key), SAR_OK);
    drop_application(b, OTHER_APP);
}

static void enum_lists(struct bench *b)
{
    hold(b, listed(b, APP_NAME), "the application of this run is not in the list");
}

static void enum_closed(struct bench *b)
{
    char list[4096];
    ULONG len = sizeof list;
    memset(list, 'x', sizeof list);
    if (OK(b, skf.EnumApplication(b->dev, list, &len))) {
        hold(b, list_closed(list, len), "the list of %u bytes is not closed by a second NUL", len);
    }
}

static void handle_bad(struct bench *b)
{
    ULONG len = 0;
    HAPPLICATION app;
    GIVES(b, SAR_INVALIDHANDLEERR, skf.EnumApplication(NULL, NULL, &len));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.OpenApplication(NULL, text(APP_NAME), &app));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseApplication(NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DeleteApplication(NULL, text(OTHER_APP)));
    /* a device is no application */
    GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseApplication(b->dev));
}

static void delete_unknown(struct bench *b)
{
    want(b, "DevAuth", device_auth(b, b->device_key), SAR_OK);
    GIVES(b, SAR_APPLICATION_NOT_EXISTS, skf.DeleteApplication(b->dev, text("skfconf-none")));
}

static void delete_null(struct bench *b)
{
    want(b, "DevAuth", device_auth(b, b->device_key), SAR_OK);
    REFUSED(b, skf.DeleteApplication(b->dev, NULL));
}

static void delete_unauthenticated(struct bench *b)
{
    HAPPLICATION app;
    uint8_t wrong[16];
    if (!want(b, "CreateApplication", make_application(b, OTHER_APP, PIN_TRIES, &app), SAR_OK)) {
        return;
    }
    OK(b, skf.CloseApplication(app));
    memcpy(wrong, b->device_key, sizeof wrong);
    wrong[0] ^= 0x80;
    device_auth(b, wrong);
    REFUSED(b, skf.DeleteApplication(b->dev, text(OTHER_APP)));
    hold(b, listed(b, OTHER_APP), "the application is gone all the same");
    drop_application(b, OTHER_APP);
}

static void delete_ends(struct bench *b)
{
    HAPPLICATION app;
    if (want(b, "CreateApplication", make_application(b, OTHER_APP, PIN_TRIES, &app), SAR_OK)) {
        OK(b, skf.CloseApplication(app));
        want(b, "DevAuth", device_auth(b, b->device_key), SAR_OK);
        OK(b, skf.DeleteApplication(b->dev, text(OTHER_APP)));
        GIVES(b, SAR_APPLICATION_NOT_EXISTS, skf.OpenApplication(b->dev, text(OTHER_APP), &app));
    }
}

static void open_normal(struct bench *b)
{
    HAPPLICATION app;
    if (OK(b, skf.OpenApplication(b->dev, text(APP_NAME), &app))) {
        want(b, "VerifyPIN in it", log_in(b, app), SAR_OK);
        OK(b, skf.ClearSecureState(app));
        OK(b, skf.CloseApplication(app));
    }
}

static void open_unknown(struct bench *b)
{
    HAPPLICATION app = NULL;
    GIVES(b, SAR_APPLICATION_NOT_EXISTS, skf.OpenApplication(b->dev, text("skfconf-none"), &app));
    hold(b, app == NULL, "a handle was given");
}

static void open_null(struct bench *b)
{
    HAPPLICATION app;
    REFUSED(b, skf.OpenApplication(b->dev, NULL, &app));
    REFUSED(b, skf.OpenApplication(b->dev, text(APP_NAME), NULL));
}

static void close_ends_handle(struct bench *b)
{
    HAPPLICATION app;
    ULONG len = 0;
    if (OK(b, skf.OpenApplication(b->dev, text(APP_NAME), &app)) &&
        OK(b, skf.CloseApplication(app))) {
        GIVES(b, SAR_INVALIDHANDLEERR, skf.EnumContainer(app, NULL, &len));
        GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseApplication(app));
    }
}

static void close_keeps_state(struct bench *b)
{
    HAPPLICATION app;
    HCONTAINER made;
    if (!OK(b, skf.OpenApplication(b->dev, text(APP_NAME), &app))) {
        return;
    }
    want(b, "VerifyPIN", log_in(b, app), SAR_OK);
    OK(b, skf.CloseApplication(app));
    if (OK(b, skf.CreateContainer(b->app, text("skfconf-right"), &made))) {
        OK(b, skf.CloseContainer(made));
        OK(b, skf.DeleteContainer(b->app, text("skfconf-right")));
    }
}

#define WHOLE "SKF_DeleteApplication SKF_EnumApplication SKF_CloseApplication"

static const struct check checks[] = {
    {FN_CreateApplication, INTERFACE, DEVICE, "made, listed, used, deleted", create_normal,
     WHOLE " SKF_VerifyPIN SKF_ClearSecureState", NULL, false},
    {FN_CreateApplication, INTERFACE, APP, "an existing name: SAR_APPLICATION_EXISTS",
     create_exists, NULL, NULL, false},
    {FN_CreateApplication, SECURITY, DEVICE, "PINs below 6 bytes are refused", create_short_pin,
     WHOLE, NULL, false},
    {FN_CreateApplication, SECURITY, DEVICE, "no tries at all are refused", create_tries, WHOLE,
     NULL, false},
    {FN_CreateApplication, SECURITY, DEVICE, "more than 10 tries are refused (GM/T 0027 9.2 b)",
     create_tries_limit, WHOLE, NULL, false},
    {FN_CreateApplication, INTERFACE, DEVICE, "empty and over-long names are refused", create_name,
     WHOLE, NULL, false},
    {FN_CreateApplication, INTERFACE, DEVICE, "NULL and a bad handle are refused", create_null,
     WHOLE, NULL, false},
    {FN_CreateApplication, SECURITY, DEVICE, "refused without device authentication",
     create_unauthenticated, WHOLE, NULL, false},
    {FN_EnumApplication, INTERFACE, APP, "the application is in the list", enum_lists, NULL, NULL,
     false},
    {FN_EnumApplication, INTERFACE, APP, "the list is closed by a second NUL", enum_closed, NULL,
     NULL, false},
    LENGTH_RULES(FN_EnumApplication, APP, fill_enum, NULL),
    {FN_DeleteApplication, INTERFACE, DEVICE, "it can be opened no more", delete_ends,
     WHOLE " SKF_OpenApplication", NULL, false},
    {FN_DeleteApplication, INTERFACE, DEVICE, "an unknown name: SAR_APPLICATION_NOT_EXISTS",
     delete_unknown, NULL, NULL, false},
    {FN_DeleteApplication, INTERFACE, DEVICE, "NULL is refused", delete_null, NULL, NULL, false},
    {FN_DeleteApplication, SECURITY, DEVICE, "refused without device authentication",
     delete_unauthenticated, WHOLE, NULL, false},
    {FN_OpenApplication, INTERFACE, APP, "opened, a PIN is verified", open_normal,
     "SKF_VerifyPIN SKF_CloseApplication", NULL, false},
    {FN_OpenApplication, INTERFACE, APP, "an unknown name: SAR_APPLICATION_NOT_EXISTS",
     open_unknown, NULL, NULL, false},
    {FN_OpenApplication, INTERFACE, APP, "NULL pointers are refused", open_null, NULL, NULL, false},
    {FN_CloseApplication, INTERFACE, APP, "the handle is closed afterwards", close_ends_handle,
     "SKF_OpenApplication SKF_EnumContainer", NULL, false},
    {FN_CloseApplication, INTERFACE, APP, "the security state stays", close_keeps_state,
     "SKF_OpenApplication SKF_VerifyPIN SKF_CreateContainer SKF_DeleteContainer SKF_CloseContainer",
     NULL, false},
    {FN_CloseApplication, INTERFACE, APP, "bad handles: SAR_INVALIDHANDLEERR", handle_bad,
     "SKF_EnumApplication SKF_OpenApplication SKF_DeleteApplication", NULL, false},
};

const struct clause clause_application = {"7.3", "applications", checks, ROWS(checks)};
