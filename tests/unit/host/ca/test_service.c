/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers behind the two listeners, called without a network; status answers and lists are
 * judged by host/pki. REQ: L2 L6 L7 Q2 Q3 */
#define _GNU_SOURCE /* memmem */
#include "fixture.h"
#include "hufu/est.h"
#include "pki/pki.h"
#include "profile.h"
#include "revoke.h"
#include "service.h"
#include "util/base64.h"
#include <openssl/pkcs7.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct service service;

static int setup(void **state)
{
    int error = fixture_setup(state);
    if (error == 0) {
        service.ca = &((struct fixture *)*state)->ca;
        pthread_mutex_init(&service.lock, NULL);
    }
    return error;
}

static struct http_answer call(http_handler handler, struct http_request request)
{
    struct http_answer answer = {.status = 0};
    if (!request.type)
        request.type = "";
    request.from = "test";
    if (!request.body)
        request.body = (const uint8_t *)"";
    handler(&service, &request, &answer);
    assert_true(answer.status >= 200);
    return answer;
}

static struct http_answer post(const char *path, const char *user, const char *code,
                               const uint8_t *der, size_t len)
{
    char *text = base64_encode(der, len);
    struct http_answer answer =
        call(est_handle, (struct http_request){.method = "POST",
                                               .path = path,
                                               .type = HUFU_EST_TYPE_REQUEST,
                                               .user = user,
                                               .password = code,
                                               .body = (uint8_t *)text,
                                               .body_len = strlen(text)});
    free(text);
    return answer;
}

/* The one certificate of a certs-only answer. */
static X509 *unpack(const uint8_t *text, size_t text_len)
{
    size_t len;
    uint8_t *der = base64_decode((const char *)text, text_len, &len);
    assert_non_null(der);
    const uint8_t *at = der;
    PKCS7 *p7 = d2i_PKCS7(NULL, &at, (long)len);
    assert_non_null(p7);
    assert_true(PKCS7_type_is_signed(p7));
    assert_int_equal(sk_X509_num(p7->d.sign->cert), 1);
    X509 *cert = X509_dup(sk_X509_value(p7->d.sign->cert, 0));
    PKCS7_free(p7);
    free(der);
    return cert;
}

static X509 *enrol(struct ca *ca, const char *id)
{
    char code[CODE_TEXT];
    size_t len;
    EVP_PKEY *key = pki_sm2_generate();
    fixture_applicant(ca, id, code);
    uint8_t *der = fixture_request(key, NULL, NULL, &len);
    struct http_answer answer = post(HUFU_EST_SIMPLEENROLL, id, code, der, len);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.type, HUFU_EST_TYPE_CERTS);
    X509 *cert = unpack(answer.body, answer.body_len);
    assert_int_equal(EVP_PKEY_eq(X509_get0_pubkey(cert), key), 1);
    free(answer.body);
    answer = post(HUFU_EST_SERVERKEYGEN, id, code, der, len);
    assert_int_equal(answer.status, 200);
    assert_int_equal(strncmp(answer.type, HUFU_EST_TYPE_MULTIPART "; boundary=", 26), 0);
    assert_non_null(memmem(answer.body, answer.body_len, HUFU_EST_TYPE_ENVELOPED_KEY,
                           strlen(HUFU_EST_TYPE_ENVELOPED_KEY)));
    free(answer.body);
    free(der);
    EVP_PKEY_free(key);
    return cert;
}

static void operations_and_methods(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path;
        int status;
    } table[] = {{"GET", HUFU_EST_CACERTS, 200},
                 {"POST", HUFU_EST_CACERTS, 405},
                 {"GET", HUFU_EST_CSRATTRS, 204},
                 {"GET", HUFU_EST_SIMPLEENROLL, 405},
                 {"POST", HUFU_EST_SIMPLEENROLL, 401},
                 {"POST", HUFU_EST_SERVERKEYGEN, 401},
                 {"GET", "/", 404},
                 {"GET", HUFU_EST_PREFIX "/cacertsx", 404}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct http_answer answer = call(
            est_handle, (struct http_request){.method = table[i].method, .path = table[i].path});
        assert_int_equal(answer.status, table[i].status);
        assert_int_equal(answer.authenticate, table[i].status == 401);
        if (answer.status >= 400) { /* one line of text */
            assert_int_equal(answer.body[answer.body_len - 1], '\n');
            assert_ptr_equal(memchr(answer.body, '\n', answer.body_len),
                             answer.body + answer.body_len - 1);
        }
        free(answer.body);
    }
}

static struct http_answer status_of(const uint8_t *der, size_t len)
{
    return call(public_handle, (struct http_request){.method = "POST",
                                                     .path = "/ocsp",
                                                     .type = "application/ocsp-request",
                                                     .body = der,
                                                     .body_len = len});
}

static int judge(struct ca *ca, X509 *cert, struct pki_revocation *result)
{
    uint8_t *der;
    size_t len;
    assert_int_equal(pki_ocsp_request(cert, ca->issuing, &der, &len), PKI_OK);
    struct http_answer answer = status_of(der, len);
    assert_int_equal(answer.status, 200);
    int error = pki_check_ocsp(cert, ca->issuing, answer.body, answer.body_len, time(NULL), result);
    free(answer.body);
    free(der);
    return error;
}

static void a_revocation_is_in_the_next_answer_and_list(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct pki_revocation result;
    char serial[SERIAL_MAX + 1];
    size_t count;
    X509 *cert = enrol(ca, "status");
    assert_int_equal(judge(ca, cert, &result), PKI_OK);
    assert_false(result.revoked);
    assert_int_equal(profile_serial_text(X509_get0_serialNumber(cert), serial), CA_OK);
    const struct revoke_order order = {.serial = serial, .lost = true, .reason = 1};
    assert_int_equal(revoke(ca, &order, &count), CA_OK);
    int error = judge(ca, cert, &result);
    assert_true(error == PKI_OK || error == PKI_ERR_REVOKED);
    assert_true(result.revoked);
    assert_int_equal(result.reason, 1);
    struct http_answer answer =
        call(public_handle, (struct http_request){.method = "GET", .path = "/ca.crl"});
    assert_int_equal(answer.status, 200);
    X509_CRL *crl = pki_parse_crl(answer.body, answer.body_len);
    assert_non_null(crl);
    error = pki_check_crl(cert, ca->issuing, crl, time(NULL), &result);
    assert_true(error == PKI_OK || error == PKI_ERR_REVOKED);
    assert_true(result.revoked);
    X509_CRL_free(crl);
    free(answer.body);
    X509_free(cert);
}

static void a_flipped_byte_of_an_answer_is_refused(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    struct pki_revocation result;
    uint8_t *der;
    size_t len, good = 0;
    X509 *cert = enrol(ca, "flip");
    assert_int_equal(pki_ocsp_request(cert, ca->issuing, &der, &len), PKI_OK);
    struct http_answer answer = status_of(der, len);
    for (size_t i = 0; i < answer.body_len; i += 11) {
        answer.body[i] ^= 0x01;
        good += pki_check_ocsp(cert, ca->issuing, answer.body, answer.body_len, time(NULL),
                               &result) == PKI_OK;
        answer.body[i] ^= 0x01;
    }
    assert_int_equal(good, 0);
    free(answer.body);
    free(der);
    X509_free(cert);
}

static void broken_status_requests_get_an_ocsp_error(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    uint8_t *der;
    size_t len;
    assert_int_equal(pki_ocsp_request(ca->ocsp, ca->issuing, &der, &len), PKI_OK);
    for (size_t cut = 0; cut < len; cut++) {
        uint8_t *exact = malloc(cut + 1); /* its own block: reading on is seen by ASan */
        memcpy(exact, der, cut);
        struct http_answer answer = status_of(exact, cut);
        const uint8_t *at = answer.body;
        OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)answer.body_len);
        assert_non_null(response);
        assert_int_equal(OCSP_response_status(response), OCSP_RESPONSE_STATUS_MALFORMEDREQUEST);
        OCSP_RESPONSE_free(response);
        free(answer.body);
        free(exact);
    }
    for (size_t i = 0; i < len; i++) { /* any answer but a crash */
        der[i] ^= 0x40;
        struct http_answer answer = status_of(der, len);
        assert_int_equal(answer.status, 200);
        free(answer.body);
        der[i] ^= 0x40;
    }
    free(der);
}

static void the_directory_answers_by_serial(void **state)
{
    struct ca *ca = &((struct fixture *)*state)->ca;
    char path[128] = "/certificates/";
    X509 *cert = enrol(ca, "listed");
    assert_int_equal(profile_serial_text(X509_get0_serialNumber(cert), path + strlen(path)), CA_OK);
    struct http_answer answer =
        call(public_handle, (struct http_request){.method = "GET", .path = path});
    X509 *found = pki_parse_cert(answer.body, answer.body_len);
    assert_non_null(found);
    assert_int_equal(X509_cmp(found, cert), 0);
    X509_free(found);
    free(answer.body);
    memset(path + 14, 'A', 90);
    path[104] = 0;
    answer = call(public_handle, (struct http_request){.method = "GET", .path = path});
    assert_int_equal(answer.status, 404);
    free(answer.body);
    X509_free(cert);
}

static void base64_is_strict(void **state)
{
    static const char *const bad[] = {
        "", "A", "AA", "AAA", "====", "AA=A", "A===", "AAAA=", "AA!A"};
    size_t len;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_null(base64_decode(bad[i], strlen(bad[i]), &len));
    assert_null(base64_decode("AA\0A", 4, &len));
    for (size_t n = 1; n < 200; n++) {
        uint8_t data[200];
        for (size_t i = 0; i < n; i++)
            data[i] = (uint8_t)(i * 7 + n);
        char *text = base64_encode(data, n);
        uint8_t *back = base64_decode(text, strlen(text), &len);
        assert_non_null(back);
        assert_int_equal(len, n);
        assert_memory_equal(back, data, n);
        free(text);
        free(back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_and_methods),
        cmocka_unit_test(a_revocation_is_in_the_next_answer_and_list),
        cmocka_unit_test(a_flipped_byte_of_an_answer_is_refused),
        cmocka_unit_test(broken_status_requests_get_an_ocsp_error),
        cmocka_unit_test(the_directory_answers_by_serial),
        cmocka_unit_test(base64_is_strict),
    };
    return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
