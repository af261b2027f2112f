/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 20 CreateApplication: name 48 . admin PIN 16 . admin tries 4 . user PIN 16 . user tries 4
 * . create-file rights 4 . containers 1 . certificates 1 . files 2. The PINs come in clear (so do
 * all known hosts send them); only their derived keys are kept.
 */
#include "applet/access.h"
#include "applet/skf/application.h"
#include "applet/skf/file.h"
#include "applet/skf/skf.h"
#include "device.h"
#include "pin/pin.h"
#include "pin/rule.h"
#include "pin/tries.h"
#include "store/store.h"
#include <string.h>

struct new_pin {
    uint8_t field[PIN_FIELD];
    uint8_t key[PIN_KEY];
    uint32_t tries;
};

static void read_pin(struct reader *r, struct new_pin *pin)
{
    reader_copy(r, pin->field, PIN_FIELD);
    pin->tries = reader_u32(r);
}

static int prepare_pin(struct new_pin *pin, unsigned type)
{
    int err = pin_rule_check(PIN_RULE_LATER(type), pin->field);
    if (err == ERR_OK && (pin->tries < 1 || pin->tries > TRIES_MAX)) {
        err = ERR_DATA;
    }
    return err == ERR_OK ? pin_field_key(pin->field, pin->key) : err;
}

static int check(struct application *app)
{
    uint16_t id;
    uint8_t rest = 0;
    while (app->name_len < APP_NAME_MAX && app->name[app->name_len] != 0) {
        app->name_len++;
    }
    for (unsigned i = app->name_len; i < APP_NAME_MAX; i++) {
        rest |= app->name[i];
    }
    int err = rest == 0 ? name_check(app->name, app->name_len, APP_NAME_MAX) : ERR_DATA;
    if (err == ERR_OK) {
        err = application_find(app->name, app->name_len, &id, NULL);
        err = err == ERR_OK ? WIRE_APP_EXISTS : err == WIRE_APP_NAME ? ERR_OK : err;
    }
    return err;
}

/* The PIN with the rule that it begins with, if there is any. */
static int put_pin(uint16_t id, unsigned type, const struct new_pin *pin)
{
    struct pin_rule rule;
    int err = pin_rule_get(PIN_RULE_LATER(type), &rule);
    if (err == ERR_OK) {
        err = pin_put(id, pin->key, (uint8_t)pin->tries);
    }
    if (err == ERR_OK && (rule.min > PIN_MIN || rule.classes != 0 || rule.flags != 0)) {
        err = pin_rule_put(id, &rule);
    }
    return err;
}

/*
 * A token from a manufacturer is commissioned by whoever knows its transport PIN as well: the
 * device key alone, of a whole batch in one file, is not enough. It is gone with the first
 * application.
 */
static int transport_proven(const struct call *call)
{
    struct tries t;
    int err = tries_get(PIN_TRANSPORT, &t);
    if (err == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    return err == ERR_OK ? access_right(call->session, PIN_TRANSPORT) : err;
}

static int create(struct call *call, const struct application *app, const struct new_pin *admin,
                  const struct new_pin *user)
{
    struct lifecycle_move move;
    uint16_t id = 0;
    int err = application_new_id(&id);
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        err = device_move(MOVE_CREATE_APPLICATION, AUTHORITY_DEVICE, &move);
    }
    if (err == ERR_OK) {
        err = application_put(id, app);
    }
    if (err == ERR_OK) {
        err = put_pin(PIN_ADMIN(id), SKF_PIN_ADMIN, admin);
    }
    if (err == ERR_OK) {
        err = put_pin(PIN_USER(id), SKF_PIN_USER, user);
    }
    if (err == ERR_OK) {
        err = transport_proven(call); /* once more */
    }
    if (err == ERR_OK) {
        err = pin_delete(PIN_TRANSPORT);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err == ERR_OK) {
        device_moved(&move, call->session);
    }
    return err;
}

int skf_create_application(struct call *call)
{
    struct application app;
    struct new_pin admin, user;
    struct reader *r = &call->in;
    memset(&app, 0, sizeof app);
    reader_copy(r, app.name, APP_NAME_MAX);
    read_pin(r, &admin);
    read_pin(r, &user);
    app.create_file_rights = reader_u32(r);
    app.max_containers = reader_u8(r);
    app.max_certificates = reader_u8(r);
    app.max_files = reader_u16(r);
    int err = reader_end(r);
    if (err == ERR_OK) {
        err = transport_proven(call);
    }
    if (err == ERR_OK && !file_rights_good(app.create_file_rights)) {
        err = ERR_DATA;
    }
    if (err == ERR_OK) {
        err = check(&app);
    }
    if (err == ERR_OK) {
        err = prepare_pin(&admin, SKF_PIN_ADMIN);
    }
    if (err == ERR_OK) {
        err = prepare_pin(&user, SKF_PIN_USER);
    }
    if (err == ERR_OK) {
        err = create(call, &app, &admin, &user);
    }
    secret_wipe(&admin, sizeof admin);
    secret_wipe(&user, sizeof user);
    return err;
}
