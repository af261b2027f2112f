/* SPDX-License-Identifier: Apache-2.0 */
/* hufu verify and encrypt as a user runs them, against an authority's service. REQ: L6 Q2 Q3 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above it */

#include "document/document.h"
#include "made.h"
#include "server.h"
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIME_TEXT(t, text) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&(time_t){t}))

static struct made_world w;
static struct server *service;
static X509 *sign;
/* What the service may answer: stale is good, and past its nextUpdate. */
enum { GOOD, REVOKED, STALE, ANSWERS };
static uint8_t *crl[ANSWERS], *ocsp[ANSWERS];
static size_t crl_len[ANSWERS], ocsp_len[ANSWERS];
static char dir[] = "/tmp/hufu-doc-XXXXXX", output[16384];

static void put_cert(const char *name, X509 *one, X509 *two)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    BIO *bio = BIO_new_file(path, "wb");
    PEM_write_bio_X509(bio, one);
    if (two != NULL)
        PEM_write_bio_X509(bio, two);
    BIO_free(bio);
}

static void put(const char *name, const void *data, size_t len)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(pki_write_file(path, data, len, 0644), PKI_OK);
}

static void sign_file(X509 *cert, const char *name, enum document_form form, const char *signature)
{
    char path[128];
    struct pki_signer signer;
    uint8_t *der;
    size_t len;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    pki_signer_from_key(&signer, w.sign_key);
    struct document_sign how = {form, cert, NULL, &signer, time(NULL), NULL};
    assert_int_equal(document_sign(f, &how, &der, &len, NULL), PKI_OK);
    fclose(f);
    put(signature, der, len);
    free(der);
}

static void make_answers(int which, int status, time_t from, time_t to)
{
    bool revoked = status == V_OCSP_CERTSTATUS_REVOKED;
    X509_CRL *list = made_crl(w.ca, w.ca_key, from, to, revoked ? 1001 : 77, time(NULL) - 3600,
                              revoked ? 1 : -1);
    crl_len[which] = (size_t)i2d_X509_CRL(list, &crl[which]);
    X509_CRL_free(list);
    ocsp[which] = made_ocsp(sign, w.ca, EVP_sha1(), status, time(NULL) - 3600, from, to, w.ca,
                            w.ca_key, &ocsp_len[which]);
}

static int set_up(void **unused)
{
    (void)unused;
    unsigned port;
    char aia[80], cdp[80];
    time_t now = time(NULL);
    assert_non_null(mkdtemp(dir));
    setenv("HUFU_LANG", "C", 1);
    setenv("no_proxy", "127.0.0.1", 1);
    service = server_start(&port);
    made_world(&w);
    snprintf(aia, sizeof aia, "OCSP;URI:http://127.0.0.1:%u/ocsp", port);
    snprintf(cdp, sizeof cdp, "URI:http://127.0.0.1:%u/crl", port);
    struct made_cert holder = {
        "张三",     1001, now - DAY, now + DAY, "critical,digitalSignature,nonRepudiation",
        "CA:FALSE", NULL, aia,       cdp};
    sign = made_certificate(&holder, w.sign_key, w.ca, w.ca_key);
    put_cert("trust.pem", w.root, w.ca);
    put_cert("enc.pem", w.enc, NULL);
    put_cert("sign.pem", sign, NULL);
    put("doc", "what is signed", 14);
    put("other", "what is not..", 13);
    sign_file(sign, "doc", DOCUMENT_GM, "doc.p7s");
    sign_file(sign, "doc", DOCUMENT_CMS, "doc.cms");
    holder.aia = holder.cdp = NULL;
    X509 *silent = made_certificate(&holder, w.sign_key, w.ca, w.ca_key);
    sign_file(silent, "doc", DOCUMENT_GM, "silent.p7s");
    X509_free(silent);
    make_answers(GOOD, V_OCSP_CERTSTATUS_GOOD, now - 10, now + DAY);
    make_answers(REVOKED, V_OCSP_CERTSTATUS_REVOKED, now - 10, now + DAY);
    make_answers(STALE, V_OCSP_CERTSTATUS_GOOD, now - 2 * DAY, now - DAY);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    char command[80];
    for (int i = 0; i < ANSWERS; i++) {
        OPENSSL_free(crl[i]);
        free(ocsp[i]);
    }
    X509_free(sign);
    made_world_free(&w);
    if (service != NULL)
        server_stop(service);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

/* Runs hufu in the folder; what it printed is in output. Returns its exit code. */
static int hufu(const char *arguments)
{
    char command[512];
    snprintf(command, sizeof command, "cd %s && '%s' %s 2>&1", dir, HUFU_PROGRAM, arguments);
    FILE *p = popen(command, "r");
    size_t n = fread(output, 1, sizeof output - 1, p);
    output[n] = 0;
    int status = pclose(p);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool says(const char *text)
{
    if (strstr(output, text) != NULL)
        return true;
    print_error("not said: %s\n%s\n", text, output);
    return false;
}

static void test_good(void **unused)
{
    (void)unused;
    server_answers(service, crl[GOOD], crl_len[GOOD], ocsp[GOOD], ocsp_len[GOOD]);
    assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem"), 0);
    assert_true(says("GM/T 0010") && says("张三") && says("OCSP: good") && says("CRL: good"));
    assert_int_equal(hufu("verify doc doc.cms --trust trust.pem"), 0);
    assert_true(says("RFC 5652"));
    assert_int_equal(hufu("verify doc --trust trust.pem"), 0);
    assert_int_equal(hufu("verify doc --trust trust.pem --json"), 0);
    assert_true(says("\"verdict\": \"good\""));
    /* One of the two sources is enough to say good. */
    server_answers(service, NULL, 0, ocsp[GOOD], ocsp_len[GOOD]);
    assert_int_equal(hufu("verify doc --trust trust.pem"), 0);
    assert_true(says("CRL: no usable answer"));
    assert_int_equal(hufu("verify doc --trust trust.pem --save-attributes a --save-signature s"),
                     0);
    uint8_t *a, *s;
    size_t a_len, s_len;
    char path[128];
    snprintf(path, sizeof path, "%s/a", dir);
    assert_int_equal(pki_read_file(path, &a, &a_len, 4096), PKI_OK);
    snprintf(path, sizeof path, "%s/s", dir);
    assert_int_equal(pki_read_file(path, &s, &s_len, 4096), PKI_OK);
    assert_int_equal(pki_sm2_verify(w.sign_key, a, a_len, s, s_len), PKI_OK);
    free(a);
    free(s);
}

static void test_refused(void **unused)
{
    (void)unused;
    server_answers(service, crl[GOOD], crl_len[GOOD], ocsp[GOOD], ocsp_len[GOOD]);
    assert_int_equal(hufu("verify other doc.p7s --trust trust.pem"), 1);
    assert_int_equal(hufu("verify doc doc.p7s --trust enc.pem"), 1);
    assert_int_equal(hufu("verify doc trust.pem --trust trust.pem"), 1);
    assert_int_equal(hufu("verify none doc.p7s --trust trust.pem"), 1);
    assert_int_equal(hufu("verify doc none.p7s --trust trust.pem"), 1);
    assert_int_equal(hufu("verify . doc.p7s --trust trust.pem"), 1);
    assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem --at 2999-01-01"), 2);
    assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem --bogus"), 2);
    assert_int_equal(hufu("verify"), 2);
}

static void test_revoked(void **unused)
{
    (void)unused;
    char command[256], before[32], after[32];
    time_t now = time(NULL);
    for (int which = 0; which < 3; which++) {
        server_answers(service, which != 1 ? crl[REVOKED] : NULL, crl_len[REVOKED],
                       which != 0 ? ocsp[REVOKED] : NULL, ocsp_len[REVOKED]);
        assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem"), 1);
        assert_true(says("REVOKED at") && says("keyCompromise") && says("is revoked"));
        TIME_TEXT(now - 7200, before);
        TIME_TEXT(now - 1800, after);
        snprintf(command, sizeof command, "verify doc doc.p7s --trust trust.pem --at %s", before);
        assert_int_equal(hufu(command), 0);
        assert_true(says("verifier's own assertion") && says("REVOKED at"));
        snprintf(command, sizeof command, "verify doc doc.p7s --trust trust.pem --at %s", after);
        assert_int_equal(hufu(command), 1);
    }
    /* One says good and the other revoked. */
    server_answers(service, crl[REVOKED], crl_len[REVOKED], ocsp[GOOD], ocsp_len[GOOD]);
    assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem"), 1);
}

static void test_encrypt(void **unused)
{
    (void)unused;
    assert_int_equal(hufu("encrypt --to enc.pem doc -o doc.enc"), 0);
    assert_int_equal(hufu("encrypt --to enc.pem --form cms --trust trust.pem - -o in.enc <doc"), 0);
    const char *const names[] = {"doc.enc", "in.enc"};
    for (size_t i = 0; i < 2; i++) {
        char path[128], plain[64];
        struct document_decryptor decryptor;
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        FILE *in = fopen(path, "rb"), *out = tmpfile();
        struct document_software_key *k = document_software_key_new(w.enc_key, &decryptor);
        assert_int_equal(document_decrypt(in, w.enc, &decryptor, out, NULL, NULL), PKI_OK);
        rewind(out);
        assert_int_equal(fread(plain, 1, sizeof plain, out), 14);
        assert_memory_equal(plain, "what is signed", 14);
        document_software_key_free(k);
        fclose(in);
        fclose(out);
    }
    assert_int_equal(hufu("encrypt --to sign.pem doc -o x.enc"), 1);
    assert_int_equal(hufu("encrypt --to doc doc -o x.enc"), 1);
    assert_int_equal(hufu("encrypt --to enc.pem --trust sign.pem doc -o x.enc"), 1);
    assert_int_equal(hufu("encrypt --to enc.pem none -o x.enc"), 1);
    assert_int_equal(hufu("encrypt --to enc.pem doc -o none/x.enc"), 1);
    assert_int_equal(hufu("encrypt --to enc.pem doc -o doc"), 2);
    assert_int_equal(hufu("encrypt --to enc.pem doc"), 2);
    assert_int_equal(hufu("encrypt doc -o x.enc"), 2);
    assert_int_equal(hufu("encrypt --to enc.pem --form pgp doc -o x.enc"), 2);
    /* None of these left anything behind. */
    char command[128];
    snprintf(command, sizeof command, "test -z \"$(ls %s | grep x.enc)\"", dir);
    assert_int_equal(system(command), 0);
}

/* An answer past its nextUpdate is none, from one source or from both; and a certificate that names
 * no source is not good for want of a bad word. */
static void test_undetermined(void **unused)
{
    (void)unused;
    server_answers(service, crl[STALE], crl_len[STALE], ocsp[STALE], ocsp_len[STALE]);
    assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem"), 5);
    assert_true(says("OCSP: no usable answer") && says("CRL: no usable answer"));
    assert_null(strstr(output, "result: good"));
    server_answers(service, crl[STALE], crl_len[STALE], ocsp[GOOD], ocsp_len[GOOD]);
    assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem"), 0);
    assert_true(says("OCSP: good") && says("CRL: no usable answer"));
    server_answers(service, crl[GOOD], crl_len[GOOD], ocsp[GOOD], ocsp_len[GOOD]);
    assert_int_equal(hufu("verify doc silent.p7s --trust trust.pem"), 5);
    assert_true(says("names nobody to ask"));
    assert_null(strstr(output, "OCSP:"));
}

/* Last: the service goes away. */
static void test_no_network(void **unused)
{
    (void)unused;
    server_answers(service, NULL, 0, NULL, 0);
    unsigned before = server_asked(service);
    assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem"), 5);
    assert_true(server_asked(service) >= before + 2);
    server_stop(service);
    service = NULL;
    assert_int_equal(hufu("verify doc doc.p7s --trust trust.pem"), 5);
    assert_true(says("cannot be determined"));
    assert_int_equal(hufu("verify other doc.p7s --trust trust.pem"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_revoked),      cmocka_unit_test(test_encrypt),
        cmocka_unit_test(test_undetermined), cmocka_unit_test(test_no_network)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
