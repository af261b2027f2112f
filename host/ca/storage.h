/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything hufu-ca records, behind one header, so that another database can take SQLite's place.
 * Functions return 0 or a negative enum ca_error (ca.h): CA_ERR_ABSENT when a row asked for is not
 * there, CA_ERR_EXISTS when a key is taken, CA_ERR_BUSY when another process held the database for
 * the whole time-out, CA_ERR_IO otherwise.
 *
 * A handle belongs to one thread at a time. Writers call storage_begin first: it takes the write
 * lock at once, so that what is read afterwards stays true until the commit. No secret is stored:
 * codes as keyed hashes, encryption keys as ciphertext of the KMC.
 */
#ifndef HUFU_CA_STORAGE_H
#define HUFU_CA_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define APPLICANT_ID_MAX 64
#define NAME_TEXT_MAX    192 /* 64 characters of UTF-8 (X.520 upper bounds) */
#define SERIAL_MAX       40  /* hex digits; RFC 5280: at most 20 bytes */
#define AUDIT_TEXT_MAX   256

struct storage;

/* Makes a database that must not exist / opens one that must. */
int storage_create(const char *path, struct storage **out);
int storage_open(const char *path, struct storage **out);
void storage_close(struct storage *db);

int storage_begin(struct storage *db);
int storage_commit(struct storage *db);
void storage_rollback(struct storage *db); /* no transaction: nothing happens */

struct applicant {
    char id[APPLICANT_ID_MAX + 1];
    char name[NAME_TEXT_MAX + 1];
    char organization[NAME_TEXT_MAX + 1]; /* empty: none */
    char unit[NAME_TEXT_MAX + 1];         /* empty: none */
    char country[3];
    int64_t created;
};
int storage_applicant_add(struct storage *db, const struct applicant *applicant);
int storage_applicant_get(struct storage *db, const char *id, struct applicant *out);
/* Calls back in order of id until a callback returns non-zero, which is then returned. */
int storage_applicant_each(struct storage *db,
                           int (*visit)(void *ctx, const struct applicant *applicant), void *ctx);

/* Somebody with a role and a passphrase of his own (officer.h). */
#define OFFICER_ROLE_MAX 16
struct officer {
    char id[APPLICANT_ID_MAX + 1];
    char name[NAME_TEXT_MAX + 1];
    char role[OFFICER_ROLE_MAX + 1];
    uint8_t salt[16], verifier[32];
    int64_t created;
    int64_t tries; /* wrong passphrases since the last right one */
};
int storage_officer_add(struct storage *db, const struct officer *officer);
int storage_officer_get(struct storage *db, const char *id, struct officer *out);
/* Salt, verifier and tries. CA_ERR_ABSENT is not noticed. */
int storage_officer_update(struct storage *db, const struct officer *officer);
int storage_officer_remove(struct storage *db, const char *id);
/* As storage_applicant_each. */
int storage_officer_each(struct storage *db, int (*visit)(void *ctx, const struct officer *officer),
                         void *ctx);

/* An enrolment code and the deliveries made with it. */
struct code_record {
    int64_t id; /* also the number of the certificate pair */
    char applicant[APPLICANT_ID_MAX + 1];
    uint8_t hash[32]; /* keyed, see code.h */
    int64_t created, expires;
    int64_t tries; /* wrong ones */
    bool bound;
    uint8_t key[64];                  /* the signing key it is bound to */
    char sign_serial[SERIAL_MAX + 1]; /* empty: not delivered yet */
    char enc_serial[SERIAL_MAX + 1];
    int64_t spent; /* when both were delivered; 0: not yet */
};
/* [out] record->id. The newest code of an applicant is the only one that counts. */
int storage_code_add(struct storage *db, struct code_record *record);
int storage_code_latest(struct storage *db, const char *applicant, struct code_record *out);
int storage_code_update(struct storage *db, const struct code_record *record);
/* Adds a wrong try to the applicant's newest code; no such applicant is not an error. */
int storage_code_wrong(struct storage *db, const char *applicant);

enum certificate_use {
    CERTIFICATE_CA = 0,
    CERTIFICATE_SERVICE = 1,
    CERTIFICATE_SIGN = 2,
    CERTIFICATE_ENCRYPT = 3,
    CERTIFICATE_IDENTITY = 4 /* of a token; its serial number stands for the applicant */
};
struct certificate_record {
    char serial[SERIAL_MAX + 1];          /* upper-case hex */
    char applicant[APPLICANT_ID_MAX + 1]; /* empty: the CA's own */
    int64_t pair;                         /* 0: none */
    enum certificate_use use;
    uint8_t key[64]; /* public key x || y */
    int64_t not_before, not_after;
    int64_t revoked; /* 0: not revoked */
    int reason;      /* CRLReason of RFC 5280 */
    uint8_t *der;    /* from a getter: malloc, freed by certificate_record_clear */
    size_t der_len;
};
void certificate_record_clear(struct certificate_record *record);
int storage_certificate_add(struct storage *db, const struct certificate_record *record);
int storage_certificate_get(struct storage *db, const char *serial, struct certificate_record *out);
/* CA_OK: some certificate has this key and is not a signing certificate of the applicant, or was
 * revoked. CA_ERR_ABSENT: none. */
int storage_certificate_foreign(struct storage *db, const uint8_t key[64], const char *applicant);
/* In order of issue; applicant NULL: all. The record is valid during the call only. */
typedef int (*certificate_visit)(void *ctx, const struct certificate_record *record);
int storage_certificate_each(struct storage *db, const char *applicant, certificate_visit visit,
                             void *ctx);
int storage_certificate_pair(struct storage *db, int64_t pair, certificate_visit visit, void *ctx);
/* CA_ERR_ABSENT: no such certificate, or revoked already. */
int storage_certificate_revoke(struct storage *db, const char *serial, int64_t when, int reason);

struct escrow_record {
    int64_t id;
    char serial[SERIAL_MAX + 1]; /* of the encryption certificate */
    int64_t key_version;
    uint8_t iv[16], ciphertext[32], mac[32];
};
int storage_escrow_next(struct storage *db, int64_t *id);
int storage_escrow_add(struct storage *db, const struct escrow_record *record);
int storage_escrow_get(struct storage *db, const char *serial, struct escrow_record *out);

/* The envelope delivered with an encryption certificate (opens with the token's key only). */
int storage_envelope_add(struct storage *db, const char *serial, const uint8_t *der, size_t len);
int storage_envelope_get(struct storage *db, const char *serial, uint8_t **der, size_t *len);

/*
 * A token of a manufacturer: its serial number, once given, is never given again. Only in a
 * database that storage_devices_create was called for, inside the transaction that makes it.
 */
#define DEVICE_SERIAL 24
#define DEVICE_ORDER  32 /* hex digits */
struct device_record {
    char serial[DEVICE_SERIAL + 1];
    char station[APPLICANT_ID_MAX + 1];
    char order[DEVICE_ORDER + 1]; /* the station's own name for the making of this token */
    int64_t reserved;
    int64_t issued;               /* 0: no certificate yet, and nothing below */
    uint8_t key[2][64];           /* identity keys x || y: SM2, P-256 */
    char cert[2][SERIAL_MAX + 1]; /* serial numbers of their certificates */
};
int storage_devices_create(struct storage *db);
int storage_device_add(struct storage *db, const struct device_record *record);
int storage_device_get(struct storage *db, const char *serial, struct device_record *out);
/* issued, key and cert. */
int storage_device_update(struct storage *db, const struct device_record *record);
/* In order of serial numbers; as storage_applicant_each. */
int storage_device_each(struct storage *db,
                        int (*visit)(void *ctx, const struct device_record *record), void *ctx);

/* As they stand in the database. Those of P-256 are a manufacturer's. */
enum crl_issuer {
    CRL_OF_ROOT = 0,
    CRL_OF_ISSUING = 1,
    CRL_OF_P256_ROOT = 2,
    CRL_OF_P256_ISSUING = 3,
    CRL_ISSUERS
};
struct crl_record {
    enum crl_issuer issuer;
    int64_t number, this_update, next_update;
    uint8_t *der; /* from a getter: malloc */
    size_t der_len;
};
/* A number that was never given before, whatever became of the list it was for. */
int storage_crl_next(struct storage *db, int64_t *number);
int storage_crl_add(struct storage *db, const struct crl_record *record);
int storage_crl_latest(struct storage *db, enum crl_issuer issuer, struct crl_record *out);

/* --- attestation (attestation.h) --- */

#define SETTING_MAX 1024
/* CA_ERR_ABSENT: never set. */
int storage_setting_get(struct storage *db, const char *name, char value[SETTING_MAX + 1]);
int storage_setting_put(struct storage *db, const char *name, const char *value);

/* Roots of manufacturers of tokens, by the SM3 of their DER. */
int storage_manufacturer_add(struct storage *db, const uint8_t sm3[32], const uint8_t *der,
                             size_t len);
int storage_manufacturer_remove(struct storage *db, const uint8_t sm3[32]);
int storage_manufacturer_each(struct storage *db,
                              int (*visit)(void *ctx, const uint8_t sm3[32], const uint8_t *der,
                                           size_t len),
                              void *ctx);
/* Digests of firmware that is accepted. */
int storage_firmware_add(struct storage *db, const uint8_t digest[32]);
int storage_firmware_remove(struct storage *db, const uint8_t digest[32]);
int storage_firmware_each(struct storage *db, int (*visit)(void *ctx, const uint8_t digest[32]),
                          void *ctx);

/* The applicant's challenge; takes the place of an older one. */
int storage_challenge_put(struct storage *db, const char *applicant, const uint8_t value[32],
                          int64_t expires);
/* Spends this one of the applicant's. CA_ERR_ABSENT: there is no such one, or it has expired. */
int storage_challenge_take(struct storage *db, const char *applicant, const uint8_t value[32],
                           int64_t now);

/* What was shown for a certificate. */
struct attestation_record {
    char serial[SERIAL_MAX + 1]; /* the certificate's; empty: nothing was shown */
    char token[25];
    uint8_t firmware[32];
    bool development;
    uint8_t *der; /* AttestationEvidence; from a getter: malloc */
    size_t der_len;
};
int storage_attestation_add(struct storage *db, const struct attestation_record *record);
int storage_attestation_get(struct storage *db, const char *serial, struct attestation_record *out);

struct audit_row {
    int64_t seq; /* 1, 2, 3 ... */
    int64_t time;
    char actor[AUDIT_TEXT_MAX + 1], act[AUDIT_TEXT_MAX + 1];
    char subject[AUDIT_TEXT_MAX + 1], detail[AUDIT_TEXT_MAX + 1];
    uint8_t previous[32], hash[32];
};
/* Absent rows: seq 0 and a zero hash. */
int storage_audit_last(struct storage *db, int64_t *seq, uint8_t hash[32]);
int storage_audit_add(struct storage *db, const struct audit_row *row);
int storage_audit_each(struct storage *db, int (*visit)(void *ctx, const struct audit_row *row),
                       void *ctx);

#endif
