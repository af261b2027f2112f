/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libhufu: typed calls to a Hufu token. The only host code that knows APDUs.
 *
 * Every function returns HUFU_OK (0) or a negative enum hufu_error; hufu_strerror gives one line in
 * the user's language. On error outputs are unchanged or zeroed. Byte strings are big-endian.
 * A handle is used by one thread at a time; different handles are independent. The library never
 * keeps a PIN: after a lost session calls answer HUFU_ERR_NOT_LOGGED_IN.
 */
#ifndef HUFU_HUFU_H
#define HUFU_HUFU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hufu_error {
    HUFU_OK = 0,
    HUFU_ERR_PARAM = -1,
    HUFU_ERR_MEMORY = -2,
    HUFU_ERR_NO_SERVICE = -3,   /* no PC/SC service */
    HUFU_ERR_NO_READER = -4,    /* no token found */
    HUFU_ERR_MANY_READERS = -5, /* more than one token and none named */
    HUFU_ERR_REMOVED = -6,      /* token pulled */
    HUFU_ERR_TRANSPORT = -7,
    HUFU_ERR_PROTOCOL = -8,   /* the answer does not have the promised form */
    HUFU_ERR_BUFFER = -9,     /* caller's buffer too small; needed length reported */
    HUFU_ERR_STATE = -10,     /* token not in this lifecycle state */
    HUFU_ERR_SELFTEST = -11,  /* token is in the error state */
    HUFU_ERR_PIN_WRONG = -12, /* tries left reported */
    HUFU_ERR_PIN_LOCKED = -13,
    HUFU_ERR_PIN_FORM = -14, /* length or characters */
    HUFU_ERR_NOT_LOGGED_IN = -15,
    HUFU_ERR_DEVICE_AUTH = -16, /* device key wrong or locked, or not authenticated */
    HUFU_ERR_EXISTS = -17,
    HUFU_ERR_NOT_FOUND = -18,
    HUFU_ERR_NO_KEY = -19,
    HUFU_ERR_NO_CERT = -20,
    HUFU_ERR_NO_SPACE = -21,
    HUFU_ERR_REFUSED = -22, /* the token refused the data (mismatch, bad envelope) */
    HUFU_ERR_UNSUPPORTED = -23,
    HUFU_ERR_VERIFY = -24, /* a signature did not verify */
    HUFU_ERR_IO = -25,
    HUFU_ERR_INTERNAL = -26,
    HUFU_ERR_INTEGRITY = -27,  /* error state: what is stored is damaged, or another token's */
    HUFU_ERR_TIMEOUT = -28,    /* another process held the token all the time */
    HUFU_ERR_CONTAINERS = -29, /* the application has all the containers it may have */
    /* the session channel */
    HUFU_ERR_TRUST = -32,         /* not the token known by this serial number, or no proof of it */
    HUFU_ERR_UNKNOWN_TOKEN = -33, /* strict: never met before */
    HUFU_ERR_TRUST_STORE = -34,   /* the known identities cannot be read or written */
    /* the holder's consent and the issuer's PIN rule */
    HUFU_ERR_NOT_CONFIRMED = -40, /* the holder did not say yes on the token's panel */
    HUFU_ERR_PIN_LENGTH = -41,    /* the new PIN is shorter than the issuer's rule asks for */
    HUFU_ERR_PIN_RULE = -42,      /* the new PIN does not follow the issuer's rule */
    HUFU_ERR_PIN_REUSED = -43,    /* the new PIN is the present one */
    /* remote unlock */
    HUFU_ERR_NO_AUTHORITY = -44,    /* the token was given no unlock authority */
    HUFU_ERR_NO_REQUEST = -45,      /* no request is out */
    HUFU_ERR_UNBLOCK_REFUSED = -46, /* not the authority's word on this request; counted */
    HUFU_ERR_UNBLOCK_LOCKED = -47,  /* five failures: the issuer enables it again */
    HUFU_ERR_IMAGE = -48,           /* the firmware image is not taken; a reason is reported */
    /* USB without PC/SC */
    HUFU_ERR_BUSY = -60,   /* another program, pcscd as a rule, has claimed the token for itself */
    HUFU_ERR_ACCESS = -61, /* no right to the token's device node */
    HUFU_ERR_CANCELLED = -62 /* hufu_cancel: the token gave the command up */
};

/* One line: cause. Never NULL. */
const char *hufu_strerror(int error);

typedef struct hufu_token hufu_token;

#define HUFU_PIN_ADMIN 0u
#define HUFU_PIN_USER  1u
#define HUFU_PIN_MIN   6u
#define HUFU_PIN_MAX   16u
#define HUFU_NAME_MAX  64u /* container; application names are at most 48 bytes */
#define HUFU_CERT_MAX  4096u

/* --- finding and opening ------------------------------------------------------------------ */

/*
 * The way to tokens of this process: "pcsc" (pcscd's readers), "usb" (this machine's USB ports,
 * without pcscd; readers are called usb:BUS-PORT), or "auto": pcscd's readers if any holds a token,
 * else the ports. NULL: HUFU_TRANSPORT from the environment, else "auto". Before any other call.
 * HUFU_ERR_PARAM: none of these.
 */
int hufu_use_transport(const char *name);

/* [out] *readers: NULL-terminated array of reader names that hold a Hufu token; free with
 * hufu_free_list. */
int hufu_list(char ***readers, size_t *count);
void hufu_free_list(char **readers);

/* reader NULL: HUFU_READER from the environment, else the only token present. */
int hufu_open(const char *reader, hufu_token **token);
void hufu_close(hufu_token *token);
const char *hufu_reader(const hufu_token *token);

/*
 * Tokens coming and going; nothing between two calls is lost. What is there at open is where it
 * starts. next waits at most ms; its event stays the next one until done. [out] *reader: valid
 * until the next call. HUFU_ERR_STATE: nothing yet, or cancelled; other errors: open anew. One
 * thread at a time, but for cancel, which ends another thread's wait.
 */
typedef struct hufu_watch hufu_watch;
int hufu_watch_open(hufu_watch **watch);
int hufu_watch_next(hufu_watch *watch, unsigned ms, const char **reader, bool *present);
void hufu_watch_done(hufu_watch *watch);
void hufu_watch_cancel(hufu_watch *watch);
void hufu_watch_close(hufu_watch *watch); /* NULL is accepted */

/* Holds the token for this process alone until end (PC/SC transaction); calls nest. */
int hufu_begin(hufu_token *token);
/* The same, but HUFU_ERR_TIMEOUT when others hold the token for the next ms milliseconds. */
int hufu_begin_within(hufu_token *token, uint32_t ms);
void hufu_end(hufu_token *token);
/* The same for long: what others hold with this function is tried, not waited for (short
 * transactions are). Not counted: a second call changes nothing. Ends with the handle or process.
 * HUFU_ERR_STATE: another handle has it (or, of unlock, this one has not); HUFU_ERR_REMOVED. */
int hufu_try_lock(hufu_token *token);
int hufu_unlock(hufu_token *token);
/* Whether anybody has it; waits for nothing. */
bool hufu_is_locked(const char *reader);

/* Whether the token has been pulled since it was opened, told without waiting for anyone. Once true
 * it stays so: the token that is put back is opened anew. false where that cannot be known. */
bool hufu_gone(hufu_token *token);

/* Ends the command that another thread has running with this token, or else its next one, which
 * answers HUFU_ERR_CANCELLED; may be called from a signal handler. false: the transport cannot
 * (PC/SC has no such call). */
bool hufu_cancel(hufu_token *token);

/* Warm reset: ends every session of the token, device authentication and other processes' logins
 * included. */
int hufu_end_sessions(hufu_token *token);

/* One raw command (for SKF_Transmit and tests). [in/out] *answer_len; status word included. */
int hufu_transmit(hufu_token *token, const uint8_t *command, size_t command_len, uint8_t *answer,
                  size_t *answer_len);

/* --- trust -------------------------------------------------------------------------------- */

/*
 * Everything after open goes through a secure channel (docs/channel.md). Whom it ends at is known
 * by serial number: the identity key (X || Y) met first is stored in HUFU_TRUST_DIR, else
 * $XDG_STATE_HOME/hufu/pins, else ~/.local/state/hufu/pins; any other is HUFU_ERR_TRUST until
 * hufu_trust_accept or hufu_trust_forget. Strict: one never met is refused, too, unless it proves
 * that a manufacturer certified it whose root is known (hufu_trust_roots).
 */
void hufu_set_strict(hufu_token *token, bool strict);
/* Who answers, known or not; ends this handle's login. [out] serial 24 digits and NUL. */
int hufu_identity(hufu_token *token, char serial[33], uint8_t identity[64]);
/* HUFU_ERR_NOT_FOUND: nothing is stored for it. HUFU_ERR_PARAM: no serial number. */
int hufu_trust_read(const char *serial, uint8_t identity[64]);
int hufu_trust_accept(const char *serial, const uint8_t identity[64]);
int hufu_trust_forget(const char *serial);
/* [out] serials: multi-string; *len in/out as in hufu_app_list. */
int hufu_trust_list(char *serials, size_t *len);
/* Manufacturers whose tokens are known without having been met: a file of root certificates (PEM
 * bundle, DER or PKCS#7) in place of those before, NULL: none. HUFU_ERR_PARAM: no certificate in
 * it; HUFU_ERR_TRUST_STORE. */
int hufu_trust_roots(const char *file);
/* [out] where they are, PEM. HUFU_ERR_NOT_FOUND: none; HUFU_ERR_BUFFER; HUFU_ERR_TRUST_STORE. */
int hufu_trust_roots_file(char *path, size_t room);

/* --- device ------------------------------------------------------------------------------- */

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

/* --- applications and PINs ---------------------------------------------------------------- */

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

/* --- containers, keys, certificates ------------------------------------------------------- */

int hufu_container_create(hufu_token *token, uint16_t app, const char *name, uint16_t *container);
int hufu_container_open(hufu_token *token, uint16_t app, const char *name, uint16_t *container);
int hufu_container_close(hufu_token *token, uint16_t app, uint16_t container);
int hufu_container_delete(hufu_token *token, uint16_t app, const char *name);
int hufu_container_list(hufu_token *token, uint16_t app, char *names, size_t *len);

struct hufu_container_info {
    uint8_t type;                 /* 0 empty, 1 RSA, 2 SM2 */
    uint32_t sign_bits, enc_bits; /* 0: no such key pair */
    bool sign_cert, enc_cert;
};
int hufu_container_info(hufu_token *token, uint16_t app, const char *name,
                        struct hufu_container_info *info);

/* SM2 signing pair, made in the vault. [out] pub X || Y. */
int hufu_generate_sm2(hufu_token *token, uint16_t app, uint16_t container, uint8_t pub[64]);
int hufu_public_key(hufu_token *token, uint16_t app, uint16_t container, bool sign,
                    uint8_t pub[64]);

/*
 * RSA pairs of containers. Numbers are big-endian; bits: 2048, 3072 or 4096 (1024 is not offered).
 * HUFU_ERR_NO_KEY: the container has no such pair, or it is an SM2 pair.
 */
#define HUFU_RSA_MAX         512u  /* bytes of a modulus */
#define HUFU_RSA_CONTENT_MAX 2432u /* of an enciphered private key */
struct hufu_rsa_public {
    uint32_t bits;
    uint32_t e;
    uint8_t n[HUFU_RSA_MAX]; /* bits / 8 of them */
};
/* Signing pair, made in the vault: seconds to minutes. HUFU_ERR_STATE: something depends on the
 * pair that is there, or it is an SM2 pair. */
int hufu_generate_rsa(hufu_token *token, uint16_t app, uint16_t container, uint32_t bits,
                      struct hufu_rsa_public *pub);
int hufu_rsa_public_key(hufu_token *token, uint16_t app, uint16_t container, bool sign,
                        struct hufu_rsa_public *pub);
/* PKCS#1 v1.5 over data as it is, a DigestInfo usually, of at most bits / 8 - 11 bytes.
 * [out] sig: *sig_len bytes, the modulus's length. */
int hufu_rsa_sign(hufu_token *token, uint16_t app, uint16_t container, const uint8_t *data,
                  size_t len, uint8_t sig[HUFU_RSA_MAX], size_t *sig_len);
/* HUFU_OK; HUFU_ERR_VERIFY. Needs no login. sig: pub->bits / 8 bytes. */
int hufu_rsa_verify(hufu_token *token, const struct hufu_rsa_public *pub, const uint8_t *data,
                    size_t len, const uint8_t *sig);
/* An encryption pair: RSAPrivateKey (PKCS#1), or PKCS#8 around it, padded (PKCS#5 or zeros) and
 * enciphered with SM4, whose key comes in PKCS#1 v1.5 under the container's signing key.
 * HUFU_ERR_REFUSED: it does not open, or is no key; HUFU_ERR_PIN_LOCKED: ten failures in a row. */
struct hufu_rsa_envelope {
    uint32_t sym_alg; /* SGD_SM4_ECB or SGD_SM4_CBC */
    uint32_t bits;    /* of the pair inside */
    const uint8_t *wrapped;
    size_t wrapped_len;
    uint8_t iv[16]; /* SGD_SM4_CBC alone */
    const uint8_t *cipher;
    size_t cipher_len;
};
int hufu_import_rsa_pair(hufu_token *token, uint16_t app, uint16_t container,
                         const struct hufu_rsa_envelope *envelope);
/* Session keys as hufu_import_session_key and hufu_export_session_key give them, wrapped in PKCS#1
 * v1.5. A block that is none is not told from a right one: it yields a key that nobody knows. */
int hufu_rsa_import_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                                const uint8_t *wrapped, size_t len, uint16_t *key);
int hufu_rsa_export_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                                const struct hufu_rsa_public *pub, uint8_t wrapped[HUFU_RSA_MAX],
                                uint16_t *key);

/*
 * What the use of a container's private keys needs beside the login (HUFU_KEY_*, joined). Setting
 * it needs the user PIN; once there is a key the mode gets stricter only, else HUFU_ERR_STATE.
 * A use that needs a fresh PIN answers HUFU_ERR_NOT_LOGGED_IN, one that the holder did not confirm
 * within 30 s HUFU_ERR_NOT_CONFIRMED.
 */
#define HUFU_KEY_PER_LOGIN 0u
#define HUFU_KEY_ONCE      1u /* each verification of the PIN is good for one use */
#define HUFU_KEY_PANEL     2u /* each use is confirmed on the token's panel */
int hufu_key_mode(hufu_token *token, uint16_t app, uint16_t container, unsigned *mode);
int hufu_set_key_mode(hufu_token *token, uint16_t app, uint16_t container, unsigned mode);

/* Sign e = SM3(Z || M). [out] sig r || s. */
int hufu_sign_digest(hufu_token *token, uint16_t app, uint16_t container, const uint8_t e[32],
                     uint8_t sig[64]);

/* The same over a message of at most HUFU_MESSAGE_MAX bytes with the signer's id (1 to 64 bytes):
 * Z and digest are made in the token. */
#define HUFU_MESSAGE_MAX 8192u
#define HUFU_ID_MAX      64u
int hufu_sign_message(hufu_token *token, uint16_t app, uint16_t container, const uint8_t *id,
                      size_t id_len, const uint8_t *message, size_t len, uint8_t sig[64]);
/* Verification in the token, of e or of a message. HUFU_ERR_VERIFY; HUFU_ERR_REFUSED: pub is no
 * point of the curve. */
int hufu_verify_digest(hufu_token *token, const uint8_t pub[64], const uint8_t e[32],
                       const uint8_t sig[64]);
int hufu_verify_message(hufu_token *token, const uint8_t pub[64], const uint8_t *id, size_t id_len,
                        const uint8_t *message, size_t len, const uint8_t sig[64]);
/* SM2 encryption in the token for any key. len 1 to HUFU_MESSAGE_MAX; [out] c1, c3, c2 (len). */
int hufu_encrypt_for(hufu_token *token, const uint8_t pub[64], const uint8_t *in, size_t len,
                     uint8_t c1[64], uint8_t c3[32], uint8_t *c2);

/* Hashing in the token, one at a time for a handle; hashes hold no secret, so that libskf makes its
 * own on the host. alg: SGD_SM3, SGD_SHA1, SGD_SHA256; pub NULL: plain; else SM3 begins with
 * Z(id, pub). [out] hash: 32 bytes, 20 for SHA-1. */
int hufu_digest_init(hufu_token *token, uint32_t alg, const uint8_t *pub, const uint8_t *id,
                     size_t id_len);
int hufu_digest_update(hufu_token *token, const uint8_t *in, size_t in_len);
int hufu_digest_final(hufu_token *token, uint8_t hash[32], size_t *len);

/* An enveloped SM2 pair in the vault's terms (built by re-framing alone, never by decrypting;
 * docs/envelopes.md). */
#define HUFU_ENVELOPE_DIRECT 0u /* sym_alg: no symmetric key, C2 is X || Y || d */
struct hufu_envelope {
    uint32_t sym_alg;       /* SGD_SM4_ECB, SGD_SM4_CBC or HUFU_ENVELOPE_DIRECT */
    uint8_t iv[16];         /* for CBC */
    uint8_t c1[64], c3[32]; /* SM2 cipher of the symmetric key for the signing key */
    uint8_t c2[96];
    size_t c2_len;       /* 16; 96 when direct */
    uint8_t pub[64];     /* the pair's public key */
    uint8_t cipher[256]; /* the private key under the symmetric key */
    size_t cipher_len;   /* 0 when direct */
};
int hufu_import_pair(hufu_token *token, uint16_t app, uint16_t container,
                     const struct hufu_envelope *envelope);
/* Pair and both certificates in one transaction of the token. */
int hufu_install_dual(hufu_token *token, uint16_t app, uint16_t container,
                      const struct hufu_envelope *envelope, const uint8_t *sign_cert,
                      size_t sign_cert_len, const uint8_t *enc_cert, size_t enc_cert_len);
int hufu_import_cert(hufu_token *token, uint16_t app, uint16_t container, bool sign,
                     const uint8_t *der, size_t len);
/* *len in/out; der NULL asks for the length. */
int hufu_export_cert(hufu_token *token, uint16_t app, uint16_t container, bool sign, uint8_t *der,
                     size_t *len);

/* --- session keys (GM/T 0016 7.6) --------------------------------------------------------- */

/*
 * Session keys live in the token's RAM, belong to one container and end with the session. The three
 * ways to one besides agreement; [out] *key. alg: an SM4 id, SGD_SM4_*.
 * Errors of all three: HUFU_ERR_NOT_LOGGED_IN; HUFU_ERR_NO_SPACE: too many at once;
 * HUFU_ERR_UNSUPPORTED: alg.
 */
/* Unwrapped inside the token with the container's encryption key. HUFU_ERR_REFUSED: not for it. */
int hufu_import_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                            const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                            size_t c2_len, uint16_t *key);
/* Made by the token, and enveloped for pub (X || Y): [out] c1, c3, c2. HUFU_ERR_REFUSED: pub is no
 * point of the curve. */
int hufu_export_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                            const uint8_t pub[64], uint8_t c1[64], uint8_t c3[32], uint8_t c2[16],
                            uint16_t *key);
/* Given in clear, to be used in the token all the same. */
int hufu_set_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                         const uint8_t value[16], uint16_t *key);

/*
 * SM2 key agreement (GB/T 32918.3) with the container's encryption pair, without confirmation. Ids
 * have 1 to 32 bytes, points are X || Y. HUFU_ERR_REFUSED: a point is not on the curve, or the
 * agreement is unknown or spent; HUFU_ERR_NO_KEY: no encryption pair.
 */
struct hufu_party {
    const uint8_t *pub, *temporary; /* 64 bytes each */
    const uint8_t *id;
    size_t id_len;
};
/* The initiator: [out] its temporary point, and the agreement that hufu_agreement_finish takes. */
int hufu_agreement_begin(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                         const uint8_t *id, size_t id_len, uint8_t temporary[64],
                         uint32_t *agreement);
/* The responder, in one step. */
int hufu_agreement_respond(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                           const struct hufu_party *initiator, const uint8_t *id, size_t id_len,
                           uint8_t temporary[64], uint16_t *key);
/* The initiator again; an agreement is good for one try. */
int hufu_agreement_finish(hufu_token *token, uint16_t app, uint16_t container, uint32_t agreement,
                          const struct hufu_party *responder, uint16_t *key);

/*
 * Encryption and decryption with a session key. alg: SGD_SM4_ECB, CBC, CFB, OFB or CTR (feedback of
 * 128 bits); iv: 16 bytes but for ECB. A key does one thing at a time; init begins anew.
 * HUFU_ERR_STATE: not begun; HUFU_ERR_NO_KEY: no such key; HUFU_ERR_REFUSED: at the end, a part of
 * a block is left, or the padding is wrong.
 */
int hufu_encrypt_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                      uint32_t alg, const uint8_t *iv, size_t iv_len, bool pkcs5_padding);
int hufu_decrypt_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                      uint32_t alg, const uint8_t *iv, size_t iv_len, bool pkcs5_padding);
/* out has room for in_len + 16 (final: 16). [out] *out_len. */
int hufu_encrypt_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                        const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);
int hufu_decrypt_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                        const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);
int hufu_encrypt_final(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                       uint8_t *out, size_t *out_len);
int hufu_decrypt_final(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                       uint8_t *out, size_t *out_len);
/* The last data and the end in one: as update and final, a command less. */
int hufu_encrypt(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                 const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);
int hufu_decrypt(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                 const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len);

/* CBC-MAC of 16 bytes over whole blocks, one at least (HUFU_ERR_REFUSED otherwise). iv NULL: zeros.
 * One at a time for a key, beside its encryption. */
int hufu_mac_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                  const uint8_t *iv);
int hufu_mac_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                    const uint8_t *in, size_t in_len);
/* The last data, perhaps none, and the end. */
int hufu_mac(hufu_token *token, uint16_t app, uint16_t container, uint16_t key, const uint8_t *in,
             size_t in_len, uint8_t mac[16]);

int hufu_destroy_session_key(hufu_token *token, uint16_t app, uint16_t container, uint16_t key);

/* --- firmware ------------------------------------------------------------------------------- */

/* What the token says of its firmware and of an update under way. */
struct hufu_firmware_info {
    bool updatable;  /* false: this token's firmware is not changed through it (a host process) */
    bool trial;      /* the running image is not confirmed yet */
    bool authorise;  /* the issuer wants each update authorised */
    bool test_roots; /* it takes images signed by the test keys of some build tree */
    uint8_t slot;    /* 0 or 1 */
    uint8_t revoked; /* roots given up: bits 0, 1 SM2's; 4, 5 LMS's */
    uint32_t version, rollback;
    uint16_t store_format;
    uint32_t wanted, total; /* 0: no update under way */
    char board[17];
    uint8_t digest[32]; /* of the running image */
};
int hufu_firmware_info(hufu_token *token, struct hufu_firmware_info *info);

/* Why an image is not taken (HUFU_ERR_IMAGE). */
enum hufu_image_reason {
    HUFU_IMAGE_MALFORMED = 1,
    HUFU_IMAGE_OTHER_BOARD = 2,
    HUFU_IMAGE_OTHER_PLACE = 3,
    HUFU_IMAGE_ROLLBACK = 4, /* its rollback counter is below the token's */
    HUFU_IMAGE_STORE = 5,    /* it cannot read the token's store */
    HUFU_IMAGE_KEY = 6,      /* signed by a root that is unknown or given up */
    HUFU_IMAGE_SIGNATURE = 7,
    HUFU_IMAGE_CONTENT = 8, /* what arrived is not what was signed */
    HUFU_IMAGE_OLDER = 9    /* than the running one */
};
/* One line, translated. */
const char *hufu_image_reason(unsigned reason);

/*
 * Gives the image's first 4096 bytes. [out] wanted the offset of the first byte to send: 4096, or
 * further when a transfer that was cut goes on. [out] reason with HUFU_ERR_IMAGE (may be NULL).
 * HUFU_ERR_STATE: the running image is still on trial; HUFU_ERR_NOT_LOGGED_IN: not authorised.
 */
int hufu_firmware_begin(hufu_token *token, const uint8_t header[4096], uint32_t *wanted,
                        unsigned *reason);
/* The bytes at the wanted offset: 4096, or what is left of the image. */
int hufu_firmware_write(hufu_token *token, uint32_t offset, const uint8_t *data, size_t len);
/* All is sent. restart: the token starts anew and tries the image; the handle is of no use then. */
int hufu_firmware_finish(hufu_token *token, bool restart, unsigned *reason);
/* Device authentication done: whether updates need hufu_firmware_authorise. */
int hufu_firmware_policy(hufu_token *token, bool authorise);
/* Logged in with the admin PIN of app: allows the image of this digest (SM3 over its first 512
 * bytes), once, until the token is reset. */
int hufu_firmware_authorise(hufu_token *token, uint16_t app, const uint8_t digest[32]);

#ifdef __cplusplus
}
#endif
#endif
