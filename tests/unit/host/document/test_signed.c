/* SPDX-License-Identifier: Apache-2.0 */
/* SignedData in both forms and the variants that other makers write. */
#include "tests.h"
#include <stdlib.h>
#include <string.h>

static const char text[] = "虎符 document";

void test_sign_verify(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 63, 64, 65, 65535, 65536, 65537, 1000000};
    struct made_world w;
    made_world(&w);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
            size_t len;
            uint8_t *data = some_bytes(sizes[i]);
            uint8_t *message = signed_by(&w, (enum document_form)form, data, sizes[i], &len);
            struct document_signatures s;
            FILE *f = file_of(data, sizes[i]);
            assert_int_equal(document_verify(message, len, f, NULL, &s), PKI_OK);
            assert_int_equal(s.form, form);
            assert_false(s.embedded);
            assert_int_equal(s.count, 1);
            assert_int_equal(X509_cmp(s.signer[0].cert, w.sign), 0);
            assert_true(s.signer[0].has_time);
            assert_int_equal(s.signer[0].time, 1750000000);
            assert_int_equal(sk_X509_num(s.certs), 2);
            /* What is handed to a stranger verifies there: the attributes are what was signed. */
            assert_int_equal(pki_sm2_verify(w.sign_key, s.signer[0].attributes,
                                            s.signer[0].attributes_len, s.signer[0].signature,
                                            s.signer[0].signature_len),
                             PKI_OK);
            document_signatures_free(&s);
            fclose(f);
            assert_int_equal(verify_bytes(message, len, NULL, 0), DOCUMENT_ERR_NO_CONTENT);
            data[sizes[i]] = 1;
            assert_int_equal(verify_bytes(message, len, data, sizes[i] + 1), DOCUMENT_ERR_CHANGED);
            if (sizes[i] > 0) {
                data[sizes[i] / 2] ^= 1;
                assert_int_equal(verify_bytes(message, len, data, sizes[i]), DOCUMENT_ERR_CHANGED);
                assert_int_equal(verify_bytes(message, len, data, sizes[i] - 1),
                                 DOCUMENT_ERR_CHANGED);
            }
            free(message);
            free(data);
        }
    made_world_free(&w);
}

void test_sign_wrong_key(void **state)
{
    (void)state;
    struct made_world w;
    struct pki_signer signer;
    uint8_t *message;
    size_t len;
    made_world(&w);
    pki_signer_from_key(&signer, w.enc_key); /* not the certificate's */
    struct document_sign how = {DOCUMENT_GM, w.sign, NULL, &signer, 0, NULL};
    FILE *f = file_of(text, sizeof text);
    assert_int_equal(document_sign(f, &how, &message, &len, NULL), PKI_ERR_SIGNATURE);
    assert_null(message);
    fclose(f);
    made_world_free(&w);
}

static uint8_t *with_algorithm(const uint8_t *message, size_t len, const char *oid, int type,
                               size_t *out_len)
{
    DOCUMENT_SIGNED_MESSAGE *m = decode_message(message, len);
    DOCUMENT_SIGNER_INFO *si = sk_DOCUMENT_SIGNER_INFO_value(m->signed_data->signers, 0);
    assert_true(document_set_algorithm(si->signature_algorithm, oid, type, NULL));
    assert_true(document_set_algorithm(si->digest_algorithm, OID_SM3, type, NULL));
    assert_true(document_set_algorithm(sk_X509_ALGOR_value(m->signed_data->digest_algorithms, 0),
                                       OID_SM3, type, NULL));
    return encode_message(m, out_len);
}

void test_signed_variants(void **state)
{
    (void)state;
    const struct {
        const char *oid;
        bool good;
    } names[] = {{OID_SM2_SIGN, true},
                 {OID_SM2_WITH_SM3, true},
                 {OID_SM2, true},
                 {OID_SM2_ENCRYPT, false},
                 {"1.2.840.10045.4.3.2", false}};
    struct made_world w;
    made_world(&w);
    for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
        size_t len, other_len;
        uint8_t *message = signed_by(&w, (enum document_form)form, text, sizeof text, &len);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            for (int null = 0; null < 2; null++) {
                uint8_t *other = with_algorithm(message, len, names[i].oid,
                                                null ? V_ASN1_NULL : V_ASN1_UNDEF, &other_len);
                assert_int_equal(verify_bytes(other, other_len, text, sizeof text),
                                 names[i].good ? PKI_OK : DOCUMENT_ERR_ALGORITHM);
                free(other);
            }
        /* PEM and bare base64 are read as well. */
        uint8_t *base64 = malloc(len * 2);
        int n = EVP_EncodeBlock(base64, message, (int)len);
        assert_int_equal(verify_bytes(base64, (size_t)n, text, sizeof text), PKI_OK);
        free(base64);
        /* The signer's certificate is missing. */
        DOCUMENT_SIGNED_MESSAGE *m = decode_message(message, len);
        sk_X509_pop_free(m->signed_data->certificates, X509_free);
        m->signed_data->certificates = NULL;
        uint8_t *bare = encode_message(m, &other_len);
        assert_int_equal(verify_bytes(bare, other_len, text, sizeof text), DOCUMENT_ERR_NO_SIGNER);
        free(bare);
        /* No signature at all is not a good one. */
        m = decode_message(message, len);
        DOCUMENT_SIGNER_INFO_free(sk_DOCUMENT_SIGNER_INFO_pop(m->signed_data->signers));
        bare = encode_message(m, &other_len);
        assert_int_equal(verify_bytes(bare, other_len, text, sizeof text), DOCUMENT_ERR_NO_SIGNER);
        free(bare);
        /* One good and one bad signature: bad. */
        m = decode_message(message, len);
        DOCUMENT_SIGNED_MESSAGE *m2 = decode_message(message, len);
        DOCUMENT_SIGNER_INFO *si = sk_DOCUMENT_SIGNER_INFO_pop(m2->signed_data->signers);
        sk_DOCUMENT_SIGNER_INFO_push(m->signed_data->signers, si);
        DOCUMENT_SIGNED_MESSAGE_free(m2);
        uint8_t *two = encode_message(m, &other_len);
        assert_int_equal(verify_bytes(two, other_len, text, sizeof text), PKI_OK);
        m = decode_message(two, other_len);
        free(two);
        si = sk_DOCUMENT_SIGNER_INFO_value(m->signed_data->signers, 1);
        ASN1_OCTET_STRING_set(si->signature, (const uint8_t *)"0", 1);
        two = encode_message(m, &other_len);
        assert_int_equal(verify_bytes(two, other_len, text, sizeof text), PKI_ERR_SIGNATURE);
        free(two);
        free(message);
    }
    made_world_free(&w);
}

void test_signed_without_attributes(void **state)
{
    (void)state;
    struct made_world w;
    made_world(&w);
    for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
        size_t len, sig_len;
        uint8_t *message = signed_by(&w, (enum document_form)form, text, sizeof text, &len),
                sig[72];
        DOCUMENT_SIGNED_MESSAGE *m = decode_message(message, len);
        DOCUMENT_SIGNER_INFO *si = sk_DOCUMENT_SIGNER_INFO_value(m->signed_data->signers, 0);
        ASN1_STRING_free(si->signed_attributes);
        si->signed_attributes = NULL;
        assert_int_equal(pki_sm2_sign(w.sign_key, text, sizeof text, sig, &sig_len), PKI_OK);
        ASN1_OCTET_STRING_set(si->signature, sig, (int)sig_len);
        free(message);
        message = encode_message(m, &len);
        struct document_signatures s;
        FILE *f = file_of(text, sizeof text);
        assert_int_equal(document_verify(message, len, f, NULL, &s), PKI_OK);
        assert_false(s.signer[0].has_time);
        assert_null(s.signer[0].attributes);
        document_signatures_free(&s);
        fclose(f);
        assert_int_equal(verify_bytes(message, len, text, sizeof text - 1), PKI_ERR_SIGNATURE);
        free(message);
    }
    made_world_free(&w);
}

void test_signed_embedded(void **state)
{
    (void)state;
    struct made_world w;
    made_world(&w);
    for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
        size_t len;
        uint8_t *message = signed_by(&w, (enum document_form)form, text, sizeof text, &len);
        DOCUMENT_SIGNED_MESSAGE *m = decode_message(message, len);
        free(message);
        m->signed_data->content->content = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(m->signed_data->content->content, (const uint8_t *)text, sizeof text);
        message = encode_message(m, &len);
        assert_int_equal(verify_bytes(message, len, NULL, 0), PKI_OK);
        /* A file that is given is what gets judged, whatever the message carries. */
        assert_int_equal(verify_bytes(message, len, text, sizeof text), PKI_OK);
        assert_int_equal(verify_bytes(message, len, "other", 5), DOCUMENT_ERR_CHANGED);
        m = decode_message(message, len);
        free(message);
        m->signed_data->content->content->data[3] ^= 1;
        message = encode_message(m, &len);
        assert_int_equal(verify_bytes(message, len, NULL, 0), DOCUMENT_ERR_CHANGED);
        free(message);
    }
    made_world_free(&w);
}

static int all_good(void *ctx, X509 *cert, X509 *issuer, struct pki_revocation *ocsp,
                    bool *have_ocsp, struct pki_revocation *crl, bool *have_crl)
{
    (void)ctx, (void)cert, (void)issuer, (void)crl;
    *have_ocsp = true;
    *have_crl = false;
    memset(ocsp, 0, sizeof *ocsp);
    return PKI_OK;
}

/* Everything that `hufu verify` asks before it says good. */
static bool accepted(struct made_world *w, const uint8_t *message, size_t len, FILE *content)
{
    struct document_signatures s;
    struct document_judgement j;
    const struct document_revocation_source source = {all_good, NULL};
    rewind(content);
    bool good = document_verify(message, len, content, NULL, &s) == PKI_OK && s.count > 0;
    for (size_t i = 0; good && i < s.count; i++) {
        struct document_trust trust = {w->roots, s.certs, time(NULL), false, &source};
        good = document_judge(s.signer[i].cert, &trust, &j) == PKI_OK;
        document_judgement_free(&j);
    }
    document_signatures_free(&s);
    return good;
}

/* Where the signer is named in the SignerInfo: the last place with the issuer's name. Names compare
 * as RFC 5280 says, not byte by byte, and nothing signs this copy; what it leads to is bound by
 * signing-certificate-v2. So a byte here may change unseen as long as the same certificate is
 * found. */
static void issuer_place(struct made_world *w, const uint8_t *message, size_t len, size_t *from,
                         size_t *to)
{
    uint8_t *name = NULL;
    size_t n = (size_t)i2d_X509_NAME(X509_get_issuer_name(w->sign), &name);
    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(message + i, name, n) == 0) {
            *from = i;
            *to = i + n;
        }
    OPENSSL_free(name);
}

void test_signed_flips(void **state)
{
    (void)state;
    const uint8_t masks[] = {0x01, 0x20, 0x80, 0xff};
    struct made_world w;
    made_world(&w);
    FILE *content = file_of(text, sizeof text);
    for (int form = DOCUMENT_GM; form <= DOCUMENT_CMS; form++) {
        size_t len;
        uint8_t *message = signed_by(&w, (enum document_form)form, text, sizeof text, &len);
        size_t from = 0, to = 0;
        assert_true(accepted(&w, message, len, content));
        issuer_place(&w, message, len, &from, &to);
        assert_true(from > 0);
        for (size_t i = 0; i < len; i++) {
            for (size_t k = 0; k < sizeof masks; k++) {
                message[i] ^= masks[k];
                if (accepted(&w, message, len, content) && (i < from || i >= to))
                    fail_msg("form %d: byte %zu of %zu changed by %02x goes unseen", form, i, len,
                             masks[k]);
                message[i] ^= masks[k];
            }
            /* Under AddressSanitizer a copy of its own length shows any reading past the end. */
            uint8_t *cut = malloc(i + 1);
            memcpy(cut, message, i);
            assert_int_not_equal(verify_bytes(cut, i, text, sizeof text), PKI_OK);
            free(cut);
        }
        uint8_t *longer = malloc(len + 1);
        memcpy(longer, message, len);
        longer[len] = 0;
        assert_int_equal(verify_bytes(longer, len + 1, text, sizeof text), DOCUMENT_ERR_TRUNCATED);
        free(longer);
        free(message);
    }
    fclose(content);
    made_world_free(&w);
}

/* Signs a set of attributes of the test's choice in place of the message's own. */
static int verify_with_attributes(struct made_world *w, STACK_OF(X509_ATTRIBUTE) *list)
{
    size_t len, sig_len;
    uint8_t *message = signed_by(w, DOCUMENT_CMS, text, sizeof text, &len), *der = NULL, sig[72];
    DOCUMENT_SIGNED_MESSAGE *m = decode_message(message, len);
    DOCUMENT_SIGNER_INFO *si = sk_DOCUMENT_SIGNER_INFO_value(m->signed_data->signers, 0);
    free(message);
    int n = ASN1_item_i2d((const ASN1_VALUE *)list, &der, ASN1_ITEM_rptr(DOCUMENT_ATTRIBUTES));
    pki_sm2_sign(w->sign_key, der, (size_t)n, sig, &sig_len);
    der[0] = 0xa0;
    ASN1_STRING_set(si->signed_attributes, der, n);
    ASN1_OCTET_STRING_set(si->signature, sig, (int)sig_len);
    OPENSSL_free(der);
    message = encode_message(m, &len);
    int error = verify_bytes(message, len, text, sizeof text);
    free(message);
    return error;
}

static void add(STACK_OF(X509_ATTRIBUTE) *list, int nid, int type, const void *data, int len)
{
    sk_X509_ATTRIBUTE_push(list, X509_ATTRIBUTE_create_by_NID(NULL, nid, type, data, len));
}

void test_signed_attributes_checked(void **state)
{
    (void)state;
    struct made_world w;
    uint8_t digest[32];
    made_world(&w);
    EVP_Digest(text, sizeof text, digest, NULL, EVP_sm3(), NULL);
    STACK_OF(X509_ATTRIBUTE) *list = sk_X509_ATTRIBUTE_new_null();
    const ASN1_OBJECT *data = OBJ_nid2obj(NID_pkcs7_data), *other = OBJ_nid2obj(NID_pkcs7_signed);
    /* Well signed, but saying too little, too much, or something else. */
    add(list, NID_pkcs9_contentType, V_ASN1_OBJECT, data, -1);
    assert_int_equal(verify_with_attributes(&w, list), PKI_ERR_PARSE);
    add(list, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest, 32);
    assert_int_equal(verify_with_attributes(&w, list), PKI_OK);
    add(list, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest, 32);
    assert_int_equal(verify_with_attributes(&w, list), PKI_ERR_PARSE);
    X509_ATTRIBUTE_free(sk_X509_ATTRIBUTE_pop(list));
    add(list, NID_pkcs9_signingTime, V_ASN1_UTCTIME, "not a time", 10);
    assert_int_equal(verify_with_attributes(&w, list), PKI_ERR_PARSE);
    X509_ATTRIBUTE_free(sk_X509_ATTRIBUTE_pop(list));
    /* signing-certificate-v2 that names another certificate. */
    uint8_t hash[32], *sc = NULL;
    X509_digest(w.enc, EVP_sha256(), hash, NULL);
    DOCUMENT_SIGNING_CERT *cert = DOCUMENT_SIGNING_CERT_new();
    DOCUMENT_CERT_ID *id = DOCUMENT_CERT_ID_new();
    ASN1_OCTET_STRING_set(id->hash, hash, 32);
    sk_DOCUMENT_CERT_ID_push(cert->ids, id);
    int n = i2d_DOCUMENT_SIGNING_CERT(cert, &sc);
    add(list, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE, sc, n);
    assert_int_equal(verify_with_attributes(&w, list), PKI_ERR_SIGNATURE);
    X509_ATTRIBUTE_free(sk_X509_ATTRIBUTE_pop(list));
    OPENSSL_free(sc);
    sc = NULL;
    X509_digest(w.sign, EVP_sha256(), hash, NULL);
    ASN1_OCTET_STRING_set(id->hash, hash, 32);
    n = i2d_DOCUMENT_SIGNING_CERT(cert, &sc);
    add(list, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE, sc, n);
    assert_int_equal(verify_with_attributes(&w, list), PKI_OK);
    OPENSSL_free(sc);
    DOCUMENT_SIGNING_CERT_free(cert);
    sk_X509_ATTRIBUTE_pop_free(list, X509_ATTRIBUTE_free);
    list = sk_X509_ATTRIBUTE_new_null();
    add(list, NID_pkcs9_contentType, V_ASN1_OBJECT, other, -1);
    add(list, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest, 32);
    assert_int_equal(verify_with_attributes(&w, list), PKI_ERR_PARSE);
    sk_X509_ATTRIBUTE_pop_free(list, X509_ATTRIBUTE_free);
    made_world_free(&w);
}
