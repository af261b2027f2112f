/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hufu-ca: registration, certification authority, key management centre and status service over
 * one folder. This header has what its parts share: the errors, the folder's layout, and an opened
 * CA. Each noun (code, issue, kmc, crl, audit ...) has a header of its own.
 *
 * The folder (0700):
 *   ca.conf                        addresses that are written into certificates
 *   ca.db                          records (SQLite, behind storage.h)
 *   keys/NAME.key                  encrypted PKCS#8, 0600, one file for each key, never in ca.db
 *   certs/NAME.pem                 root, issuing, ocsp, audit, tls-root, tls
 *   (a manufacturer's, --manufacturer: also keys and certs p256-root, p256-issuing, and the files
 *   p256-chain.pem, device-roots.pem; docs/provisioning.md)
 *   audit.checkpoints              signed (count, head, time), appended
 *   ca-chain.pem tls-root.pem root.sm3   what an applicant is given
 *   unlock-authority.pem           what a token is given (docs/unblock.md)
 */
#ifndef HUFU_CA_H
#define HUFU_CA_H

#include "storage.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ca_error {
    CA_OK = 0,
    CA_ERR_IO = -1,         /* file or database cannot be read or written */
    CA_ERR_BUSY = -2,       /* database stayed locked for the whole time-out */
    CA_ERR_EXISTS = -3,     /* there is one already */
    CA_ERR_ABSENT = -4,     /* there is none */
    CA_ERR_FORMAT = -5,     /* not of the expected form */
    CA_ERR_PASSPHRASE = -6, /* does not open the key */
    CA_ERR_CRYPTO = -7,     /* libcrypto refused */
    CA_ERR_INTEGRITY = -8,  /* a check value does not match */
    CA_ERR_REFUSED = -9,    /* the rules say no */
    CA_ERR_AUTH = -10,      /* applicant or code not accepted */
    CA_ERR_NETWORK = -11,   /* address cannot be listened on */
    CA_ERR_MEMORY = -12
};
/* Translated, static. */
const char *ca_strerror(int error);

/* Exit codes of the commands. */
enum ca_exit { EXIT_GOOD = 0, EXIT_INVALID = 1, EXIT_USAGE = 2, EXIT_NETWORK = 4 };
/* "hufu-ca: text" on stderr; returns code. */
int ca_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for an error of the enum, with its exit code; what says what was tried. */
int ca_fail_error(int error, const char *what);

#define CA_PATH_MAX     1024
#define CA_URL_MAX      256
#define CA_KEY_BYTES    32
#define CA_CODE_DAYS    7
#define CA_CERT_DAYS    730
#define CA_CRL_HOURS    24
#define CA_OCSP_MINUTES 5

#define CA_MANUFACTURER "manufacturer"

struct ca_config {
    char url[CA_URL_MAX];     /* http://HOST:PORT, written into certificates */
    char est_url[CA_URL_MAX]; /* https://HOST:PORT */
    char policy[128];         /* OID of the certificate policy */
    char kind[16];            /* empty: of people; CA_MANUFACTURER: of tokens */
    char development[8];      /* "yes": a manufacturer's that certifies development tokens, too */
};
int ca_config_read(const char *dir, struct ca_config *out);
int ca_config_write(const char *dir, const struct ca_config *config);

/* Which keys ca_open decrypts; without any no passphrase is needed. A manufacturer's CA has two
 * roots and two issuing CAs, whose keys come together. */
enum ca_keys {
    CA_KEY_ISSUING = 1,
    CA_KEY_OCSP = 2,
    CA_KEY_AUDIT = 4,
    CA_KEY_KMC = 8,
    CA_KEY_CODE = 16,
    CA_KEY_TLS = 32,
    CA_KEY_UNLOCK = 64,
    CA_KEY_ROOT = 128
};

struct ca {
    char dir[CA_PATH_MAX];
    struct ca_config config;
    struct storage *db;
    X509 *root, *issuing, *ocsp, *audit;
    X509 *p256_root, *p256_issuing; /* a manufacturer's; else NULL */
    EVP_PKEY *p256_root_key, *p256_issuing_key;
    EVP_PKEY *root_key, *issuing_key, *ocsp_key, *audit_key, *tls_key, *unlock_key;
    /* Derived by key_derive from the KMC key and from the code key; see kmc.h and code.h. */
    uint8_t escrow_cipher_key[16], escrow_mac_key[CA_KEY_BYTES], code_key[CA_KEY_BYTES];
};

/* Opens a folder made by hierarchy_make. [in] keys: a set of enum ca_keys; passphrase may be NULL
 * when it is empty. CA_OK, CA_ERR_ABSENT (no CA there), CA_ERR_PASSPHRASE, CA_ERR_IO,
 * CA_ERR_FORMAT. On error nothing stays open. */
int ca_open(struct ca *ca, const char *dir, unsigned keys, const char *passphrase);
void ca_close(struct ca *ca);

bool ca_is_manufacturer(const struct ca_config *config);

/* dir/sub into path; CA_ERR_FORMAT when it does not fit. */
int ca_path(char path[CA_PATH_MAX], const char *dir, const char *sub);

#endif
