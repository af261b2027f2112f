/* SPDX-License-Identifier: Apache-2.0 */
/* Chain, validity, key usage and revocation together. REQ: L6 Q2 Q3 */
#include "tests.h"
#include <string.h>

struct answers {
    bool have_ocsp, have_crl, ocsp_revoked, crl_revoked;
    time_t when;
    size_t asked;
};

static int answer(void *ctx, X509 *cert, X509 *issuer, struct pki_revocation *ocsp, bool *have_ocsp,
                  struct pki_revocation *crl, bool *have_crl)
{
    struct answers *a = ctx;
    assert_int_equal(pki_cert_verify_by(cert, X509_get0_pubkey(issuer)), PKI_OK);
    a->asked++;
    memset(ocsp, 0, sizeof *ocsp);
    memset(crl, 0, sizeof *crl);
    *have_ocsp = a->have_ocsp;
    *have_crl = a->have_crl;
    ocsp->revoked = a->ocsp_revoked;
    crl->revoked = a->crl_revoked;
    ocsp->when = crl->when = a->when;
    return PKI_OK;
}

static int judge(struct made_world *w, X509 *cert, STACK_OF(X509) *roots, struct answers *a,
                 time_t at, bool asserted, struct document_judgement *j)
{
    const struct document_revocation_source source = {answer, a};
    struct document_trust trust = {roots, w->all, at, asserted, &source};
    a->asked = 0;
    int verdict = document_judge(cert, &trust, j);
    assert_int_equal(verdict, j->verdict);
    document_judgement_free(j);
    return verdict;
}

void test_judge(void **state)
{
    (void)state;
    struct made_world w, other;
    struct document_judgement j;
    struct answers good = {.have_ocsp = true, .have_crl = true};
    time_t now = time(NULL);
    made_world(&w);
    made_world(&other);
    assert_int_equal(judge(&w, w.sign, w.roots, &good, now, false, &j), PKI_OK);
    assert_int_equal(good.asked, 2); /* leaf and issuing CA; the root is trusted */
    assert_int_not_equal(judge(&w, w.sign, other.roots, &good, now, false, &j), PKI_OK);
    assert_int_equal(good.asked, 0); /* no address of an unknown authority is followed */
    assert_int_equal(judge(&w, w.enc, w.roots, &good, now, false, &j), PKI_ERR_PROFILE);
    assert_int_equal(judge(&w, w.sign, w.roots, &good, now + 300 * DAY, false, &j),
                     PKI_ERR_EXPIRED);
    /* An authority that is itself in the trust list needs no answer about itself. */
    sk_X509_push(w.roots, w.ca);
    assert_int_equal(judge(&w, w.sign, w.roots, &good, now, false, &j), PKI_OK);
    assert_int_equal(good.asked, 1);
    made_world_free(&w);
    made_world_free(&other);
}

void test_judge_revocation(void **state)
{
    (void)state;
    struct made_world w;
    struct document_judgement j;
    time_t now = time(NULL), then = now - 1000;
    made_world(&w);
    struct answers a = {0};
    assert_int_equal(judge(&w, w.sign, w.roots, &a, now, false, &j), PKI_ERR_UNKNOWN);
    a = (struct answers){.have_ocsp = true, .ocsp_revoked = true, .when = then};
    assert_int_equal(judge(&w, w.sign, w.roots, &a, now, false, &j), PKI_ERR_REVOKED);
    /* One that says revoked outweighs one that does not know yet. */
    a = (struct answers){.have_ocsp = true, .have_crl = true, .crl_revoked = true, .when = then};
    assert_int_equal(judge(&w, w.sign, w.roots, &a, now, false, &j), PKI_ERR_REVOKED);
    /* Signed before, as the verifier asserts: only then. */
    assert_int_equal(judge(&w, w.sign, w.roots, &a, then - 10, true, &j), PKI_OK);
    assert_int_equal(judge(&w, w.sign, w.roots, &a, then - 10, false, &j), PKI_ERR_REVOKED);
    assert_int_equal(judge(&w, w.sign, w.roots, &a, then + 10, true, &j), PKI_ERR_REVOKED);
    assert_int_equal(judge(&w, w.sign, w.roots, &a, then, true, &j), PKI_ERR_REVOKED);
    made_world_free(&w);
}
