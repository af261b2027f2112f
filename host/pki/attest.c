/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/attest.h"
#include "hufu/hufu.h"
#include "hufu/oid.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

static const char *const texts[ATTEST_FAULTS] = {
    [ATTEST_GOOD] = N_("the attestation holds"),
    [ATTEST_FORM] = N_("the attestation is malformed"),
    [ATTEST_VERSION] = N_("the attestation is of a kind or version that is not known here"),
    [ATTEST_NO_CHAIN] = N_("the token has no identity certificate of its manufacturer"),
    [ATTEST_PROFILE] = N_("the certificate is not one for a token's identity key"),
    [ATTEST_SIGNATURE] = N_("the attestation's signature does not verify"),
    [ATTEST_MAKER] = N_("the token's identity certificate leads to no manufacturer known here"),
    [ATTEST_EXPIRED] = N_("a certificate of the token's identity is outside its validity"),
    [ATTEST_REVOKED] = N_("the manufacturer revoked the certificate of the token's identity"),
    [ATTEST_LIST] = N_("the manufacturer's list of revoked certificates cannot be read, is out of "
                       "date, partial, or not signed by it"),
    [ATTEST_SERIAL] = N_("the attestation and the identity certificate name different tokens"),
    [ATTEST_CHALLENGE] =
        N_("the attestation does not answer an open challenge: it is another's, used, or too old"),
    [ATTEST_KEY] = N_("the attestation speaks of another key"),
    [ATTEST_KIND] = N_("the attested key is not a signing key"),
    [ATTEST_ORIGIN] = N_("the attested key was not made inside the token"),
    [ATTEST_POLICY] = N_("the attested key's policy is not that of a signing key"),
    [ATTEST_LIFECYCLE] = N_("the token is locked, or not in use"),
    [ATTEST_DEVELOPMENT] = N_("the token is a development token: not protected at rest"),
    [ATTEST_FIRMWARE] = N_("the token's firmware is not on the list of those accepted"),
};

const char *pki_attest_text(enum pki_attest_fault fault)
{
    return (unsigned)fault < ATTEST_FAULTS ? texts[fault] : texts[ATTEST_FORM];
}

const char *pki_attest_kind(unsigned kind)
{
    static const char *const names[] = {"identity", "signing", "encryption"};
    return kind < 3 ? names[kind] : "?";
}

const char *pki_attest_origin(unsigned origin)
{
    static const char *const names[] = {"generated", "enveloped", "imported"};
    return origin < 3 ? names[origin] : "?";
}

const char *pki_attest_lifecycle(unsigned lifecycle)
{
    static const char *const names[] = {"blank",  "provisioned", "initialised", "in-use",
                                        "locked", "destroyed",   "factory"};
    return lifecycle < 7 ? names[lifecycle] : "?";
}

/* --- the token ------------------------------------------------------------------------------ */

/* Extended key usage: ours, and nothing beside it. */
static bool has_purpose(X509 *cert)
{
    int critical = 0;
    char text[96] = "";
    EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i(cert, NID_ext_key_usage, &critical, NULL);
    const bool good = sk_ASN1_OBJECT_num(usage) == 1 &&
                      OBJ_obj2txt(text, sizeof text, sk_ASN1_OBJECT_value(usage, 0), 1) > 0 &&
                      strcmp(text, HUFU_OID_KP_IDENTITY) == 0;
    sk_ASN1_OBJECT_pop_free(usage, ASN1_OBJECT_free);
    return good;
}

/* The algorithm of the identity key is that of the signature. */
static bool is_key_for(EVP_PKEY *key, unsigned algorithm)
{
    char group[32] = "";
    size_t len = 0;
    if (key == NULL)
        return false;
    if (algorithm == HUFU_IDENTITY_SM2)
        return EVP_PKEY_is_a(key, "SM2") == 1;
    return EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_group_name(key, group, sizeof group, &len) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static bool verifies(const struct pki_attestation *a, EVP_PKEY *key)
{
    if (a->algorithm == HUFU_IDENTITY_SM2)
        return pki_sm2_verify(key, a->signed_bytes, a->signed_len, a->signature,
                              a->signature_len) == PKI_OK;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    const bool good =
        md != NULL && EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestVerify(md, a->signature, a->signature_len, a->signed_bytes, a->signed_len) == 1;
    EVP_MD_CTX_free(md);
    return good;
}

static enum pki_attest_fault of_chain(int error)
{
    return error == PKI_OK ? ATTEST_GOOD : error == PKI_ERR_EXPIRED ? ATTEST_EXPIRED : ATTEST_MAKER;
}

static enum pki_attest_fault check_path(X509 *identity, STACK_OF(X509) *chain,
                                        STACK_OF(X509) *roots, const STACK_OF(X509_CRL) *crls,
                                        time_t at)
{
    STACK_OF(X509) *path = NULL;
    bool revoked = false;
    enum pki_attest_fault fault =
        of_chain(pki_verify_maker_chain(identity, chain, roots, at, &path));
    if (fault == ATTEST_GOOD) {
        const int error = pki_check_crls(path, crls, at, &revoked);
        fault = revoked ? ATTEST_REVOKED : error == PKI_OK ? ATTEST_GOOD : ATTEST_LIST;
    }
    sk_X509_pop_free(path, X509_free);
    return fault;
}

enum pki_attest_fault pki_attest_verify(const struct pki_attestation *a, STACK_OF(X509) *roots,
                                        const STACK_OF(X509_CRL) *crls, time_t at)
{
    char serial[HUFU_ATTEST_SERIAL + 1];
    bool development = false;
    if (sk_X509_num(a->chain) < 1)
        return ATTEST_NO_CHAIN;
    X509 *identity = sk_X509_value(a->chain, 0);
    EVP_PKEY *key = X509_get0_pubkey(identity);
    if (pki_check_profile(identity, PKI_USAGE_IDENTITY, NULL) != PKI_OK || !has_purpose(identity) ||
        !pki_identity_token(identity, serial, &development) || !is_key_for(key, a->algorithm))
        return ATTEST_PROFILE;
    enum pki_attest_fault fault = verifies(a, key) ? ATTEST_GOOD : ATTEST_SIGNATURE;
    if (fault == ATTEST_GOOD)
        fault = check_path(identity, a->chain, roots, crls, at);
    if (fault == ATTEST_GOOD && strcmp(serial, a->token) != 0)
        fault = ATTEST_SERIAL;
    /* Its key can be read, so that what it says of itself is anybody's; what its maker said is not.
     */
    if (fault == ATTEST_GOOD && development && !a->development)
        fault = ATTEST_DEVELOPMENT;
    ERR_clear_error();
    return fault;
}

enum pki_attest_fault pki_attest_possession(const struct pki_attestation *a)
{
    if (a->kind != HUFU_ATTEST_IDENTITY)
        return ATTEST_KIND;
    const bool good = is_key_for(a->key, a->algorithm) && verifies(a, a->key);
    ERR_clear_error();
    return good ? ATTEST_GOOD : ATTEST_SIGNATURE;
}

/* --- the key -------------------------------------------------------------------------------- */

static bool listed(const struct pki_attest_rules *rules, const uint8_t digest[HUFU_ATTEST_DIGEST])
{
    for (size_t i = 0; i < rules->firmware_count; i++)
        if (memcmp(rules->firmware[i], digest, HUFU_ATTEST_DIGEST) == 0)
            return true;
    return rules->firmware_count == 0;
}

/* What makes a key one that only its holder can use: born inside, for signing, behind a PIN. */
static enum pki_attest_fault judge_key(const struct pki_attestation *a)
{
    if (a->kind != HUFU_ATTEST_SIGNING)
        return ATTEST_KIND;
    if (a->origin != HUFU_ATTEST_GENERATED)
        return ATTEST_ORIGIN;
    if (a->uses != (HUFU_ATTEST_MAY_SIGN | HUFU_ATTEST_MAY_OPEN_PAIR) || a->pin == 0)
        return ATTEST_POLICY;
    return a->lifecycle == HUFU_INITIALISED || a->lifecycle == HUFU_IN_USE ? ATTEST_GOOD
                                                                           : ATTEST_LIFECYCLE;
}

enum pki_attest_fault pki_attest_judge(const struct pki_attestation *a,
                                       const struct pki_attest_rules *rules)
{
    if (rules->challenge != NULL &&
        CRYPTO_memcmp(a->challenge, rules->challenge, HUFU_ATTEST_CHALLENGE) != 0)
        return ATTEST_CHALLENGE;
    if (rules->key != NULL && EVP_PKEY_eq(a->key, rules->key) != 1) {
        ERR_clear_error();
        return ATTEST_KEY;
    }
    const enum pki_attest_fault fault = rules->signing_key ? judge_key(a) : ATTEST_GOOD;
    if (fault != ATTEST_GOOD)
        return fault;
    if (rules->no_development && a->development)
        return ATTEST_DEVELOPMENT;
    return listed(rules, a->firmware) ? ATTEST_GOOD : ATTEST_FIRMWARE;
}
