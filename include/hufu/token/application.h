/* SPDX-License-Identifier: Apache-2.0 */
/* Applications, their PINs and files. */
#ifndef HUFU_TOKEN_APPLICATION_H
#define HUFU_TOKEN_APPLICATION_H

#include "hufu/token/open.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HUFU_PIN_ADMIN 0u
#define HUFU_PIN_USER  1u
#define HUFU_PIN_MIN   6u
#define HUFU_PIN_MAX   16u

struct hufu_app_params {
    const char *name;
    const char *admin_pin, *user_pin;
    uint8_t admin_tries, user_tries; /* 1..10 */
    uint32_t create_file_rights;     /* SECURE_* of skf.h */
};
int hufu_app_create(hufu_token *token, const struct hufu_app_params *params); /* device auth done */
int hufu_app_delete(hufu_token *token, const char *name);                     /* device auth done */
/* [out] names: multi-string (each NUL-terminated, one more NUL at the end); *len in/out. */
int hufu_app_list(hufu_token *token, char *names, size_t *len);
int hufu_app_open(hufu_token *token, const char *name, uint16_t *app);
int hufu_app_close(hufu_token *token, uint16_t app);

struct hufu_pin_info {
    uint8_t max_tries, tries_left;
    bool is_default;
};
int hufu_pin_info(hufu_token *token, uint16_t app, unsigned pin, struct hufu_pin_info *info);
/* [out] tries_left on HUFU_ERR_PIN_WRONG (may be NULL). */
int hufu_pin_verify(hufu_token *token, uint16_t app, unsigned pin, const char *value,
                    unsigned *tries_left);
int hufu_pin_change(hufu_token *token, uint16_t app, unsigned pin, const char *old_value,
                    const char *new_value, unsigned *tries_left);
int hufu_pin_unblock(hufu_token *token, uint16_t app, const char *admin_pin,
                     const char *new_user_pin, unsigned *tries_left);
int hufu_logout(hufu_token *token, uint16_t app);

/* The issuer's rule for new PINs; the kinds of bytes that must all be there, and what may not be.
 */
#define HUFU_PIN_DIGIT        1u
#define HUFU_PIN_LOWER        2u
#define HUFU_PIN_UPPER        4u
#define HUFU_PIN_OTHER        8u
#define HUFU_PIN_NOT_ONE_BYTE 1u /* one byte again and again */
#define HUFU_PIN_NOT_SEQUENCE 2u /* rising or falling by one from byte to byte */
#define HUFU_PIN_NOT_PRESENT  4u /* the PIN that is replaced */
struct hufu_pin_rule {
    uint8_t min_length; /* 6..16 */
    uint8_t classes, flags;
};
/* What a PIN's rule is and what became of remote unlocks. */
struct hufu_pin_state {
    struct hufu_pin_rule rule;
    bool authority;         /* there is one */
    uint8_t fingerprint[8]; /* the beginning of SM3 over its public key X || Y */
    uint32_t requests, judged, accepted;
    bool pending; /* the last request waits for its answer */
    unsigned failures_left;
};
int hufu_pin_state(hufu_token *token, uint16_t app, unsigned pin, struct hufu_pin_state *state);
/* Device authentication done. app 0: of applications that are made later. */
int hufu_set_pin_rule(hufu_token *token, uint16_t app, unsigned pin,
                      const struct hufu_pin_rule *rule);

/*
 * Remote unlock (docs/unblock.md). The authority's public key X || Y, NULL: none; and five failures
 * again. Device authentication done.
 */
int hufu_set_unlock_authority(hufu_token *token, const uint8_t pub[64]);
int hufu_enable_unblock(hufu_token *token, uint16_t app, unsigned pin);
/* [out] request: HUFU_UNBLOCK_REQUEST bytes (hufu/unblock.h); it takes the place of the last one.
 */
int hufu_unblock_request(hufu_token *token, uint16_t app, unsigned pin, uint8_t request[96]);
/* [in] sig: the authority's, r || s. [out] failures_left on HUFU_ERR_UNBLOCK_REFUSED. */
int hufu_unblock_respond(hufu_token *token, uint16_t app, unsigned pin, const uint8_t sig[64],
                         const char *new_pin, unsigned *failures_left);

/* --- files of an application -------------------------------------------------------------- */

#define HUFU_FILE_NAME_MAX 32u
#define HUFU_FILE_SIZE_MAX 65536u

struct hufu_file_info {
    uint32_t size;
    uint32_t read_rights, write_rights; /* SECURE_* of skf.h, joined */
};
/* Creating and deleting need the application's create-file right. */
int hufu_file_create(hufu_token *token, uint16_t app, const char *name,
                     const struct hufu_file_info *info);
int hufu_file_delete(hufu_token *token, uint16_t app, const char *name);
/* As hufu_app_list. */
int hufu_file_list(hufu_token *token, uint16_t app, char *names, size_t *len);
int hufu_file_info(hufu_token *token, uint16_t app, const char *name, struct hufu_file_info *info);
/* [in/out] *len: bytes wanted, bytes read; fewer at the file's end. HUFU_ERR_PARAM: offset beyond
 * it. */
int hufu_file_read(hufu_token *token, uint16_t app, const char *name, uint32_t offset, uint8_t *out,
                   size_t *len);
/* In parts of 4 kB, each whole or not at all. HUFU_ERR_PARAM: it passes the file's end; nothing was
 * written. */
int hufu_file_write(hufu_token *token, uint16_t app, const char *name, uint32_t offset,
                    const uint8_t *data, size_t len);

#ifdef __cplusplus
}
#endif
#endif
