/* SPDX-License-Identifier: Apache-2.0 */
/* The flows of an application, start to end, as a client runs them: GM/T 0016 clause 8 and the
 * order of calls that public clients keep. */
#include "bench.h"

#include "must.h"
#include <string.h>

static LPSTR text(const char *s)
{
    return (LPSTR)s;
}

static void initialise(struct bench *b)
{
    DEVHANDLE kept = b->dev, dev;
    HAPPLICATION app;
    DEVINFO info;
    if (!OK(b, skf.ConnectDev(text(b->device), &dev))) {
        return;
    }
    OK(b, skf.GetDevInfo(dev, &info));
    OK(b, skf.LockDev(dev, 5000));
    b->dev = dev;
    if (want(b, "CreateApplication", make_application(b, OTHER_APP, PIN_TRIES, &app), SAR_OK)) {
        OK(b, skf.CloseApplication(app));
    }
    drop_application(b, OTHER_APP);
    b->dev = kept;
    OK(b, skf.UnlockDev(dev));
    OK(b, skf.DisConnectDev(dev));
}

/* Connect, hash with the id, log in, sign, and leave in the order of the standard. */
static void sign(struct bench *b)
{
    static const char message[] = "a document of the flow";
    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER container;
    HANDLE h;
    ECCPUBLICKEYBLOB key;
    ECCSIGNATUREBLOB sig;
    BYTE e[32], id[] = SM2_ID;
    ULONG len = sizeof key, e_len = sizeof e, tries;
    uint8_t wanted[32];
    if (!OK(b, skf.ConnectDev(text(b->device), &dev)) ||
        !OK(b, skf.OpenApplication(dev, text(APP_NAME), &app)) ||
        !OK(b, skf.OpenContainer(app, text(FULL_NAME), &container))) {
        return;
    }
    OK(b, skf.ExportPublicKey(container, TRUE, (BYTE *)&key, &len));
    OK(b, skf.DigestInit(dev, SGD_SM3, &key, id, SM2_ID_LEN, &h));
    OK(b, skf.Digest(h, (BYTE *)message, sizeof message - 1, e, &e_len));
    OK(b, skf.CloseHandle(h));
    OK(b, skf.VerifyPIN(app, USER_TYPE, b->user_pin, &tries));
    if (OK(b, skf.ECCSignData(container, e, sizeof e, &sig))) {
        EVP_PKEY *pkey = public_of_blob(&key);
        if (hold(b, pkey != NULL, "the exported key is no point of the curve")) {
            sm2_digest(pkey, SM2_ID, SM2_ID_LEN, message, sizeof message - 1, wanted);
            hold(b, sm2_verify(&key, wanted, &sig), "OpenSSL does not verify the message");
        }
        EVP_PKEY_free(pkey);
        OK(b, skf.ECCVerify(dev, &key, e, sizeof e, &sig));
    }
    OK(b, skf.CloseContainer(container));
    OK(b, skf.ClearSecureState(app));
    OK(b, skf.CloseApplication(app));
    OK(b, skf.DisConnectDev(dev));
}

/* A dual certificate: signing pair, envelope, both certificates, and what is read back. */
static void dual_certificate(struct bench *b)
{
    ECCPUBLICKEYBLOB made, read, wanted;
    uint8_t cert[CERT_ROOM];
    BYTE out[CERT_ROOM];
    ULONG type = 77, len = sizeof read;
    EVP_PKEY *pair = sm2_new();
    if (OK(b, skf.GenECCKeyPair(b->empty, SGD_SM2_1, &made))) {
        EVP_PKEY *sign_key = public_of_blob(&made);
        want(b, "ImportECCKeyPair", import_pair(b->empty, &made, pair), SAR_OK);
        for (int signing = 1; sign_key != NULL && signing >= 0; signing--) {
            size_t n =
                certificate(signing ? sign_key : pair, "skfconf flow",
                            signing ? "digitalSignature" : "keyEncipherment", cert, sizeof cert);
            ULONG got = sizeof out;
            OK(b, skf.ImportCertificate(b->empty, signing, cert, (ULONG)n));
            OK(b, skf.ExportCertificate(b->empty, signing, out, &got));
            hold(b, got == n && memcmp(out, cert, n) == 0, "a certificate came back changed");
        }
        EVP_PKEY_free(sign_key);
        OK(b, skf.GetContainerType(b->empty, &type));
        hold(b, type == CONTAINER_TYPE_ECC, "the container's type is %u, not 2", type);
        public_blob(&wanted, pair);
        OK(b, skf.ExportPublicKey(b->empty, FALSE, (BYTE *)&read, &len));
        hold(b, memcmp(&read, &wanted, sizeof read) == 0, "the encryption key is another");
    }
    EVP_PKEY_free(pair);
}

/* A digital envelope of another party is opened. */
static void envelope(struct bench *b)
{
    static const char letter[] = "a letter in an envelope of another party, of some length";
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16] = {0}, key[16];
    BYTE in[96], out[96];
    ULONG len = sizeof out, tries;
    BLOCKCIPHERPARAM p = {.IVLen = 16, .PaddingType = PADDING_PKCS5};
    HANDLE handle;
    random_bytes(key, sizeof key);
    random_bytes(p.IV, 16);
    sm2_encrypt(b->enc_key, key, sizeof key, (ECCCIPHERBLOB *)blob);
    int n = sm4(SGD_SM4_CBC, key, p.IV, true, true, (const uint8_t *)letter, sizeof letter, in);
    must_be(n > 0);
    OK(b, skf.VerifyPIN(b->app, USER_TYPE, b->user_pin, &tries));
    if (OK(b, skf.ImportSessionKey(b->full, SGD_SM4_CBC, blob, sizeof(ECCCIPHERBLOB) - 1 + 16,
                                   &handle))) {
        OK(b, skf.DecryptInit(handle, p));
        OK(b, skf.Decrypt(handle, in, (ULONG)n, out, &len));
        hold(b, len == sizeof letter && memcmp(out, letter, len) == 0, "the letter is another");
        OK(b, skf.CloseHandle(handle));
    }
}

/* What one call sealed with a session key for the container opens in the container. */
static void envelope_to_oneself(struct bench *b)
{
    uint8_t blob[sizeof(ECCCIPHERBLOB) + 16] = {0};
    BYTE in[48] = "what one call seals, another call opens", out[96], back[96];
    ULONG out_len = sizeof out, back_len = sizeof back;
    BLOCKCIPHERPARAM p = {.PaddingType = PADDING_PKCS5};
    ECCPUBLICKEYBLOB to;
    HANDLE handle;
    public_blob(&to, b->enc_key);
    if (!OK(b,
            skf.ECCExportSessionKey(b->full, SGD_SM4_ECB, &to, (ECCCIPHERBLOB *)blob, &handle))) {
        return;
    }
    OK(b, skf.EncryptInit(handle, p));
    OK(b, skf.Encrypt(handle, in, sizeof in, out, &out_len));
    OK(b, skf.CloseHandle(handle));
    if (OK(b, skf.ImportSessionKey(b->full, SGD_SM4_ECB, blob, sizeof(ECCCIPHERBLOB) - 1 + 16,
                                   &handle))) {
        OK(b, skf.DecryptInit(handle, p));
        OK(b, skf.Decrypt(handle, out, out_len, back, &back_len));
        hold(b, back_len == sizeof in && memcmp(back, in, sizeof in) == 0, "it is another");
        OK(b, skf.CloseHandle(handle));
    }
}

#define OPENING                                                                                    \
    "SKF_ConnectDev SKF_DisConnectDev SKF_OpenApplication SKF_CloseApplication SKF_OpenContainer " \
    "SKF_CloseContainer SKF_VerifyPIN"

static const struct check checks[] = {
    {FN_CreateApplication, APPLICATION, DEVICE, "flow: a device is initialised", initialise,
     "SKF_LockDev SKF_UnlockDev SKF_CloseApplication SKF_DeleteApplication SKF_DevAuth", NULL,
     false},
    {FN_ECCSignData, APPLICATION, SIGNING,
     "flow: a message is hashed with its id, signed, verified", sign,
     OPENING " SKF_DigestInit SKF_Digest SKF_CloseHandle SKF_ECCVerify SKF_ExportPublicKey", NULL,
     false},
    {FN_ImportECCKeyPair, APPLICATION, CONTAINER, "flow: a dual certificate is taken and read back",
     dual_certificate,
     "SKF_GenECCKeyPair SKF_ImportCertificate SKF_ExportCertificate SKF_GetContainerType "
     "SKF_ExportPublicKey",
     NULL, false},
    {FN_ImportSessionKey, APPLICATION, PAIRS, "flow: a digital envelope is opened", envelope,
     "SKF_DecryptInit SKF_Decrypt SKF_CloseHandle", NULL, false},
    {FN_ECCExportSessionKey, APPLICATION, PAIRS, "flow: sealed for oneself and opened",
     envelope_to_oneself,
     "SKF_ImportSessionKey SKF_EncryptInit SKF_Encrypt SKF_DecryptInit SKF_Decrypt SKF_CloseHandle",
     NULL, false},
};

const struct clause clause_flow = {"8", "flows", checks, ROWS(checks)};
