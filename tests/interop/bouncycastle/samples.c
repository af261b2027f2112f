/* SPDX-License-Identifier: Apache-2.0 */
/* Makes samples for other programs to judge ("make DIR") and judges theirs ("check DIR"). */
#include "document/document.h"
#include "made.h"
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x);                                \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static const char *folder;

static const char *in(const char *name)
{
    static char path[4][512];
    static unsigned turn;
    char *p = path[turn++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", folder, name);
    return p;
}

static void put(const char *name, const void *data, size_t len)
{
    MUST(pki_write_file(in(name), data, len, 0600) == PKI_OK);
}

static uint8_t *get(const char *name, size_t *len)
{
    uint8_t *data;
    MUST(pki_read_file(in(name), &data, len, 1u << 24) == PKI_OK);
    return data;
}

static void put_cert(const char *name, X509 *cert)
{
    char file[64];
    uint8_t *der = NULL;
    int len = i2d_X509(cert, &der);
    snprintf(file, sizeof file, "%s.der", name);
    put(file, der, (size_t)len);
    OPENSSL_free(der);
    snprintf(file, sizeof file, "%s.pem", name);
    BIO *bio = BIO_new_file(in(file), "wb");
    MUST(bio != NULL && PEM_write_bio_X509(bio, cert) == 1);
    BIO_free(bio);
}

static void put_key(const char *name, EVP_PKEY *key)
{
    uint8_t *der = NULL;
    PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(key);
    int len = i2d_PKCS8_PRIV_KEY_INFO(p8, &der);
    MUST(len > 0);
    put(name, der, (size_t)len);
    OPENSSL_free(der);
    PKCS8_PRIV_KEY_INFO_free(p8);
}

static void make_status(struct made_world *w)
{
    time_t now = time(NULL);
    uint8_t *der = NULL;
    X509_CRL *crl = made_crl(w->ca, w->ca_key, now - 60, now + DAY, 1002, now - 3600, 1);
    int n = i2d_X509_CRL(crl, &der);
    put("ca.crl", der, (size_t)n);
    OPENSSL_free(der);
    X509_CRL_free(crl);
    EVP_PKEY *key = pki_sm2_generate();
    struct made_cert ocsp = {
        "OCSP",        50,   now - 60, now + DAY, "critical,digitalSignature", NULL,
        "OCSPSigning", NULL, NULL};
    X509 *responder = made_certificate(&ocsp, key, w->ca, w->ca_key);
    size_t len;
    der = made_ocsp(w->sign, w->ca, EVP_sha1(), V_OCSP_CERTSTATUS_GOOD, now, now, now + DAY,
                    responder, key, &len);
    put("good.ocsp", der, len);
    free(der);
    der = made_ocsp(w->enc, w->ca, EVP_sha1(), V_OCSP_CERTSTATUS_REVOKED, now - 3600, now,
                    now + DAY, responder, key, &len);
    put("revoked.ocsp", der, len);
    free(der);
    put_cert("ocsp", responder);
    X509_free(responder);
    EVP_PKEY_free(key);
}

static void make_request(EVP_PKEY *key)
{
    struct pki_signer signer;
    uint8_t *der = NULL;
    X509_REQ *req = X509_REQ_new();
    pki_signer_from_key(&signer, key);
    X509_REQ_set_pubkey(req, key);
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN", MBSTRING_UTF8,
                               (const uint8_t *)"张三", -1, -1, 0);
    MUST(pki_req_sign(req, key, &signer, NULL) == PKI_OK);
    int n = i2d_X509_REQ(req, &der);
    put("request.der", der, (size_t)n);
    OPENSSL_free(der);
    X509_REQ_free(req);
}

static void make_messages(struct made_world *w)
{
    struct pki_signer signer;
    struct document_signatures s;
    uint8_t *der;
    size_t len;
    pki_signer_from_key(&signer, w->sign_key);
    struct document_sign how = {DOCUMENT_CMS, w->sign, w->all, &signer, time(NULL), NULL};
    FILE *f = fopen(in("content"), "rb");
    MUST(f != NULL && document_sign(f, &how, &der, &len, NULL) == PKI_OK);
    put("content.cms", der, len);
    rewind(f);
    MUST(document_verify(der, len, f, NULL, &s) == PKI_OK);
    put("attributes.der", s.signer[0].attributes, s.signer[0].attributes_len);
    put("signature.der", s.signer[0].signature, s.signer[0].signature_len);
    document_signatures_free(&s);
    free(der);
    rewind(f);
    STACK_OF(X509) *to = sk_X509_new_null();
    sk_X509_push(to, w->enc);
    FILE *out = fopen(in("content.enc"), "wb");
    MUST(out != NULL && document_encrypt(f, to, DOCUMENT_CMS, out, NULL) == PKI_OK);
    fclose(out);
    fclose(f);
    sk_X509_free(to);
}

static void make(void)
{
    struct made_world w;
    char content[100000];
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (char)(i * 31 >> 3);
    put("content", content, sizeof content);
    made_world(&w);
    put_cert("root", w.root);
    put_cert("ca", w.ca);
    put_cert("sign", w.sign);
    put_cert("enc", w.enc);
    put_key("sign.key", w.sign_key);
    put_key("enc.key", w.enc_key);
    put_key("ca.key", w.ca_key);
    make_status(&w);
    make_request(w.sign_key);
    make_messages(&w);
    made_world_free(&w);
}

/* --- theirs ------------------------------------------------------------------------------- */

static int verify(const char *name, bool detached, size_t flip)
{
    struct document_signatures s;
    size_t len;
    uint8_t *message = get(name, &len);
    FILE *f = detached ? fopen(in("content"), "rb") : NULL;
    if (flip > 0)
        message[len - flip] ^= 1;
    int error = document_verify(message, len, f, NULL, &s);
    document_signatures_free(&s);
    if (f != NULL)
        fclose(f);
    free(message);
    return error;
}

static int decrypt(const char *name, EVP_PKEY *key, X509 *cert, bool compare)
{
    struct document_decryptor decryptor;
    struct document_software_key *k = document_software_key_new(key, &decryptor);
    FILE *message = fopen(in(name), "rb"), *out = fopen(in("plain"), "wb");
    MUST(message != NULL && out != NULL && k != NULL);
    int error = document_decrypt(message, cert, &decryptor, out, NULL, NULL);
    fclose(message);
    fclose(out);
    document_software_key_free(k);
    if (error == PKI_OK && compare) {
        size_t a_len, b_len;
        uint8_t *a = get("plain", &a_len), *b = get("content", &b_len);
        MUST(a_len == b_len && memcmp(a, b, a_len) == 0);
        free(a);
        free(b);
    }
    return error;
}

static void check(void)
{
    size_t len;
    int error;
    uint8_t *der = get("enc.key", &len);
    const uint8_t *p = der;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)len);
    X509 *cert = pki_load_cert(in("enc.der"), &error);
    X509 *sign = pki_load_cert(in("sign.der"), &error), *ca = pki_load_cert(in("ca.der"), &error);
    MUST(key != NULL && cert != NULL && sign != NULL && ca != NULL);
    free(der);
    MUST(verify("bc-detached.cms", true, 0) == PKI_OK);
    MUST(verify("bc-embedded.cms", false, 0) == PKI_OK);
    MUST(verify("bc-plain.cms", true, 0) == PKI_OK);
    for (size_t i = 1; i < 60; i++) {
        MUST(verify("bc-detached.cms", true, i + 12) != PKI_OK);
        MUST(verify("bc-plain.cms", true, i + 12) != PKI_OK);
    }
    MUST(decrypt("bc-asn1.enc", key, cert, true) == PKI_OK);
    MUST(decrypt("bc-raw.enc", key, cert, true) == PKI_OK);
    MUST(decrypt("bc-raw.enc", key, sign, false) == DOCUMENT_ERR_RECIPIENT);
    struct pki_revocation r;
    der = get("bc.crl", &len);
    X509_CRL *crl = pki_parse_crl(der, len);
    MUST(crl != NULL && pki_check_crl(sign, ca, crl, time(NULL), &r) == PKI_OK && r.revoked);
    MUST(pki_check_crl(cert, ca, crl, time(NULL), &r) == PKI_OK && !r.revoked);
    X509_CRL_free(crl);
    free(der);
    der = get("bc.ocsp", &len);
    MUST(pki_check_ocsp(sign, ca, der, len, time(NULL), &r) == PKI_OK && r.revoked);
    der[len / 2] ^= 1;
    MUST(pki_check_ocsp(sign, ca, der, len, time(NULL), &r) != PKI_OK);
    free(der);
    X509_free(cert);
    X509_free(sign);
    X509_free(ca);
    EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
    MUST(argc == 3);
    folder = argv[2];
    if (strcmp(argv[1], "make") == 0)
        make();
    else
        check();
    return 0;
}
