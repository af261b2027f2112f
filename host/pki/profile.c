/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a certificate must hold: the profile of GM/T 0015 as far as certificates of public CAs
 * confirm it, since the standard's tables of extensions are not to be had.
 */
#include "pki/pki.h"
#include "util/i18n.h"
#include <openssl/x509v3.h>
#include <string.h>

/* P-256, where SM2 is not asked for alone. */
static bool on_p256(X509 *cert)
{
    EVP_PKEY *key = X509_get0_pubkey(cert);
    char group[32] = "";
    size_t len = 0;
    return key != NULL && EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_group_name(key, group, sizeof group, &len) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static const char *basic_contents(X509 *cert, bool either)
{
    uint8_t xy[64];
    const ASN1_INTEGER *serial = X509_get0_serialNumber(cert);
    char text[64];
    const ASN1_OBJECT *oid;
    if (X509_get_version(cert) != X509_VERSION_3)
        return _("the certificate is not of version 3");
    if (X509_NAME_entry_count(X509_get_issuer_name(cert)) < 1)
        return _("the certificate does not name its issuer");
    if (X509_NAME_entry_count(X509_get_subject_name(cert)) < 1)
        return _("the certificate does not name its holder");
    if (ASN1_STRING_type(serial) != V_ASN1_INTEGER || ASN1_STRING_length(serial) < 1 ||
        ASN1_STRING_length(serial) > 20)
        return _("the serial number is not a positive number of at most 20 bytes");
    if (ASN1_TIME_compare(X509_get0_notBefore(cert), X509_get0_notAfter(cert)) >= 0)
        return _("the period of validity is empty");
    if (pki_sm2_xy(X509_get0_pubkey(cert), xy) != PKI_OK && !(either && on_p256(cert)))
        return _("the public key is not an SM2 key");
    X509_ALGOR_get0(&oid, NULL, NULL, X509_get0_tbs_sigalg(cert));
    if ((OBJ_obj2txt(text, sizeof text, oid, 1) <= 0 || strcmp(text, OID_SM2_WITH_SM3) != 0) &&
        !(either && OBJ_obj2nid(oid) == NID_ecdsa_with_SHA256))
        return _("the signature algorithm is not SM2 with SM3");
    if (X509_get_extension_flags(cert) & EXFLAG_INVALID)
        return _("an extension is malformed");
    return NULL;
}

static const char *key_usage(X509 *cert, enum pki_usage usage)
{
    uint32_t flags = X509_get_extension_flags(cert), bits = X509_get_key_usage(cert);
    const uint32_t sign = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
    const uint32_t encrypt = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT | KU_KEY_AGREEMENT;
    if (!(flags & EXFLAG_KUSAGE))
        return _("the certificate has no key usage");
    if (usage == PKI_USAGE_CA || usage == PKI_USAGE_MAKER) {
        if (!(flags & EXFLAG_CA) || !(flags & EXFLAG_BCONS))
            return _("the certificate is not an authority's");
        return bits & KU_KEY_CERT_SIGN ? NULL : _("the key usage does not allow issuing");
    }
    if (flags & EXFLAG_CA)
        return _("the certificate is an authority's, not a holder's");
    switch (usage) {
    case PKI_USAGE_SIGN:
        /* A dual-certificate pair keeps the two uses apart: an escrowed key must not sign. */
        if (!(bits & sign))
            return _("the key usage does not allow signing");
        return bits & encrypt ? _("a signing certificate must not allow encryption") : NULL;
    case PKI_USAGE_ENCRYPT:
        if (!(bits & encrypt))
            return _("the key usage does not allow encryption");
        return bits & sign ? _("an encryption certificate must not allow signing") : NULL;
    case PKI_USAGE_IDENTITY:
        return bits == KU_DIGITAL_SIGNATURE ? NULL : _("the key usage does not allow signing");
    default:
        if (!(bits & sign))
            return _("the key usage does not allow signing");
        return (flags & EXFLAG_XKUSAGE) && (X509_get_extended_key_usage(cert) & XKU_OCSP_SIGN)
                   ? NULL
                   : _("the certificate does not allow OCSP signing");
    }
}

int pki_check_profile(X509 *cert, enum pki_usage usage, const char **why)
{
    const bool either = usage == PKI_USAGE_IDENTITY || usage == PKI_USAGE_MAKER;
    const char *reason = basic_contents(cert, either);
    if (reason == NULL)
        reason = key_usage(cert, usage);
    if (why != NULL)
        *why = reason;
    return reason == NULL ? PKI_OK : PKI_ERR_PROFILE;
}
