/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/attest_report.h"

#include "cli/key_mode.h"
#include "pki/pki.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    unsigned bit;
    const char *name;
} uses[] = {
    {HUFU_ATTEST_MAY_SIGN, "sign"},
    {HUFU_ATTEST_MAY_OPEN_PAIR, "open-pair"},
    {HUFU_ATTEST_MAY_DECRYPT, "decrypt"},
    {HUFU_ATTEST_MAY_ATTEST, "attest"},
};
#define USES (sizeof uses / sizeof uses[0])

static const char *algorithm_name(unsigned algorithm)
{
    return algorithm == HUFU_IDENTITY_SM2 ? "sm2" : "p256";
}

static const char *key_name(EVP_PKEY *key)
{
    return EVP_PKEY_is_a(key, "SM2") == 1   ? "SM2"
           : EVP_PKEY_is_a(key, "RSA") == 1 ? "RSA"
                                            : "P-256";
}

/* SM3 over the SubjectPublicKeyInfo. */
static void fingerprint(EVP_PKEY *key, char hex[65])
{
    uint8_t *der = NULL, digest[EVP_MAX_MD_SIZE] = {0};
    unsigned n = 0;
    const int len = i2d_PUBKEY(key, &der);
    if (len > 0) {
        (void)EVP_Digest(der, (size_t)len, digest, &n, EVP_sm3(), NULL);
    }
    hex_encode(digest, 32, hex);
    OPENSSL_free(der);
}

static char *maker(const struct pki_attestation *a)
{
    const int n = sk_X509_num(a->chain);
    return n > 0 ? pki_name_text(X509_get_issuer_name(sk_X509_value(a->chain, n - 1))) : NULL;
}

static void as_json(const struct pki_attestation *a, bool judged, enum pki_attest_fault verdict,
                    const char *file)
{
    char key[65], digest[65], challenge[65], *name = maker(a);
    struct json j;
    fingerprint(a->key, key);
    hex_encode(a->firmware, sizeof a->firmware, digest);
    hex_encode(a->challenge, sizeof a->challenge, challenge);
    json_start(&j, stdout);
    json_object(&j, NULL);
    if (judged) {
        json_text(&j, "verdict", verdict == ATTEST_GOOD ? "good" : "refused");
        json_text(&j, "reason", verdict == ATTEST_GOOD ? NULL : _(pki_attest_text(verdict)));
    }
    if (file != NULL) {
        json_text(&j, "output", file);
    }
    json_text(&j, "token", a->token);
    json_text(&j, "lifecycle", pki_attest_lifecycle(a->lifecycle));
    json_bool(&j, "development", a->development);
    json_number(&j, "firmware_version", a->firmware_version);
    json_text(&j, "firmware", digest);
    json_text(&j, "kind", pki_attest_kind(a->kind));
    json_text(&j, "origin", pki_attest_origin(a->origin));
    json_array(&j, "uses");
    for (size_t i = 0; i < USES; i++) {
        if ((a->uses & uses[i].bit) != 0) {
            json_text(&j, NULL, uses[i].name);
        }
    }
    json_end(&j);
    json_number(&j, "pin", a->pin);
    json_text(&j, "mode", key_mode_word(a->mode));
    json_text(&j, "key", key_name(a->key));
    json_text(&j, "key_sm3", key);
    json_text(&j, "challenge", challenge);
    json_text(&j, "algorithm", algorithm_name(a->algorithm));
    json_number(&j, "certificates", sk_X509_num(a->chain));
    json_text(&j, "maker", name);
    json_end(&j);
    free(name);
}

static void as_text(const struct pki_attestation *a, bool judged, enum pki_attest_fault verdict)
{
    char key[65], digest[65], challenge[65], *name = maker(a);
    fingerprint(a->key, key);
    hex_encode(a->firmware, sizeof a->firmware, digest);
    hex_encode(a->challenge, sizeof a->challenge, challenge);
    printf(_("token          %s, %s\n"), a->token, pki_attest_lifecycle(a->lifecycle));
    if (a->development) {
        puts(_("               DEVELOPMENT: not protected at rest, no rollback protection"));
    }
    printf(_("firmware       %u.%u.%u, %s\n"), (unsigned)(a->firmware_version >> 24),
           (unsigned)(a->firmware_version >> 16 & 0xFF), (unsigned)(a->firmware_version & 0xFFFF),
           digest);
    printf(_("key            %s, %s, %s\n               SM3 %s\n"), key_name(a->key),
           pki_attest_kind(a->kind), pki_attest_origin(a->origin), key);
    printf(_("may           "));
    for (size_t i = 0; i < USES; i++) {
        if ((a->uses & uses[i].bit) != 0) {
            printf(" %s", uses[i].name);
        }
    }
    printf(_("; PIN id %u, mode %s\n"), a->pin, key_mode_word(a->mode));
    printf(_("challenge      %s\nsigned         %s, certified by %s\n"), challenge,
           algorithm_name(a->algorithm), name != NULL ? name : _("nobody"));
    if (judged && verdict == ATTEST_GOOD) {
        printf(_("verdict        %s\n"), _(pki_attest_text(verdict)));
    }
    free(name);
}

void attest_report(const struct cli *cli, const struct pki_attestation *a, bool judged,
                   enum pki_attest_fault verdict, const char *file)
{
    if (cli->json) {
        as_json(a, judged, verdict, file);
    } else {
        as_text(a, judged, verdict);
    }
}
