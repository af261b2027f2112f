/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeded mutations of good messages through every parser of host/pki and host/document. Shown is
 * that none crashes, reads past its input (each is given memory of its exact length, under
 * AddressSanitizer) or takes a changed message for a good one. HUFU_TEST_LONG=1 runs twenty-five
 * times as many; HUFU_FUZZ_SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above it */

#include "document/document.h"
#include "made.h"
#include "seeded.h"
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

static struct made_world w;
static const char content[] = "what was signed";

static int set_up(void **unused)
{
    (void)unused;
    seeded_start();
    made_world(&w);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    made_world_free(&w);
    return 0;
}

/* A changed copy, of exactly its length: bytes set, flipped, cut out, doubled, lengths pushed. */
static uint8_t *mutate(const uint8_t *data, size_t len, size_t *out_len)
{
    static const uint8_t odd[] = {0x00, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xff, 0x30, 0x24, 0xa0};
    uint8_t *work = malloc(len * 2 + 1);
    memcpy(work, data, len);
    *out_len = len;
    for (uint32_t n = 1 + next(4); n > 0 && *out_len > 1; n--) {
        size_t at = next((uint32_t)*out_len), span = 1 + next(16);
        if (span > *out_len - at)
            span = *out_len - at;
        switch (next(6)) {
        case 0:
            work[at] ^= (uint8_t)(1u << next(8));
            break;
        case 1:
            work[at] = odd[next(sizeof odd)];
            break;
        case 2:
            work[at] = (uint8_t)(work[at] + next(2) * 2 - 1);
            break;
        case 3:
            memmove(work + at, work + at + span, *out_len - at - span);
            *out_len -= span;
            break;
        case 4:
            if (*out_len + span <= len * 2) {
                memmove(work + at + span, work + at, *out_len - at);
                *out_len += span;
            }
            break;
        default:
            *out_len = at + 1;
        }
    }
    uint8_t *exact = malloc(*out_len);
    memcpy(exact, work, *out_len);
    free(work);
    return exact;
}

static FILE *file_of(const void *data, size_t len)
{
    FILE *f = fmemopen((void *)(uintptr_t)data, len, "rb");
    assert_non_null(f);
    return f;
}

static void fuzz_signed(void **unused)
{
    (void)unused;
    struct pki_signer signer;
    pki_signer_from_key(&signer, w.sign_key);
    for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
        struct document_sign how = {(enum document_form)form, w.sign, NULL, &signer, 0, NULL};
        uint8_t *good;
        size_t len;
        FILE *f = file_of(content, sizeof content);
        assert_int_equal(document_sign(f, &how, &good, &len, NULL), PKI_OK);
        fclose(f);
        for (unsigned i = 0; i < rounds(1500); i++) {
            struct document_signatures s;
            size_t n;
            uint8_t *bad = mutate(good, len, &n);
            /* Another content than the signed one: whatever was changed, it must not verify. */
            f = file_of("another content", 15);
            assert_int_not_equal(document_verify(bad, n, f, NULL, &s), PKI_OK);
            document_signatures_free(&s);
            fclose(f);
            free(bad);
        }
        free(good);
    }
}

static void fuzz_enveloped(void **unused)
{
    (void)unused;
    STACK_OF(X509) *to = sk_X509_new_null();
    sk_X509_push(to, w.enc);
    FILE *in = tmpfile(), *out = tmpfile();
    fwrite(content, 1, sizeof content, in);
    rewind(in);
    assert_int_equal(document_encrypt(in, to, DOCUMENT_GM, out, NULL), PKI_OK);
    uint8_t good[2048];
    rewind(out);
    size_t len = fread(good, 1, sizeof good, out);
    fclose(in);
    fclose(out);
    for (unsigned i = 0; i < rounds(1500); i++) {
        struct document_decryptor decryptor;
        struct document_software_key *k = document_software_key_new(w.enc_key, &decryptor);
        size_t n;
        uint8_t *bad = mutate(good, len, &n);
        in = file_of(bad, n);
        out = fopen("/dev/null", "wb");
        (void)document_decrypt(in, w.enc, &decryptor, out, NULL, NULL);
        fclose(in);
        fclose(out);
        document_software_key_free(k);
        free(bad);
    }
    sk_X509_free(to);
}

/* One round of every parser of host/pki over changed bytes. */
static void parse_all(const uint8_t *bad, size_t n)
{
    struct hufu_envelope key;
    struct pki_csr_response response;
    struct pki_revocation r;
    X509 *cert = pki_parse_cert(bad, n);
    if (cert != NULL) {
        assert_int_not_equal(pki_cert_verify_by(cert, w.sign_key), PKI_OK);
        (void)pki_check_profile(cert, PKI_USAGE_SIGN, NULL);
        free(pki_name_text(X509_get_subject_name(cert)));
        free(pki_serial_text(cert));
    }
    X509_free(cert);
    X509_CRL *crl = pki_parse_crl(bad, n);
    if (crl != NULL)
        assert_int_not_equal(pki_check_crl(w.sign, w.root, crl, time(NULL), &r), PKI_OK);
    X509_CRL_free(crl);
    X509_REQ *req = pki_parse_req(bad, n);
    if (req != NULL)
        (void)pki_req_verify(req);
    X509_REQ_free(req);
    sk_X509_pop_free(pki_parse_certs(bad, n), X509_free);
    /* Asked about another certificate than the answer is for: never an answer. */
    assert_int_not_equal(pki_check_ocsp(w.ca, w.root, bad, n, time(NULL), &r), PKI_OK);
    (void)pki_enveloped_key_parse(bad, n, &key);
    if (pki_csr_response_parse(bad, n, &response) == PKI_OK)
        pki_csr_response_free(&response);
    uint8_t rs[64];
    (void)pki_sig_from_der(bad, n, rs);
}

static void fuzz_objects(void **unused)
{
    (void)unused;
    struct {
        uint8_t *der;
        size_t len;
    } good[6] = {0};
    struct pki_csr_response response = {0};
    time_t now = time(NULL);
    X509_CRL *crl = made_crl(w.ca, w.ca_key, now, now + DAY, 1001, now, 1);
    int n = i2d_X509(w.sign, &good[0].der);
    good[0].len = (size_t)n;
    n = i2d_X509_CRL(crl, &good[1].der);
    good[1].len = (size_t)n;
    good[2].der = made_ocsp(w.sign, w.ca, EVP_sha1(), V_OCSP_CERTSTATUS_GOOD, now, now, now + DAY,
                            w.ca, w.ca_key, &good[2].len);
    assert_int_equal(pki_enveloped_key_make(w.sign_key, w.enc_key, &good[3].der, &good[3].len),
                     PKI_OK);
    response.sign_certs = response.enc_certs = sk_X509_new_null();
    sk_X509_push(response.sign_certs, w.sign);
    response.enveloped_key = good[3].der;
    response.enveloped_key_len = good[3].len;
    assert_int_equal(pki_csr_response_make(&response, &good[4].der, &good[4].len), PKI_OK);
    BIO *pem = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(pem, w.sign);
    char *text;
    good[5].len = (size_t)BIO_get_mem_data(pem, &text);
    good[5].der = (uint8_t *)text;
    for (unsigned i = 0; i < rounds(1500); i++)
        for (size_t k = 0; k < 6; k++) {
            size_t len;
            uint8_t *bad = mutate(good[k].der, good[k].len, &len);
            parse_all(bad, len);
            free(bad);
        }
    OPENSSL_free(good[0].der);
    OPENSSL_free(good[1].der);
    free(good[2].der);
    free(good[3].der);
    free(good[4].der);
    BIO_free(pem);
    X509_CRL_free(crl);
    sk_X509_free(response.sign_certs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fuzz_signed),
                                       cmocka_unit_test(fuzz_enveloped),
                                       cmocka_unit_test(fuzz_objects)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
