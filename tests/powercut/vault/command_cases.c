/* SPDX-License-Identifier: Apache-2.0 */
#include "command_cases.h"
#include "applet/skf/file.h"
#include "attest/identity_key.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "fixture/rsa.h"
#include "hufu/attest.h"
#include "store/store.h"
#include "support/check.h"
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct token cut_token;

#define T          (&cut_token)
#define FILE_BYTES 5000u

static struct model channel;
static struct ready r;
static uint16_t empty, dual; /* containers: without keys; with a signing key alone */
static uint8_t pair_d[32], pair[64], env[1024], dual_env[1024], own_cert[1024], dual_cert[1024],
    pair_cert[1024], unlock_sig[64];
static uint16_t rsa_box; /* with an RSA signing key alone */
static uint8_t rsa_env[RSA_ENVELOPE_MAX];
static size_t rsa_env_len;
static size_t env_len, dual_len, own_len, dual_cert_len, pair_len;
static uint8_t identity[2][64]; /* the token's own keys, SM2 and P-256 */
static const uint8_t other_key[16] = "another dev. key";

static void ids(uint8_t *data, uint16_t container)
{
    data[0] = (uint8_t)(r.app >> 8);
    data[1] = (uint8_t)r.app;
    data[2] = (uint8_t)(container >> 8);
    data[3] = (uint8_t)container;
}

static uint16_t on_app(uint8_t ins, uint8_t p2, const void *rest, size_t len)
{
    uint8_t data[256];
    ids(data, 0);
    memcpy(data + 2, rest, len);
    return token_skf(T, ins, 0, p2, data, 2 + len);
}

static uint16_t on_file(uint8_t ins, const void *data, size_t len)
{
    return token_skf(T, ins, (uint8_t)(r.app >> 8), (uint8_t)r.app, data, len);
}

/* --- the commands ---------------------------------------------------------------------------- */

static uint16_t set_label(void)
{
    return token_skf(T, HUFU_INS_SET_LABEL, 0, 0, "another label", 13);
}

static uint16_t dev_auth(void)
{
    return host_device_auth(T, TRANSPORT_KEY);
}

static uint16_t dev_auth_wrong(void)
{
    return host_device_auth(T, other_key);
}

static uint16_t change_dev_auth_key(void)
{
    return host_change_device_key(T, TRANSPORT_KEY, other_key);
}

static uint16_t verify_pin(void)
{
    return host_verify_pin(T, r.app, 1, USER_PIN);
}

static uint16_t verify_pin_wrong(void)
{
    return host_verify_pin(T, r.app, 1, "not-the-pin");
}

static uint16_t change_pin(void)
{
    return host_change_pin(T, r.app, 1, USER_PIN, "new-user-pin");
}

static uint16_t change_pin_wrong(void)
{
    return host_change_pin(T, r.app, 1, "not-the-pin", "new-user-pin");
}

static uint16_t unblock_pin(void)
{
    return host_unblock_pin(T, r.app, ADMIN_PIN, "new-user-pin");
}

static uint16_t create_application(void)
{
    return host_create_app(T, "third", ADMIN_PIN, 5, USER_PIN, 5);
}

static uint16_t delete_application(void)
{
    return token_skf(T, HUFU_INS_DELETE_APPLICATION, 0, 0, "app", 3);
}

static uint16_t create_named(const char *name)
{
    uint8_t data[60] = {0};
    memcpy(data, name, strlen(name));
    data[50] = FILE_BYTES >> 8;
    data[51] = FILE_BYTES & 0xFF;
    data[55] = data[59] = 0xFF;
    return on_file(HUFU_INS_CREATE_FILE, data, sizeof data);
}

static uint16_t create_file(void)
{
    return create_named("another");
}

static uint16_t delete_file(void)
{
    return on_file(HUFU_INS_DELETE_FILE, "file", 4);
}

static uint16_t write_file(void)
{
    uint8_t rest[2 + 2 + 4 + 2 + 4000] = {0x01, 0x00, 0,   4,         'f',
                                          'i',  'l',  'e', 4000 >> 8, 4000 & 0xFF};
    uint8_t data[2 + sizeof rest];
    memset(rest + 10, 0x5A, 4000);
    ids(data, 0);
    memcpy(data + 2, rest, sizeof rest);
    return token_skf(T, HUFU_INS_WRITE_FILE, 0, 0, data, sizeof data);
}

static uint16_t create_container(void)
{
    uint16_t id;
    return host_create_container(T, r.app, "another", &id);
}

static uint16_t delete_container(void)
{
    return on_app(HUFU_INS_DELETE_CONTAINER, 0, "box", 3);
}

static uint16_t import_certificate(void)
{
    return host_import_cert(T, r.app, r.container, true, own_cert, own_len);
}

static uint16_t gen_ecc_key_pair(void)
{
    uint8_t pub[64];
    return host_generate(T, r.app, empty, pub);
}

static uint16_t gen_rsa_key_pair(void)
{
    struct rsa_pub made;
    return rsa_host_generate(T, r.app, empty, 2048, &made);
}

static uint16_t import_rsa_key_pair(void)
{
    return rsa_host_import(T, r.app, rsa_box, rsa_env, rsa_env_len);
}

static uint16_t import_rsa_key_pair_bad(void)
{
    uint8_t bad[sizeof rsa_env];
    memcpy(bad, rsa_env, rsa_env_len);
    bad[rsa_env_len - 1] ^= 1;
    return rsa_host_import(T, r.app, rsa_box, bad, rsa_env_len);
}

static uint16_t import_ecc_key_pair(void)
{
    return host_import_pair(T, r.app, r.container, env, env_len);
}

static uint16_t import_ecc_key_pair_bad(void)
{
    uint8_t bad[1024];
    memcpy(bad, env, env_len);
    bad[env_len - 1] ^= 1;
    return host_import_pair(T, r.app, r.container, bad, env_len);
}

static uint16_t install_dual(void)
{
    return host_install_dual(T, r.app, dual, dual_env, dual_len, dual_cert, dual_cert_len,
                             pair_cert, pair_len);
}

static uint16_t set_key_mode(void)
{
    uint8_t data[5] = {0, 0, 0, 0, 3};
    ids(data, r.container);
    return token_skf(T, HUFU_INS_SET_KEY_MODE, 0, 0, data, sizeof data);
}

static uint16_t pin_command(uint8_t ins, const char *first, const char *second)
{
    uint8_t fields[32] = {0};
    memcpy(fields, first, strlen(first));
    if (second != NULL) {
        memcpy(fields + 16, second, strlen(second));
    }
    return on_app(ins, ins == HUFU_INS_PIN_UNBLOCK ? 0 : 1, fields, second != NULL ? 32 : 16);
}

static uint16_t pin_verify(void)
{
    return pin_command(HUFU_INS_PIN_VERIFY, USER_PIN, NULL);
}

static uint16_t pin_change(void)
{
    return pin_command(HUFU_INS_PIN_CHANGE, USER_PIN, "new-user-pin");
}

static uint16_t pin_unblock(void)
{
    return pin_command(HUFU_INS_PIN_UNBLOCK, ADMIN_PIN, "new-user-pin");
}

static uint16_t unlock_request(void)
{
    return on_app(HUFU_INS_UNLOCK_REQUEST, 1, "", 0);
}

static uint16_t unlock_respond(void)
{
    uint8_t rest[80] = {0};
    memcpy(rest, unlock_sig, 64);
    memcpy(rest + 64, "chosen-pin", 10);
    return on_app(HUFU_INS_UNLOCK_RESPOND, 1, rest, sizeof rest);
}

static uint16_t reset(void)
{
    return token_skf(T, HUFU_INS_ADMIN_RESET, 0, 0, NULL, 0);
}

static uint16_t destroy(void)
{
    return token_skf(T, HUFU_INS_ADMIN_RESET, 2, 0, NULL, 0);
}

static uint16_t policy(void)
{
    return token_skf(T, HUFU_INS_ADMIN_POLICY, 0, 0, NULL, 0);
}

static uint16_t unlock_authority(void)
{
    return token_skf(T, HUFU_INS_ADMIN_UNLOCK_AUTHORITY, 0, 0, pair, 64);
}

static uint16_t unlock_authority_remove(void)
{
    return token_skf(T, HUFU_INS_ADMIN_UNLOCK_AUTHORITY, 2, 0, NULL, 0);
}

static uint16_t set_pin_rule(void)
{
    const uint8_t data[] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, 8, 2, 1};
    return token_skf(T, HUFU_INS_ADMIN_SET_PIN_RULE, 0, 1, data, sizeof data);
}

static uint16_t update_policy_word(void)
{
    return token_skf(T, HUFU_INS_ADMIN_UPDATE_POLICY, 1, 0, NULL, 0);
}

#define ADMIN (AS_DEVICE | TO_ADMIN_APPLET)

/* Two certificates, so that a record is of many pages. */
static uint16_t write_identity(unsigned algorithm, unsigned serial)
{
    uint8_t chain[2048];
    const uint8_t *pub = identity[algorithm];
    size_t len = algorithm == HUFU_IDENTITY_SM2 ? object_certificate(pub, serial, chain)
                                                : object_p256_certificate(pub, serial, chain);
    len += object_certificate(pair, serial, chain + len);
    return token_skf(T, HUFU_INS_ADMIN_WRITE_IDENTITY, 0, (uint8_t)algorithm, chain, len);
}

static uint16_t replace_identity(void)
{
    return write_identity(HUFU_IDENTITY_SM2, 70);
}

static uint16_t first_identity(void)
{
    return write_identity(HUFU_IDENTITY_P256, 71);
}

const struct cut_case cut_cases[] = {
    {"SetLabel", HUFU_INS_SET_LABEL, 0, SW_OK, set_label, false},
    {"DevAuth", HUFU_INS_DEV_AUTH, 0, SW_OK, dev_auth, false},
    {"DevAuth, wrong key", HUFU_INS_DEV_AUTH, 0, 0x63C9, dev_auth_wrong, false},
    {"ChangeDevAuthKey", HUFU_INS_CHANGE_DEV_AUTH_KEY, AS_DEVICE, SW_OK, change_dev_auth_key,
     false},
    {"VerifyPIN", HUFU_INS_VERIFY_PIN, 0, SW_OK, verify_pin, false},
    {"VerifyPIN, wrong", HUFU_INS_VERIFY_PIN, 0, 0x63C2, verify_pin_wrong, false},
    {"ChangePIN", HUFU_INS_CHANGE_PIN, 0, SW_OK, change_pin, false},
    {"ChangePIN, wrong", HUFU_INS_CHANGE_PIN, 0, 0x63C2, change_pin_wrong, false},
    {"UnblockPIN", HUFU_INS_UNBLOCK_PIN, 0, SW_OK, unblock_pin, false},
    {"CreateApplication", HUFU_INS_CREATE_APPLICATION, AS_DEVICE, SW_OK, create_application, false},
    {"DeleteApplication", HUFU_INS_DELETE_APPLICATION, AS_DEVICE, SW_OK, delete_application, false},
    {"CreateFile", HUFU_INS_CREATE_FILE, AS_USER, SW_OK, create_file, false},
    {"DeleteFile", HUFU_INS_DELETE_FILE, AS_USER, SW_OK, delete_file, false},
    {"WriteFile", HUFU_INS_WRITE_FILE, AS_USER, SW_OK, write_file, false},
    {"CreateContainer", HUFU_INS_CREATE_CONTAINER, AS_USER, SW_OK, create_container, false},
    {"DeleteContainer", HUFU_INS_DELETE_CONTAINER, AS_USER, SW_OK, delete_container, false},
    {"ImportCertificate", HUFU_INS_IMPORT_CERTIFICATE, AS_USER, SW_OK, import_certificate, false},
    {"GenRSAKeyPair", HUFU_INS_GEN_RSA_KEY_PAIR, AS_USER, SW_OK, gen_rsa_key_pair, true},
    {"ImportRSAKeyPair", HUFU_INS_IMPORT_RSA_KEY_PAIR, AS_USER, SW_OK, import_rsa_key_pair, false},
    {"ImportRSAKeyPair, bad", HUFU_INS_IMPORT_RSA_KEY_PAIR, AS_USER, SW_DECRYPT_FAILED,
     import_rsa_key_pair_bad, false},
    {"GenECCKeyPair", HUFU_INS_GEN_ECC_KEY_PAIR, AS_USER, SW_OK, gen_ecc_key_pair, true},
    {"ImportECCKeyPair", HUFU_INS_IMPORT_ECC_KEY_PAIR, AS_USER, SW_OK, import_ecc_key_pair, false},
    {"ImportECCKeyPair, bad", HUFU_INS_IMPORT_ECC_KEY_PAIR, AS_USER, SW_DECRYPT_FAILED,
     import_ecc_key_pair_bad, false},
    {"InstallDual", HUFU_INS_INSTALL_DUAL, AS_USER, SW_OK, install_dual, false},
    {"SetKeyMode", HUFU_INS_SET_KEY_MODE, AS_USER, SW_OK, set_key_mode, false},
    {"PIN_VERIFY", HUFU_INS_PIN_VERIFY, IN_CHANNEL, SW_OK, pin_verify, false},
    {"PIN_CHANGE", HUFU_INS_PIN_CHANGE, IN_CHANNEL, SW_OK, pin_change, false},
    {"PIN_UNBLOCK", HUFU_INS_PIN_UNBLOCK, IN_CHANNEL, SW_OK, pin_unblock, false},
    {"UnlockRequest", HUFU_INS_UNLOCK_REQUEST, IN_CHANNEL, SW_OK, unlock_request, false},
    {"UnlockRespond", HUFU_INS_UNLOCK_RESPOND, IN_CHANNEL, SW_OK, unlock_respond, false},
    {"RESET", HUFU_INS_ADMIN_RESET, ADMIN, SW_OK, reset, true},
    {"RESET, destroy", HUFU_INS_ADMIN_RESET, ADMIN, SW_OK, destroy, true},
    {"POLICY", HUFU_INS_ADMIN_POLICY, ADMIN, SW_OK, policy, false},
    {"UNLOCK_AUTHORITY", HUFU_INS_ADMIN_UNLOCK_AUTHORITY, ADMIN, SW_OK, unlock_authority, false},
    {"UNLOCK_AUTHORITY, none", HUFU_INS_ADMIN_UNLOCK_AUTHORITY, ADMIN, SW_OK,
     unlock_authority_remove, false},
    {"SET_PIN_RULE", HUFU_INS_ADMIN_SET_PIN_RULE, ADMIN, SW_OK, set_pin_rule, false},
    {"WRITE_IDENTITY", HUFU_INS_ADMIN_WRITE_IDENTITY, ADMIN, SW_OK, replace_identity, false},
    {"WRITE_IDENTITY, first", HUFU_INS_ADMIN_WRITE_IDENTITY, ADMIN, SW_OK, first_identity, false},
    {"UPDATE_POLICY", HUFU_INS_ADMIN_UPDATE_POLICY, ADMIN, SW_OK, update_policy_word, false},
};
const unsigned cut_case_count = sizeof cut_cases / sizeof cut_cases[0];

const uint8_t cut_reads_skf[] = {
    HUFU_INS_GET_DEV_INFO,
    HUFU_INS_GET_PIN_INFO,
    HUFU_INS_CLEAR_SECURE_STATE,
    HUFU_INS_ENUM_APPLICATION,
    HUFU_INS_OPEN_APPLICATION,
    HUFU_INS_CLOSE_APPLICATION,
    HUFU_INS_ENUM_FILES,
    HUFU_INS_GET_FILE_INFO,
    HUFU_INS_READ_FILE,
    HUFU_INS_OPEN_CONTAINER,
    HUFU_INS_CLOSE_CONTAINER,
    HUFU_INS_ENUM_CONTAINER,
    HUFU_INS_GET_CONTAINER_INFO,
    HUFU_INS_EXPORT_CERTIFICATE,
    HUFU_INS_GEN_RANDOM,
    HUFU_INS_RSA_SIGN_DATA,
    HUFU_INS_RSA_VERIFY,
    HUFU_INS_RSA_EXPORT_SESSION_KEY,
    HUFU_INS_EXT_RSA_PUB_KEY_OPERATION,
    HUFU_INS_ECC_SIGN_DATA,
    HUFU_INS_ECC_VERIFY,
    HUFU_INS_ECC_EXPORT_SESSION_KEY,
    HUFU_INS_EXT_ECC_ENCRYPT,
    HUFU_INS_GENERATE_AGREEMENT_DATA,
    HUFU_INS_GENERATE_AGREEMENT_KEY,
    HUFU_INS_GENERATE_KEY,
    HUFU_INS_EXPORT_PUBLIC_KEY,
    HUFU_INS_IMPORT_SESSION_KEY,
    HUFU_INS_SET_SYMM_KEY,
    HUFU_INS_ENCRYPT_INIT,
    HUFU_INS_ENCRYPT,
    HUFU_INS_ENCRYPT_UPDATE,
    HUFU_INS_ENCRYPT_FINAL,
    HUFU_INS_DECRYPT_INIT,
    HUFU_INS_DECRYPT,
    HUFU_INS_DECRYPT_UPDATE,
    HUFU_INS_DECRYPT_FINAL,
    HUFU_INS_DIGEST_INIT,
    HUFU_INS_DIGEST,
    HUFU_INS_DIGEST_UPDATE,
    HUFU_INS_DIGEST_FINAL,
    HUFU_INS_MAC_INIT,
    HUFU_INS_MAC,
    HUFU_INS_MAC_UPDATE,
    HUFU_INS_MAC_FINAL,
    HUFU_INS_DESTROY_SESSION_KEY,
    HUFU_INS_GET_KEY_MODE,
    HUFU_INS_GET_PIN_STATE,
};
const unsigned cut_reads_skf_count = sizeof cut_reads_skf;

/* An update writes another flash than the store's: tests/powercut/vault/update. The commands of a
 * factory need a token of their own, and are cut there: tests/unit/vault/lifecycle/factory_test.c.
 */
const uint8_t cut_reads_admin[] = {
    HUFU_INS_ADMIN_STATUS,       HUFU_INS_ADMIN_SELFTEST,         HUFU_INS_ADMIN_RAW_NOISE,
    HUFU_INS_ADMIN_UPDATE_BEGIN, HUFU_INS_ADMIN_UPDATE_WRITE,     HUFU_INS_ADMIN_UPDATE_FINISH,
    HUFU_INS_ADMIN_UPDATE_INFO,  HUFU_INS_ADMIN_UPDATE_AUTHORISE, HUFU_INS_ADMIN_PROVISION,
    HUFU_INS_ADMIN_PANEL_TEST,   HUFU_INS_ADMIN_LEAVE_FACTORY,    HUFU_INS_ADMIN_TRANSPORT_PIN,
    HUFU_INS_ADMIN_ATTEST,       HUFU_INS_ADMIN_READ_IDENTITY,
};
const unsigned cut_reads_admin_count = sizeof cut_reads_admin;

/* --- the token ------------------------------------------------------------------------------- */

static int rng(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return RAND_bytes(out, (int)len) == 1 ? 0 : -1;
}

/* The authority's answer to the challenge that is out (pin/unlock.h). */
static void sign_unlock(const uint8_t d[32], const uint8_t pub[64], const uint8_t request[96])
{
    static const char label[] = "hufu unlock response";
    const struct sm2_rng host = {rng, NULL};
    uint8_t e[32];
    struct sm3 h;
    check(sm2_z(pub, "1234567812345678", 16, e) == 0);
    sm3_init(&h);
    sm3_update(&h, e, sizeof e);
    sm3_update(&h, label, sizeof label);
    sm3_update(&h, request, 96);
    sm3_final(&h, e);
    check(sm2_sign(d, e, &host, unlock_sig) == 0);
}

void cases_login(unsigned login)
{
    T->via = NULL;
    token_restart(T);
    if ((login & IN_CHANNEL) != 0) {
        model_open(T, &channel);
        T->via = &channel;
    }
    check((login & AS_DEVICE) == 0 || host_device_auth(T, TRANSPORT_KEY) == SW_OK);
    check((login & AS_USER) == 0 || host_verify_pin(T, r.app, 1, USER_PIN) == SW_OK);
    check((login & AS_ADMIN) == 0 || host_verify_pin(T, r.app, 0, ADMIN_PIN) == SW_OK);
    check((login & TO_ADMIN_APPLET) == 0 || token_select(T, HUFU_AID_ADMIN) == SW_OK);
}

static void make_rsa(void)
{
    struct rsa_pub made;
    EVP_PKEY *theirs = rsa_object_pair(2048);
    check(host_create_container(T, r.app, "rsa", &rsa_box) == SW_OK);
    check(rsa_host_generate(T, r.app, rsa_box, 2048, &made) == SW_OK);
    rsa_env_len = rsa_object_envelope(&made, theirs, RSA_PLAIN, rsa_env);
    EVP_PKEY_free(theirs);
}

void cases_make(void)
{
    uint8_t d[32], authority[64], dual_pub[64];
    token_make(T, 40);
    token_restart(T);
    object_pair(d, authority);
    check(host_device_auth(T, TRANSPORT_KEY) == SW_OK);
    check(token_select(T, HUFU_AID_ADMIN) == SW_OK);
    check(token_skf(T, HUFU_INS_ADMIN_UNLOCK_AUTHORITY, 0, 0, authority, 64) == SW_OK);
    check(identity_key_public(IDENTITY_SM2, identity[HUFU_IDENTITY_SM2]) == 0);
    check(identity_key_public(IDENTITY_P256, identity[HUFU_IDENTITY_P256]) == 0);
    check(write_identity(HUFU_IDENTITY_SM2, 69) == SW_OK);
    check(token_select(T, HUFU_AID_SKF) == SW_OK);
    check(host_create_app(T, "other", ADMIN_PIN, 5, USER_PIN, 5) == SW_OK);
    host_ready(T, &r);
    check(host_create_container(T, r.app, "empty", &empty) == SW_OK);
    check(host_create_container(T, r.app, "dual", &dual) == SW_OK);
    check(host_generate(T, r.app, dual, dual_pub) == SW_OK);
    object_pair(pair_d, pair);
    env_len = object_envelope(r.pub, pair, pair_d, 32, false, env);
    dual_len = object_envelope(dual_pub, pair, pair_d, 32, true, dual_env);
    own_len = object_certificate(r.pub, 1, own_cert);
    dual_cert_len = object_certificate(dual_pub, 2, dual_cert);
    pair_len = object_certificate(pair, 3, pair_cert);
    make_rsa();
    check(create_named("file") == SW_OK);
    cases_login(IN_CHANNEL);
    check(unlock_request() == SW_OK && T->answer_len == 96);
    sign_unlock(d, authority, T->answer);
    T->via = NULL;
}

void cases_fill(void)
{
    struct store_stats s;
    uint8_t data[60];
    char name[CONTAINER_NAME_MAX + 1];
    uint16_t id;
    cases_login(AS_USER);
    store_stats(&s);
    for (unsigned i = 0; file_space(&s) != 0; store_stats(&s), i++) {
        uint32_t size = file_space(&s) < FILE_SIZE_MAX ? file_space(&s) : FILE_SIZE_MAX;
        memset(data, 0, sizeof data);
        snprintf((char *)data, 16, "fill%u", i);
        data[49] = (uint8_t)(size >> 16);
        data[50] = (uint8_t)(size >> 8);
        data[51] = (uint8_t)size;
        check(on_file(HUFU_INS_CREATE_FILE, data, sizeof data) == SW_OK);
    }
    /* What is left takes containers: 4 bytes and a name each. */
    for (unsigned i = 0; s.free >= store_cost(1); store_stats(&s), i++) {
        const uint32_t most = s.free - store_cost(0) - 4;
        memset(name, 'n', sizeof name);
        name[0] = (char)('a' + i);
        name[most < CONTAINER_NAME_MAX ? most : CONTAINER_NAME_MAX] = '\0';
        check(host_create_container(T, r.app, name, &id) == SW_OK);
    }
}

void cases_crowd(void)
{
    cases_fill();
    check(on_file(HUFU_INS_DELETE_FILE, "fill0", 5) == SW_OK);
    for (unsigned i = 0; i < 100; i++) {
        check(write_file() == SW_OK);
    }
}

static uint8_t *kept_flash;
static struct board_otp kept_otp;

int cases_keep(void)
{
    const struct board *b = &cut_token.board;
    kept_flash = kept_flash != NULL ? kept_flash : malloc(b->flash.size);
    if (kept_flash == NULL) {
        return -1;
    }
    memcpy(kept_flash, b->flash.bytes, b->flash.size);
    memcpy(&kept_otp, &b->otp, sizeof kept_otp);
    return 0;
}

void cases_restore(void)
{
    struct board *b = &cut_token.board;
    memcpy(b->flash.bytes, kept_flash, b->flash.size);
    memset(b->flash.weak, 0, b->flash.size);
    memcpy(&b->otp, &kept_otp, sizeof kept_otp);
    board_entropy_init(&b->entropy, BOARD_ENTROPY_SEEDED, 99);
}

void cases_free(void)
{
    free(kept_flash);
    kept_flash = NULL;
    token_free(&cut_token);
}
