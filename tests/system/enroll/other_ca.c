/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another CA, that knows no EST: takes a PKCS#10 and writes its root and a CSRResponse of
 * GM/T 0092-2020 with both certificates and the wrapped encryption pair.
 *
 *   other_ca REQUEST ROOT.pem RESPONSE.der [wrong-key|wrong-token|flipped|own-root]
 *
 * wrong-key: the signing certificate is for another key; wrong-token: the pair is wrapped for
 * another token's key; flipped: one bit of the wrapped private key is wrong; own-root: issued by a
 * CA that is not in ROOT.pem, whose certificate travels in the response.
 */
#include "pki/pki.h"
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "other_ca: %s\n", what);
        exit(1);
    }
}

static X509 *issue(X509_NAME *subject, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key,
                   const char *usage, long serial)
{
    X509 *cert = X509_new();
    struct pki_signer signer;
    X509V3_CTX ctx;
    X509_NAME *issuer_name = issuer != NULL ? X509_get_subject_name(issuer) : subject;
    need(cert != NULL && X509_set_version(cert, X509_VERSION_3) == 1 &&
             ASN1_INTEGER_set(X509_get_serialNumber(cert), serial) == 1 &&
             X509_set_subject_name(cert, subject) == 1 &&
             X509_set_issuer_name(cert, issuer_name) == 1 && X509_set_pubkey(cert, key) == 1 &&
             X509_gmtime_adj(X509_getm_notBefore(cert), -60) != NULL &&
             X509_gmtime_adj(X509_getm_notAfter(cert), 86400) != NULL,
         "certificate");
    X509V3_set_ctx(&ctx, issuer != NULL ? issuer : cert, cert, NULL, NULL, 0);
    const char *const extensions[][2] = {
        {"basicConstraints", issuer == NULL ? "critical,CA:TRUE" : "CA:FALSE"},
        {"keyUsage", usage},
        {"subjectKeyIdentifier", "hash"},
    };
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++) {
        X509_EXTENSION *e = X509V3_EXT_conf(NULL, &ctx, extensions[i][0], extensions[i][1]);
        need(e != NULL && X509_add_ext(cert, e, -1) == 1, "extension");
        X509_EXTENSION_free(e);
    }
    pki_signer_from_key(&signer, issuer_key);
    need(pki_cert_sign(cert, issuer_key, &signer) == PKI_OK, "signature");
    return cert;
}

static X509 *make_root(EVP_PKEY *key, const char *cn)
{
    X509_NAME *name = X509_NAME_new();
    need(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1,
                                    0) == 1,
         "name");
    X509 *root = issue(name, key, NULL, key, "critical,keyCertSign,cRLSign", 1);
    X509_NAME_free(name);
    return root;
}

int main(int argc, char **argv)
{
    need(argc == 4 || argc == 5, "usage: REQUEST ROOT RESPONSE [FAULT]");
    const char *fault = argc == 5 ? argv[4] : "";
    uint8_t *data = NULL;
    size_t len = 0;
    need(pki_read_file(argv[1], &data, &len, 65536) == PKI_OK, argv[1]);
    X509_REQ *req = pki_parse_req(data, len);
    need(req != NULL && pki_req_verify(req) == PKI_OK, "the request does not verify");
    EVP_PKEY *holder = X509_REQ_get_pubkey(req);
    EVP_PKEY *root_key = pki_sm2_generate();
    EVP_PKEY *pair = pki_sm2_generate();
    EVP_PKEY *stranger = pki_sm2_generate();
    EVP_PKEY *own_key = pki_sm2_generate();
    X509 *root = make_root(root_key, "Another CA");
    X509 *own = make_root(own_key, "Nobody's CA");
    int by_own = strcmp(fault, "own-root") == 0;
    X509 *issuer = by_own ? own : root;
    EVP_PKEY *issuer_key = by_own ? own_key : root_key;

    X509_NAME *subject = X509_NAME_new();
    need(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)"Li Si",
                                    -1, -1, 0) == 1,
         "subject");
    X509 *sign = issue(subject, strcmp(fault, "wrong-key") == 0 ? stranger : holder, issuer,
                       issuer_key, "critical,digitalSignature,nonRepudiation", 2);
    X509 *enc = issue(subject, pair, issuer, issuer_key,
                      "critical,keyEncipherment,dataEncipherment,keyAgreement", 3);

    struct pki_csr_response response = {.sign_certs = sk_X509_new_null(),
                                        .enc_certs = sk_X509_new_null()};
    need(pki_enveloped_key_make(strcmp(fault, "wrong-token") == 0 ? stranger : holder, pair,
                                &response.enveloped_key, &response.enveloped_key_len) == PKI_OK,
         "envelope");
    if (strcmp(fault, "flipped") == 0) {
        response.enveloped_key[response.enveloped_key_len - 1] ^=
            1; /* the private key's last bit */
    }
    need(sk_X509_push(response.sign_certs, sign) > 0 && sk_X509_push(response.enc_certs, enc) > 0,
         "stack");
    if (by_own) {
        need(sk_X509_push(response.sign_certs, own) > 0, "stack");
    }
    uint8_t *der = NULL;
    size_t der_len = 0;
    need(pki_csr_response_make(&response, &der, &der_len) == PKI_OK &&
             pki_write_file(argv[3], der, der_len, 0644) == PKI_OK,
         argv[3]);
    FILE *file = fopen(argv[2], "w");
    need(file != NULL && PEM_write_X509(file, root) == 1 && fclose(file) == 0, argv[2]);
    return 0;
}
