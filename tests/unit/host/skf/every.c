/* SPDX-License-Identifier: Apache-2.0 */
#include "every.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), SAR_OK)

/* clang-format off */
#define RUN(name, ...)                                                                             \
    static ULONG run_##name(const struct call *c) { return SKF_##name(__VA_ARGS__); }
/* clang-format on */

RUN(WaitForDevEvent, c->p[0], c->p[1], c->p[2])
RUN(EnumDev, TRUE, c->p[0], c->p[1])
RUN(ConnectDev, c->p[0], c->p[1])
RUN(DisConnectDev, c->handle)
RUN(GetDevState, c->p[0], c->p[1])
RUN(SetLabel, c->handle, c->p[0])
RUN(GetDevInfo, c->handle, c->p[0])
RUN(LockDev, c->handle, 0)
RUN(UnlockDev, c->handle)
RUN(Transmit, c->handle, c->p[0], 7, c->p[1], c->p[2])
RUN(ChangeDevAuthKey, c->handle, c->p[0], 16)
RUN(DevAuth, c->handle, c->p[0], 16)
RUN(ChangePIN, c->handle, USER_TYPE, c->p[0], c->p[1], c->p[2])
RUN(GetPINInfo, c->handle, USER_TYPE, c->p[0], c->p[1], c->p[2])
RUN(VerifyPIN, c->handle, USER_TYPE, c->p[0], c->p[1])
RUN(UnblockPIN, c->handle, c->p[0], c->p[1], c->p[2])
RUN(ClearSecureState, c->handle)
RUN(CreateApplication, c->handle, c->p[0], c->p[1], 3, c->p[2], 3, 0xFF, c->p[3])
RUN(EnumApplication, c->handle, c->p[0], c->p[1])
RUN(DeleteApplication, c->handle, c->p[0])
RUN(OpenApplication, c->handle, c->p[0], c->p[1])
RUN(CloseApplication, c->handle)
RUN(CreateFile, c->handle, c->p[0], 16, 0xFF, 0xFF)
RUN(DeleteFile, c->handle, c->p[0])
RUN(EnumFiles, c->handle, c->p[0], c->p[1])
RUN(GetFileInfo, c->handle, c->p[0], c->p[1])
RUN(ReadFile, c->handle, c->p[0], 0, 16, c->p[1], c->p[2])
RUN(WriteFile, c->handle, c->p[0], 0, c->p[1], 16)
RUN(CreateContainer, c->handle, c->p[0], c->p[1])
RUN(DeleteContainer, c->handle, c->p[0])
RUN(OpenContainer, c->handle, c->p[0], c->p[1])
RUN(CloseContainer, c->handle)
RUN(EnumContainer, c->handle, c->p[0], c->p[1])
RUN(GetContainerType, c->handle, c->p[0])
RUN(ImportCertificate, c->handle, TRUE, c->p[0], 32)
RUN(ExportCertificate, c->handle, TRUE, c->p[0], c->p[1])
RUN(GenRandom, c->handle, c->p[0], 8)
RUN(GenExtRSAKey, c->handle, 1024, c->p[0])
RUN(GenRSAKeyPair, c->handle, 2048, c->p[0])
RUN(ImportRSAKeyPair, c->handle, SGD_SM4_ECB, c->p[0], 256, c->p[1], 256)
RUN(RSASignData, c->handle, c->p[0], 32, c->p[1], c->p[2])
RUN(RSAExportSessionKey, c->handle, SGD_SM4_ECB, c->p[0], c->p[1], c->p[2], c->p[3])
RUN(RSAVerify, c->handle, c->p[0], c->p[1], 32, c->p[2], 256)
RUN(ExtRSAPubKeyOperation, c->handle, c->p[0], c->p[1], 256, c->p[2], c->p[3])
RUN(ExtRSAPriKeyOperation, c->handle, c->p[0], c->p[1], 128, c->p[2], c->p[3])
RUN(GenECCKeyPair, c->handle, SGD_SM2_1, c->p[0])
RUN(ImportECCKeyPair, c->handle, c->p[0])
RUN(ECCSignData, c->handle, c->p[0], 32, c->p[1])
RUN(ECCVerify, c->handle, c->p[0], c->p[1], 32, c->p[2])
RUN(ECCExportSessionKey, c->handle, SGD_SM4_ECB, c->p[0], c->p[1], c->p[2])
RUN(ExtECCEncrypt, c->handle, c->p[0], c->p[1], 16, c->p[2])
RUN(ExtECCDecrypt, c->handle, c->p[0], c->p[1], c->p[2], c->p[3])
RUN(ExtECCSign, c->handle, c->p[0], c->p[1], 32, c->p[2])
RUN(ExtECCVerify, c->handle, c->p[0], c->p[1], 32, c->p[2])
RUN(GenerateAgreementDataWithECC, c->handle, SGD_SM4_ECB, c->p[0], c->p[1], 32, c->p[2])
RUN(GenerateAgreementDataAndKeyWithECC, c->handle, SGD_SM4_ECB, c->p[0], c->p[1], c->p[2], c->p[3],
    32, c->p[4], 32, c->p[5])
RUN(GenerateKeyWithECC, c->handle, c->p[0], c->p[1], c->p[2], 32, c->p[3])
RUN(ExportPublicKey, c->handle, TRUE, c->p[0], c->p[1])
RUN(ImportSessionKey, c->handle, SGD_SM4_ECB, c->p[0], 180, c->p[1])
RUN(SetSymmKey, c->handle, c->p[0], SGD_SM4_ECB, c->p[1])
RUN(EncryptInit, c->handle, (BLOCKCIPHERPARAM){.IVLen = 0})
RUN(Encrypt, c->handle, c->p[0], 32, c->p[1], c->p[2])
RUN(EncryptUpdate, c->handle, c->p[0], 32, c->p[1], c->p[2])
RUN(EncryptFinal, c->handle, c->p[0], c->p[1])
RUN(DecryptInit, c->handle, (BLOCKCIPHERPARAM){.IVLen = 0})
RUN(Decrypt, c->handle, c->p[0], 32, c->p[1], c->p[2])
RUN(DecryptUpdate, c->handle, c->p[0], 32, c->p[1], c->p[2])
RUN(DecryptFinal, c->handle, c->p[0], c->p[1])
RUN(DigestInit, c->handle, SGD_SM3, c->p[0], c->p[1], 32, c->p[2])
RUN(Digest, c->handle, c->p[0], 32, c->p[1], c->p[2])
RUN(DigestUpdate, c->handle, c->p[0], 32)
RUN(DigestFinal, c->handle, c->p[0], c->p[1])
RUN(MacInit, c->handle, c->p[0], c->p[1])
RUN(Mac, c->handle, c->p[0], 32, c->p[1], c->p[2])
RUN(MacUpdate, c->handle, c->p[0], 32)
RUN(MacFinal, c->handle, c->p[0], c->p[1])
RUN(CloseHandle, c->handle)

static ULONG run_CancelWaitForDevEvent(const struct call *c)
{
    (void)c;
    return SKF_CancelWaitForDevEvent();
}

#define R(name, ...) {"SKF_" #name, __VA_ARGS__, run_##name},
/* clang-format off */
const struct row every[] = {
    /* name                 handle right  pointers  NULL ok   token  begun */
    R(WaitForDevEvent,        0,   FREE,  "OLU",    "...",    false, ' ')
    R(CancelWaitForDevEvent,  0,   FREE,  "",       "",       false, ' ')
    R(EnumDev,                0,   FREE,  "OL",     "O.",     false, ' ')
    R(ConnectDev,             0,   FREE,  "NH",     "..",     false, ' ')
    R(DisConnectDev,          'D', FREE,  "",       "",       false, ' ')
    R(GetDevState,            0,   FREE,  "NU",     "..",     false, ' ')
    R(SetLabel,               'D', FREE,  "N",      ".",      true,  ' ')
    R(GetDevInfo,             'D', FREE,  "V",      ".",      true,  ' ')
    R(LockDev,                'D', FREE,  "",       "",       true,  ' ')
    R(UnlockDev,              'D', FREE,  "",       "",       false, ' ')
    R(Transmit,               'D', FREE,  "IOL",    "...",    true,  ' ')
    R(ChangeDevAuthKey,       'D', DEVICE,"I",      ".",      true,  ' ')
    R(DevAuth,                'D', FREE,  "I",      ".",      true,  ' ')
    R(ChangePIN,              'A', FREE,  "PPU",    "..U",    true,  ' ')
    R(GetPINInfo,             'A', FREE,  "UUb",    "...",    true,  ' ')
    R(VerifyPIN,              'A', FREE,  "PU",     ".U",     true,  ' ')
    R(UnblockPIN,             'A', FREE,  "PPU",    "..U",    true,  ' ')
    R(ClearSecureState,       'A', FREE,  "",       "",       true,  ' ')
    R(CreateApplication,      'D', DEVICE,"NPPH",   "....",   true,  ' ')
    R(EnumApplication,        'D', FREE,  "OL",     "O.",     true,  ' ')
    R(DeleteApplication,      'D', DEVICE,"N",      ".",      true,  ' ')
    R(OpenApplication,        'D', FREE,  "AH",     "..",     true,  ' ')
    R(CloseApplication,       'A', FREE,  "",       "",       true,  ' ')
    R(CreateFile,             'A', FREE,  "N",      ".",      true,  ' ')
    R(DeleteFile,             'A', FREE,  "N",      ".",      true,  ' ')
    R(EnumFiles,              'A', FREE,  "OL",     "O.",     true,  ' ')
    R(GetFileInfo,            'A', FREE,  "NF",     "..",     true,  ' ')
    R(ReadFile,               'A', FREE,  "NOL",    ".O.",    true,  ' ')
    R(WriteFile,              'A', FREE,  "NI",     "..",     true,  ' ')
    R(CreateContainer,        'A', USER,  "NH",     "..",     true,  ' ')
    R(DeleteContainer,        'A', USER,  "N",      ".",      true,  ' ')
    R(OpenContainer,          'A', FREE,  "NH",     "..",     true,  ' ')
    R(CloseContainer,         'C', FREE,  "",       "",       true,  ' ')
    R(EnumContainer,          'A', FREE,  "OL",     "O.",     true,  ' ')
    R(GetContainerType,       'C', FREE,  "U",      ".",      true,  ' ')
    R(ImportCertificate,      'C', USER,  "I",      ".",      true,  ' ')
    R(ExportCertificate,      'C', FREE,  "OL",     "O.",     true,  ' ')
    R(GenRandom,              'D', FREE,  "O",      ".",      true,  ' ')
    R(GenExtRSAKey,           'D', FREE,  "Q",      ".",      false, ' ')
    R(GenRSAKeyPair,          'C', USER,  "Q",      ".",      true,  ' ')
    R(ImportRSAKeyPair,       'C', USER,  "II",     "..",     true,  ' ')
    R(RSASignData,            'C', USER,  "IOL",    ".O.",    true,  'r')
    R(RSAExportSessionKey,    'C', USER,  "ROLH",   ".O..",   true,  ' ')
    R(RSAVerify,              'D', FREE,  "RII",    "...",    false, ' ')
    R(ExtRSAPubKeyOperation,  'D', FREE,  "RIOL",   "..O.",   false, ' ')
    R(ExtRSAPriKeyOperation,  'D', FREE,  "QIOL",   "..O.",   false, ' ')
    R(GenECCKeyPair,          'C', USER,  "k",      ".",      true,  ' ')
    R(ImportECCKeyPair,       'C', USER,  "E",      ".",      true,  ' ')
    R(ECCSignData,            'C', USER,  "IS",     "..",     true,  ' ')
    R(ECCVerify,              'D', FREE,  "KIS",    "...",    false, ' ')
    R(ECCExportSessionKey,    'C', USER,  "KOH",    "...",    true,  ' ')
    R(ExtECCEncrypt,          'D', FREE,  "KIO",    "...",    false, ' ')
    R(ExtECCDecrypt,          'D', FREE,  "DCOL",   "..O.",   false, ' ')
    R(ExtECCSign,             'D', FREE,  "DIS",    "...",    false, ' ')
    R(ExtECCVerify,           'D', FREE,  "KIS",    "...",    false, ' ')
    R(GenerateAgreementDataWithECC,       'C', USER, "kIH",    "...",    true, ' ')
    R(GenerateAgreementDataAndKeyWithECC, 'C', USER, "KKkIIH", "......", true, ' ')
    R(GenerateKeyWithECC,     'G', USER,  "KKIH",   "....",   true,  ' ')
    R(ExportPublicKey,        'C', FREE,  "OL",     "O.",     true,  ' ')
    R(ImportSessionKey,       'C', USER,  "CH",     "..",     true,  ' ')
    R(SetSymmKey,             'D', FREE,  "IH",     "..",     false, ' ')
    R(EncryptInit,            'K', USER,  "",       "",       true,  ' ')
    R(Encrypt,                'K', USER,  "IOL",    ".O.",    true,  'e')
    R(EncryptUpdate,          'K', USER,  "IOL",    ".O.",    true,  'e')
    R(EncryptFinal,           'K', USER,  "OL",     "O.",     true,  'e')
    R(DecryptInit,            'K', USER,  "",       "",       true,  ' ')
    R(Decrypt,                'K', USER,  "IOL",    ".O.",    true,  'd')
    R(DecryptUpdate,          'K', USER,  "IOL",    ".O.",    true,  'd')
    R(DecryptFinal,           'K', USER,  "OL",     "O.",     true,  'd')
    R(DigestInit,             'D', FREE,  "KIH",    "...",    false, ' ')
    R(Digest,                 'H', FREE,  "IOL",    ".O.",    false, ' ')
    R(DigestUpdate,           'H', FREE,  "I",      ".",      false, ' ')
    R(DigestFinal,            'H', FREE,  "OL",     "O.",     false, ' ')
    R(MacInit,                'K', FREE,  "BH",     "..",     false, ' ')
    R(Mac,                    'M', USER,  "IOL",    ".O.",    true,  ' ')
    R(MacUpdate,              'M', USER,  "I",      ".",      true,  ' ')
    R(MacFinal,               'M', FREE,  "OL",     "O.",     false, ' ')
    R(CloseHandle,            'X', FREE,  "",       "",       false, ' ')
};
/* clang-format on */
const size_t every_count = sizeof every / sizeof every[0];

/* --- arguments ------------------------------------------------------------------------------ */

static BYTE out[POINTERS][ROOM], data[256], cipher[sizeof(ECCCIPHERBLOB) + 32];
static ULONG numbers[POINTERS];
static HANDLE made[POINTERS];
static char output[POINTERS]; /* the letter of what is output there */
static ECCPUBLICKEYBLOB public_key;
static ECCPRIVATEKEYBLOB private_key;
static ECCSIGNATUREBLOB signature;
static BLOCKCIPHERPARAM param;
static RSAPUBLICKEYBLOB rsa_public;
static ENVELOPEDKEYBLOB *envelope;
static HANDLE container, key, hash_handle, mac, agreement;

static void *argument(char letter, unsigned i)
{
    output[i] = letter;
    switch (letter) {
    case 'N':
        return text("a new name");
    case 'A':
        return text(APP_NAME);
    case 'P':
        return text("some-pin");
    case 'I':
        return data;
    case 'K':
        return &public_key;
    case 'D':
        return &private_key;
    case 'C':
        return cipher;
    case 'B':
        return &param;
    case 'E':
        return envelope;
    case 'R':
        return &rsa_public;
    case 'L':
        numbers[i] = ROOM;
        return &numbers[i];
    case 'H':
        made[i] = NULL;
        return &made[i];
    default: /* output */
        memset(out[i], 0xAA, ROOM);
        return out[i];
    }
}

HANDLE handle_of(char letter)
{
    switch (letter) {
    case 'D':
        return bench.dev;
    case 'A':
        return bench.app;
    case 'C':
        return container;
    case 'K':
        return key;
    case 'H':
        return hash_handle;
    case 'M':
        return mac;
    case 'G':
        return agreement;
    case 'X':
        return hash_handle;
    default:
        return NULL;
    }
}

/* The container with an RSA pair, made when it is first asked for. */
static HANDLE rsa_container(void)
{
    static const char name[] = "RSA box";
    RSAPUBLICKEYBLOB blob;
    HANDLE con;
    if (SKF_OpenContainer(bench.app, text(name), &con) != SAR_OK) {
        OK(SKF_CreateContainer(bench.app, text(name), &con));
        OK(SKF_GenRSAKeyPair(con, 2048, &blob));
    }
    return con;
}

struct call good_call(const struct row *row)
{
    struct call c = {.handle = NULL};
    BYTE wrapped[sizeof(ECCCIPHERBLOB) + 16];
    ECCPUBLICKEYBLOB temp;
    memset(data, 0x11, sizeof data);
    data[0] = 0x80; /* a command that exists: GetDevInfo */
    data[1] = 0x04;
    data[2] = data[3] = data[4] = data[5] = data[6] = 0;
    public_key = bench.enc;
    private_blob(&private_key, bench.pair);
    memset(&signature, 0, sizeof signature);
    param = (BLOCKCIPHERPARAM){.IVLen = 0};
    /* Odd and of full length: nobody has to know its factors. */
    rsa_public = (RSAPUBLICKEYBLOB){
        .AlgID = SGD_RSA, .BitLen = 2048, .PublicExponent = {0x00, 0x01, 0x00, 0x01}};
    memset(rsa_public.Modulus, 0xC5, sizeof rsa_public.Modulus);
    sm2_encrypt(bench.pair, data, 16, (ECCCIPHERBLOB *)cipher);
    envelope = bench_envelope(&bench.sign, bench.pair);
    memcpy(wrapped, cipher, sizeof wrapped);
    OK(SKF_ImportSessionKey(bench.con, SGD_SM4_ECB, wrapped, 180, &key));
    container = row->begun == 'r' ? rsa_container() : bench.con;
    if (row->begun == 'e') {
        OK(SKF_EncryptInit(key, param));
    } else if (row->begun == 'd') {
        OK(SKF_DecryptInit(key, param));
    }
    OK(SKF_MacInit(key, &param, &mac));
    OK(SKF_DigestInit(bench.dev, SGD_SM3, NULL, NULL, 0, &hash_handle));
    OK(SKF_GenerateAgreementDataWithECC(bench.con, SGD_SM4_ECB, &temp, data, 32, &agreement));
    for (unsigned i = 0; i < POINTERS; i++) {
        made[i] = NULL;
        output[i] = 0;
    }
    for (unsigned i = 0; row->pointers[i] != 0; i++) {
        c.p[i] = argument(row->pointers[i], i);
    }
    c.handle = handle_of(row->handle);
    return c;
}

bool outputs_untouched(void)
{
    bool same = true;
    for (unsigned i = 0; i < POINTERS; i++) {
        if (output[i] != 0 && strchr("UOkSQVFb", output[i]) != NULL) {
            for (size_t k = 0; k < ROOM; k++) {
                same &= out[i][k] == 0xAA || out[i][k] == 0;
            }
        }
        same &= made[i] == NULL;
    }
    return same;
}

void end_call(const struct row *row, const struct call *call)
{
    (void)call;
    if (row->begun == 'r') {
        (void)SKF_CloseContainer(container);
    }
    for (unsigned i = 0; i < POINTERS; i++) {
        if (made[i] != NULL) {
            (void)SKF_CloseHandle(made[i]);
        }
    }
    (void)SKF_CloseHandle(mac);
    (void)SKF_CloseHandle(key);
    (void)SKF_CloseHandle(hash_handle);
    (void)SKF_CloseHandle(agreement);
    free(envelope);
}
