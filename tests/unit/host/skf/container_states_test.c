/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every function on a container, in every state a container can be in: what is there works, what is
 * not is named (SAR_KEYNOTFOUNTERR, SAR_CERTNOTFOUNTERR) whatever kind of key was asked for,
 * without the user's PIN that is what is missing (but for RSASignData, which looks first whether
 * there is a pair), and a closed handle is none. REQ: K1 K6
 */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), SAR_OK)

enum { BITS = 2048, MODULUS = BITS / 8, BLOB = sizeof(ECCCIPHERBLOB) - 1 + 16, ROOM = 2048 };
enum state { EMPTY, SM2_SIGN, SM2_BOTH, RSA_SIGN, RSA_BOTH, STATES };
static const char *const state_names[] = {"empty", "SM2 signing pair", "SM2 both",
                                          "RSA signing pair", "RSA both"};

static HCONTAINER con;
static HANDLE agreement; /* begun where there is a key for it */
static ECCPUBLICKEYBLOB point;
static ECCSIGNATUREBLOB signature;
static RSAPUBLICKEYBLOB modulus;
static EVP_PKEY *rsa_pair; /* the encryption pair that is imported */
static BYTE out[ROOM], sm2_wrapped[BLOB + 1], rsa_wrapped[MODULUS], cert[ROOM];
static size_t cert_len;
static ENVELOPEDKEYBLOB *envelope;
static BYTE rsa_key[MODULUS], rsa_cipher[ROOM];
static ULONG rsa_key_len, rsa_cipher_len;

/* --- the functions --------------------------------------------------------------------------- */

static HANDLE made;
static ULONG length;

#define RUN(name, call)                                                                            \
    static ULONG name(void)                                                                        \
    {                                                                                              \
        return call;                                                                               \
    }
RUN(type, SKF_GetContainerType(con, &length))
RUN(export_sign_cert, SKF_ExportCertificate(con, TRUE, out, &length))
RUN(export_enc_cert, SKF_ExportCertificate(con, FALSE, out, &length))
RUN(import_sign_cert, SKF_ImportCertificate(con, TRUE, cert, (ULONG)cert_len))
RUN(import_enc_cert, SKF_ImportCertificate(con, FALSE, cert, (ULONG)cert_len))
RUN(export_sign_key, SKF_ExportPublicKey(con, TRUE, out, &length))
RUN(export_enc_key, SKF_ExportPublicKey(con, FALSE, out, &length))
RUN(ecc_sign, SKF_ECCSignData(con, cert, 32, &signature))
RUN(rsa_sign_data, SKF_RSASignData(con, cert, 32, out, &length))
RUN(ecc_export, SKF_ECCExportSessionKey(con, SGD_SM4_ECB, &bench.enc, (ECCCIPHERBLOB *)out, &made))
RUN(rsa_export, SKF_RSAExportSessionKey(con, SGD_SM4_ECB, &modulus, out, &length, &made))
RUN(import_sm2_key, SKF_ImportSessionKey(con, SGD_SM4_ECB, sm2_wrapped, BLOB, &made))
RUN(import_rsa_key, SKF_ImportSessionKey(con, SGD_SM4_ECB, rsa_wrapped, MODULUS, &made))
RUN(agree_begin, SKF_GenerateAgreementDataWithECC(con, SGD_SM4_ECB, &point, cert, 16, &made))
RUN(agree_answer, SKF_GenerateAgreementDataAndKeyWithECC(con, SGD_SM4_ECB, &bench.enc, &bench.sign,
                                                         &point, cert, 16, cert, 16, &made))
RUN(agree_finish, SKF_GenerateKeyWithECC(agreement, &bench.enc, &bench.sign, cert, 16, &made))
RUN(import_sm2_pair, SKF_ImportECCKeyPair(con, envelope))
RUN(import_rsa_pair,
    SKF_ImportRSAKeyPair(con, SGD_SM4_ECB, rsa_key, rsa_key_len, rsa_cipher, rsa_cipher_len))
RUN(new_sm2, SKF_GenECCKeyPair(con, SGD_SM2_1, &point))
RUN(new_rsa, SKF_GenRSAKeyPair(con, BITS, &modulus))

/* What they answer in each state, as a letter. */
static const struct {
    char letter;
    ULONG code;
} codes[] = {{'.', SAR_OK},
             {'k', SAR_KEYNOTFOUNTERR},
             {'c', SAR_CERTNOTFOUNTERR},
             {'u', SAR_USER_NOT_LOGGED_IN},
             {'h', SAR_INVALIDHANDLEERR},
             {'l', SAR_INDATALENERR},
             {'d', SAR_INDATAERR},
             {'f', SAR_FAIL},
             {'n', SAR_CONTAINER_NOT_FOUND}};

/* clang-format off */
static const struct row {
    const char *name;
    ULONG (*run)(void);
    char logged_in[STATES + 1], without_pin[STATES + 1]; /* by enum state */
    char deleted;
    bool makes; /* the container is another afterwards */
} rows[] = {
    {"GetContainerType",                   type,             ".....", ".....", 'n', false},
    {"ExportCertificate, signing",         export_sign_cert, "ccccc", "ccccc", 'n', false},
    {"ExportCertificate, encryption",      export_enc_cert,  "ccccc", "ccccc", 'n', false},
    {"ExportPublicKey, signing",           export_sign_key,  "k....", "k....", 'n', false},
    {"ExportPublicKey, encryption",        export_enc_key,   "kk.k.", "kk.k.", 'n', false},
    {"ECCSignData",                        ecc_sign,         "k..kk", "uuuuu", 'n', false},
    {"RSASignData",                        rsa_sign_data,    "kkk..", "kkkuu", 'n', false},
    {"ECCExportSessionKey",                ecc_export,       ".....", "uuuuu", 'n', false},
    {"RSAExportSessionKey",                rsa_export,       ".....", "uuuuu", 'n', false},
    {"ImportSessionKey, SM2",              import_sm2_key,   "kk.kd", "uuuuu", 'n', false},
    /* On a pair of SM2 it lacks the form of an ECCCIPHERBLOB, whoever passes it. */
    {"ImportSessionKey, RSA",              import_rsa_key,   "kklk.", "uuluu", 'n', false},
    {"GenerateAgreementDataWithECC",       agree_begin,      "kk.kk", "uuuuu", 'n', false},
    {"GenerateAgreementDataAndKeyWithECC", agree_answer,     "kk.kk", "uuuuu", 'n', false},
    {"GenerateKeyWithECC",                 agree_finish,     "hh.hh", "hhuhh", 'n', false},
    {"ImportECCKeyPair",                   import_sm2_pair,  "k..kk", "uuuuu", 'n', true},
    {"ImportRSAKeyPair",                   import_rsa_pair,  "kkk..", "uuuuu", 'n', true},
    {"ImportCertificate, signing",         import_sign_cert, "kdddd", "uuuuu", 'n', true},
    {"ImportCertificate, encryption",      import_enc_cert,  "kk.kd", "uuuuu", 'n', true},
    {"GenECCKeyPair",                      new_sm2,          "..fff", "uuuuu", 'n', true},
    {"GenRSAKeyPair",                      new_rsa,          ".ff.f", "uuuuu", 'n', true},
};
/* clang-format on */
#define ROWS (sizeof rows / sizeof rows[0])

static unsigned wrong; /* all are named before the test fails */

static void expect(const struct row *row, const char *state, char letter, ULONG got)
{
    size_t i = 0;
    while (codes[i].letter != letter) {
        assert_true(++i < sizeof codes / sizeof codes[0]);
    }
    if (codes[i].code != got) {
        print_error("%s, %s: 0x%08X, not 0x%08X\n", row->name, state, got, codes[i].code);
        wrong++;
    }
}

/* --- the states ------------------------------------------------------------------------------ */

/* The encryption pair as a key management centre sends it to the container's signing key. */
static void rsa_envelope(void)
{
    static const BYTE key[16] = "a key for a key.";
    BYTE der[ROOM];
    EVP_PKEY *to = rsa_of_blob(&modulus);
    assert_non_null(to);
    const size_t der_len = rsa_private_der(rsa_pair, der, sizeof der);
    rsa_key_len = (ULONG)rsa_encrypt(to, key, sizeof key, rsa_key);
    rsa_cipher_len = (ULONG)sm4(SGD_SM4_ECB, key, NULL, true, true, der, der_len, rsa_cipher);
    EVP_PKEY_free(to);
}

static void build(enum state state)
{
    OK(SKF_CreateContainer(bench.app, text("state"), &con));
    agreement = NULL;
    if (state == SM2_SIGN || state == SM2_BOTH) {
        ECCPUBLICKEYBLOB sign;
        OK(SKF_GenECCKeyPair(con, SGD_SM2_1, &sign));
        free(envelope);
        envelope = bench_envelope(&sign, bench.pair);
    }
    if (state == RSA_SIGN || state == RSA_BOTH) {
        OK(SKF_GenRSAKeyPair(con, BITS, &modulus));
        rsa_envelope();
    }
    if (state == SM2_BOTH) {
        OK(SKF_ImportECCKeyPair(con, envelope));
        OK(SKF_GenerateAgreementDataWithECC(con, SGD_SM4_ECB, &point, cert, 16, &agreement));
    }
    if (state == RSA_BOTH) {
        OK(import_rsa_pair());
    }
}

/* Rights that end take an agreement that was begun along. */
static void log_in(enum state state)
{
    OK(SKF_VerifyPIN(bench.app, USER_TYPE, text(USER_PIN), NULL));
    if (state == SM2_BOTH) {
        OK(SKF_CloseHandle(agreement));
        OK(SKF_GenerateAgreementDataWithECC(con, SGD_SM4_ECB, &point, cert, 16, &agreement));
    }
}

static void leave(void)
{
    OK(SKF_DeleteContainer(bench.app, text("state")));
    (void)SKF_CloseContainer(con);
}

static ULONG run(const struct row *row)
{
    made = NULL;
    length = sizeof out;
    const ULONG result = row->run();
    if (made != NULL) {
        assert_int_equal(result, SAR_OK);
        OK(SKF_CloseHandle(made));
    }
    return result;
}

static void every_state(void **unused)
{
    (void)unused;
    for (enum state state = EMPTY; state < STATES; state++) {
        char without[64];
        (void)snprintf(without, sizeof without, "%s, not logged in", state_names[state]);
        build(state);
        OK(SKF_ClearSecureState(bench.app));
        for (size_t i = 0; i < ROWS; i++) {
            expect(&rows[i], without, rows[i].without_pin[state], run(&rows[i]));
        }
        log_in(state);
        for (size_t i = 0; i < ROWS; i++) {
            const ULONG got = run(&rows[i]);
            expect(&rows[i], state_names[state], rows[i].logged_in[state], got);
            if (rows[i].makes && got == SAR_OK) {
                leave();
                build(state);
            }
        }
        leave();
    }
    assert_int_equal(wrong, 0);
}

/* The container is gone, its handle not yet; then that, too. */
static void no_container(void **unused)
{
    (void)unused;
    build(SM2_BOTH);
    OK(SKF_DeleteContainer(bench.app, text("state")));
    for (size_t i = 0; i < ROWS; i++) {
        expect(&rows[i], "deleted", rows[i].deleted, run(&rows[i]));
    }
    OK(SKF_CloseContainer(con));
    for (size_t i = 0; i < ROWS; i++) {
        expect(&rows[i], "closed", 'h', run(&rows[i]));
    }
    assert_int_equal(wrong, 0);
}

static int up(void **state)
{
    const int result = bench_up(state);
    static const BYTE key[16] = "a session's key.";
    ECCPUBLICKEYBLOB stranger;
    EVP_PKEY *other = sm2_new();
    public_blob(&stranger, other);
    EVP_PKEY_free(other);
    rsa_pair = rsa_new(BITS);
    rsa_blob(&modulus, rsa_pair);
    sm2_encrypt(bench.pair, key, sizeof key, (ECCCIPHERBLOB *)sm2_wrapped);
    (void)rsa_encrypt(rsa_pair, key, sizeof key, rsa_wrapped);
    cert_len = certificate(bench.pair, "state", "digitalSignature", cert, sizeof cert);
    assert_in_range(cert_len, 33, sizeof cert);
    envelope = bench_envelope(&stranger, bench.pair);
    rsa_envelope();
    wrong = 0;
    return result;
}

static int down(void **state)
{
    EVP_PKEY_free(rsa_pair);
    free(envelope);
    return bench_down(state);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, up, down)
    const struct CMUnitTest tests[] = {T(every_state), T(no_container)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
