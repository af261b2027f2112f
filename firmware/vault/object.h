/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of objects in the store, their ids and how many there may be. One home for all of them:
 * a number here is part of the store's format.
 */
#ifndef HUFU_OBJECT_H
#define HUFU_OBJECT_H

enum object_type {
    OBJECT_LIFECYCLE = 1, /* id 1: lifecycle.h */
    OBJECT_BOOT = 2,      /* id 1: boot counter, 4 bytes */
    OBJECT_LABEL = 3,     /* id 1: device label, 32 bytes */
    OBJECT_TRIES = 4,     /* id: a PIN id, TRIES_ENVELOPE | container id, TRIES_UNLOCK | PIN id */
    OBJECT_PIN = 5,       /* id: a PIN id; the derived key, 16 bytes */
    OBJECT_APP = 6,       /* id 1..APP_MAX (applet/skf/application.h) */
    OBJECT_CONTAINER = 7, /* id 1..CONTAINER_MAX, by application (applet/skf/container.h) */
    OBJECT_SIGN_KEY = 8,  /* id: container id (key/key.h) */
    OBJECT_ENC_KEY = 9,
    OBJECT_SIGN_CERT = 10, /* id: container id; DER */
    OBJECT_ENC_CERT = 11,
    OBJECT_FILE = 12,         /* id 1..FILE_MAX, by application (applet/skf/file.h) */
    OBJECT_FILE_DATA = 13,    /* id: file id and part number (applet/skf/file.c) */
    OBJECT_RSA_SIGN_KEY = 14, /* id: container id (key/rsa_key.h) */
    OBJECT_RSA_ENC_KEY = 15,
    OBJECT_CHANNEL_KEY = 24, /* id 1: channel/channel_key.h */
    OBJECT_POLICY = 25,      /* id 1: the issuer's choices, 2 bytes (issuer.c) */
    OBJECT_KEY_MODE = 26,    /* id: container id (key/mode.h) */
    OBJECT_PIN_RULE = 27,    /* id: a PIN id, or PIN_RULE_LATER (pin/rule.h) */
    OBJECT_UNLOCK_KEY = 28,  /* id 1: the unlock authority's public key, 64 bytes (pin/unlock.h) */
    OBJECT_UNLOCK = 29,      /* id: a PIN id (pin/unlock.h) */
    OBJECT_UPDATE_POLICY = 30, /* id 1: 2 bytes (update/policy.c) */
    OBJECT_FORMAT = 31         /* id 1: 4 bytes (store/migrate.c) */
};

#define OBJECT_SINGLE 1u /* the id of an object there is one of */

/* Containers and files of an application have the ids of its own range, so that looking for one
 * reads those of that application alone (OBJECT_FIRST). */
#define APP_MAX            8u
#define CONTAINERS_PER_APP 32u
#define CONTAINER_MAX      (APP_MAX * CONTAINERS_PER_APP)
#define APP_NAME_MAX       48u
#define CONTAINER_NAME_MAX 64u
#define CERTIFICATE_MAX    4096u
#define FILES_PER_APP      64u
#define FILE_MAX           (APP_MAX * FILES_PER_APP)
#define FILE_NAME_MAX      32u
#define FILE_SIZE_MAX      65536u

/* The lowest id of an application's range of `each` ids. */
#define OBJECT_FIRST(app, each) ((uint16_t)(((app)-1u) * (each) + 1u))

/* PIN ids: 0 is the device authentication key; an application has two. */
#define PIN_DEVICE     0u
#define PIN_ADMIN(app) ((uint16_t)(2u * (app)-1u))
#define PIN_USER(app)  ((uint16_t)(2u * (app)))
#define PIN_COUNT      (2u * APP_MAX + 1u)
#define PIN_TRANSPORT  31u /* of a token on its way from manufacturer to issuer (device.h) */
#define PIN_RIGHTS     32u /* ids that a session can have a right for are below */
#define TRIES_ENVELOPE 0x0200u
#define TRIES_UNLOCK   0x0400u /* containers reach 0x300 */

#endif
