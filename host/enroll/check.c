/* SPDX-License-Identifier: Apache-2.0 */
/* What the host demands of certificates before it installs them (requirements C1, C2, C3). */
#include "enroll/internal.h"
#include "util/i18n.h"
#include <string.h>
#include <time.h>

X509 *enroll_find_root(STACK_OF(X509) *chain)
{
    X509 *root = NULL;
    for (int i = 0; i < sk_X509_num(chain); i++) {
        X509 *cert = sk_X509_value(chain, i);
        if (X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(cert)) != 0) {
            continue;
        }
        if (root != NULL) {
            return NULL;
        }
        root = cert;
    }
    return root;
}

static int check_key(X509 *cert, const uint8_t pub[64], struct enroll_failure *f)
{
    uint8_t xy[64];
    if (pki_sm2_xy(X509_get0_pubkey(cert), xy) != PKI_OK || memcmp(xy, pub, sizeof xy) != 0) {
        return enroll_fail(f, ENROLL_ERR_CHECK, _("the certificate is for another key"));
    }
    return ENROLL_OK;
}

static int check_profile_and_chain(X509 *cert, enum pki_usage usage,
                                   const struct enroll_trust *trust, struct enroll_failure *f)
{
    const char *why = NULL;
    if (pki_check_profile(cert, usage, &why) != PKI_OK) {
        return enroll_fail(f, ENROLL_ERR_CHECK, _("the certificate breaks its profile: %s"),
                           why != NULL ? why : "");
    }
    int rc = pki_verify_chain(cert, trust->others, trust->roots, time(NULL), NULL);
    if (rc != PKI_OK) {
        return enroll_fail(f, ENROLL_ERR_CHECK, _("the certificate does not chain to the CA: %s"),
                           pki_strerror(rc));
    }
    return ENROLL_OK;
}

int enroll_check_sign(X509 *cert, const uint8_t pub[64], const char *subject,
                      const struct enroll_trust *trust, struct enroll_failure *f)
{
    int rc = check_key(cert, pub, f);
    if (rc == ENROLL_OK && subject != NULL && subject[0] != '\0') {
        X509_NAME *asked = enroll_parse_subject(subject);
        int same = asked != NULL && X509_NAME_cmp(asked, X509_get_subject_name(cert)) == 0;
        X509_NAME_free(asked);
        if (!same) {
            rc = enroll_fail(f, ENROLL_ERR_CHECK, _("the certificate names another subject"));
        }
    }
    return rc == ENROLL_OK ? check_profile_and_chain(cert, PKI_USAGE_SIGN, trust, f) : rc;
}

int enroll_check_encrypt(X509 *cert, const struct hufu_envelope *envelope, X509 *sign_cert,
                         const struct enroll_trust *trust, struct enroll_failure *f)
{
    int rc = check_key(cert, envelope->pub, f);
    if (rc == ENROLL_OK &&
        X509_NAME_cmp(X509_get_subject_name(cert), X509_get_subject_name(sign_cert)) != 0) {
        rc = enroll_fail(f, ENROLL_ERR_CHECK, _("the two certificates name different subjects"));
    }
    if (rc == ENROLL_OK && X509_cmp(cert, sign_cert) == 0) {
        rc = enroll_fail(f, ENROLL_ERR_CHECK, _("the CA sent one certificate twice"));
    }
    return rc == ENROLL_OK ? check_profile_and_chain(cert, PKI_USAGE_ENCRYPT, trust, f) : rc;
}
