/* SPDX-License-Identifier: Apache-2.0 */
#include "officer.h"
#include "applicant.h"
#include "audit.h"
#include "passphrase.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>
#include <time.h>

enum { N = 32768, R = 8, P = 1, MEMORY = 64 * 1024 * 1024 };

static int derive(const char *passphrase, const uint8_t salt[16], uint8_t verifier[32])
{
    return EVP_PBE_scrypt(passphrase, strlen(passphrase), salt, 16, N, R, P, MEMORY, verifier,
                          32) == 1
               ? CA_OK
               : CA_ERR_CRYPTO;
}

static int set_passphrase(struct officer *o, const char *passphrase)
{
    size_t len = strlen(passphrase);
    if (len < PASSPHRASE_MIN || len > PASSPHRASE_MAX)
        return CA_ERR_FORMAT;
    o->tries = 0;
    return RAND_bytes(o->salt, sizeof o->salt) == 1 ? derive(passphrase, o->salt, o->verifier)
                                                    : CA_ERR_CRYPTO;
}

/* The name stands in the certificate-like rules of an applicant's. */
static int describe(struct officer *o, const char *id, const char *name, const char *role)
{
    struct applicant a = {.country = "CN"};
    const char *why;
    memset(o, 0, sizeof *o);
    if (strlen(id) >= sizeof a.id || strlen(name) >= sizeof a.name ||
        (strcmp(role, OFFICER_UNLOCK) != 0 && strcmp(role, OFFICER_STATION) != 0))
        return CA_ERR_FORMAT;
    memcpy(a.id, id, strlen(id) + 1);
    memcpy(a.name, name, strlen(name) + 1);
    if (applicant_check(&a, &why) != CA_OK)
        return CA_ERR_FORMAT;
    memcpy(o->id, a.id, sizeof o->id);
    memcpy(o->name, a.name, sizeof o->name);
    memcpy(o->role, role, strlen(role) + 1);
    o->created = (int64_t)time(NULL);
    return CA_OK;
}

static int finish(struct ca *ca, int error, const char *act, const char *id, const char *detail)
{
    if (error == CA_OK)
        error = audit_record(ca->db, audit_operator(), act, id, detail);
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db);
    return error;
}

int officer_add(struct ca *ca, const char *id, const char *name, const char *role,
                const char *passphrase)
{
    struct officer o;
    int error = describe(&o, id, name, role);
    if (error == CA_OK)
        error = set_passphrase(&o, passphrase);
    if (error == CA_OK)
        error = storage_begin(ca->db);
    if (error != CA_OK)
        return error;
    error = finish(ca, storage_officer_add(ca->db, &o), "officer add", id, role);
    OPENSSL_cleanse(&o, sizeof o);
    return error;
}

int officer_passphrase(struct ca *ca, const char *id, const char *passphrase)
{
    struct officer o;
    int error = storage_begin(ca->db);
    if (error != CA_OK)
        return error;
    error = storage_officer_get(ca->db, id, &o);
    if (error == CA_OK)
        error = set_passphrase(&o, passphrase);
    if (error == CA_OK)
        error = storage_officer_update(ca->db, &o);
    error = finish(ca, error, "officer passphrase", id, "");
    OPENSSL_cleanse(&o, sizeof o);
    return error;
}

int officer_remove(struct ca *ca, const char *id)
{
    struct officer o;
    int error = storage_begin(ca->db);
    if (error != CA_OK)
        return error;
    error = storage_officer_get(ca->db, id, &o);
    if (error == CA_OK)
        error = storage_officer_remove(ca->db, id);
    error = finish(ca, error, "officer remove", id, "");
    OPENSSL_cleanse(&o, sizeof o);
    return error;
}

int officer_check(struct ca *ca, const char *id, const char *role, const char *passphrase,
                  const char **reason)
{
    struct officer o;
    uint8_t verifier[32] = {0};
    int found = storage_officer_get(ca->db, id, &o);
    if (found != CA_OK && found != CA_ERR_ABSENT)
        return found;
    if (found == CA_ERR_ABSENT)
        memset(&o, 0, sizeof o);
    int error = derive(passphrase, o.salt, verifier);
    bool match = CRYPTO_memcmp(verifier, o.verifier, sizeof verifier) == 0;
    *reason = found != CA_OK              ? "unknown officer"
              : o.tries >= OFFICER_TRIES  ? "locked"
              : !match                    ? "wrong passphrase"
              : strcmp(o.role, role) != 0 ? "another role"
                                          : NULL;
    if (error == CA_OK && found == CA_OK && (*reason == NULL ? o.tries != 0 : !match)) {
        o.tries = *reason == NULL ? 0 : o.tries + 1;
        error = storage_officer_update(ca->db, &o);
    }
    OPENSSL_cleanse(&o, sizeof o);
    OPENSSL_cleanse(verifier, sizeof verifier);
    return error != CA_OK ? error : *reason == NULL ? CA_OK : CA_ERR_AUTH;
}
