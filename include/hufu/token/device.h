/* SPDX-License-Identifier: Apache-2.0 */
/* The token as a whole: what it tells of itself, its key, the factory, attestation. */
#ifndef HUFU_TOKEN_DEVICE_H
#define HUFU_TOKEN_DEVICE_H

#include "hufu/token/open.h"

#ifdef __cplusplus
extern "C" {
#endif

struct hufu_info {
    char manufacturer[65], issuer[65], label[33], serial[33];
    uint8_t structure_version[2], hardware_version[2], firmware_version[2];
    uint32_t alg_sym, alg_asym, alg_hash, dev_auth_alg;
    uint32_t total_space, free_space;
    uint16_t max_apdu, user_auth, device_type;
    uint8_t max_containers, max_certificates;
    uint16_t max_files;
    /* from the admin applet */
    uint8_t lifecycle; /* enum hufu_lifecycle */
    bool error_state;
    int error;        /* why: HUFU_ERR_INTEGRITY or HUFU_ERR_SELFTEST; HUFU_OK in no error state */
    bool development; /* not protected at rest, no rollback protection */
    bool provisioned; /* by a manufacturer, whose name is in manufacturer */
    /* what the firmware measures of itself since power-on; 0: not measured on this board */
    uint32_t boots, flash_programs, flash_erases;
    uint32_t stack_vault, stack_command, stack_link; /* deepest use, bytes */
};
enum hufu_lifecycle {
    HUFU_BLANK = 0,
    HUFU_PROVISIONED,
    HUFU_INITIALISED,
    HUFU_IN_USE,
    HUFU_LOCKED,
    HUFU_DESTROYED,
    HUFU_FACTORY /* has its serial number and waits for hufu_factory_leave */
};
/* Everything above; asks the admin applet too, which ends this process's logins. */
int hufu_get_info(hufu_token *token, struct hufu_info *info);
/* GetDevInfo alone: the admin applet's fields stay zero, logins stay. */
int hufu_dev_info(hufu_token *token, struct hufu_info *info);
int hufu_set_label(hufu_token *token, const char *label);
int hufu_random(hufu_token *token, uint8_t *out, size_t len);
/* The noise source's own samples, before tests and generator, for the laboratory. Device
 * authentication done in this handle (ends logins). len: a multiple of 32. */
int hufu_raw_noise(hufu_token *token, uint8_t *out, size_t len);
int hufu_selftest(hufu_token *token);
/* The issuer's switch: whether PIN commands are served outside a channel too, for foreign hosts.
 * Device authentication done. Off after hufu init. */
int hufu_allow_bare(hufu_token *token, bool allowed);
/* New store key and erase; needs device authentication with key. */
int hufu_reset(hufu_token *token, const uint8_t device_key[16]);
int hufu_device_auth(hufu_token *token, const uint8_t device_key[16]);
/* The same for a caller that encrypted the challenge (hufu_random of 8 bytes) itself. */
int hufu_device_auth_block(hufu_token *token, const uint8_t block[16]);
int hufu_change_device_key(hufu_token *token, const uint8_t old_key[16], const uint8_t new_key[16]);

/* --- the factory (docs/provisioning.md) ------------------------------------------------------ */

#define HUFU_SERIAL_DIGITS 24u
#define HUFU_MAKER_MAX     31u

/* A row of the one-time memory that provisioning burns. */
struct hufu_factory_row {
    uint8_t row;       /* number; a row has 32 bytes */
    uint8_t what;      /* HUFU_BURN_* of hufu/apdu.h */
    uint16_t standing; /* bits that are burnt already */
};
/*
 * A blank token (HUFU_BLANK): serial number, 24 digits, and the manufacturer's name, 1 to 31 bytes.
 * _plan writes nothing; [out] rows: HUFU_FACTORY_ROWS of them, in the order of burning.
 * HUFU_ERR_STATE: not blank, or another number stands in its memory. HUFU_ERR_REFUSED: of wrong
 * form.
 */
int hufu_factory_plan(hufu_token *token, const char *serial, const char *maker,
                      struct hufu_factory_row *rows);
int hufu_factory_provision(hufu_token *token, const char *serial, const char *maker);
/* In the factory: asks for the panel's OK button. HUFU_ERR_NOT_CONFIRMED. */
int hufu_factory_panel(hufu_token *token);
/* Ends the factory: device key and transport PIN (6..16 bytes). HUFU_ERR_STATE: not in it. */
int hufu_factory_leave(hufu_token *token, const uint8_t device_key[16], const char *transport_pin);
/* Proves the transport PIN in this handle's session, for hufu_app_create. HUFU_ERR_NO_KEY: this
 * token has none (any more). [out] tries_left on HUFU_ERR_PIN_WRONG (may be NULL). */
int hufu_transport_pin(hufu_token *token, const char *transport_pin, unsigned *tries_left);

/* --- attestation (docs/attestation.md) ----------------------------------------------------- */

/*
 * What the token says of a key, signed by its identity key; no login is needed. The forms, and the
 * values of kind and algorithm, are those of hufu/attest.h.
 */
struct hufu_attest_request {
    unsigned algorithm;       /* HUFU_IDENTITY_SM2 or HUFU_IDENTITY_P256: who signs */
    unsigned kind;            /* HUFU_ATTEST_IDENTITY, _SIGNING or _ENCRYPTION */
    uint16_t app, container;  /* not for HUFU_ATTEST_IDENTITY */
    const uint8_t *challenge; /* HUFU_ATTEST_CHALLENGE bytes, the verifier's */
};
/* [out] der: an Attestation, at most HUFU_ATTEST_MAX bytes; [in/out] *len. HUFU_ERR_NO_KEY: the
 * container has no such pair; HUFU_ERR_BUFFER: *len says how much. */
int hufu_attest(hufu_token *token, const struct hufu_attest_request *request, uint8_t *der,
                size_t *len);

/*
 * The certificates above an identity key: DER, one behind the other, the identity's own first, at
 * most HUFU_IDENTITY_CHAIN_MAX bytes. They survive a reset and die with the token. The identity
 * key itself: hufu_attest of HUFU_ATTEST_IDENTITY, whose signature also proves its possession.
 *
 * read: HUFU_ERR_NO_CERT: none was written. write: replaces what is there, whole or not at all;
 * device authentication done (hufu_device_auth); HUFU_ERR_DEVICE_AUTH; HUFU_ERR_REFUSED: not
 * certificates, or the first is not for this token's identity key of that algorithm; HUFU_ERR_IO.
 */
int hufu_identity_certificate_read(hufu_token *token, unsigned algorithm, uint8_t *chain,
                                   size_t *len);
int hufu_identity_certificate_write(hufu_token *token, unsigned algorithm, const uint8_t *chain,
                                    size_t len);

#ifdef __cplusplus
}
#endif
#endif
