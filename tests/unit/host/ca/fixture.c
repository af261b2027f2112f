/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "applicant.h"
#include "hierarchy.h"
#include "hufu/oid.h"
#include "pki/pki.h"
#include "profile.h"
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int setup(void **state, const char *kind)
{
    struct fixture *f = calloc(1, sizeof *f);
    const char *base = getenv("TMPDIR");
    snprintf(f->dir, sizeof f->dir, "%.90s/hufu-ca-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(f->dir))
        return -1;
    strcat(f->dir, "/ca");
    struct ca_config config = {
        .url = "http://127.0.0.1:8080", .est_url = "https://127.0.0.1:8443", .policy = "1.2.3.4"};
    snprintf(config.kind, sizeof config.kind, "%s", kind);
    if (hierarchy_make(f->dir, &config, "Test", "CN", "127.0.0.1", FIXTURE_PASSPHRASE) != CA_OK)
        return -1;
    const unsigned keys =
        CA_KEY_ISSUING | CA_KEY_OCSP | CA_KEY_AUDIT | CA_KEY_KMC | CA_KEY_CODE | CA_KEY_UNLOCK;
    if (ca_open(&f->ca, f->dir, keys, FIXTURE_PASSPHRASE) != CA_OK)
        return -1;
    *state = f;
    return 0;
}

int fixture_setup(void **state)
{
    return setup(state, "");
}

int fixture_setup_manufacturer(void **state)
{
    return setup(state, CA_MANUFACTURER);
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    char command[200];
    ca_close(&f->ca);
    f->dir[strlen(f->dir) - 3] = 0;
    snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    int result = system(command);
    free(f);
    return result;
}

void fixture_applicant(struct ca *ca, const char *id, char code[CODE_TEXT])
{
    struct applicant applicant = {.country = "CN", .organization = "Test"};
    snprintf(applicant.id, sizeof applicant.id, "%s", id);
    snprintf(applicant.name, sizeof applicant.name, "%s", id);
    assert_int_equal(applicant_add(ca, &applicant), CA_OK);
    fixture_code(ca, id, code);
}

void fixture_code(struct ca *ca, const char *id, char code[CODE_TEXT])
{
    struct code_record record = {.created = (int64_t)time(NULL)};
    char plain[CODE_CHARS + 1];
    snprintf(record.applicant, sizeof record.applicant, "%s", id);
    record.expires = record.created + 3600;
    assert_int_equal(code_make(code), CA_OK);
    assert_int_equal(code_normalize(code, plain), CA_OK);
    assert_int_equal(code_hash(ca->code_key, id, plain, record.hash), CA_OK);
    assert_int_equal(storage_code_add(ca->db, &record), CA_OK);
}

static uint8_t *finish(X509_REQ *req, EVP_PKEY *key, size_t *len)
{
    struct pki_signer signer;
    uint8_t *der = NULL;
    assert_int_equal(X509_REQ_set_pubkey(req, key), 1);
    pki_signer_from_key(&signer, key);
    assert_int_equal(pki_req_sign(req, key, &signer, NULL), PKI_OK);
    int size = i2d_X509_REQ(req, &der);
    assert_true(size > 0);
    uint8_t *copy = malloc((size_t)size);
    memcpy(copy, der, (size_t)size);
    OPENSSL_free(der);
    X509_REQ_free(req);
    *len = (size_t)size;
    return copy;
}

uint8_t *fixture_request(EVP_PKEY *key, const char *organization, const char *name, size_t *len)
{
    X509_REQ *req = X509_REQ_new();
    X509_NAME *subject = X509_REQ_get_subject_name(req);
    if (name) {
        assert_int_equal(profile_name_add(subject, NID_countryName, "CN"), CA_OK);
        assert_int_equal(profile_name_add(subject, NID_organizationName, organization), CA_OK);
        assert_int_equal(profile_name_add(subject, NID_commonName, name), CA_OK);
    }
    return finish(req, key, len);
}

uint8_t *fixture_request_usage(EVP_PKEY *key, const char *usage, size_t *len)
{
    X509_REQ *req = X509_REQ_new();
    STACK_OF(X509_EXTENSION) *list = sk_X509_EXTENSION_new_null();
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, usage);
    assert_non_null(extension);
    sk_X509_EXTENSION_push(list, extension);
    assert_int_equal(X509_REQ_add_extensions(req, list), 1);
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    return finish(req, key, len);
}

uint8_t *fixture_request_shown(EVP_PKEY *key, const uint8_t *evidence, size_t evidence_len,
                               unsigned times, size_t *len)
{
    X509_REQ *req = X509_REQ_new();
    X509_ATTRIBUTE *shown = X509_ATTRIBUTE_new();
    ASN1_OBJECT *oid = OBJ_txt2obj(HUFU_OID_ATTESTATION, 1);
    assert_int_equal(X509_ATTRIBUTE_set1_object(shown, oid), 1);
    for (unsigned i = 0; i < times; i++)
        assert_int_equal(
            X509_ATTRIBUTE_set1_data(shown, V_ASN1_SEQUENCE, evidence, (int)evidence_len), 1);
    if (times > 0)
        assert_int_equal(X509_REQ_add1_attr(req, shown), 1);
    ASN1_OBJECT_free(oid);
    X509_ATTRIBUTE_free(shown);
    return finish(req, key, len);
}
