/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SKF applet: GM/T 0017 as far as it is publicly known (docs/gmt0017.md). One file per command,
 * named after it; table.c lists them with lengths and access conditions.
 */
#ifndef HUFU_SKF_APPLET_H
#define HUFU_SKF_APPLET_H

#include "applet/applet.h"
#include "key/authorise.h"

#define SKF_PIN_ADMIN 0u /* P2 of the PIN commands */
#define SKF_PIN_USER  1u
#define SKF_ALG_SM4   2u /* P2 of the device key commands */
#define SKF_SM2_BITS  256u

int skf_set_label(struct call *call);
int skf_get_dev_info(struct call *call);
int skf_dev_auth(struct call *call);
int skf_change_dev_auth_key(struct call *call);
int skf_get_pin_info(struct call *call);
int skf_change_pin(struct call *call);
int skf_verify_pin(struct call *call);
int skf_unblock_pin(struct call *call);
int skf_clear_secure_state(struct call *call);
int skf_create_application(struct call *call);
int skf_enum_application(struct call *call);
int skf_delete_application(struct call *call);
int skf_open_application(struct call *call);
int skf_close_application(struct call *call);
int skf_create_file(struct call *call);
int skf_delete_file(struct call *call);
int skf_enum_files(struct call *call);
int skf_get_file_info(struct call *call);
int skf_read_file(struct call *call);
int skf_write_file(struct call *call);
int skf_create_container(struct call *call);
int skf_open_container(struct call *call);
int skf_close_container(struct call *call);
int skf_enum_container(struct call *call);
int skf_delete_container(struct call *call);
int skf_get_container_info(struct call *call);
int skf_import_certificate(struct call *call);
int skf_export_certificate(struct call *call);
int skf_gen_random(struct call *call);
int skf_gen_ecc_key_pair(struct call *call);
int skf_import_ecc_key_pair(struct call *call);
int skf_ecc_sign_data(struct call *call);
int skf_gen_rsa_key_pair(struct call *call);
int skf_import_rsa_key_pair(struct call *call);
int skf_rsa_sign_data(struct call *call);
int skf_rsa_verify(struct call *call);
int skf_rsa_export_session_key(struct call *call);
int skf_ext_rsa_pub_key_operation(struct call *call);
int skf_export_public_key(struct call *call);
int skf_import_session_key(struct call *call);
int skf_ecc_verify(struct call *call);
int skf_ecc_export_session_key(struct call *call);
int skf_ext_ecc_encrypt(struct call *call);
int skf_generate_agreement_data(struct call *call);
int skf_generate_agreement_key(struct call *call);
int skf_generate_key(struct call *call);
int skf_set_symm_key(struct call *call);
int skf_encrypt_init(struct call *call);
int skf_encrypt(struct call *call);
int skf_encrypt_update(struct call *call);
int skf_encrypt_final(struct call *call);
int skf_digest_init(struct call *call);
int skf_digest(struct call *call);
int skf_digest_update(struct call *call);
int skf_digest_final(struct call *call);
int skf_mac_init(struct call *call);
int skf_mac(struct call *call);
int skf_mac_update(struct call *call);
int skf_mac_final(struct call *call);
int skf_decrypt_init(struct call *call);
int skf_decrypt(struct call *call);
int skf_decrypt_update(struct call *call);
int skf_decrypt_final(struct call *call);
int skf_destroy_session_key(struct call *call);
int skf_install_dual(struct call *call);
int skf_set_key_mode(struct call *call);
int skf_get_key_mode(struct call *call);
int skf_pin_verify(struct call *call);
int skf_pin_change(struct call *call);
int skf_pin_unblock(struct call *call);
int skf_get_pin_state(struct call *call);
int skf_unlock_request(struct call *call);
int skf_unlock_respond(struct call *call);

/* --- shared by several of them ------------------------------------------------------------- */

/* The PIN id that P2 names in the call's application. */
uint16_t skf_pin_of(const struct call *call);
/* The rest of the data is a name. ERR_OK; ERR_DATA; ERR_LENGTH. */
int skf_rest_name(struct call *call, size_t max, const uint8_t **name, size_t *len);
/* The file of the call's application that `named`, or the rest of the data, names. ERR_OK;
 * ERR_DATA; WIRE_FILE_NAME; the store's errors. */
struct file;
int skf_named_file(struct call *call, struct reader *named, uint16_t *id, struct file *file);
int skf_rest_file(struct call *call, uint16_t *id, struct file *file);
/* Proves the MAC at the end of the data under a PIN's key: a try. [out] key for what is encrypted.
 */
int skf_prove_mac(struct call *call, uint16_t pin, uint8_t key[16]);
/* What a failed use of the device key entails: the right goes, and with the last try the token is
 * locked. [in] err: of the attempt. Returns it, or the error of locking. */
int skf_device_key_outcome(struct call *call, int err);
/* One encrypted field (16 bytes at `cipher`) under key, the new value of pin -> the key derived
 * from it. ERR_OK; ERR_DATA: what is inside is no PIN; as pin_rule_check and pin_rule_new_key. */
int skf_open_new_pin(const uint8_t key[16], uint16_t pin, const uint8_t *cipher,
                     uint8_t derived[16]);
/* Proves a PIN that came in clear inside a channel (16 bytes at `field`): a try. ERR_DATA, before a
 * try is spent: it has not the form of a PIN. */
int skf_prove_pin(struct call *call, uint16_t pin, const uint8_t *field);
/* Whose PIN P2 names, for a remote unlock. [out] app: what subject points into. ERR_OK; the store's
 * errors. */
struct application;
struct unlock_subject;
int skf_unlock_subject(const struct call *call, struct application *app,
                       struct unlock_subject *subject);
/* Commits what rests on the proof of PIN `by` that this command gave. ERR_DENIED: there is none. */
int skf_commit_proven(const struct call *call, uint16_t by);
/* A new key and all tries for a PIN there is, on the proof of `by`, in a transaction of its own. */
int skf_replace_pin(const struct call *call, uint16_t by, uint16_t pin, const uint8_t key[16]);
/* A use of a key of the call's container, still to be authorised. digest: 32 bytes for the panel to
 * show, or NULL. */
struct key_use skf_key_use(const struct call *call, enum object_type type, enum key_purpose purpose,
                           const uint8_t *digest);
/* The session key that the data names next. NULL: WIRE_SESSION_KEY. */
struct session_key *skf_session_key(struct call *call);
/* ID length 4 . ID of whoever signs a message. ERR_OK; ERR_LENGTH; ERR_DATA: none, or too long. */
#define SKF_ID_MAX 64u
int skf_message_id(struct reader *r, const uint8_t **id, size_t *len);
/* [out] e = SM3(Z . message). message may be NULL when len is 0. ERR_OK; ERR_POINT. */
int skf_message_digest(const uint8_t pub[64], const uint8_t *id, size_t id_len,
                       const uint8_t *message, size_t len, uint8_t e[32]);
/* A certificate for the container's signing or encryption pair. ERR_OK; ERR_DATA; WIRE_MISMATCH;
 * WIRE_NO_KEY_PAIR. */
int skf_check_certificate(uint16_t container, bool sign, const uint8_t *der, size_t len);
/* A new signing pair, of type `sign`, replaces another of its kind only while nothing depends on
 * it: no certificate, no encryption pair; and pairs of the other algorithm are in the way. The
 * container has to be deleted first. ERR_OK; WIRE_CONDITIONS; the store's errors. */
int skf_nothing_depends(uint16_t container, enum object_type sign);

#endif
