/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire contract both sides share: classes, instructions, status words, limits.
 * Source: GM/T 0017 as far as it is publicly known (see docs/gmt0017.md for every doubtful choice);
 * integers in data fields are big-endian, ids are opaque, names travel without NUL.
 */
#ifndef HUFU_APDU_H
#define HUFU_APDU_H

#define HUFU_CLA_SKF     0x80u
#define HUFU_CLA_SKF_MAC 0x84u /* data ends with a 4-byte MAC */
#define HUFU_CLA_ISO     0x00u
#define HUFU_CLA_CHAIN   0x10u /* bit: more parts follow (ISO/IEC 7816-4 5.3.3) */

/* Most data bytes in one command (after chaining) and in one answer without its status word. */
#define HUFU_APDU_MAX_DATA 9216u
/* Header 4 + extended Lc 3 + data + extended Le 2. */
#define HUFU_APDU_MAX (HUFU_APDU_MAX_DATA + 9u)

/* AID of the SKF applet and the admin applet (proprietary, category F). */
#define HUFU_AID_SKF   "\xF0\x48\x55\x46\x55\x53\x4B\x46" /* F0 "HUFUSKF" */
#define HUFU_AID_ADMIN "\xF0\x48\x55\x46\x55\x41\x44\x4D" /* F0 "HUFUADM" */
#define HUFU_AID_LEN   8u

/* ISO instructions served whatever is selected. */
#define HUFU_INS_SELECT       0xA4u
#define HUFU_INS_GET_RESPONSE 0xC0u

/* SKF applet (GM/T 0017; the numbers of standards' section 9 as reconstructed). */
#define HUFU_INS_SET_LABEL                 0x02u
#define HUFU_INS_GET_DEV_INFO              0x04u
#define HUFU_INS_DEV_AUTH                  0x10u
#define HUFU_INS_CHANGE_DEV_AUTH_KEY       0x12u
#define HUFU_INS_GET_PIN_INFO              0x14u
#define HUFU_INS_CHANGE_PIN                0x16u
#define HUFU_INS_VERIFY_PIN                0x18u
#define HUFU_INS_UNBLOCK_PIN               0x1Au
#define HUFU_INS_CLEAR_SECURE_STATE        0x1Cu
#define HUFU_INS_CREATE_APPLICATION        0x20u
#define HUFU_INS_ENUM_APPLICATION          0x22u
#define HUFU_INS_DELETE_APPLICATION        0x24u
#define HUFU_INS_OPEN_APPLICATION          0x26u
#define HUFU_INS_CLOSE_APPLICATION         0x28u
#define HUFU_INS_CREATE_FILE               0x30u
#define HUFU_INS_DELETE_FILE               0x32u
#define HUFU_INS_ENUM_FILES                0x34u
#define HUFU_INS_GET_FILE_INFO             0x36u
#define HUFU_INS_READ_FILE                 0x38u
#define HUFU_INS_WRITE_FILE                0x3Au
#define HUFU_INS_CREATE_CONTAINER          0x40u
#define HUFU_INS_OPEN_CONTAINER            0x42u
#define HUFU_INS_CLOSE_CONTAINER           0x44u
#define HUFU_INS_ENUM_CONTAINER            0x46u
#define HUFU_INS_DELETE_CONTAINER          0x48u
#define HUFU_INS_GET_CONTAINER_INFO        0x4Au
#define HUFU_INS_IMPORT_CERTIFICATE        0x4Cu
#define HUFU_INS_EXPORT_CERTIFICATE        0x4Eu
#define HUFU_INS_GEN_RANDOM                0x50u
#define HUFU_INS_GEN_RSA_KEY_PAIR          0x54u
#define HUFU_INS_IMPORT_RSA_KEY_PAIR       0x56u
#define HUFU_INS_RSA_SIGN_DATA             0x58u
#define HUFU_INS_RSA_EXPORT_SESSION_KEY    0x5Au
#define HUFU_INS_RSA_VERIFY                0x5Eu
#define HUFU_INS_EXT_RSA_PUB_KEY_OPERATION 0x60u
#define HUFU_INS_GEN_ECC_KEY_PAIR          0x70u
#define HUFU_INS_IMPORT_ECC_KEY_PAIR       0x72u
#define HUFU_INS_ECC_SIGN_DATA             0x74u
#define HUFU_INS_ECC_VERIFY                0x76u
#define HUFU_INS_ECC_EXPORT_SESSION_KEY    0x78u
#define HUFU_INS_EXT_ECC_ENCRYPT           0x7Au
#define HUFU_INS_GENERATE_AGREEMENT_DATA   0x82u
#define HUFU_INS_GENERATE_AGREEMENT_KEY    0x84u
#define HUFU_INS_GENERATE_KEY              0x86u
#define HUFU_INS_EXPORT_PUBLIC_KEY         0x88u
#define HUFU_INS_IMPORT_SESSION_KEY        0xA0u
#define HUFU_INS_SET_SYMM_KEY              0xA2u
#define HUFU_INS_ENCRYPT_INIT              0xA4u
#define HUFU_INS_ENCRYPT                   0xA6u
#define HUFU_INS_ENCRYPT_UPDATE            0xA8u
#define HUFU_INS_ENCRYPT_FINAL             0xAAu
#define HUFU_INS_DECRYPT_INIT              0xACu
#define HUFU_INS_DECRYPT                   0xAEu
#define HUFU_INS_DECRYPT_UPDATE            0xB0u
#define HUFU_INS_DECRYPT_FINAL             0xB2u
#define HUFU_INS_DIGEST_INIT               0xB4u
#define HUFU_INS_DIGEST                    0xB6u
#define HUFU_INS_DIGEST_UPDATE             0xB8u
#define HUFU_INS_DIGEST_FINAL              0xBAu
#define HUFU_INS_MAC_INIT                  0xBCu
#define HUFU_INS_MAC                       0xBEu
#define HUFU_INS_MAC_UPDATE                0xC0u
#define HUFU_INS_MAC_FINAL                 0xC2u
#define HUFU_INS_DESTROY_SESSION_KEY       0xC4u
/*
 * Hufu's own (documented in docs/gmt0017.md, "extensions"):
 * INSTALL_DUAL  one transaction: encryption pair opened inside, both certificates. Data:
 *               App 2 . Cont 2 . envelope length 2 . envelope (the data of 72 after App . Cont)
 *               . signing certificate length 2 . DER . encryption certificate length 2 . DER
 */
#define HUFU_INS_INSTALL_DUAL 0xD0u
/*
 * SET_KEY_MODE  user PIN: App 2 . Cont 2 . mode 1 (HUFU_KEY_*, joined); GET_KEY_MODE  App . Cont ->
 *               mode 1
 */
#define HUFU_INS_SET_KEY_MODE 0xD2u
#define HUFU_INS_GET_KEY_MODE 0xD4u
/*
 * P2 PIN type in all three (docs/unblock.md):
 * GET_PIN_STATE   App -> rule 3 . authority 1 . fingerprint 8 . counter 4 . judged 4 . accepted 4
 *                 . challenge out 1 . failures left 1
 * UNLOCK_REQUEST  in a record alone: App -> challenge 96
 * UNLOCK_RESPOND  in a record alone: App . signature 64 . new PIN 16
 */
#define HUFU_INS_GET_PIN_STATE  0xD6u
#define HUFU_INS_UNLOCK_REQUEST 0xECu
#define HUFU_INS_UNLOCK_RESPOND 0xEEu
#define HUFU_PIN_STATE          26u
/* In ImportECCKeyPair the two content kinds differ by the cipher's length: 32 = the scalar, 64 =
 * the 64-byte field; symmetric id SGD_SM4_CBC puts a 16-byte IV before the cipher. ECPrivateKey and
 * PKCS#8 are recognised after decryption by their first byte (30). */

/*
 * The session channel (docs/channel.md), class 80 whatever is selected.
 * OPEN    P1 1: version 1 . ephemeral point 64 -> id 4 . ephemeral point 64 . channel key 64
 *         . serial 24 . identity key 64 . certificate 64 . tag 32;  P1 2: id 4 . tag 32
 * RECORD  id 4 . counter 4 . a whole command APDU enciphered . tag 16 -> answer enciphered . tag 16
 * CLOSE   in a record: ends the session
 * In a record alone, PINs as fields of 16 bytes, zero-padded:
 * PIN_VERIFY   P2 PIN type: App . PIN;  PIN_CHANGE  P2 PIN type: App . old PIN . new PIN;
 * PIN_UNBLOCK  App . admin PIN . new user PIN
 */
#define HUFU_INS_CHANNEL_OPEN   0xE0u
#define HUFU_INS_CHANNEL_RECORD 0xE2u
#define HUFU_INS_CHANNEL_CLOSE  0xE4u
#define HUFU_INS_PIN_VERIFY     0xE6u
#define HUFU_INS_PIN_CHANGE     0xE8u
#define HUFU_INS_PIN_UNBLOCK    0xEAu

#define HUFU_CHANNEL_VERSION 1u
#define HUFU_CHANNEL_HELLO   65u  /* data of OPEN's first step */
#define HUFU_CHANNEL_REPLY   316u /* its answer */
#define HUFU_CHANNEL_HEAD    8u   /* id and counter of a record */
#define HUFU_CHANNEL_TAG     16u
#define HUFU_CHANNEL_LAST    0xFFFFFFFFu /* the counter that ends a session */
/* Most data of a command and of an answer in a record. */
#define HUFU_CHANNEL_MAX_DATA   (HUFU_APDU_MAX_DATA - 9u - HUFU_CHANNEL_HEAD - HUFU_CHANNEL_TAG)
#define HUFU_CHANNEL_MAX_ANSWER (HUFU_APDU_MAX_DATA - 2u - HUFU_CHANNEL_TAG)

/* Admin applet (CLA 80 after SELECT of HUFU_AID_ADMIN). */
#define HUFU_INS_ADMIN_STATUS   0x02u /* lifecycle 1 . error 1 . flags 1 . ... see admin docs */
#define HUFU_STATUS_INTEGRITY   7u    /* its last error: stored data cannot be authenticated */
#define HUFU_INS_ADMIN_SELFTEST 0x04u
#define HUFU_INS_ADMIN_RESET    0x06u
/* Device authentication done. UNLOCK_AUTHORITY P1 0: X . Y; 1: App, P2 PIN type: unlocking works
 * again after five failures; 2: no authority. SET_PIN_RULE P2 PIN type: App (0: applications made
 * later) . least length 1 . classes 1 . flags 1 */
#define HUFU_INS_ADMIN_UNLOCK_AUTHORITY 0x0Au
#define HUFU_INS_ADMIN_SET_PIN_RULE     0x0Cu
#define HUFU_INS_ADMIN_POLICY           0x08u /* P1 1: bare forms of PIN commands allowed, 0: not */
#define HUFU_INS_ADMIN_RAW_NOISE        0x30u /* Le bytes as the noise source gives them, whole blocks */
#define HUFU_RAW_NOISE_BLOCK            32u
#define HUFU_RAW_NOISE_MAX              8192u

/*
 * Provisioning (docs/provisioning.md).
 * PROVISION      a blank token of a factory: serial 24 digits . manufacturer's name 1..31; P1 1:
 * only whether it could be done -> HUFU_FACTORY_ROWS entries: row of the one-time memory 1 . what
 * would be burnt 1 (HUFU_BURN_*) . bits that stand there already 2 PANEL_TEST     in the factory:
 * asks for the panel's OK button LEAVE_FACTORY  in the factory, in a record alone: device key 16 .
 * transport PIN 16 TRANSPORT_PIN  in a record alone: transport PIN 16; who makes the first
 * application proves it
 */
#define HUFU_INS_ADMIN_PROVISION     0x28u
#define HUFU_INS_ADMIN_PANEL_TEST    0x2Au
#define HUFU_INS_ADMIN_LEAVE_FACTORY 0x2Cu
#define HUFU_INS_ADMIN_TRANSPORT_PIN 0x2Eu
#define HUFU_FACTORY_NAME            31u
#define HUFU_FACTORY_ROWS            6u
#define HUFU_BURN_SERIAL             1u /* the serial number; the row is locked */
#define HUFU_BURN_NAME               2u /* the name, and a mark */
#define HUFU_BURN_MARK               3u /* one bit */
#define HUFU_BURN_KEY                4u /* 32 random bytes; the row is locked */
#define HUFU_BURN_LEAVE              5u /* one bit, by LEAVE_FACTORY */

/*
 * Firmware updates (docs/update.md); the image is that of hufu/image.h.
 * BEGIN      header 4096 -> wanted offset 4; 6AFx: the image is not taken, x the reason
 * WRITE      offset 4 . bytes (4096, fewer at the end);  FINISH P1 1: the token starts anew after
 * it INFO       -> HUFU_UPDATE_INFO bytes (applet/admin/update_info.c) POLICY     device
 * authentication: P1 1: an update needs AUTHORISE AUTHORISE  admin PIN: App . digest 32
 */
#define HUFU_INS_ADMIN_UPDATE_BEGIN     0x10u
#define HUFU_INS_ADMIN_UPDATE_WRITE     0x12u
#define HUFU_INS_ADMIN_UPDATE_FINISH    0x14u
#define HUFU_INS_ADMIN_UPDATE_INFO      0x16u
#define HUFU_INS_ADMIN_UPDATE_POLICY    0x18u
#define HUFU_INS_ADMIN_UPDATE_AUTHORISE 0x1Au
#define HUFU_UPDATE_INFO                72u

/*
 * Attestation (docs/attestation.md); P2 HUFU_IDENTITY_... of hufu/attest.h in all three:
 * ATTEST          P1 HUFU_ATTEST_IDENTITY: challenge 32; HUFU_ATTEST_SIGNING or _ENCRYPTION:
 *                 App 2 . Cont 2 . challenge 32 -> Attestation, DER
 * READ_IDENTITY   -> certificates in DER, one behind the other, the identity's own first; 6A96:
 *                 none was written
 * WRITE_IDENTITY  device authentication: the same bytes, at most HUFU_IDENTITY_CHAIN_MAX; 6A8D: the
 *                 first is not for this token's identity key
 */
#define HUFU_INS_ADMIN_ATTEST         0x20u
#define HUFU_INS_ADMIN_READ_IDENTITY  0x22u
#define HUFU_INS_ADMIN_WRITE_IDENTITY 0x24u

/* Algorithm identifiers on the wire, GM/T 0006. Both generations of the SM2 signing id are taken.
 */
#define SGD_SM4_ECB_ID 0x00000401u
#define SGD_SM4_CBC_ID 0x00000402u
#define SGD_SM4_CFB_ID 0x00000404u
#define SGD_SM4_OFB_ID 0x00000408u
#define SGD_SM4_MAC_ID 0x00000410u
#define SGD_SM4_CTR_ID 0x00000420u /* not in the table of 2012 and 2017; later headers agree */
#define SGD_SM2_ID     0x00020100u
#define SGD_SM2_1_ID   0x00020200u
#define SGD_SM2_3_ID   0x00020800u
#define SGD_SM3_ID     0x00000001u
#define SGD_SHA1_ID    0x00000002u
#define SGD_SHA256_ID  0x00000004u

/* Status words. */
#define SW_OK                  0x9000u
#define SW_MORE                0x6100u /* | bytes waiting (00: 256 or more) */
#define SW_PIN_TRIES           0x63C0u /* | tries left */
#define SW_MEMORY_FAILURE      0x6581u
#define SW_WRONG_LENGTH        0x6700u
#define SW_CHAIN               0x6883u /* the last part of a chain was expected */
#define SW_KEYGEN_FAILED       0x6915u
#define SW_SECURITY_STATUS     0x6982u
#define SW_LOCKED              0x6983u
#define SW_DATA_INVALID        0x6984u /* referenced data (challenge) invalid */
#define SW_CONDITIONS          0x6985u
#define SW_NOT_ALLOWED         0x6986u
#define SW_MAC_WRONG           0x6988u
#define SW_APP_NOT_OPEN        0x698Au
#define SW_WRONG_DATA          0x6A80u
#define SW_FUNC_UNSUPPORTED    0x6A81u
#define SW_NOT_FOUND           0x6A82u
#define SW_NO_SPACE            0x6A84u
#define SW_WRONG_P1P2          0x6A86u
#define SW_APP_NOT_FOUND       0x6A88u
#define SW_APP_EXISTS          0x6A89u
#define SW_APP_ALREADY_OPEN    0x6A8Au
#define SW_APP_NAME_NOT_FOUND  0x6A8Bu
#define SW_SYMKEY_NOT_FOUND    0x6A8Cu
#define SW_DATA_ERROR          0x6A8Du
#define SW_CONTAINER_LIMIT     0x6A8Fu /* Hufu's own: the application has all it may have */
#define SW_CONTAINER_NOT_FOUND 0x6A91u
#define SW_FILE_EXISTS         0x6A92u
#define SW_FILE_NOT_FOUND      0x6A93u
#define SW_CONTAINER_ID        0x6A94u
#define SW_IMAGE               0x6AF0u /* | why the image is not taken */
#define SW_NO_KEYPAIR          0x6A95u
#define SW_NO_CERT             0x6A96u
#define SW_WRITE_FAILED        0x6A97u
#define SW_VERIFY_FAILED       0x6A98u
#define SW_SYM_ALG             0x6A99u
#define SW_ENCRYPT_FAILED      0x6A9Au
#define SW_DECRYPT_FAILED      0x6A9Bu
#define SW_SIGN_FAILED         0x6A9Cu
#define SW_DIGEST_ALG          0x6A9Du
#define SW_KEY_NOT_FOUND       0x6A9Fu
/* Hufu's own */
#define SW_NOT_CONFIRMED    0x6AE0u /* the holder did not say yes on the panel */
#define SW_PIN_LENGTH       0x6AE1u /* a new PIN is shorter than the issuer's rule asks for */
#define SW_PIN_RULE         0x6AE2u /* a new PIN does not follow the issuer's rule */
#define SW_PIN_REUSED       0x6AE3u /* a new PIN is the present one */
#define SW_OFFSET           0x6B00u /* beyond the file */
#define SW_AGREEMENT        0x6B01u
#define SW_AGREEMENT_KEY    0x6B02u
#define SW_WRONG_LE         0x6C00u
#define SW_INS_UNKNOWN      0x6D00u
#define SW_CLA_UNKNOWN      0x6E00u
#define SW_CONTAINER_EXISTS 0x6E02u
#define SW_ERROR_STATE      0x6F00u /* self test failed: only status, self-test, update */

#endif
