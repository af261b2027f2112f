/* SPDX-License-Identifier: Apache-2.0 */
/* From the CA's answer into the token: the envelope is re-framed field by field, never opened. */
#include "enroll/internal.h"
#include "hufu/apdu.h"
#include "util/i18n.h"
#include <stdlib.h>
#include <string.h>

int enroll_reframe(const struct pki_enveloped_key *in, struct hufu_envelope *out)
{
    memset(out, 0, sizeof *out);
    if (in->c2_len > sizeof out->c2 || in->cipher_len > sizeof out->cipher) {
        return ENROLL_ERR_ANSWER;
    }
    out->sym_alg = in->cbc ? SGD_SM4_CBC_ID : SGD_SM4_ECB_ID;
    memcpy(out->iv, in->iv, sizeof out->iv);
    memcpy(out->c1, in->c1, sizeof out->c1);
    memcpy(out->c3, in->c3, sizeof out->c3);
    memcpy(out->c2, in->c2, in->c2_len);
    out->c2_len = in->c2_len;
    memcpy(out->pub, in->pub, sizeof out->pub);
    memcpy(out->cipher, in->cipher, in->cipher_len);
    out->cipher_len = in->cipher_len;
    return ENROLL_OK;
}

int enroll_install(const struct enroll_params *p, const struct pki_enveloped_key *envelope,
                   X509 *sign_cert, X509 *enc_cert, struct enroll_failure *f)
{
    struct hufu_envelope framed;
    unsigned char *sign_der = NULL;
    unsigned char *enc_der = NULL;
    int sign_len = i2d_X509(sign_cert, &sign_der);
    int enc_len = i2d_X509(enc_cert, &enc_der);
    int rc;
    if (sign_len <= 0 || enc_len <= 0 || enroll_reframe(envelope, &framed) != ENROLL_OK) {
        rc = enroll_fail(f, ENROLL_ERR_ANSWER, _("the CA's answer is malformed"));
    } else if ((size_t)sign_len > HUFU_CERT_MAX || (size_t)enc_len > HUFU_CERT_MAX) {
        rc = enroll_fail(f, ENROLL_ERR_CHECK, _("a certificate is larger than %u bytes"),
                         HUFU_CERT_MAX);
    } else {
        bool again = false;
        do {
            rc = hufu_install_dual(p->token, p->app, p->container, &framed, sign_der,
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
