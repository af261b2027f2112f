/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine. Each step looks at what an earlier run left before it does anything. */
#include "enroll/enroll.h"
#include "enroll/est_client.h"
#include "enroll/internal.h"
#include "enroll/multipart.h"
#include "hufu/oid.h"
#include "util/base64.h"
#include "util/i18n.h"
#include <openssl/pem.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct run {
    const struct enroll_params *p;
    struct enroll_failure *f;
    struct enroll_result *r;
    struct state state;
    uint8_t pub[64];
    struct hufu_envelope envelope;
    struct enroll_trust trust;
};

int enroll_fail(struct enroll_failure *f, enum enroll_error code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    f->token_error = 0;
    f->http_status = 0;
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    return code;
}

int enroll_fail_token(struct enroll_failure *f, int hufu_error, const char *what)
{
    f->token_error = hufu_error;
    f->http_status = 0;
    snprintf(f->text, sizeof f->text, "%s: %s", what, hufu_strerror(hufu_error));
    return ENROLL_ERR_TOKEN;
}

void enroll_result_free(struct enroll_result *r)
{
    X509_free(r->sign_cert);
    X509_free(r->enc_cert);
    sk_X509_pop_free(r->chain, X509_free);
    free(r->request);
    memset(r, 0, sizeof *r);
}

static void tell(const struct run *run, enum enroll_step step, const char *detail)
{
    if (run->p->event != NULL) {
        run->p->event(run->p->ctx, step, detail);
    }
}

static int state_failed(const struct run *run)
{
    return enroll_fail(run->f, ENROLL_ERR_STATE, _("the state folder %s cannot be used"),
                       run->state.folder);
}

/* A stored certificate; NULL: none (or unreadable, which is fetched again). */
static X509 *stored_cert(const struct run *run, const char *item)
{
    uint8_t *data = NULL;
    size_t len = 0;
    X509 *cert = NULL;
    if (state_get(&run->state, item, &data, &len) == 0) {
        cert = pki_parse_cert(data, len);
    }
    free(data);
    return cert;
}

static int store_cert(const struct run *run, const char *item, X509 *cert)
{
    unsigned char *der = NULL;
    int n = i2d_X509(cert, &der);
    int rc =
        n > 0 && state_put(&run->state, item, der, (size_t)n) == 0 ? ENROLL_OK : state_failed(run);
    OPENSSL_free(der);
    return rc;
}

static bool shows_attestation(X509_REQ *req)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(HUFU_OID_ATTESTATION, 1);
    const bool shows = oid == NULL || X509_REQ_get_attr_by_OBJ(req, oid, -1) >= 0;
    ASN1_OBJECT_free(oid);
    return shows;
}

/* The stored request if it is for this key and subject, so that a repeat is the same request; until
 * there is a certificate one whose challenge may be spent does not fit. */
static bool stored_request_fits(struct run *run)
{
    uint8_t *data = NULL;
    size_t len = 0;
    uint8_t xy[64];
    bool fits = false;
    if (state_get(&run->state, STATE_REQUEST, &data, &len) != 0) {
        return false;
    }
    X509_REQ *req = pki_parse_req(data, len);
    X509_NAME *name = enroll_parse_subject(run->p->subject != NULL ? run->p->subject : "");
    if (req != NULL && name != NULL && pki_req_verify(req) == PKI_OK &&
        pki_sm2_xy(X509_REQ_get0_pubkey(req), xy) == PKI_OK &&
        memcmp(xy, run->pub, sizeof xy) == 0 &&
        X509_NAME_cmp(name, X509_REQ_get_subject_name(req)) == 0 &&
        (run->r->sign_cert != NULL || !shows_attestation(req))) {
        run->r->request = data;
        run->r->request_len = len;
        data = NULL;
        fits = true;
    }
    X509_NAME_free(name);
    X509_REQ_free(req);
    free(data);
    return fits;
}

static int new_request(struct run *run, const struct enroll_shown *shown)
{
    int rc = enroll_make_request(run->p, run->pub, shown, &run->r->request, &run->r->request_len,
                                 run->f);
    if (rc == ENROLL_OK &&
        state_put(&run->state, STATE_REQUEST, run->r->request, run->r->request_len) != 0) {
        rc = state_failed(run);
    }
    return rc;
}

/* The request of before, or a new one without an attestation. */
static int plain_request(struct run *run)
{
    return stored_request_fits(run) ? ENROLL_OK : new_request(run, NULL);
}

static int step_key(struct run *run)
{
    uint8_t *old = NULL;
    size_t old_len = 0;
    int rc = enroll_find_key(run->p, run->pub, run->f);
    if (rc != ENROLL_OK) {
        return rc;
    }
    if (state_get(&run->state, STATE_KEY, &old, &old_len) == 0 &&
        (old_len != sizeof run->pub || memcmp(old, run->pub, old_len) != 0)) {
        state_clear(&run->state); /* left by an enrolment for a key that is gone */
        if (state_open(&run->state, run->p->state_dir, run->p->serial, run->p->app_name,
                       run->p->container_name) != 0) {
            free(old);
            return state_failed(run);
        }
    }
    free(old);
    if (state_put(&run->state, STATE_KEY, run->pub, sizeof run->pub) != 0) {
        return state_failed(run);
    }
    if (rc == ENROLL_OK) {
        tell(run, ENROLL_KEY, NULL);
    }
    return rc;
}

static int fingerprint(X509 *cert, char hex[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    if (X509_digest(cert, EVP_sm3(), digest, &n) != 1 || n != 32) {
        return -1;
    }
    for (unsigned int i = 0; i < n; i++) {
        snprintf(hex + 2 * (size_t)i, 3, "%02X", digest[i]);
    }
    return 0;
}

static int confirm_root(struct run *run, STACK_OF(X509) *chain)
{
    char hex[65];
    X509 *root = enroll_find_root(chain);
    if (root == NULL || fingerprint(root, hex) != 0 ||
        pki_cert_verify_by(root, X509_get0_pubkey(root)) != PKI_OK) {
        return enroll_fail(run->f, ENROLL_ERR_ANSWER, _("the CA sent no usable root certificate"));
    }
    bool good;
    if (run->p->root_sm3 != NULL) {
        good = strcasecmp(hex, run->p->root_sm3) == 0;
    } else {
        char *name = pki_name_text(X509_get_subject_name(root));
        good = run->p->confirm != NULL && run->p->confirm(run->p->ctx, hex, name);
        free(name);
    }
    return good ? ENROLL_OK
                : enroll_fail(run->f, ENROLL_ERR_TRUST,
                              _("the root certificate's fingerprint %s was not confirmed"), hex);
}

static int store_chain(const struct run *run, STACK_OF(X509) *chain)
{
    BIO *mem = BIO_new(BIO_s_mem());
    char *text = NULL;
    int rc = ENROLL_OK;
    for (int i = 0; mem != NULL && i < sk_X509_num(chain); i++) {
        (void)PEM_write_bio_X509(mem, sk_X509_value(chain, i));
    }
    long n = mem != NULL ? BIO_get_mem_data(mem, &text) : 0;
    if (n <= 0 || state_put(&run->state, STATE_CHAIN, text, (size_t)n) != 0) {
        rc = state_failed(run);
    }
    BIO_free(mem);
    return rc;
}

/* The confirmed root is trusted; whatever else the CA sent only helps the path. */
static int trust_root(struct run *run)
{
    X509 *root = enroll_find_root(run->r->chain);
    run->trust.others = run->r->chain;
    run->trust.roots = sk_X509_new_null();
    if (root == NULL || run->trust.roots == NULL || sk_X509_push(run->trust.roots, root) <= 0) {
        return enroll_fail(run->f, ENROLL_ERR_ANSWER, _("the CA sent no usable root certificate"));
    }
    return ENROLL_OK;
}

static int step_trust(struct run *run)
{
    char path[1280];
    int error = 0;
    int n = snprintf(path, sizeof path, "%s/%s", run->state.folder, STATE_CHAIN);
    if (n > 0 && (size_t)n < sizeof path) {
        run->r->chain = pki_load_certs(path, &error);
    }
    int rc = ENROLL_OK;
    if (run->r->chain == NULL) {
        struct est est = {.url = run->p->est_url, .tls_ca = run->p->tls_ca};
        rc = est_cacerts(&est, &run->r->chain, run->f);
        rc = rc == ENROLL_OK ? confirm_root(run, run->r->chain) : rc;
        rc = rc == ENROLL_OK ? store_chain(run, run->r->chain) : rc;
    } else if (run->p->root_sm3 != NULL) {
        rc = confirm_root(run, run->r->chain);
    }
    if (rc == ENROLL_OK) {
        rc = trust_root(run);
    }
    if (rc == ENROLL_OK) {
        tell(run, ENROLL_TRUST, NULL);
    }
    return rc;
}

static struct est credentials(const struct run *run)
{
    return (struct est){.url = run->p->est_url,
                        .tls_ca = run->p->tls_ca,
                        .user = run->p->applicant,
                        .password = run->p->code};
}

/* A challenge is answered in a request of its own: the one of an earlier run is spent or too old.
 * The CA's root is confirmed by now, and only then the code leaves this machine. */
static int attested_request(struct run *run)
{
    const struct est est = credentials(run);
    uint8_t challenge[HUFU_ATTEST_CHALLENGE];
    struct enroll_shown shown = {0};
    bool asked = false;
    int rc = ENROLL_OK;
    if (run->p->attestation != ENROLL_ATTEST_OFF) {
        rc = est_csrattrs(&est, challenge, &asked, run->f);
    }
    if (rc == ENROLL_OK && asked) {
        rc = enroll_attest(run->p, challenge, &shown, run->f);
    }
    if (rc == ENROLL_OK && run->p->attestation == ENROLL_ATTEST_REQUIRED && shown.der == NULL) {
        rc = enroll_fail(run->f, ENROLL_ERR_REFUSED,
                         asked ? _("the token has no identity certificate to show the CA")
                               : _("the CA asks for no attestation, and one is required"));
    }
    if (rc == ENROLL_OK) {
        rc = shown.der != NULL ? new_request(run, &shown) : plain_request(run);
    }
    free(shown.der);
    return rc;
}

static int step_sign(struct run *run)
{
    run->r->sign_cert = stored_cert(run, STATE_SIGN);
    bool fetched = run->r->sign_cert == NULL;
    int rc = fetched ? attested_request(run) : plain_request(run);
    if (fetched && rc == ENROLL_OK) {
        struct est est = credentials(run);
        rc = est_simpleenroll(&est, run->r->request, run->r->request_len, &run->r->sign_cert,
                              run->f);
    }
    if (rc == ENROLL_OK) {
        rc = enroll_check_sign(run->r->sign_cert, run->pub, run->p->subject, &run->trust, run->f);
    }
    if (rc == ENROLL_OK && fetched) {
        rc = store_cert(run, STATE_SIGN, run->r->sign_cert);
    }
    if (rc == ENROLL_OK) {
        tell(run, ENROLL_SIGN, NULL);
    }
    return rc;
}

static int step_encrypt(struct run *run)
{
    uint8_t *envelope = NULL;
    size_t len = 0;
    int rc = ENROLL_OK;
    run->r->enc_cert = stored_cert(run, STATE_ENC);
    bool fetched =
        run->r->enc_cert == NULL || state_get(&run->state, STATE_ENVELOPE, &envelope, &len) != 0;
    if (fetched) {
        struct est est = credentials(run);
        X509_free(run->r->enc_cert);
        run->r->enc_cert = NULL;
        rc = est_serverkeygen(&est, run->r->request, run->r->request_len, &envelope, &len,
                              &run->r->enc_cert, run->f);
    }
    if (rc == ENROLL_OK && pki_enveloped_key_parse(envelope, len, &run->envelope) != PKI_OK) {
        rc = enroll_fail(run->f, ENROLL_ERR_ANSWER, _("the enveloped key is malformed"));
    }
    if (rc == ENROLL_OK) {
        rc = enroll_check_encrypt(run->r->enc_cert, &run->envelope, run->r->sign_cert, &run->trust,
                                  run->f);
    }
    if (rc == ENROLL_OK && fetched) {
        rc = state_put(&run->state, STATE_ENVELOPE, envelope, len) == 0
                 ? store_cert(run, STATE_ENC, run->r->enc_cert)
                 : state_failed(run);
    }
    if (rc == ENROLL_OK) {
        tell(run, ENROLL_ENCRYPT, NULL);
    }
    free(envelope);
    return rc;
}

static int step_install(struct run *run)
{
    int rc = enroll_install(run->p, &run->envelope, run->r->sign_cert, run->r->enc_cert, run->f);
    if (rc == ENROLL_OK && !enroll_installed(run->p, run->r->sign_cert, run->r->enc_cert)) {
        rc = enroll_fail(run->f, ENROLL_ERR_CHECK,
                         _("the token does not give back what was installed"));
    }
    if (rc == ENROLL_OK) {
        tell(run, ENROLL_INSTALL, NULL);
        state_clear(&run->state);
        tell(run, ENROLL_DONE, NULL);
    }
    return rc;
}

/* An earlier run installed everything but was cut before it could forget its state. */
static bool already_done(struct run *run)
{
    run->r->sign_cert = stored_cert(run, STATE_SIGN);
    run->r->enc_cert = stored_cert(run, STATE_ENC);
    if (run->r->sign_cert != NULL && run->r->enc_cert != NULL &&
        enroll_installed(run->p, run->r->sign_cert, run->r->enc_cert)) {
        char path[1280];
        int error = 0;
        snprintf(path, sizeof path, "%s/%s", run->state.folder, STATE_CHAIN);
        run->r->chain = pki_load_certs(path, &error);
        if (state_get(&run->state, STATE_REQUEST, &run->r->request, &run->r->request_len) != 0) {
            run->r->request = NULL;
        }
        state_clear(&run->state);
        tell(run, ENROLL_DONE, NULL);
        return true;
    }
    enroll_result_free(run->r);
    return false;
}

static int begin(struct run *run, const struct enroll_params *p, struct enroll_result *r,
                 struct enroll_failure *f)
{
    *run = (struct run){.p = p, .f = f, .r = r};
    memset(r, 0, sizeof *r);
    memset(f, 0, sizeof *f);
    if (state_open(&run->state, p->state_dir, p->serial, p->app_name, p->container_name) != 0) {
        return state_failed(run);
    }
    return ENROLL_OK;
}

int enroll_run(const struct enroll_params *params, struct enroll_result *result,
               struct enroll_failure *failure)
{
    struct run run;
    int rc = begin(&run, params, result, failure);
    if (rc == ENROLL_OK && already_done(&run)) {
        return ENROLL_OK;
    }
    static int (*const steps[])(struct run *) = {step_key, step_trust, step_sign, step_encrypt,
                                                 step_install};
    for (size_t i = 0; rc == ENROLL_OK && i < sizeof steps / sizeof steps[0]; i++) {
        rc = steps[i](&run);
    }
    sk_X509_free(run.trust.roots);
    state_close(&run.state);
    return rc;
}

int enroll_request(const struct enroll_params *params, struct enroll_result *result,
                   struct enroll_failure *failure)
{
    struct run run;
    int rc = begin(&run, params, result, failure);
    rc = rc == ENROLL_OK ? step_key(&run) : rc;
    return rc == ENROLL_OK ? plain_request(&run) : rc;
}

/* DER as it is; PEM or bare base64 decoded. malloc; NULL: none of them. */
static uint8_t *decode_response(const uint8_t *data, size_t len, size_t *der_len)
{
    if (len > 0 && data[0] == 0x30) {
        uint8_t *der = malloc(len);
        if (der != NULL) {
            memcpy(der, data, len);
            *der_len = len;
        }
        return der;
    }
    const char *text = (const char *)data;
    const char *begin_mark = memmem(text, len, "-----\n", 6);
    if (len > 5 && memcmp(text, "-----", 5) == 0 && begin_mark != NULL) {
        const char *body = begin_mark + 6;
        const char *end = memmem(body, len - (size_t)(body - text), "-----", 5);
        return end != NULL ? base64_decode(body, (size_t)(end - body), der_len) : NULL;
    }
    return base64_decode(text, len, der_len);
}

int enroll_response(const struct enroll_params *params, const uint8_t *response, size_t len,
                    STACK_OF(X509) *roots, struct enroll_result *result,
                    struct enroll_failure *failure)
{
    struct run run;
    struct pki_csr_response parsed = {0};
    uint8_t *der = NULL;
    size_t der_len = 0;
    int rc = begin(&run, params, result, failure);
    if (rc == ENROLL_OK) {
        rc = enroll_find_key(params, run.pub, failure);
    }
    if (rc == ENROLL_OK && ((der = decode_response(response, len, &der_len)) == NULL ||
                            pki_csr_response_parse(der, der_len, &parsed) != PKI_OK ||
                            sk_X509_num(parsed.sign_certs) < 1)) {
        rc = enroll_fail(failure, ENROLL_ERR_CHECK, _("this is not a CSRResponse of GM/T 0092"));
    }
    if (rc == ENROLL_OK && (parsed.enveloped_key == NULL || sk_X509_num(parsed.enc_certs) < 1 ||
                            pki_enveloped_key_parse(parsed.enveloped_key, parsed.enveloped_key_len,
                                                    &run.envelope) != PKI_OK)) {
        rc = enroll_fail(failure, ENROLL_ERR_CHECK,
                         _("the response brings no usable encryption pair"));
    }
    if (rc == ENROLL_OK) {
        /* First the certificate of the request's key, then (GM/T 0092) those above it, which are
         * path material only: what is trusted is what the caller brought. */
        run.trust = (struct enroll_trust){.roots = roots, .others = parsed.sign_certs};
        result->chain = X509_chain_up_ref(roots);
        result->sign_cert = sk_X509_shift(parsed.sign_certs);
        result->enc_cert = sk_X509_shift(parsed.enc_certs);
        rc = enroll_check_sign(result->sign_cert, run.pub, params->subject, &run.trust, failure);
    }
    if (rc == ENROLL_OK) {
        tell(&run, ENROLL_SIGN, NULL);
        rc = enroll_check_encrypt(result->enc_cert, &run.envelope, result->sign_cert, &run.trust,
                                  failure);
    }
    if (rc == ENROLL_OK) {
        tell(&run, ENROLL_ENCRYPT, NULL);
        rc = step_install(&run);
    }
    pki_csr_response_free(&parsed);
    free(der);
    state_close(&run.state);
    return rc;
}
