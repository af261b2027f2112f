/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* nftw */
#define _DEFAULT_SOURCE
#include "hierarchy.h"
#include "audit.h"
#include "authority.h"
#include "crl.h"
#include "issue.h"
#include "keyfile.h"
#include "pki/pki.h"
#include "profile.h"
#include "sign.h"
#include "util/hex.h"
#include <errno.h>
#include <ftw.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT_DAYS    7300
#define TOKEN_YEARS  9125 /* days a manufacturer's CA may outlive its last token by */
#define ISSUING_DAYS 3650
#define SERVICE_DAYS 1825

enum member {
    ROOT,
    ISSUING,
    OCSP,
    AUDIT,
    KMC,
    CODE,
    UNLOCK,
    TLS_ROOT,
    TLS,
    P256_ROOT,
    P256_ISSUING,
    MEMBERS
};

static const struct {
    const char *file, *name;
    enum profile_kind kind;
    int issuer; /* its own number: self-signed; -1: a key without certificate */
    int days;
} plan[MEMBERS] = {
    [ROOT] = {"root", "Root CA", PROFILE_ROOT, ROOT, ROOT_DAYS},
    [ISSUING] = {"issuing", "Issuing CA", PROFILE_ISSUING, ROOT, ISSUING_DAYS},
    [OCSP] = {"ocsp", "OCSP", PROFILE_OCSP, ISSUING, SERVICE_DAYS},
    [AUDIT] = {"audit", "Audit", PROFILE_AUDIT, ISSUING, SERVICE_DAYS},
    [KMC] = {"kmc", NULL, 0, -1, 0},
    [CODE] = {"code", NULL, 0, -1, 0},
    [UNLOCK] = {"unlock", NULL, 0, -1, 0},
    [TLS_ROOT] = {"tls-root", "TLS Root", PROFILE_TLS_ROOT, TLS_ROOT, ROOT_DAYS},
    [TLS] = {"tls", "TLS Server", PROFILE_TLS_SERVER, TLS_ROOT, SERVICE_DAYS},
    [P256_ROOT] = {"p256-root", "P-256 Root CA", PROFILE_ROOT, P256_ROOT, ROOT_DAYS},
    [P256_ISSUING] = {"p256-issuing", "P-256 Issuing CA", PROFILE_DEVICE_ISSUING, P256_ROOT,
                      ISSUING_DAYS},
};

struct hierarchy {
    const char *dir, *organization, *country, *host, *passphrase;
    const struct ca_config *config;
    EVP_PKEY *keys[MEMBERS];
    X509 *certs[MEMBERS];
};

int hierarchy_fingerprint(X509 *cert, uint8_t sm3[32])
{
    unsigned len = 0;
    return X509_digest(cert, EVP_sm3(), sm3, &len) == 1 && len == 32 ? CA_OK : CA_ERR_CRYPTO;
}

static X509_NAME *make_name(const struct hierarchy *h, const char *common)
{
    char text[NAME_TEXT_MAX + 1];
    X509_NAME *name = X509_NAME_new();
    snprintf(text, sizeof text, "%.*s %s%s", NAME_TEXT_MAX - 32, h->organization,
             ca_is_manufacturer(h->config) ? "Device " : "", common);
    if (name && profile_name_add(name, NID_countryName, h->country) == CA_OK &&
        profile_name_add(name, NID_organizationName, h->organization) == CA_OK &&
        profile_name_add(name, NID_commonName, text) == CA_OK)
        return name;
    X509_NAME_free(name);
    return NULL;
}

static int write_pem(const struct hierarchy *h, const char *sub, X509 **certs, size_t count)
{
    char path[CA_PATH_MAX], *data;
    BIO *out = BIO_new(BIO_s_mem());
    if (!out)
        return CA_ERR_MEMORY;
    int error = ca_path(path, h->dir, sub);
    for (size_t i = 0; i < count && error == CA_OK; i++)
        error = PEM_write_bio_X509(out, certs[i]) == 1 ? CA_OK : CA_ERR_CRYPTO;
    long len = BIO_get_mem_data(out, &data);
    if (error == CA_OK && pki_write_file(path, data, (size_t)len, 0644) != PKI_OK)
        error = CA_ERR_IO;
    BIO_free(out);
    return error;
}

static int make_member(struct hierarchy *h, int i, time_t now)
{
    char path[CA_PATH_MAX], sub[64];
    bool p256 = i >= TLS_ROOT;
    bool lasting = ca_is_manufacturer(h->config) && plan[i].kind != PROFILE_TLS_SERVER;
    h->keys[i] = p256 ? key_generate_p256() : pki_sm2_generate();
    if (!h->keys[i])
        return CA_ERR_CRYPTO;
    snprintf(sub, sizeof sub, "keys/%s.key", plan[i].file);
    int error = ca_path(path, h->dir, sub);
    if (error == CA_OK)
        error = keyfile_write(path, h->keys[i], h->passphrase);
    if (error != CA_OK || plan[i].issuer < 0)
        return error;
    int issuer = plan[i].issuer;
    X509_NAME *name = make_name(h, plan[i].name);
    struct profile_request request = {.kind = plan[i].kind,
                                      .subject = name,
                                      .key = h->keys[i],
                                      .issuer = issuer == i ? NULL : h->certs[issuer],
                                      .config = h->config,
                                      .host = h->host,
                                      .now = now,
                                      .days = plan[i].days + (lasting ? TOKEN_YEARS : 0)};
    h->certs[i] = name ? profile_build(&request) : NULL;
    X509_NAME_free(name);
    if (!h->certs[i])
        return CA_ERR_CRYPTO;
    error = p256 ? sign_cert_p256(h->certs[i], h->keys[issuer])
                 : sign_cert(h->certs[i], h->keys[issuer]);
    snprintf(sub, sizeof sub, "certs/%s.pem", plan[i].file);
    return error == CA_OK ? write_pem(h, sub, &h->certs[i], 1) : error;
}

static int write_trust(struct hierarchy *h)
{
    uint8_t sm3[32];
    char text[66], path[CA_PATH_MAX];
    X509 *chain[] = {h->certs[ISSUING], h->certs[ROOT]};
    int error = write_pem(h, "ca-chain.pem", chain, 2);
    if (error == CA_OK)
        error = write_pem(h, "tls-root.pem", &h->certs[TLS_ROOT], 1);
    if (error == CA_OK && ca_is_manufacturer(h->config)) {
        X509 *p256[] = {h->certs[P256_ISSUING], h->certs[P256_ROOT]};
        X509 *roots[] = {h->certs[ROOT], h->certs[P256_ROOT]};
        error = write_pem(h, "p256-chain.pem", p256, 2);
        if (error == CA_OK)
            error = write_pem(h, "device-roots.pem", roots, 2);
    }
    if (error == CA_OK)
        error = ca_path(path, h->dir, "unlock-authority.pem");
    if (error == CA_OK)
        error = authority_write_public(h->keys[UNLOCK], path);
    if (error == CA_OK)
        error = hierarchy_fingerprint(h->certs[ROOT], sm3);
    if (error == CA_OK)
        error = ca_path(path, h->dir, "root.sm3");
    if (error != CA_OK)
        return error;
    hex_encode(sm3, sizeof sm3, text);
    memcpy(text + 64, "\n", 2);
    return pki_write_file(path, text, 65, 0644) == PKI_OK ? CA_OK : CA_ERR_IO;
}

/* The database with the CA's own certificates, so that their keys are refused to anyone else and
 * their serial numbers are known to the status service. */
static int make_database(struct hierarchy *h)
{
    static const int own[] = {ROOT, ISSUING, OCSP, AUDIT};
    char path[CA_PATH_MAX];
    struct ca ca = {.root = h->certs[ROOT],
                    .root_key = h->keys[ROOT],
                    .issuing = h->certs[ISSUING],
                    .issuing_key = h->keys[ISSUING],
                    .p256_root = h->certs[P256_ROOT],
                    .p256_root_key = h->keys[P256_ROOT],
                    .p256_issuing = h->certs[P256_ISSUING],
                    .p256_issuing_key = h->keys[P256_ISSUING],
                    .audit_key = h->keys[AUDIT]};
    snprintf(ca.dir, sizeof ca.dir, "%s", h->dir);
    int error = ca_path(path, h->dir, "ca.db");
    if (error == CA_OK)
        error = storage_create(path, &ca.db);
    if (error != CA_OK)
        return error;
    error = storage_begin(ca.db);
    if (error == CA_OK)
        error = audit_record(ca.db, audit_operator(), "init", h->organization, h->config->url);
    for (size_t i = 0; i < sizeof own / sizeof own[0] && error == CA_OK; i++) {
        enum certificate_use use = own[i] <= ISSUING ? CERTIFICATE_CA : CERTIFICATE_SERVICE;
        error = issue_store(ca.db, h->certs[own[i]], "", 0, use);
    }
    if (error == CA_OK && ca_is_manufacturer(h->config))
        error = storage_devices_create(ca.db);
    if (error == CA_OK)
        error = crl_make_all(&ca, true);
    if (error == CA_OK)
        error = crl_make_all(&ca, false);
    if (error == CA_OK)
        error = audit_commit(&ca);
    storage_close(ca.db);
    return error;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int make_folders(const char *dir)
{
    static const char *const subs[] = {"keys", "certs"};
    char path[CA_PATH_MAX];
    if (mkdir(dir, 0700) != 0) {
        /* An empty folder may be given; rmdir tells without reading it. */
        if (errno != EEXIST)
            return CA_ERR_IO;
        if (rmdir(dir) != 0 || mkdir(dir, 0700) != 0)
            return CA_ERR_EXISTS;
    }
    for (size_t i = 0; i < 2; i++)
        if (ca_path(path, dir, subs[i]) != CA_OK || mkdir(path, 0700) != 0)
            return CA_ERR_IO;
    return CA_OK;
}

int hierarchy_make(const char *dir, const struct ca_config *config, const char *organization,
                   const char *country, const char *host, const char *passphrase)
{
    struct hierarchy h = {.dir = dir,
                          .organization = organization,
                          .country = country,
                          .host = host,
                          .passphrase = passphrase,
                          .config = config};
    int error = make_folders(dir);
    if (error != CA_OK)
        return error;
    time_t now = time(NULL);
    const int members = ca_is_manufacturer(config) ? MEMBERS : P256_ROOT;
    for (int i = 0; i < members && error == CA_OK; i++)
        error = make_member(&h, i, now);
    if (error == CA_OK)
        error = ca_config_write(dir, config);
    if (error == CA_OK)
        error = write_trust(&h);
    if (error == CA_OK)
        error = make_database(&h);
    for (int i = 0; i < MEMBERS; i++) {
        X509_free(h.certs[i]);
        EVP_PKEY_free(h.keys[i]);
    }
    if (error != CA_OK)
        nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return error;
}
