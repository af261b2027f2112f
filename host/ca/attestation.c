/* SPDX-License-Identifier: Apache-2.0 */
#include "attestation.h"
#include "hufu/oid.h"
#include "pki/attest.h"
#include "pki/pki.h"
#include "util/hex.h"
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTING_POLICY      "attestation"
#define SETTING_DEVELOPMENT "attestation-development"
#define SETTING_LISTS       "attestation-crls"

/* --- settings ------------------------------------------------------------------------------- */

static const char *const policies[] = {"off", "optional", "required"};

const char *attestation_policy_name(enum attestation_policy policy)
{
    return policies[policy];
}

bool attestation_policy_read(const char *name, enum attestation_policy *policy)
{
    for (unsigned i = 0; i < sizeof policies / sizeof policies[0]; i++)
        if (strcmp(name, policies[i]) == 0) {
            *policy = (enum attestation_policy)i;
            return true;
        }
    return false;
}

/* A value that is no setting is damage: it must not read as "off". */
int attestation_settings(struct storage *db, struct attestation_settings *out)
{
    char policy[SETTING_MAX + 1] = "off", development[SETTING_MAX + 1] = "refuse";
    int error = storage_setting_get(db, SETTING_POLICY, policy);
    if (error == CA_OK || error == CA_ERR_ABSENT)
        error = storage_setting_get(db, SETTING_DEVELOPMENT, development);
    if (error == CA_ERR_ABSENT)
        error = CA_OK;
    const bool accept = strcmp(development, "accept") == 0;
    if (error == CA_OK && (!attestation_policy_read(policy, &out->policy) ||
                           (!accept && strcmp(development, "refuse") != 0)))
        error = CA_ERR_FORMAT;
    out->development = accept;
    return error;
}

int attestation_settings_put(struct storage *db, const struct attestation_settings *settings)
{
    int error = storage_setting_put(db, SETTING_POLICY, attestation_policy_name(settings->policy));
    return error == CA_OK ? storage_setting_put(db, SETTING_DEVELOPMENT,
                                                settings->development ? "accept" : "refuse")
                          : error;
}

int attestation_lists(struct storage *db, char path[SETTING_MAX + 1])
{
    const int error = storage_setting_get(db, SETTING_LISTS, path);
    return error == CA_OK && path[0] == '\0' ? CA_ERR_ABSENT : error;
}

int attestation_lists_put(struct storage *db, const char *path)
{
    return strlen(path) <= SETTING_MAX ? storage_setting_put(db, SETTING_LISTS, path)
                                       : CA_ERR_FORMAT;
}

int attestation_trust(struct storage *db, X509 *root, uint8_t sm3[32])
{
    STACK_OF(X509) *self = sk_X509_new_null();
    uint8_t *der = NULL;
    unsigned n = 0;
    const int len = i2d_X509(root, &der);
    int error = len > 0 && self && sk_X509_push(self, root) > 0 ? CA_OK : CA_ERR_MEMORY;
    /* libcrypto's own path check of a root by itself: signature, validity, authority. */
    if (error == CA_OK &&
        (pki_check_profile(root, PKI_USAGE_MAKER, NULL) != PKI_OK ||
         X509_NAME_cmp(X509_get_subject_name(root), X509_get_issuer_name(root)) != 0 ||
         pki_verify_maker_chain(root, NULL, self, time(NULL), NULL) != PKI_OK))
        error = CA_ERR_FORMAT;
    if (error == CA_OK && EVP_Digest(der, (size_t)len, sm3, &n, EVP_sm3(), NULL) != 1)
        error = CA_ERR_CRYPTO;
    if (error == CA_OK)
        error = storage_manufacturer_add(db, sm3, der, (size_t)len);
    OPENSSL_free(der);
    sk_X509_free(self);
    return error;
}

/* --- the challenge -------------------------------------------------------------------------- */

int attestation_challenge(struct storage *db, const char *applicant, int64_t now,
                          uint8_t challenge[32])
{
    if (RAND_bytes(challenge, 32) != 1)
        return CA_ERR_CRYPTO;
    return storage_challenge_put(db, applicant, challenge, now + ATTESTATION_SECONDS);
}

/* --- the judgement -------------------------------------------------------------------------- */

/* The one value of the one attribute. CA_ERR_ABSENT: there is none; CA_ERR_FORMAT: more of it. */
static int find(X509_REQ *csr, const uint8_t **der, size_t *len)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(HUFU_OID_ATTESTATION, 1);
    if (!oid)
        return CA_ERR_MEMORY;
    const int at = X509_REQ_get_attr_by_OBJ(csr, oid, -1);
    const int again = at >= 0 ? X509_REQ_get_attr_by_OBJ(csr, oid, at) : -1;
    ASN1_OBJECT_free(oid);
    if (at < 0)
        return CA_ERR_ABSENT;
    X509_ATTRIBUTE *attribute = X509_REQ_get_attr(csr, at);
    const ASN1_TYPE *value = again < 0 && X509_ATTRIBUTE_count(attribute) == 1
                                 ? X509_ATTRIBUTE_get0_type(attribute, 0)
                                 : NULL;
    if (!value || value->type != V_ASN1_SEQUENCE)
        return CA_ERR_FORMAT;
    *der = ASN1_STRING_get0_data(value->value.sequence);
    *len = (size_t)ASN1_STRING_length(value->value.sequence);
    return CA_OK;
}

static int push_root(void *ctx, const uint8_t sm3[32], const uint8_t *der, size_t len)
{
    STACK_OF(X509) *roots = ctx;
    X509 *root = d2i_X509(NULL, &der, (long)len);
    (void)sm3;
    if (!root)
        return CA_ERR_FORMAT;
    if (sk_X509_push(roots, root) > 0)
        return CA_OK;
    X509_free(root);
    return CA_ERR_MEMORY;
}

int attestation_roots(struct storage *db, STACK_OF(X509) **roots)
{
    *roots = sk_X509_new_null();
    const int error = *roots ? storage_manufacturer_each(db, push_root, *roots) : CA_ERR_MEMORY;
    if (error != CA_OK) {
        sk_X509_pop_free(*roots, X509_free);
        *roots = NULL;
    }
    return error;
}

/* [out] *crls NULL where nobody is looked up. Lists that cannot be read are the statement's fault:
 * nobody is certified on the word of a list that is not there. */
static int read_lists(struct storage *db, STACK_OF(X509_CRL) **crls, enum pki_attest_fault *fault)
{
    char path[SETTING_MAX + 1];
    int error = attestation_lists(db, path), cause;
    *crls = NULL;
    *fault = ATTEST_GOOD;
    if (error != CA_OK)
        return error == CA_ERR_ABSENT ? CA_OK : error;
    *crls = pki_load_crls(path, &cause);
    if (!*crls)
        *fault = ATTEST_LIST;
    return CA_OK;
}

struct digests {
    uint8_t (*list)[HUFU_ATTEST_DIGEST];
    size_t count;
};

static int push_digest(void *ctx, const uint8_t digest[32])
{
    struct digests *d = ctx;
    void *grown = realloc(d->list, (d->count + 1) * sizeof d->list[0]);
    if (!grown)
        return CA_ERR_MEMORY;
    d->list = grown;
    memcpy(d->list[d->count++], digest, sizeof d->list[0]);
    return CA_OK;
}

/* Who says it and what: signature, maker, key, policy, firmware. */
static int judge(struct storage *db, const struct pki_attestation *a, EVP_PKEY *key,
                 bool development, enum pki_attest_fault *fault)
{
    STACK_OF(X509) *roots = NULL;
    STACK_OF(X509_CRL) *crls = NULL;
    struct digests digests = {NULL, 0};
    int error = attestation_roots(db, &roots);
    if (error == CA_OK)
        error = read_lists(db, &crls, fault);
    if (error == CA_OK)
        error = storage_firmware_each(db, push_digest, &digests);
    if (error == CA_OK) {
        const struct pki_attest_rules rules = {
            .key = key,
            .signing_key = true,
            .no_development = !development,
            .firmware = (const uint8_t(*)[HUFU_ATTEST_DIGEST])digests.list,
            .firmware_count = digests.count};
        if (*fault == ATTEST_GOOD)
            *fault = pki_attest_verify(a, roots, crls, time(NULL));
        if (*fault == ATTEST_GOOD)
            *fault = pki_attest_judge(a, &rules);
    }
    sk_X509_pop_free(roots, X509_free);
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
    free(digests.list);
    return error;
}

static int keep(struct attestation_record *record, const struct pki_attestation *a,
                const uint8_t *der, size_t len)
{
    memcpy(record->token, a->token, sizeof record->token);
    memcpy(record->firmware, a->firmware, sizeof record->firmware);
    record->development = a->development;
    record->der = malloc(len);
    record->der_len = len;
    if (record->der)
        memcpy(record->der, der, len);
    return record->der ? CA_OK : CA_ERR_MEMORY;
}

/* First the challenge, which is spent by being shown. */
static int check_shown(struct storage *db, const char *applicant, EVP_PKEY *key, int64_t now,
                       const struct attestation_settings *settings, const struct pki_attestation *a,
                       enum pki_attest_fault *fault)
{
    int error = storage_challenge_take(db, applicant, a->challenge, now);
    if (error == CA_ERR_ABSENT) {
        *fault = ATTEST_CHALLENGE;
        return CA_OK;
    }
    return error == CA_OK ? judge(db, a, key, settings->development, fault) : error;
}

int attestation_check(struct storage *db, const char *applicant, X509_REQ *csr, int64_t now,
                      struct attestation_record *record, const char **why)
{
    struct attestation_settings settings;
    struct pki_attestation a;
    const uint8_t *der = NULL;
    size_t len = 0;
    memset(record, 0, sizeof *record);
    int error = attestation_settings(db, &settings);
    if (error != CA_OK || settings.policy == ATTESTATION_OFF)
        return error;
    error = find(csr, &der, &len);
    if (error == CA_ERR_ABSENT) {
        *why = "this CA certifies only keys that their token attests; the request shows no "
               "attestation";
        return settings.policy == ATTESTATION_REQUIRED ? CA_ERR_REFUSED : CA_OK;
    }
    enum pki_attest_fault fault = error == CA_OK ? pki_attest_parse(der, len, &a) : ATTEST_FORM;
    if (error == CA_ERR_MEMORY)
        return error;
    error = CA_OK;
    if (fault == ATTEST_GOOD) {
        error = check_shown(db, applicant, X509_REQ_get0_pubkey(csr), now, &settings, &a, &fault);
        if (error == CA_OK && fault == ATTEST_GOOD)
            error = keep(record, &a, der, len);
        pki_attest_free(&a);
    }
    if (error == CA_OK && fault != ATTEST_GOOD) {
        *why = pki_attest_text(fault);
        error = CA_ERR_REFUSED;
    }
    return error;
}

void attestation_record_clear(struct attestation_record *record)
{
    free(record->der);
    memset(record, 0, sizeof *record);
}

void attestation_text(const struct attestation_record *record, char text[ATTESTATION_TEXT])
{
    char firmware[65];
    hex_encode(record->firmware, sizeof record->firmware, firmware);
    snprintf(text, ATTESTATION_TEXT, "token %s firmware %s development %s", record->token, firmware,
             record->development ? "yes" : "no");
}
