/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that make, change and use a token's objects, each prepared and cleared away outside the
 * time that is measured. What a host must bring (an encryption pair, a certificate) is OpenSSL's.
 */
#include "bench_rate.h"

#include "judge.h"
#include <string.h>

#define NAME     ((LPSTR) "bench object")
#define RSA_NAME ((LPSTR) "bench RSA")
#define PART     1024u

static const struct client *c;
static char *pin;
static char other_pin[] = "another-pin-1";
static bool pin_is_other;

static HCONTAINER box, rsa_box; /* with both SM2 pairs; with an RSA signing pair */
static HANDLE handle, second;
static ECCPUBLICKEYBLOB sign_key, peer, temporary;
static RSAPUBLICKEYBLOB rsa_key;
static ENVELOPEDKEYBLOB *envelope;
static BYTE wrapped[sizeof(ECCCIPHERBLOB) + 16], auth[16], text[PART], out[2u * PART];
static uint8_t cert[2048];
static ULONG cert_len;
static BLOCKCIPHERPARAM param = {.IVLen = 16};

static void nothing(void)
{
}

static void close_key(void)
{
    must(SKF_CloseHandle(handle), "CloseHandle");
}

static void login(void)
{
    ULONG tries;
    must(SKF_VerifyPIN(c->app, USER_TYPE, (LPSTR)(pin_is_other ? other_pin : pin), &tries),
         "VerifyPIN");
}

/* --- device, PINs, applications ----------------------------------------------------------- */

static ULONG set_label(void)
{
    return SKF_SetLabel(c->dev, (LPSTR) "bench");
}

static ULONG lock_dev(void)
{
    return SKF_LockDev(c->dev, 1000);
}

static void unlock(void)
{
    must(SKF_UnlockDev(c->dev), "UnlockDev");
}

static void challenge(void)
{
    BYTE key[16], block[16] = {0};
    for (unsigned i = 0; i < sizeof key; i++) {
        unsigned byte = 0;
        (void)sscanf(bench_environment("HUFU_DEVKEY") + 2u * i, "%2x", &byte);
        key[i] = (BYTE)byte;
    }
    must(SKF_GenRandom(c->dev, block, 8), "GenRandom");
    (void)sm4(SGD_SM4_ECB, key, NULL, true, false, block, sizeof block, auth);
}

static ULONG dev_auth(void)
{
    return SKF_DevAuth(c->dev, auth, sizeof auth);
}

static ULONG change_pin(void)
{
    ULONG tries;
    LPSTR from = (LPSTR)(pin_is_other ? other_pin : pin);
    LPSTR to = (LPSTR)(pin_is_other ? pin : other_pin);
    ULONG result = SKF_ChangePIN(c->app, USER_TYPE, from, to, &tries);
    pin_is_other ^= result == SAR_OK;
    return result;
}

static ULONG unblock_pin(void)
{
    ULONG tries;
    pin_is_other = false;
    return SKF_UnblockPIN(c->app, (LPSTR)bench_environment("HUFU_ADMIN_PIN"), (LPSTR)pin, &tries);
}

static ULONG clear_secure_state(void)
{
    return SKF_ClearSecureState(c->app);
}

static ULONG create_application(void)
{
    HAPPLICATION app;
    return SKF_CreateApplication(c->dev, NAME, (LPSTR) "admin-pin-1", 5, (LPSTR) "user-pin-1", 5,
                                 SECURE_USER_ACCOUNT, &app);
}

static ULONG delete_application(void)
{
    return SKF_DeleteApplication(c->dev, NAME);
}

static void authenticate(void)
{
    challenge();
    must(dev_auth(), "DevAuth");
}

static void with_application(void)
{
    authenticate();
    must(create_application(), "CreateApplication");
}

static void without_application(void)
{
    must(delete_application(), "DeleteApplication");
}

/* --- files and containers ----------------------------------------------------------------- */

static ULONG create_file(void)
{
    return SKF_CreateFile(c->app, NAME, PART, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT);
}

static ULONG delete_file(void)
{
    return SKF_DeleteFile(c->app, NAME);
}

static void with_file(void)
{
    must(create_file(), "CreateFile");
}

static void without_file(void)
{
    must(delete_file(), "DeleteFile");
}

static ULONG enum_files(void)
{
    ULONG len = sizeof out;
    return SKF_EnumFiles(c->app, (LPSTR)out, &len);
}

static ULONG get_file_info(void)
{
    FILEATTRIBUTE info;
    return SKF_GetFileInfo(c->app, NAME, &info);
}

static ULONG create_container(void)
{
    return SKF_CreateContainer(c->app, NAME, &handle);
}

static ULONG open_container(void)
{
    return SKF_OpenContainer(c->app, NAME, &handle);
}

static ULONG delete_container(void)
{
    return SKF_DeleteContainer(c->app, NAME);
}

static void with_container(void)
{
    must(create_container(), "CreateContainer");
}

static void with_closed_container(void)
{
    with_container();
    must(SKF_CloseContainer(handle), "CloseContainer");
}

static void without_container(void)
{
    must(SKF_CloseContainer(handle), "CloseContainer");
    must(delete_container(), "DeleteContainer");
}

static void close_container(void)
{
    must(SKF_CloseContainer(handle), "CloseContainer");
}

/* --- keys and certificates ---------------------------------------------------------------- */

static ULONG gen_ecc_key_pair(void)
{
    ECCPUBLICKEYBLOB key;
    return SKF_GenECCKeyPair(handle, SGD_SM2_1, &key);
}

static ULONG import_ecc_key_pair(void)
{
    return SKF_ImportECCKeyPair(box, envelope);
}

static ULONG import_certificate(void)
{
    return SKF_ImportCertificate(box, TRUE, cert, cert_len);
}

static ULONG export_certificate(void)
{
    ULONG len = sizeof out;
    return SKF_ExportCertificate(box, TRUE, out, &len);
}

static ULONG gen_rsa_key_pair(void)
{
    return SKF_GenRSAKeyPair(rsa_box, 2048, &rsa_key);
}

static ULONG rsa_sign_data(void)
{
    ULONG len = sizeof out;
    text[0]++;
    return SKF_RSASignData(rsa_box, text, 51, out, &len);
}

static ULONG rsa_export_session_key(void)
{
    ULONG len = sizeof out;
    return SKF_RSAExportSessionKey(rsa_box, SGD_SM4_CBC, &rsa_key, out, &len, &handle);
}

static ULONG ecc_export_session_key(void)
{
    return SKF_ECCExportSessionKey(box, SGD_SM4_CBC, &peer, (ECCCIPHERBLOB *)out, &handle);
}

static ULONG import_session_key(void)
{
    return SKF_ImportSessionKey(box, SGD_SM4_CBC, wrapped, sizeof(ECCCIPHERBLOB) + 15, &handle);
}

static ULONG generate_agreement_data(void)
{
    ECCPUBLICKEYBLOB mine;
    return SKF_GenerateAgreementDataWithECC(box, SGD_SM4_CBC, &mine, (BYTE *)"me", 2, &handle);
}

static ULONG generate_agreement_data_and_key(void)
{
    ECCPUBLICKEYBLOB mine;
    return SKF_GenerateAgreementDataAndKeyWithECC(box, SGD_SM4_CBC, &peer, &temporary, &mine,
                                                  (BYTE *)"me", 2, (BYTE *)"you", 3, &handle);
}

static ULONG generate_key(void)
{
    return SKF_GenerateKeyWithECC(handle, &peer, &temporary, (BYTE *)"you", 3, &second);
}

static void begin_agreement(void)
{
    must(generate_agreement_data(), "GenerateAgreementDataWithECC");
}

static void end_agreement(void)
{
    must(SKF_CloseHandle(second), "CloseHandle");
    (void)SKF_CloseHandle(handle);
}

/* --- session keys ------------------------------------------------------------------------- */

static void with_key(void)
{
    must(import_session_key(), "ImportSessionKey");
}

static void encrypting(void)
{
    with_key();
    must(SKF_EncryptInit(handle, param), "EncryptInit");
}

static void decrypting(void)
{
    with_key();
    must(SKF_DecryptInit(handle, param), "DecryptInit");
}

static ULONG close_session_key(void)
{
    return SKF_CloseHandle(handle);
}

static ULONG crypt(ULONG(DEVAPI *call)(HANDLE, BYTE *, ULONG, BYTE *, ULONG *))
{
    ULONG len = sizeof out;
    return call(handle, text, PART, out, &len);
}

static ULONG finish(ULONG(DEVAPI *call)(HANDLE, BYTE *, ULONG *))
{
    ULONG len = sizeof out;
    return call(handle, out, &len);
}

static ULONG encrypt_init(void)
{
    return SKF_EncryptInit(handle, param);
}

static ULONG encrypt(void)
{
    return crypt(SKF_Encrypt);
}

static ULONG encrypt_update(void)
{
    return crypt(SKF_EncryptUpdate);
}

static ULONG encrypt_final(void)
{
    return finish(SKF_EncryptFinal);
}

static ULONG decrypt_init(void)
{
    return SKF_DecryptInit(handle, param);
}

static ULONG decrypt(void)
{
    return crypt(SKF_Decrypt);
}

static ULONG decrypt_update(void)
{
    return crypt(SKF_DecryptUpdate);
}

static ULONG decrypt_final(void)
{
    return finish(SKF_DecryptFinal);
}

static void mac_begun(void)
{
    with_key();
    must(SKF_MacInit(handle, &param, &second), "MacInit");
}

static void mac_ended(void)
{
    must(SKF_CloseHandle(second), "CloseHandle");
    close_key();
}

static ULONG mac(void)
{
    ULONG len = 16;
    return SKF_Mac(second, text, PART, out, &len);
}

/* --- the table ---------------------------------------------------------------------------- */

const struct command object_commands[] = {
    {"set_label", set_label, 4, nothing, nothing},
    {"lock_dev", lock_dev, 2, nothing, unlock},
    {"dev_auth", dev_auth, 4, challenge, nothing},
    {"change_pin", change_pin, 4, nothing, login},
    {"unblock_pin", unblock_pin, 4, nothing, login},
    {"clear_secure_state", clear_secure_state, 4, nothing, login},
    {"create_application", create_application, 20, authenticate, without_application},
    {"delete_application", delete_application, 20, with_application, nothing},
    {"create_file_1024", create_file, 4, nothing, without_file},
    {"get_file_info", get_file_info, 4, with_file, without_file},
    {"enum_files", enum_files, 4, nothing, nothing},
    {"delete_file_1024", delete_file, 4, with_file, nothing},
    {"create_container", create_container, 4, nothing, without_container},
    {"open_container", open_container, 4, with_closed_container, without_container},
    {"delete_container", delete_container, 4, with_container, close_container},
    {"gen_ecc_key_pair", gen_ecc_key_pair, 4, with_container, without_container},
    {"import_ecc_key_pair", import_ecc_key_pair, 4, nothing, nothing},
    {"import_certificate", import_certificate, 4, nothing, nothing},
    {"export_certificate", export_certificate, 4, nothing, nothing},
    {"ecc_export_session_key", ecc_export_session_key, 4, nothing, close_key},
    {"import_session_key", import_session_key, 4, nothing, close_key},
    {"close_session_key", close_session_key, 4, with_key, nothing},
    {"generate_agreement_data", generate_agreement_data, 4, nothing, close_key},
    {"generate_agreement_data_and_key", generate_agreement_data_and_key, 4, nothing, close_key},
    {"generate_key", generate_key, 4, begin_agreement, end_agreement},
    {"encrypt_init", encrypt_init, 4, with_key, close_key},
    {"encrypt_1024", encrypt, 4, encrypting, close_key},
    {"encrypt_update_1024", encrypt_update, 4, encrypting, close_key},
    {"encrypt_final", encrypt_final, 4, encrypting, close_key},
    {"decrypt_init", decrypt_init, 4, with_key, close_key},
    {"decrypt_1024", decrypt, 4, decrypting, close_key},
    {"decrypt_update_1024", decrypt_update, 4, decrypting, close_key},
    {"decrypt_final", decrypt_final, 4, decrypting, close_key},
    {"mac_1024", mac, 4, mac_begun, mac_ended},
    /* Seconds on the board: once. The pair then signs. */
    {"gen_rsa_key_pair", gen_rsa_key_pair, ~0u, nothing, nothing},
    {"rsa_sign_data", rsa_sign_data, 20, nothing, nothing},
    {"rsa_export_session_key", rsa_export_session_key, 20, nothing, close_key},
};
const size_t object_command_count = sizeof object_commands / sizeof object_commands[0];

/* A pair for encryption as a key management centre sends it. */
static void make_envelope(EVP_PKEY *pair)
{
    BYTE key[16] = "a key for a key.";
    ECCPRIVATEKEYBLOB d;
    EVP_PKEY *receiver = public_of_blob(&sign_key);
    envelope = calloc(1, sizeof *envelope + sizeof key);
    if (envelope == NULL || receiver == NULL) {
        exit(1);
    }
    envelope->Version = 1;
    envelope->ulSymmAlgID = SGD_SM4_ECB;
    envelope->ulBits = 256;
    public_blob(&envelope->PubKey, pair);
    private_blob(&d, pair);
    (void)sm4(SGD_SM4_ECB, key, NULL, true, false, d.PrivateKey, sizeof d.PrivateKey,
              envelope->cbEncryptedPriKey);
    sm2_encrypt(receiver, key, sizeof key, &envelope->ECCCipherBlob);
    cert_len = (ULONG)certificate(receiver, "bench", "digitalSignature", cert, sizeof cert);
    EVP_PKEY_free(receiver);
}

void objects_begin(const struct client *client)
{
    EVP_PKEY *pair = sm2_new(), *another = sm2_new();
    c = client;
    pin = bench_environment("HUFU_PIN");
    must(SKF_CreateContainer(c->app, (LPSTR) "bench", &box), "CreateContainer");
    must(SKF_CreateContainer(c->app, RSA_NAME, &rsa_box), "CreateContainer");
    must(SKF_GenECCKeyPair(box, SGD_SM2_1, &sign_key), "GenECCKeyPair");
    make_envelope(pair);
    must(import_ecc_key_pair(), "ImportECCKeyPair");
    public_blob(&peer, pair);
    public_blob(&temporary, another);
    sm2_encrypt(pair, (const uint8_t *)"sixteen bytes...", 16, (ECCCIPHERBLOB *)wrapped);
    EVP_PKEY_free(another);
    EVP_PKEY_free(pair);
}

void objects_end(void)
{
    if (pin_is_other) {
        must(change_pin(), "ChangePIN");
        login();
    }
    must(SKF_CloseContainer(box), "CloseContainer");
    must(SKF_CloseContainer(rsa_box), "CloseContainer");
    must(SKF_DeleteContainer(c->app, (LPSTR) "bench"), "DeleteContainer");
    must(SKF_DeleteContainer(c->app, RSA_NAME), "DeleteContainer");
    free(envelope);
}
