/* SPDX-License-Identifier: Apache-2.0 */
/* The signing pair in the vault and the request that it signs. */
#include "enroll/internal.h"
#include "hufu/oid.h"
#include "util/i18n.h"
#include <openssl/asn1.h>
#include <stdlib.h>
#include <string.h>

int enroll_find_key(const struct enroll_params *p, uint8_t pub[64], struct enroll_failure *f)
{
    struct hufu_container_info info;
    int rc = hufu_container_info(p->token, p->app, p->container_name, &info);
    if (rc != HUFU_OK) {
        return enroll_fail_token(f, rc, _("reading the container"));
    }
    if (info.sign_cert || info.enc_cert) {
        return enroll_fail(f, ENROLL_ERR_OCCUPIED,
                           _("container \"%s\" already holds certificates; choose another with "
                             "--container, or remove it with: hufu key delete"),
                           p->container_name);
    }
    if (info.sign_bits != 0) {
        /* A key without a certificate: an enrolment that did not end. It was born in the vault and
         * certifies nothing yet, so it is used rather than orphaned. */
        rc = hufu_public_key(p->token, p->app, p->container, true, pub);
        return rc == HUFU_OK ? ENROLL_OK : enroll_fail_token(f, rc, _("reading the public key"));
    }
    rc = hufu_generate_sm2(p->token, p->app, p->container, pub);
    return rc == HUFU_OK ? ENROLL_OK : enroll_fail_token(f, rc, _("generating the key pair"));
}

bool enroll_logged_in_again(const struct enroll_params *p, int error)
{
    return error == HUFU_ERR_NOT_LOGGED_IN && p->login != NULL && p->login(p->login_ctx) == HUFU_OK;
}

static int sign_in_token(void *ctx, const uint8_t e[32], uint8_t rs[64])
{
    const struct enroll_params *p = ctx;
    int rc = hufu_sign_digest(p->token, p->app, p->container, e, rs);
    if (enroll_logged_in_again(p, rc)) {
        rc = hufu_sign_digest(p->token, p->app, p->container, e, rs);
    }
    return rc;
}

static bool add_attestation(X509_REQ *req, const struct enroll_shown *shown)
{
    return shown == NULL || shown->der == NULL ||
           X509_REQ_add1_attr_by_txt(req, HUFU_OID_ATTESTATION, V_ASN1_SEQUENCE, shown->der,
                                     (int)shown->len) == 1;
}

int enroll_make_request(const struct enroll_params *p, const uint8_t pub[64],
                        const struct enroll_shown *shown, uint8_t **der, size_t *len,
                        struct enroll_failure *f)
{
    X509_NAME *subject = enroll_parse_subject(p->subject != NULL ? p->subject : "");
    EVP_PKEY *key = pki_sm2_public(pub);
    X509_REQ *req = X509_REQ_new();
    struct pki_signer signer = {.sign = sign_in_token, .ctx = (void *)(uintptr_t)p};
    int token_error = 0;
    int rc;
    if (subject == NULL) {
        rc = enroll_fail(f, ENROLL_ERR_PARAM,
                         _("--subject must look like \"C=CN, O=Example, CN=Name\""));
    } else if (key == NULL) {
        rc = enroll_fail(f, ENROLL_ERR_CHECK, _("the token gave a public key not on the curve"));
    } else if (req == NULL || X509_REQ_set_version(req, 0) != 1 ||
               X509_REQ_set_subject_name(req, subject) != 1 || X509_REQ_set_pubkey(req, key) != 1 ||
               !add_attestation(req, shown)) {
        rc = enroll_fail(f, ENROLL_ERR_PARAM, _("the request cannot be built"));
    } else if (pki_req_sign(req, key, &signer, &token_error) != PKI_OK) {
        rc = token_error != 0 ? enroll_fail_token(f, token_error, _("signing the request"))
                              : enroll_fail(f, ENROLL_ERR_PARAM, _("the request cannot be signed"));
    } else if (pki_req_verify(req) != PKI_OK) {
        rc = enroll_fail(f, ENROLL_ERR_CHECK, _("the token's signature does not verify"));
    } else {
        unsigned char *out = NULL;
        int n = i2d_X509_REQ(req, &out);
        rc = ENROLL_OK;
        *der = n > 0 ? malloc((size_t)n) : NULL;
        if (*der == NULL) {
            rc = enroll_fail(f, ENROLL_ERR_PARAM, _("the request cannot be encoded"));
        } else {
            memcpy(*der, out, (size_t)n);
            *len = (size_t)n;
        }
        OPENSSL_free(out);
    }
    X509_REQ_free(req);
    EVP_PKEY_free(key);
    X509_NAME_free(subject);
    return rc;
}
