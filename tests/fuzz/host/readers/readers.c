/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever reads a structure from outside, the vault's readers and the host's, one by the input's
 * first byte, each in memory of its exact length. What a reader points to lies in the input; what
 * is taken has the lengths its header promises; nobody's signature holds over it. REQ: K1
 */
#include "readers.h"
#include "document/document.h"
#include "envelope_made.h"
#include "made.h"
#include "pki/attest.h"
#include "pki/pki.h"
#include "support/check.h"
#include <stdlib.h>
#include <string.h>

int hufu_fuzz_readers(const uint8_t *data, size_t size);

static struct made_world w;
static struct envelope_world e;

static void host_envelope(const uint8_t *data, size_t size)
{
    const struct pki_envelope_hint hint = {e.pub, size % 2 != 0 ? e.recipient_cert : NULL};
    struct pki_envelope out;
    const char *why = NULL;
    const int error = pki_envelope_read(data, size, &hint, &out, &why);
    check(out.count <= 2 && (error == PKI_OK) == (out.count != 0));
    check(error != PKI_ERR_PROFILE || why != NULL);
    for (unsigned i = 0; i < out.count; i++) {
        const struct hufu_envelope *f = &out.framing[i];
        EVP_PKEY *key = pki_sm2_public(f->pub), *c1 = pki_sm2_public(f->c1);
        check(key != NULL && c1 != NULL);
        check(f->cipher_len <= sizeof f->cipher && f->c2_len <= sizeof f->c2);
        EVP_PKEY_free(key);
        EVP_PKEY_free(c1);
    }
}

static void host_objects(const uint8_t *data, size_t size)
{
    struct hufu_envelope key;
    struct pki_csr_response response;
    struct pki_revocation revocation;
    struct pki_attestation statement;
    X509 *cert = pki_parse_cert(data, size);
    if (cert != NULL) {
        check(pki_cert_verify_by(cert, w.sign_key) != PKI_OK);
        (void)pki_check_profile(cert, PKI_USAGE_SIGN, NULL);
        free(pki_name_text(X509_get_subject_name(cert)));
        free(pki_serial_text(cert));
    }
    X509_free(cert);
    X509_CRL *crl = pki_parse_crl(data, size);
    if (crl != NULL) {
        check(pki_check_crl(w.sign, w.root, crl, time(NULL), &revocation) != PKI_OK);
    }
    X509_CRL_free(crl);
    X509_REQ *request = pki_parse_req(data, size);
    if (request != NULL) {
        (void)pki_req_verify(request);
    }
    X509_REQ_free(request);
    sk_X509_pop_free(pki_parse_certs(data, size), X509_free);
    check(pki_check_ocsp(w.ca, w.root, data, size, time(NULL), &revocation) != PKI_OK);
    (void)pki_enveloped_key_parse(data, size, &key);
    if (pki_csr_response_parse(data, size, &response) == PKI_OK) {
        pki_csr_response_free(&response);
    }
    uint8_t rs[64];
    (void)pki_sig_from_der(data, size, rs);
    if (pki_attest_parse(data, size, &statement) == ATTEST_GOOD) {
        check(pki_attest_verify(&statement, w.roots, NULL, time(NULL)) != ATTEST_GOOD);
        pki_attest_free(&statement);
    }
}

static void host_signed(const uint8_t *data, size_t size)
{
    static char other[] = "another content";
    struct document_signatures s;
    FILE *f = fmemopen(other, sizeof other - 1, "rb");
    check(f != NULL && document_verify(data, size, f, NULL, &s) != PKI_OK);
    document_signatures_free(&s);
    (void)fclose(f);
}

static void host_enveloped(const uint8_t *data, size_t size)
{
    struct document_decryptor decryptor;
    struct document_software_key *k = document_software_key_new(w.enc_key, &decryptor);
    FILE *in = fmemopen((void *)(uintptr_t)data, size, "rb"), *out = fopen("/dev/null", "wb");
    check(k != NULL && in != NULL && out != NULL);
    (void)document_decrypt(in, w.enc, &decryptor, out, NULL, NULL);
    (void)fclose(in);
    (void)fclose(out);
    document_software_key_free(k);
}

int hufu_fuzz_readers(const uint8_t *data, size_t size)
{
    static void (*const all[READERS])(const uint8_t *data,
                                      size_t size) = {[READ_CERTIFICATE] = readers_certificate,
                                                      [READ_PRIVATE_KEY] = readers_private_key,
                                                      [READ_ENVELOPE] = readers_envelope,
                                                      [READ_COMMAND] = readers_command,
                                                      [READ_HOST_ENVELOPE] = host_envelope,
                                                      [READ_OBJECT] = host_objects,
                                                      [READ_SIGNED] = host_signed,
                                                      [READ_ENVELOPED] = host_enveloped};
    if (w.root == NULL) {
        uint8_t to[64];
        made_world(&w);
        check(pki_sm2_xy(w.enc_key, to) == PKI_OK);
        envelope_world(&e, to);
    }
    if (size < 2) {
        return 0;
    }
    uint8_t *exact = malloc(size - 1);
    check(exact != NULL);
    memcpy(exact, data + 1, size - 1);
    all[data[0] % READERS](exact, size - 1);
    free(exact);
    return 0;
}
