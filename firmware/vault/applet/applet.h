/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applets are tables: instruction -> class, lengths, access condition, handler.
 */
#ifndef HUFU_APPLET_H
#define HUFU_APPLET_H

#include "apdu/command.h"
#include "apdu/reader.h"
#include "apdu/status.h"
#include "apdu/writer.h"
#include "object.h"
#include "pin/pin.h"
#include "session.h"
#include <stdint.h>

/* What a command needs before its handler runs. The noun ids come first in its data, in this order,
 * and the router has read them: the handler's reader stands behind them. */
enum need {
    NEED_NOTHING = 0,
    NEED_APP = 1,          /* an application id of an application there is */
    NEED_CONTAINER = 2,    /* a container id of that application (with NEED_APP) */
    NEED_USER = 4,         /* the user right of that application (with NEED_APP) */
    NEED_DEVICE = 8,       /* device authentication in this session */
    SERVED_IN_ERROR = 16,  /* also in the error state */
    SERVED_DESTROYED = 32, /* also when destroyed */
    NEED_APP_P1P2 = 64,    /* as NEED_APP, the id being P1 P2 (file commands) */
    BEARS_PIN = 128,       /* bare only under the issuer's switch: a listener could try PINs */
    ONLY_CHANNEL = 256,    /* a secret stands in it: never bare */
    SERVED_BLANK = 512     /* also before there is a root key (factory.h) */
};

/* One command on its way through a handler. */
struct call {
    const struct command *command;
    struct reader in;
    struct writer out;
    struct session *session;
    uint8_t challenge[CHALLENGE_SIZE]; /* the one that was out; spent by now, whatever happens */
    secure_bool challenge_fresh;
    uint16_t app;
    uint16_t container;
    uint8_t tries_left;     /* set with ERR_PIN */
    struct pin_proof proof; /* of the PIN that this command proved, if it did */
};

struct route {
    uint8_t ins;
    uint8_t cla;
    uint8_t p1_max, p2_max; /* highest value the command knows */
    uint16_t lc_min, lc_max;
    uint16_t need;
    /* ERR_OK, enum err or enum wire_err. On an error the answer is empty and an open transaction
     * rolled back. */
    int (*handler)(struct call *call);
};

struct applet {
    const uint8_t *aid; /* HUFU_AID_LEN bytes */
    const struct route *routes;
    unsigned count;
};

extern const struct applet applet_skf, applet_admin;

/* The applet with exactly this AID; NULL: none. */
const struct applet *applet_find(const uint8_t *aid, size_t len);

#endif
