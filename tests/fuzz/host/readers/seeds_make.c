/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_readers_seeds FOLDER - good messages of every kind, made by the tests' writers, as inputs of
 * readers.c; the folder is made. */
#include "document/document.h"
#include "envelope_made.h"
#include "fixture/token.h"
#include "made.h"
#include "readers.h"
#include "support/check.h"
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *folder;

static void give(unsigned reader, const void *data, size_t len)
{
    static unsigned count;
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/made-%03u", folder, count++);
    FILE *out = fopen(path, "wb");
    check(out != NULL && fputc((int)reader, out) != EOF && fwrite(data, 1, len, out) == len);
    check(fclose(out) == 0);
}

/* DER that an i2d function has put to *der: given, and its memory back. */
static void give_der(unsigned reader, uint8_t **der, int len)
{
    check(*der != NULL && len > 0);
    give(reader, *der, (size_t)len);
    OPENSSL_free(*der);
    *der = NULL;
}

static void keys_and_certificates(struct made_world *w)
{
    uint8_t *der = NULL, pub[64], d[32], envelope[1024];
    EVP_PKEY *rsa = EVP_RSA_gen(1024);
    give_der(READ_CERTIFICATE, &der, i2d_X509(w->sign, &der));
    give_der(READ_OBJECT, &der, i2d_X509(w->sign, &der));
    give_der(READ_PRIVATE_KEY, &der, i2d_PrivateKey(w->enc_key, &der));
    give_der(READ_PRIVATE_KEY, &der, i2d_PrivateKey(rsa, &der));
    EVP_PKEY_free(rsa);
    object_pair(d, pub);
    give(READ_PRIVATE_KEY, d, sizeof d);
    give(READ_ENVELOPE, envelope, object_envelope(pub, pub, d, sizeof d, false, envelope));
    give(READ_ENVELOPE, envelope, object_envelope(pub, pub, d, sizeof d, true, envelope));
    static const uint8_t command[] = {0x80, 0x50, 0, 0, 0, 0, 2, 1, 2, 0, 8};
    give(READ_COMMAND, command, sizeof command);
    give(READ_COMMAND, command, 5);
}

static void authorities(struct made_world *w)
{
    const time_t now = time(NULL);
    uint8_t *der = NULL;
    size_t len = 0;
    X509_CRL *crl = made_crl(w->ca, w->ca_key, now, now + DAY, 1001, now, 1);
    struct pki_csr_response response = {0};
    give_der(READ_OBJECT, &der, i2d_X509_CRL(crl, &der));
    X509_CRL_free(crl);
    der = made_ocsp(w->sign, w->ca, EVP_sha1(), V_OCSP_CERTSTATUS_GOOD, now, now, now + DAY, w->ca,
                    w->ca_key, &len);
    give(READ_OBJECT, der, len);
    free(der);
    check(pki_enveloped_key_make(w->sign_key, w->enc_key, &der, &len) == PKI_OK);
    give(READ_OBJECT, der, len);
    response.sign_certs = response.enc_certs = sk_X509_new_null();
    sk_X509_push(response.sign_certs, w->sign);
    response.enveloped_key = der;
    response.enveloped_key_len = len;
    uint8_t *answer = NULL;
    check(pki_csr_response_make(&response, &answer, &len) == PKI_OK);
    give(READ_OBJECT, answer, len);
    free(answer);
    free(der);
    sk_X509_free(response.sign_certs);
}

static void documents(struct made_world *w)
{
    static char content[] = "what was signed";
    struct pki_signer signer;
    STACK_OF(X509) *to = sk_X509_new_null();
    sk_X509_push(to, w->enc);
    pki_signer_from_key(&signer, w->sign_key);
    for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
        const struct document_sign how = {
            (enum document_form)form, w->sign, NULL, &signer, 0, NULL};
        uint8_t *der, bytes[4096];
        size_t len;
        FILE *in = fmemopen(content, sizeof content - 1, "rb"), *spool = tmpfile(),
             *out = tmpfile();
        check(in != NULL && spool != NULL && out != NULL);
        check(document_sign(in, &how, &der, &len, NULL) == PKI_OK);
        give(READ_SIGNED, der, len);
        free(der);
        check(fwrite(content, 1, sizeof content - 1, spool) == sizeof content - 1);
        rewind(spool);
        check(document_encrypt(spool, to, (enum document_form)form, out, NULL) == PKI_OK);
        rewind(out);
        give(READ_ENVELOPED, bytes, fread(bytes, 1, sizeof bytes, out));
        (void)fclose(in);
        (void)fclose(spool);
        (void)fclose(out);
    }
    sk_X509_free(to);
}

int main(int argc, char **argv)
{
    static struct made_world w;
    static struct envelope_world e;
    static uint8_t message[MADE_ENVELOPE_MAX];
    uint8_t to[64];
    if (argc != 2) {
        fprintf(stderr, "usage: fuzz_readers_seeds FOLDER\n");
        return 2;
    }
    folder = argv[1];
    (void)mkdir(folder, 0700);
    made_world(&w);
    keys_and_certificates(&w);
    authorities(&w);
    documents(&w);
    check(pki_sm2_xy(w.enc_key, to) == PKI_OK);
    envelope_world(&e, to);
    for (unsigned kind = 0; kind < MADE_KINDS; kind++) {
        give(READ_HOST_ENVELOPE, message, envelope_made(&e, (enum envelope_kind)kind, message));
    }
    envelope_world_free(&e);
    made_world_free(&w);
    return 0;
}
