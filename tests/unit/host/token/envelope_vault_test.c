/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every form of an enveloped pair through libhufu into the real vault: the container then holds
 * that pair, and a wrong one leaves it as it was. REQ: K1 E4
 */
#include "envelope_made.h"
#include "vault_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static hufu_token *token;
static uint16_t app, container;
static struct envelope_world e;

static int setup(void **state)
{
    uint8_t pub[64];
    (void)state;
    token = vault_token_open(11);
    if (vault_token_app(token, (const uint8_t *)"1234567812345678", &app) != HUFU_OK ||
        hufu_container_create(token, app, "box", &container) != HUFU_OK ||
        hufu_generate_sm2(token, app, container, pub) != HUFU_OK) {
        return 1;
    }
    envelope_world(&e, pub);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    envelope_world_free(&e);
    vault_token_close(token);
    return 0;
}

/* Each time another pair, so that what is found is what came last. */
static void renew_pair(void)
{
    uint8_t pub[64];
    assert_int_equal(hufu_public_key(token, app, container, true, pub), HUFU_OK);
    envelope_world_free(&e);
    envelope_world(&e, pub);
}

static void every_form(void **state)
{
    uint8_t data[MADE_ENVELOPE_MAX], pub[64];
    (void)state;
    for (unsigned kind = 0; kind < MADE_KINDS; kind++) {
        struct pki_envelope out;
        const char *why;
        renew_pair();
        const struct pki_envelope_hint hint = {e.pub, e.recipient_cert};
        size_t len = envelope_made(&e, kind, data);
        assert_int_equal(pki_envelope_read(data, len, &hint, &out, &why), PKI_OK);
        int error = hufu_import_pair(token, app, container, &out.framing[0]);
        if (kind == MADE_GM_RAW_OLD || kind == MADE_CFCA_OLD) {
            assert_int_equal(error, HUFU_ERR_REFUSED);
            error = hufu_import_pair(token, app, container, &out.framing[1]);
        }
        if (error != HUFU_OK) {
            fail_msg("kind %u: %d", kind, error);
        }
        assert_int_equal(hufu_public_key(token, app, container, false, pub), HUFU_OK);
        assert_memory_equal(pub, e.pub, 64);
    }
}

/* The pair itself in the SM2 cipher: public key, scalar and lengths must fit. */
static void direct_must_fit(void **state)
{
    uint8_t data[MADE_ENVELOPE_MAX], pub[64], other[64];
    struct pki_envelope out;
    const char *why;
    (void)state;
    EVP_PKEY *stranger = pki_sm2_generate();
    assert_int_equal(pki_sm2_xy(stranger, other), PKI_OK);
    EVP_PKEY_free(stranger);
    size_t len = envelope_made(&e, MADE_CFCA, data);
    const struct pki_envelope_hint wrong = {other, NULL}, hint = {e.pub, NULL};
    assert_int_equal(pki_envelope_read(data, len, &wrong, &out, &why), PKI_OK);
    assert_int_equal(hufu_import_pair(token, app, container, &out.framing[0]), HUFU_ERR_REFUSED);
    assert_int_equal(pki_envelope_read(data, len, &hint, &out, &why), PKI_OK);
    out.framing[0].c2_len = 80;
    assert_int_equal(hufu_import_pair(token, app, container, &out.framing[0]), HUFU_ERR_PARAM);
    out.framing[0].c2_len = 96;
    out.framing[0].c2[95] ^= 1;
    assert_int_equal(hufu_import_pair(token, app, container, &out.framing[0]), HUFU_ERR_REFUSED);
    assert_int_equal(hufu_public_key(token, app, container, false, pub), HUFU_ERR_NO_KEY);
    out.framing[0].c2[95] ^= 1;
    assert_int_equal(hufu_import_pair(token, app, container, &out.framing[0]), HUFU_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_form, setup, teardown),
        cmocka_unit_test_setup_teardown(direct_must_fit, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
