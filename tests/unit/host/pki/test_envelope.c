/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of an enveloped pair: each is told apart and re-framed, and what has no framing is
 * refused by name; truncated messages and lying lengths are refused. REQ: K1 E4
 */
#include "envelope_made.h"
#include "hufu/apdu.h"
#include "tests.h"
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>
#include <string.h>

static struct envelope_world e;
static EVP_PKEY *opener; /* both halves of the recipient's key */

int envelope_setup(void **state)
{
    uint8_t to[64];
    (void)state;
    opener = pki_sm2_generate();
    assert_int_equal(pki_sm2_xy(opener, to), PKI_OK);
    envelope_world(&e, to);
    return 0;
}

int envelope_teardown(void **state)
{
    (void)state;
    envelope_world_free(&e);
    EVP_PKEY_free(opener);
    return 0;
}

static int read_it(const uint8_t *data, size_t len, bool with_key, struct pki_envelope *out,
                   const char **why)
{
    const struct pki_envelope_hint hint = {with_key ? e.pub : NULL, e.recipient_cert};
    /* memory of its own length: one byte too far is an error of AddressSanitizer */
    uint8_t *copy = malloc(len + (len == 0));
    assert_non_null(copy);
    memcpy(copy, data, len);
    int error = pki_envelope_read(copy, len, &hint, out, why);
    free(copy);
    return error;
}

/* OpenSSL's judgement: the framing's SM2 cipher opens with the recipient's key. */
static bool opens(const struct hufu_envelope *f, uint8_t *plain, size_t *len)
{
    struct der_out c = {.len = 0};
    const uint8_t *halves[] = {f->c1, f->c1 + 32};
    for (unsigned i = 0; i < 2; i++) {
        size_t from = c.len;
        der_raw(&c, "", 1);
        der_raw(&c, halves[i], 32);
        if ((halves[i][0] & 0x80) == 0) { /* no needless zero */
            c.len = from;
            der_raw(&c, halves[i], 32);
        }
        der_wrap(&c, from, 0x02);
    }
    der_put(&c, 0x04, f->c3, 32);
    der_put(&c, 0x04, f->c2, f->c2_len);
    der_wrap(&c, 0, 0x30);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, opener, NULL);
    bool good =
        EVP_PKEY_decrypt_init(ctx) == 1 && EVP_PKEY_decrypt(ctx, plain, len, c.at, c.len) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good;
}

void test_envelope_every_form(void **state)
{
    uint8_t data[MADE_ENVELOPE_MAX], plain[256];
    (void)state;
    for (unsigned kind = 0; kind < MADE_KINDS; kind++) {
        struct pki_envelope out;
        const char *why;
        size_t len = envelope_made(&e, kind, data), n = sizeof plain;
        int error = read_it(data, len, true, &out, &why);
        if (error != PKI_OK)
            fail_msg("kind %u: %d (%s)", kind, error, why != NULL ? why : "");
        assert_int_equal(out.form, envelope_made_form(kind));
        assert_memory_equal(out.framing[0].pub, e.pub, 64);
        bool raw = kind == MADE_GM_RAW || kind == MADE_GM_RAW_OLD || kind >= MADE_CFCA;
        assert_int_equal(out.count, raw ? 2 : 1);
        bool second = kind == MADE_GM_RAW_OLD || kind == MADE_CFCA_OLD;
        assert_true(opens(&out.framing[second], plain, &n));
        assert_int_equal(n, kind >= MADE_CFCA ? 96 : 16);
        if (raw) {
            n = sizeof plain;
            assert_false(opens(&out.framing[!second], plain, &n));
            assert_memory_equal(out.framing[1].pub, e.pub, 64);
        }
        /* Without the certificate a form that lacks the public key says so. */
        error = read_it(data, len, false, &out, &why);
        assert_int_equal(error, envelope_made_has_key(kind) ? PKI_OK : PKI_ERR_PROFILE);
        assert_true(envelope_made_has_key(kind) || why != NULL);
        assert_int_equal(out.form, envelope_made_form(kind));
    }
}

/* No prefix of a message is one, nor is a message with something behind it. */
void test_envelope_truncated(void **state)
{
    uint8_t data[MADE_ENVELOPE_MAX + 1];
    (void)state;
    for (unsigned kind = 0; kind < MADE_KINDS; kind++) {
        struct pki_envelope out;
        const char *why;
        size_t len = envelope_made(&e, kind, data);
        for (size_t n = 0; n < len; n++) {
            if (read_it(data, n, true, &out, &why) == PKI_OK)
                fail_msg("kind %u: %zu of %zu bytes are taken", kind, n, len);
            assert_int_equal(out.count, 0);
        }
        data[len] = kind == MADE_CFCA_TEXT ? '!' : 0;
        assert_int_not_equal(read_it(data, len + 1, true, &out, &why), PKI_OK);
    }
}

/* The same message as text: PEM, base64 in lines, hexadecimal. */
void test_envelope_as_text(void **state)
{
    static const unsigned kinds[] = {MADE_SKF_64, MADE_SDF_504, MADE_SM2_KEY, MADE_CMS};
    uint8_t data[MADE_ENVELOPE_MAX];
    (void)state;
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct pki_envelope want, out;
        const char *why;
        char *text;
        size_t len = envelope_made(&e, kinds[i], data);
        assert_int_equal(read_it(data, len, true, &want, &why), PKI_OK);
        BIO *memory = BIO_new(BIO_s_mem());
        assert_true(PEM_write_bio(memory, "ENVELOPED KEY", "", data, (long)len) > 0);
        long n = BIO_get_mem_data(memory, &text);
        if (data[0] == 0x30) {
            assert_int_equal(read_it((uint8_t *)text, (size_t)n, true, &out, &why), PKI_OK);
            assert_memory_equal(&out, &want, sizeof out);
        }
        /* the lines between the first and the last are base64 alone */
        char *body = strchr(text, '\n') + 1, *end = strstr(body, "-----END");
        assert_int_equal(read_it((uint8_t *)body, (size_t)(end - body), true, &out, &why), PKI_OK);
        assert_memory_equal(&out, &want, sizeof out);
        BIO_free(memory);
        char hex[2 * MADE_ENVELOPE_MAX + 1];
        for (size_t k = 0; k < len; k++)
            snprintf(hex + 2 * k, 3, "%02X", data[k]);
        assert_int_equal(read_it((uint8_t *)hex, 2 * len, true, &out, &why), PKI_OK);
        assert_memory_equal(&out, &want, sizeof out);
    }
}

/* By its address alone, as SKF_ImportECCKeyPair gets it. */
void test_envelope_by_address(void **state)
{
    uint8_t data[MADE_ENVELOPE_MAX];
    (void)state;
    for (unsigned kind = 0; kind <= MADE_CSR_RESPONSE; kind++) {
        struct pki_envelope want, out;
        const char *why;
        size_t len = envelope_made(&e, kind, data);
        assert_int_equal(read_it(data, len, false, &want, &why), PKI_OK);
        uint8_t *exact = malloc(len);
        memcpy(exact, data, len);
        assert_int_equal(pki_envelope_read_at(exact, NULL, &out, &why), PKI_OK);
        assert_memory_equal(&out, &want, sizeof out);
        free(exact);
    }
    static const uint8_t nothing[512];
    struct pki_envelope out;
    const char *why;
    assert_int_equal(pki_envelope_read_at(nothing, NULL, &out, &why), PKI_ERR_PARSE);
    assert_int_equal(pki_envelope_read_at("\x30\x80", NULL, &out, &why), PKI_ERR_PARSE);
    assert_int_equal(pki_envelope_read_at("\x30\x00", NULL, &out, &why), PKI_ERR_PARSE);
}

static void refused(const uint8_t *data, size_t len, const char *word)
{
    struct pki_envelope out;
    const char *why;
    assert_int_equal(read_it(data, len, true, &out, &why), PKI_ERR_PROFILE);
    assert_non_null(why);
    if (strstr(why, word) == NULL)
        fail_msg("'%s' does not name '%s'", why, word);
    assert_int_equal(out.count, 0);
}

/* Finds `oid` in the message and writes another of the same length over it. */
static void change_oid(uint8_t *data, size_t len, const char *from, const char *to)
{
    struct der_out a = {.len = 0}, b = {.len = 0};
    der_oid(&a, from);
    der_oid(&b, to);
    assert_int_equal(a.len, b.len);
    for (size_t i = 0; i + a.len <= len; i++) {
        if (memcmp(data + i, a.at, a.len) == 0) {
            memcpy(data + i, b.at, a.len);
            return;
        }
    }
    fail_msg("no %s in it", from);
}

void test_envelope_refused_by_name(void **state)
{
    uint8_t data[MADE_ENVELOPE_MAX], *der = NULL;
    (void)state;
    /* structures: another cipher, a mode without a place for its IV */
    size_t len = envelope_made(&e, MADE_SKF_64, data);
    data[5] = 1; /* SM1 ECB */
    refused(data, len, "SM4");
    data[5] = 4;
    data[4] = 2; /* SM4 CBC */
    refused(data, len, "initial value");
    /* one identifier is another: the cipher, the recipient's algorithm, what is inside, the message
     */
    static const struct {
        unsigned kind;
        const char *from, *to, *word;
    } changed[] = {
        {MADE_SM2_KEY, "1.2.156.10197.1.104.1", "1.2.156.10197.1.102.1", "SM4"},
        {MADE_CMS, "1.2.156.10197.1.104.2", "1.2.156.10197.1.104.7", "SM4"},
        {MADE_GM, "1.2.156.10197.1.301.3", "1.2.156.10197.1.302.3", "SM2"},
        {MADE_CMS, "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2", "signed data"},
        {MADE_CMS, "1.2.840.113549.1.7.3", "1.2.840.113549.1.7.6", "encrypted data"},
        {MADE_GM, "1.2.156.10197.6.1.4.2.3", "1.2.156.10197.6.1.4.2.6", "holds no enveloped key"},
    };
    for (unsigned i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        len = envelope_made(&e, changed[i].kind, data);
        change_oid(data, len, changed[i].from, changed[i].to);
        refused(data, len, changed[i].word);
    }
    /* clear keys, keys under a password, things without a key */
    int n = i2d_PrivateKey(e.pair, &der);
    assert_true(n > 0);
    refused(der, (size_t)n, "in clear");
    OPENSSL_free(der);
    PKCS8_PRIV_KEY_INFO *clear = EVP_PKEY2PKCS8(e.pair);
    der = NULL;
    n = i2d_PKCS8_PRIV_KEY_INFO(clear, &der);
    refused(der, (size_t)n, "in clear");
    OPENSSL_free(der);
    der = NULL;
    X509_SIG *locked = PKCS8_encrypt(-1, EVP_aes_128_cbc(), "password", 8, NULL, 0, 1, clear);
    n = i2d_X509_SIG(locked, &der);
    refused(der, (size_t)n, "PKCS#8");
    OPENSSL_free(der);
    X509_SIG_free(locked);
    PKCS8_PRIV_KEY_INFO_free(clear);
    der = NULL;
    n = i2d_X509(e.w.enc, &der);
    refused(der, (size_t)n, "certificate");
    OPENSSL_free(der);
    len = 0;
    assert_int_equal(
        pki_sm2_encrypt(e.recipient, (const uint8_t *)"0123456789abcdef", 16, &der, &len), PKI_OK);
    refused(der, len, "ciphertext");
    OPENSSL_free(der);
    struct der_out p12 = {.len = 0};
    der_number(&p12, 3);
    der_algorithm(&p12, "1.2.840.113549.1.7.1", NULL);
    der_wrap(&p12, 0, 0x30);
    refused(p12.at, p12.len, "PKCS#12");
}

/* Several recipients: the one of the certificate, or a refusal. Other kinds are named. */
void test_envelope_recipients(void **state)
{
    uint8_t data[MADE_ENVELOPE_MAX];
    (void)state;
    /* [0] and [1] of a set are two recipients, the second made for another certificate */
    size_t len = envelope_made(&e, MADE_GM, data);
    struct envelope_world other;
    uint8_t to[64];
    EVP_PKEY *stranger = pki_sm2_generate();
    assert_int_equal(pki_sm2_xy(stranger, to), PKI_OK);
    envelope_world(&other, to);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(other.recipient_cert), 99), 1);
    const char *why;
    struct pki_envelope out;
    /* one recipient alone is taken whatever certificate is named */
    const struct pki_envelope_hint wrong = {e.pub, other.recipient_cert};
    assert_int_equal(pki_envelope_read(data, len, &wrong, &out, &why), PKI_OK);

    /* two of them: both sets' elements one after the other */
    const uint8_t *p = data;
    struct der_out two = {.len = 0};
    size_t start[2], size[2];
    uint8_t second[MADE_ENVELOPE_MAX];
    size_t second_len = envelope_made(&other, MADE_GM, second);
    (void)second_len;
    const uint8_t *messages[] = {data, second};
    size_t lens[] = {len, second_len};
    for (unsigned i = 0; i < 2; i++) {
        /* 31 80.. is the only SET of the message; find it by walking from the front */
        p = messages[i];
        for (size_t k = 0; k + 3 < lens[i]; k++) {
            if (p[k] == 0x31 && p[k + 1] == 0x82) {
                start[i] = k + 4;
                size[i] = (size_t)p[k + 2] << 8 | p[k + 3];
                break;
            }
            if (p[k] == 0x31 && p[k + 1] == 0x81) {
                start[i] = k + 3;
                size[i] = p[k + 2];
                break;
            }
        }
    }
    der_oid(&two, "1.2.156.10197.6.1.4.2.3");
    size_t inside = two.len;
    der_number(&two, 1);
    size_t set = two.len;
    der_raw(&two, second + start[1], size[1]);
    der_raw(&two, data + start[0], size[0]);
    der_wrap(&two, set, 0x31);
    der_raw(&two, data + start[0] + size[0], len - start[0] - size[0]);
    der_wrap(&two, inside, 0x30);
    der_wrap(&two, inside, 0xA0);
    der_wrap(&two, 0, 0x30);
    const struct pki_envelope_hint right = {e.pub, e.recipient_cert}, none = {e.pub, NULL};
    uint8_t plain[256];
    size_t n = sizeof plain;
    assert_int_equal(pki_envelope_read(two.at, two.len, &right, &out, &why), PKI_OK);
    assert_true(opens(&out.framing[0], plain, &n));
    assert_int_equal(pki_envelope_read(two.at, two.len, &none, &out, &why), PKI_ERR_PROFILE);
    assert_non_null(strstr(why, "several recipients"));

    /* key agreement: [1] */
    struct der_out kari = {.len = 0};
    der_oid(&kari, "1.2.840.113549.1.7.3");
    inside = kari.len;
    der_number(&kari, 2);
    set = kari.len;
    der_put(&kari, 0xA1, data + start[0], size[0]);
    der_wrap(&kari, set, 0x31);
    der_raw(&kari, data + start[0] + size[0], len - start[0] - size[0]);
    der_wrap(&kari, inside, 0x30);
    der_wrap(&kari, inside, 0xA0);
    der_wrap(&kari, 0, 0x30);
    refused(kari.at, kari.len, "key agreement");
    envelope_world_free(&other);
    EVP_PKEY_free(stranger);
}

/* CFCA's answer as published with its keys: emmansun/gmsm, cfca/pkcs10_test.go. */
void test_envelope_cfca_vector(void **state)
{
    static const char answer[] =
        "00000000000000010000000000000001000000000000000000000000000000000000000000000268"
        "MIHGAgEBBIHArhtKwTVT8dPEkykVRpvQNMxHv/"
        "yeqtaKZiSp2MbjcqMZtPfKW8IatiIPPitNhQtU5C7gMbsUxgf5Yo16"
        "vDSXdoWqoOOaes2pEJwmXWZI55lMMWc168WgzQ82fmMi05Vhlw9HNjGI3azE6MS5/"
        "ujSNGLZ0qAAmLnBiHlXFAXXAWRi"
        "y9MxZKwF4xKn6qMaKmkqbYmTbBbEJEhzJBmu0IJ1kNDcTFirAyapghHSw267erSUwsHjkQis9mKYpzGied0E";
    EVP_PKEY *mine = opener;
    EVP_PKEY *pair =
        made_key_from_hex("f6e02c941a0dfdac58d8b3b1bc1bd136f179741b7465ebc7b0b25bb381840a3b");
    uint8_t plain[256], pub[64], d[32];
    size_t n = sizeof plain;
    struct pki_envelope out;
    const char *why;
    (void)state;
    assert_int_equal(pki_sm2_xy(pair, pub), PKI_OK);
    const struct pki_envelope_hint hint = {pub, NULL};
    assert_int_equal(
        pki_envelope_read((const uint8_t *)answer, sizeof answer - 1, &hint, &out, &why), PKI_OK);
    assert_int_equal(out.form, PKI_ENVELOPE_CFCA);
    opener = made_key_from_hex("cacece36cac24aab94e52bcd5c0f552c95028f2856053135a1e47510b4c307ba");
    assert_true(opens(&out.framing[0], plain, &n) || opens(&out.framing[1], plain, &n));
    EVP_PKEY_free(opener);
    opener = mine;
    assert_int_equal(n, 96);
    assert_memory_equal(plain, pub, 64);
    made_hex("f6e02c941a0dfdac58d8b3b1bc1bd136f179741b7465ebc7b0b25bb381840a3b", d, 32);
    assert_memory_equal(plain + 64, d, 32);
    EVP_PKEY_free(pair);
}
