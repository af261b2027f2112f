/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SKF applet's table: the one place where instruction codes, classes, lengths and access
 * conditions meet, so that a row can be corrected when the standard's text is at hand.
 */
#include "applet/skf/skf.h"
#include "hufu/apdu.h"
#include "issuer.h"

#define PLAIN   HUFU_CLA_SKF
#define MAC     HUFU_CLA_SKF_MAC
#define CONT    (NEED_APP | NEED_CONTAINER)
#define USER    (NEED_APP | NEED_USER)
#define KEYS    (NEED_APP | NEED_CONTAINER | NEED_USER)
#define IN_P    NEED_APP_P1P2
#define MAXB    0xFFu
#define PIN     (NEED_APP | ONLY_CHANNEL)
#define ALL     HUFU_APDU_MAX_DATA
#define RSA_KEY (4 + 512 + 4)              /* bits . modulus . exponent */
#define RSA_ENV (4 + 16 + 512 + 16 + 2432) /* App . Cont . an envelope, key/rsa_envelope.h */
#define ENV     (4 + 196 + 16)             /* App . Cont . an envelope without its cipher */

/* clang-format off */
static const struct route routes[] = {
    /* ins                           cla    p1 p2  lc min, max                  needs         */
    {HUFU_INS_SET_LABEL,             PLAIN, 0, 0,  1, ISSUER_LABEL,             NEED_NOTHING, skf_set_label},
    {HUFU_INS_GET_DEV_INFO,          PLAIN, 0, 0,  0, 0,                        SERVED_BLANK, skf_get_dev_info},
    {HUFU_INS_DEV_AUTH,              PLAIN, 0, 2,  16, 16,                      BEARS_PIN, skf_dev_auth},
    {HUFU_INS_CHANGE_DEV_AUTH_KEY,   MAC,   0, 2,  20, 20,                      BEARS_PIN | NEED_DEVICE,  skf_change_dev_auth_key},
    {HUFU_INS_GET_PIN_INFO,          PLAIN, 0, 1,  2, 2,                        NEED_APP,     skf_get_pin_info},
    {HUFU_INS_CHANGE_PIN,            MAC,   0, 1,  22, 22,                      BEARS_PIN | NEED_APP,     skf_change_pin},
    {HUFU_INS_VERIFY_PIN,            PLAIN, 0, 1,  18, 18,                      BEARS_PIN | NEED_APP,     skf_verify_pin},
    {HUFU_INS_UNBLOCK_PIN,           MAC,   0, 0,  22, 22,                      BEARS_PIN | NEED_APP,     skf_unblock_pin},
    {HUFU_INS_CLEAR_SECURE_STATE,    PLAIN, 0, 0,  2, 2,                        NEED_APP,     skf_clear_secure_state},
    {HUFU_INS_CREATE_APPLICATION,    PLAIN, 0, 0,  96, 96,                      BEARS_PIN | NEED_DEVICE,  skf_create_application},
    {HUFU_INS_ENUM_APPLICATION,      PLAIN, 0, 0,  0, 0,                        NEED_NOTHING, skf_enum_application},
    {HUFU_INS_DELETE_APPLICATION,    PLAIN, 0, 0,  1, APP_NAME_MAX,             NEED_DEVICE,  skf_delete_application},
    {HUFU_INS_OPEN_APPLICATION,      PLAIN, 0, 0,  1, APP_NAME_MAX,             NEED_NOTHING, skf_open_application},
    {HUFU_INS_CLOSE_APPLICATION,     PLAIN, 0, 0,  2, 2,                        NEED_APP,     skf_close_application},
    {HUFU_INS_CREATE_FILE,           PLAIN, MAXB, MAXB, 52, 60,                 IN_P,         skf_create_file},
    {HUFU_INS_DELETE_FILE,           PLAIN, MAXB, MAXB, 1, FILE_NAME_MAX,       IN_P,         skf_delete_file},
    {HUFU_INS_ENUM_FILES,            PLAIN, MAXB, MAXB, 0, 0,                   IN_P,         skf_enum_files},
    {HUFU_INS_GET_FILE_INFO,         PLAIN, MAXB, MAXB, 1, FILE_NAME_MAX,       IN_P,         skf_get_file_info},
    {HUFU_INS_READ_FILE,             PLAIN, 0, 0,  7, 6 + FILE_NAME_MAX,        NEED_APP,     skf_read_file},
    {HUFU_INS_WRITE_FILE,            PLAIN, 0, 0,  9, ALL,                      NEED_APP,     skf_write_file},
    {HUFU_INS_CREATE_CONTAINER,      PLAIN, 0, 0,  3, 2 + CONTAINER_NAME_MAX,   USER,         skf_create_container},
    {HUFU_INS_OPEN_CONTAINER,        PLAIN, 0, 0,  3, 2 + CONTAINER_NAME_MAX,   NEED_APP,     skf_open_container},
    {HUFU_INS_CLOSE_CONTAINER,       PLAIN, 0, 0,  4, 4,                        CONT,         skf_close_container},
    {HUFU_INS_ENUM_CONTAINER,        PLAIN, 0, 0,  2, 2,                        NEED_APP,     skf_enum_container},
    {HUFU_INS_DELETE_CONTAINER,      PLAIN, 0, 0,  3, 2 + CONTAINER_NAME_MAX,   USER,         skf_delete_container},
    {HUFU_INS_GET_CONTAINER_INFO,    PLAIN, 0, 0,  3, 2 + CONTAINER_NAME_MAX,   NEED_APP,     skf_get_container_info},
    {HUFU_INS_IMPORT_CERTIFICATE,    PLAIN, 0, 0,  10, 9 + CERTIFICATE_MAX,     KEYS,         skf_import_certificate},
    {HUFU_INS_EXPORT_CERTIFICATE,    PLAIN, 1, 0,  4, 4,                        CONT,         skf_export_certificate},
    {HUFU_INS_GEN_RANDOM,            PLAIN, 0, 0,  0, 0,                        NEED_NOTHING, skf_gen_random},
    {HUFU_INS_GEN_RSA_KEY_PAIR,      PLAIN, 0, 0,  6, 6,                        KEYS,         skf_gen_rsa_key_pair},
    {HUFU_INS_IMPORT_RSA_KEY_PAIR,   PLAIN, 0, 0,  20, RSA_ENV,                 KEYS,         skf_import_rsa_key_pair},
    {HUFU_INS_RSA_SIGN_DATA,         PLAIN, 2, 3,  4, ALL,                      KEYS,         skf_rsa_sign_data},
    {HUFU_INS_RSA_EXPORT_SESSION_KEY, PLAIN, 0, 0, 16, 12 + RSA_KEY,            KEYS,         skf_rsa_export_session_key},
    {HUFU_INS_RSA_VERIFY,            PLAIN, 2, 3,  12, ALL,                     NEED_NOTHING, skf_rsa_verify},
    {HUFU_INS_EXT_RSA_PUB_KEY_OPERATION, PLAIN, 0, 0, 8, RSA_KEY + 512,         NEED_NOTHING, skf_ext_rsa_pub_key_operation},
    {HUFU_INS_GEN_ECC_KEY_PAIR,      PLAIN, 0, 0,  8, 8,                        KEYS,         skf_gen_ecc_key_pair},
    {HUFU_INS_IMPORT_ECC_KEY_PAIR,   PLAIN, 0, 0,  ENV, ENV + 32 + 256,         KEYS,         skf_import_ecc_key_pair},
    {HUFU_INS_ECC_SIGN_DATA,         PLAIN, 2, 1,  9, ALL,                       KEYS,         skf_ecc_sign_data},
    {HUFU_INS_ECC_VERIFY,             PLAIN, 2, 3,  141, ALL,                  NEED_NOTHING, skf_ecc_verify},
    {HUFU_INS_ECC_EXPORT_SESSION_KEY, PLAIN, 0, 0,  76, 76,                    KEYS,         skf_ecc_export_session_key},
    {HUFU_INS_EXT_ECC_ENCRYPT,        PLAIN, 0, 0,  73, ALL,                   NEED_NOTHING, skf_ext_ecc_encrypt},
    {HUFU_INS_GENERATE_AGREEMENT_DATA, PLAIN, 0, 0,  13, 44,                    KEYS,         skf_generate_agreement_data},
    {HUFU_INS_GENERATE_AGREEMENT_KEY, PLAIN, 0, 0,  154, 216,                  KEYS,         skf_generate_agreement_key},
    {HUFU_INS_GENERATE_KEY,           PLAIN, 0, 0,  149, 180,                  KEYS,         skf_generate_key},
    {HUFU_INS_EXPORT_PUBLIC_KEY,     PLAIN, 1, 0,  4, 4,                        CONT,         skf_export_public_key},
    {HUFU_INS_IMPORT_SESSION_KEY,    PLAIN, 0, 0,  116, 12 + 512,                  KEYS,         skf_import_session_key},
    {HUFU_INS_SET_SYMM_KEY,           PLAIN, 0, 0,  26, 42,                    KEYS,         skf_set_symm_key},
    {HUFU_INS_ENCRYPT_INIT,           PLAIN, 0, 0,  20, 54,                    KEYS,         skf_encrypt_init},
    {HUFU_INS_ENCRYPT,                PLAIN, 0, 0,  6, ALL,                    KEYS,         skf_encrypt},
    {HUFU_INS_ENCRYPT_UPDATE,         PLAIN, 0, 0,  6, ALL,                    KEYS,         skf_encrypt_update},
    {HUFU_INS_ENCRYPT_FINAL,          PLAIN, 0, 0,  6, ALL,                    KEYS,         skf_encrypt_final},
    {HUFU_INS_DECRYPT_INIT,          PLAIN, 0, 0,  20, 54,                      KEYS,         skf_decrypt_init},
    {HUFU_INS_DECRYPT,               PLAIN, 0, 0,  6, ALL,                      KEYS,         skf_decrypt},
    {HUFU_INS_DECRYPT_UPDATE,        PLAIN, 0, 0,  6, ALL,                      KEYS,         skf_decrypt_update},
    {HUFU_INS_DECRYPT_FINAL,         PLAIN, 0, 0,  6, ALL,                      KEYS,         skf_decrypt_final},
    {HUFU_INS_DIGEST_INIT,            PLAIN, 0, 3,  0, 72 + 8191,              NEED_NOTHING, skf_digest_init},
    {HUFU_INS_DIGEST,                 PLAIN, 0, 0,  0, ALL,                    NEED_NOTHING, skf_digest},
    {HUFU_INS_DIGEST_UPDATE,          PLAIN, 0, 0,  0, ALL,                    NEED_NOTHING, skf_digest_update},
    {HUFU_INS_DIGEST_FINAL,           PLAIN, 0, 0,  0, ALL,                    NEED_NOTHING, skf_digest_final},
    {HUFU_INS_MAC_INIT,               PLAIN, 0, 0,  20, 54,                    KEYS,         skf_mac_init},
    {HUFU_INS_MAC,                    PLAIN, 0, 0,  6, ALL,                    KEYS,         skf_mac},
    {HUFU_INS_MAC_UPDATE,             PLAIN, 0, 0,  6, ALL,                    KEYS,         skf_mac_update},
    {HUFU_INS_MAC_FINAL,              PLAIN, 0, 0,  6, ALL,                    KEYS,         skf_mac_final},
    {HUFU_INS_DESTROY_SESSION_KEY,   PLAIN, 0, 0,  6, 6,                        CONT,         skf_destroy_session_key},
    {HUFU_INS_PIN_VERIFY,            PLAIN, 0, 1,  18, 18,                      PIN,          skf_pin_verify},
    {HUFU_INS_PIN_CHANGE,            PLAIN, 0, 1,  34, 34,                      PIN,          skf_pin_change},
    {HUFU_INS_PIN_UNBLOCK,           PLAIN, 0, 0,  34, 34,                      PIN,          skf_pin_unblock},
    {HUFU_INS_SET_KEY_MODE,          PLAIN, 0, 0,  5, 5,                        KEYS,         skf_set_key_mode},
    {HUFU_INS_GET_KEY_MODE,          PLAIN, 0, 0,  4, 4,                        CONT,         skf_get_key_mode},
    {HUFU_INS_GET_PIN_STATE,         PLAIN, 0, 1,  2, 2,                        NEED_APP,     skf_get_pin_state},
    {HUFU_INS_UNLOCK_REQUEST,        PLAIN, 0, 1,  2, 2,                        PIN,          skf_unlock_request},
    {HUFU_INS_UNLOCK_RESPOND,        PLAIN, 0, 1,  82, 82,                      PIN,          skf_unlock_respond},
    {HUFU_INS_INSTALL_DUAL,          PLAIN, 0, 0,  ENV, ALL,                    KEYS,         skf_install_dual},
};
/* clang-format on */

const struct applet applet_skf = {(const uint8_t *)HUFU_AID_SKF, routes,
                                  sizeof routes / sizeof routes[0]};
