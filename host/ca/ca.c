/* SPDX-License-Identifier: Apache-2.0 */
#include "ca.h"
#include "keyfile.h"
#include "util/i18n.h"
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *ca_strerror(int error)
{
    switch (error) {
    case CA_OK:
        return _("good");
    case CA_ERR_IO:
        return _("cannot read or write; look at free space and permissions");
    case CA_ERR_BUSY:
        return _("the database is held by another process; try again");
    case CA_ERR_EXISTS:
        return _("exists already; choose another name or folder");
    case CA_ERR_ABSENT:
        return _("not found");
    case CA_ERR_FORMAT:
        return _("not of the expected form");
    case CA_ERR_PASSPHRASE:
        return _("the passphrase does not open the key; check --passphrase-file or "
                 "HUFU_CA_PASSPHRASE");
    case CA_ERR_CRYPTO:
        return _("a cryptographic operation failed");
    case CA_ERR_INTEGRITY:
        return _("a check value does not match: the record was changed");
    case CA_ERR_REFUSED:
        return _("refused");
    case CA_ERR_AUTH:
        return _("applicant or code not accepted");
    case CA_ERR_NETWORK:
        return _("the address cannot be listened on; it is taken or not of this machine");
    case CA_ERR_MEMORY:
        return _("out of memory");
    default:
        return _("unknown error");
    }
}

int ca_fail(int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("hufu-ca: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return code;
}

int ca_fail_error(int error, const char *what)
{
    const char *library =
        error == CA_ERR_CRYPTO ? ERR_reason_error_string(ERR_peek_last_error()) : NULL;
    return ca_fail(error == CA_ERR_NETWORK ? EXIT_NETWORK : EXIT_INVALID, "%s: %s%s%s", what,
                   ca_strerror(error), library ? ": " : "", library ? library : "");
}

int ca_path(char path[CA_PATH_MAX], const char *dir, const char *sub)
{
    int len = snprintf(path, CA_PATH_MAX, "%s/%s", dir, sub);
    return len > 0 && len < CA_PATH_MAX ? CA_OK : CA_ERR_FORMAT;
}

/* --- ca.conf: lines of name=value ------------------------------------------------------------- */

static char *config_field(struct ca_config *config, const char *name, size_t *size)
{
    if (strcmp(name, "url") == 0) {
        *size = sizeof config->url;
        return config->url;
    }
    if (strcmp(name, "est-url") == 0) {
        *size = sizeof config->est_url;
        return config->est_url;
    }
    if (strcmp(name, "policy") == 0) {
        *size = sizeof config->policy;
        return config->policy;
    }
    if (strcmp(name, "kind") == 0) {
        *size = sizeof config->kind;
        return config->kind;
    }
    if (strcmp(name, "development") == 0) {
        *size = sizeof config->development;
        return config->development;
    }
    return NULL;
}

bool ca_is_manufacturer(const struct ca_config *config)
{
    return strcmp(config->kind, CA_MANUFACTURER) == 0;
}

int ca_config_read(const char *dir, struct ca_config *out)
{
    char path[CA_PATH_MAX], line[512];
    if (ca_path(path, dir, "ca.conf") != CA_OK)
        return CA_ERR_FORMAT;
    FILE *f = fopen(path, "re");
    if (!f)
        return CA_ERR_ABSENT;
    memset(out, 0, sizeof *out);
    int error = CA_OK;
    while (error == CA_OK && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\r\n")] = 0;
        char *value = strchr(line, '=');
        if (line[0] == 0 || line[0] == '#')
            continue;
        error = CA_ERR_FORMAT;
        if (!value)
            break;
        *value++ = 0;
        size_t size = 0;
        char *field = config_field(out, line, &size);
        if (field && strlen(value) < size) {
            memcpy(field, value, strlen(value) + 1);
            error = CA_OK;
        }
    }
    fclose(f);
    if (error == CA_OK && (!out->url[0] || !out->est_url[0] || !out->policy[0] ||
                           (out->kind[0] && !ca_is_manufacturer(out))))
        error = CA_ERR_FORMAT;
    return error;
}

int ca_config_write(const char *dir, const struct ca_config *config)
{
    char path[CA_PATH_MAX];
    if (ca_path(path, dir, "ca.conf") != CA_OK)
        return CA_ERR_FORMAT;
    FILE *f = fopen(path, "wxe");
    if (!f)
        return CA_ERR_IO;
    bool good = fprintf(f, "url=%s\nest-url=%s\npolicy=%s\n", config->url, config->est_url,
                        config->policy) > 0;
    if (good && config->kind[0])
        good = fprintf(f, "kind=%s\n", config->kind) > 0;
    if (good && config->development[0])
        good = fprintf(f, "development=%s\n", config->development) > 0;
    good = fclose(f) == 0 && good;
    return good ? CA_OK : CA_ERR_IO;
}

/* --- opening ---------------------------------------------------------------------------------- */

static int load_cert(const char *dir, const char *name, X509 **cert)
{
    char path[CA_PATH_MAX], sub[64];
    snprintf(sub, sizeof sub, "certs/%s.pem", name);
    if (ca_path(path, dir, sub) != CA_OK)
        return CA_ERR_FORMAT;
    FILE *f = fopen(path, "re");
    if (!f)
        return CA_ERR_ABSENT;
    *cert = PEM_read_X509(f, NULL, NULL, NULL);
    fclose(f);
    return *cert ? CA_OK : CA_ERR_FORMAT;
}

static int load_key(const char *dir, const char *name, const char *passphrase, EVP_PKEY **key)
{
    char path[CA_PATH_MAX], sub[64];
    snprintf(sub, sizeof sub, "keys/%s.key", name);
    if (ca_path(path, dir, sub) != CA_OK)
        return CA_ERR_FORMAT;
    return keyfile_read(path, passphrase, key);
}

/* Loads a key only to derive others from it. */
static int load_derived(struct ca *ca, unsigned which, const char *passphrase)
{
    EVP_PKEY *key = NULL;
    int error = load_key(ca->dir, which == CA_KEY_KMC ? "kmc" : "code", passphrase, &key);
    if (error == CA_OK && which == CA_KEY_KMC) {
        error =
            key_derive(key, "escrow cipher", ca->escrow_cipher_key, sizeof ca->escrow_cipher_key);
        if (error == CA_OK)
            error = key_derive(key, "escrow mac", ca->escrow_mac_key, sizeof ca->escrow_mac_key);
    } else if (error == CA_OK) {
        error = key_derive(key, "enrolment code", ca->code_key, sizeof ca->code_key);
    }
    EVP_PKEY_free(key);
    return error;
}

static int load_keys(struct ca *ca, unsigned keys, const char *passphrase)
{
    const unsigned p256 = ca_is_manufacturer(&ca->config) ? keys : 0;
    const struct {
        unsigned which;
        const char *name;
        EVP_PKEY **key;
    } table[] = {{keys & CA_KEY_ROOT, "root", &ca->root_key},
                 {keys & CA_KEY_ISSUING, "issuing", &ca->issuing_key},
                 {keys & CA_KEY_OCSP, "ocsp", &ca->ocsp_key},
                 {keys & CA_KEY_AUDIT, "audit", &ca->audit_key},
                 {keys & CA_KEY_TLS, "tls", &ca->tls_key},
                 {keys & CA_KEY_UNLOCK, "unlock", &ca->unlock_key},
                 {p256 & CA_KEY_ROOT, "p256-root", &ca->p256_root_key},
                 {p256 & CA_KEY_ISSUING, "p256-issuing", &ca->p256_issuing_key}};
    int error = CA_OK;
    for (size_t i = 0; i < sizeof table / sizeof table[0] && error == CA_OK; i++)
        if (table[i].which)
            error = load_key(ca->dir, table[i].name, passphrase, table[i].key);
    if (error == CA_OK && (keys & CA_KEY_KMC))
        error = load_derived(ca, CA_KEY_KMC, passphrase);
    if (error == CA_OK && (keys & CA_KEY_CODE))
        error = load_derived(ca, CA_KEY_CODE, passphrase);
    return error;
}

int ca_open(struct ca *ca, const char *dir, unsigned keys, const char *passphrase)
{
    memset(ca, 0, sizeof *ca);
    if (strlen(dir) >= sizeof ca->dir)
        return CA_ERR_FORMAT;
    memcpy(ca->dir, dir, strlen(dir) + 1);
    char path[CA_PATH_MAX];
    int error = ca_config_read(dir, &ca->config);
    if (error == CA_OK)
        error = load_cert(dir, "root", &ca->root);
    if (error == CA_OK)
        error = load_cert(dir, "issuing", &ca->issuing);
    if (error == CA_OK)
        error = load_cert(dir, "ocsp", &ca->ocsp);
    if (error == CA_OK)
        error = load_cert(dir, "audit", &ca->audit);
    if (error == CA_OK && ca_is_manufacturer(&ca->config))
        error = load_cert(dir, "p256-root", &ca->p256_root);
    if (error == CA_OK && ca_is_manufacturer(&ca->config))
        error = load_cert(dir, "p256-issuing", &ca->p256_issuing);
    if (error == CA_OK)
        error = ca_path(path, dir, "ca.db");
    if (error == CA_OK)
        error = storage_open(path, &ca->db);
    if (error == CA_OK && keys)
        error = load_keys(ca, keys, passphrase);
    if (error != CA_OK)
        ca_close(ca);
    return error;
}

void ca_close(struct ca *ca)
{
    storage_close(ca->db);
    X509_free(ca->root);
    X509_free(ca->issuing);
    X509_free(ca->ocsp);
    X509_free(ca->audit);
    X509_free(ca->p256_root);
    X509_free(ca->p256_issuing);
    EVP_PKEY_free(ca->p256_root_key);
    EVP_PKEY_free(ca->p256_issuing_key);
    EVP_PKEY_free(ca->root_key);
    EVP_PKEY_free(ca->issuing_key);
    EVP_PKEY_free(ca->ocsp_key);
    EVP_PKEY_free(ca->audit_key);
    EVP_PKEY_free(ca->tls_key);
    EVP_PKEY_free(ca->unlock_key);
    OPENSSL_cleanse(ca, sizeof *ca);
}
