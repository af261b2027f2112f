/* SPDX-License-Identifier: Apache-2.0 */
/* From the CA's answer into the token: the envelope was re-framed field by field, never opened. */
#include "enroll/internal.h"
#include "util/i18n.h"
#include <stdlib.h>
#include <string.h>

int enroll_install(const struct enroll_params *p, const struct hufu_envelope *envelope,
                   X509 *sign_cert, X509 *enc_cert, struct enroll_failure *f)
{
    unsigned char *sign_der = NULL;
    unsigned char *enc_der = NULL;
    int sign_len = i2d_X509(sign_cert, &sign_der);
    int enc_len = i2d_X509(enc_cert, &enc_der);
    int rc;
    if (sign_len <= 0 || enc_len <= 0) {
        rc = enroll_fail(f, ENROLL_ERR_ANSWER, _("the CA's answer is malformed"));
    } else if ((size_t)sign_len > HUFU_CERT_MAX || (size_t)enc_len > HUFU_CERT_MAX) {
        rc = enroll_fail(f, ENROLL_ERR_CHECK, _("a certificate is larger than %u bytes"),
                         HUFU_CERT_MAX);
    } else {
        bool again = false;
        do {
            rc = hufu_install_dual(p->token, p->app, p->container, envelope, sign_der,
                                   (size_t)sign_len, enc_der, (size_t)enc_len);
            again = !again && enroll_logged_in_again(p, rc);
        } while (again);
        rc = rc == HUFU_OK ? ENROLL_OK
                           : enroll_fail_token(f, rc,
                                               _("installing the encryption pair and the "
                                                 "certificates"));
    }
    OPENSSL_free(sign_der);
    OPENSSL_free(enc_der);
    return rc;
}

static bool same_certificate(const struct enroll_params *p, bool sign, X509 *cert)
{
    uint8_t stored[HUFU_CERT_MAX];
    size_t len = sizeof stored;
    unsigned char *der = NULL;
    int n = i2d_X509(cert, &der);
    bool same = n > 0 &&
                hufu_export_cert(p->token, p->app, p->container, sign, stored, &len) == HUFU_OK &&
                len == (size_t)n && memcmp(stored, der, len) == 0;
    OPENSSL_free(der);
    return same;
}

bool enroll_installed(const struct enroll_params *p, X509 *sign_cert, X509 *enc_cert)
{
    return same_certificate(p, true, sign_cert) && same_certificate(p, false, enc_cert);
}
