/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lengths 0, 1, the most and one more; names of every kind; what comes in the wrong order; a full
 * token; locked PINs. REQ: K1 K6
 */
#include "fixture.h"

#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call)          assert_int_equal((call), SAR_OK)
#define GIVES(code, call) assert_int_equal((call), (code))

/* --- names ---------------------------------------------------------------------------------- */

static HANDLE last; /* what was opened or created last */

static ULONG make_app(LPSTR name)
{
    return SKF_CreateApplication(bench.dev, name, text(ADMIN_PIN), 3, text(USER_PIN), 3, 0xFF,
                                 &last);
}

static ULONG open_app(LPSTR name)
{
    return SKF_OpenApplication(bench.dev, name, &last);
}

static ULONG delete_app(LPSTR name)
{
    return SKF_DeleteApplication(bench.dev, name);
}

static ULONG list_apps(LPSTR list, ULONG *size)
{
    return SKF_EnumApplication(bench.dev, list, size);
}

static ULONG make_container(LPSTR name)
{
    return SKF_CreateContainer(bench.app, name, &last);
}

static ULONG open_container(LPSTR name)
{
    return SKF_OpenContainer(bench.app, name, &last);
}

static ULONG delete_container(LPSTR name)
{
    return SKF_DeleteContainer(bench.app, name);
}

static ULONG list_containers(LPSTR list, ULONG *size)
{
    return SKF_EnumContainer(bench.app, list, size);
}

static ULONG make_file(LPSTR name)
{
    return SKF_CreateFile(bench.app, name, 4, SECURE_ANYONE_ACCOUNT, SECURE_ANYONE_ACCOUNT);
}

static ULONG open_file(LPSTR name)
{
    FILEATTRIBUTE info;
    BYTE in[4] = {1, 2, 3, 4}, out[4];
    ULONG len = sizeof out, first = SKF_GetFileInfo(bench.app, name, &info);
    assert_int_equal(SKF_WriteFile(bench.app, name, 0, in, sizeof in), first);
    assert_int_equal(SKF_ReadFile(bench.app, name, 0, sizeof out, out, &len), first);
    return first;
}

static ULONG delete_file(LPSTR name)
{
    return SKF_DeleteFile(bench.app, name);
}

static ULONG list_files(LPSTR list, ULONG *size)
{
    return SKF_EnumFiles(bench.app, list, size);
}

static const struct kind {
    size_t max;
    ULONG (*make)(LPSTR), (*open)(LPSTR), (*delete)(LPSTR), (*list)(LPSTR, ULONG *);
    ULONG length, characters, none, exists;
} kinds[] = {
    {48, make_app, open_app, delete_app, list_apps, SAR_APPLICATION_NAME_INVALID,
     SAR_APPLICATION_NAME_INVALID, SAR_APPLICATION_NOT_EXISTS, SAR_APPLICATION_EXISTS},
    {64, make_container, open_container, delete_container, list_containers, SAR_NAMELENERR,
     SAR_INVALIDPARAMERR, SAR_CONTAINER_NOT_FOUND, SAR_CONTAINER_EXIST},
    {32, make_file, open_file, delete_file, list_files, SAR_NAMELENERR, SAR_INVALIDPARAMERR,
     SAR_FILE_NOT_EXIST, SAR_FILE_ALREADY_EXIST},
};

static bool listed(const struct kind *k, const char *name)
{
    char names[512];
    ULONG size = sizeof names;
    OK(k->list(names, &size));
    assert_int_equal(names[size - 1], 0);
    for (const char *at = names; *at != 0; at += strlen(at) + 1) {
        if (strcmp(at, name) == 0) {
            return true;
        }
    }
    return false;
}

static void good_name(const struct kind *k, const char *name, const char *shown)
{
    LPSTR given = text(name);
    GIVES(k->none, k->open(given));
    GIVES(k->none, k->delete (given));
    OK(k->make(given));
    GIVES(k->exists, k->make(given));
    OK(k->open(given));
    assert_true(listed(k, shown));
    OK(k->delete (given));
    assert_false(listed(k, shown));
    GIVES(k->none, k->open(given));
}

static void bad_name(const struct kind *k, LPSTR name, ULONG code)
{
    GIVES(code, k->make(name));
    GIVES(code, k->open(name));
    GIVES(code, k->delete (name));
}

static void names(void **state)
{
    (void)state;
    static const char *const characters[] = {" a", "a ", "a\nb", "\x7F", "tab\t"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct kind *k = &kinds[i];
        char longest[80];
        memset(longest, 'n', sizeof longest);
        longest[k->max] = 0;
        good_name(k, "x", "x");
        good_name(k, longest, longest);
        good_name(k, "虎符 印章", "虎符 印章");
        good_name(k, "cut\0here", "cut");
        /* Names that are one another's beginning. */
        OK(k->make(text("abc")));
        good_name(k, "ab", "ab");
        OK(k->delete (text("abc")));
        bad_name(k, text(""), k->length);
        longest[k->max] = 'n';
        longest[k->max + 1] = 0;
        bad_name(k, longest, k->length);
        bad_name(k, NULL, SAR_INVALIDPARAMERR);
        /* Without its NUL; the sanitizer sees who reads on. */
        char *open_end = malloc(k->max + 1);
        assert_non_null(open_end);
        memset(open_end, 'n', k->max + 1);
        bad_name(k, open_end, k->length);
        free(open_end);
        for (size_t c = 0; c < sizeof characters / sizeof characters[0]; c++) {
            bad_name(k, text(characters[c]), k->characters);
        }
    }
}

static void labels(void **state)
{
    (void)state;
    char label[33];
    DEVINFO info;
    memset(label, 'l', sizeof label);
    GIVES(SAR_NAMELENERR, SKF_SetLabel(bench.dev, label)); /* without its NUL */
    label[32] = 0;
    GIVES(SAR_NAMELENERR, SKF_SetLabel(bench.dev, label));
    GIVES(SAR_NAMELENERR, SKF_SetLabel(bench.dev, text("")));
    GIVES(SAR_INVALIDPARAMERR, SKF_SetLabel(bench.dev, text("a\rb")));
    label[31] = 0;
    OK(SKF_SetLabel(bench.dev, label));
    OK(SKF_GetDevInfo(bench.dev, &info));
    assert_string_equal(info.Label, label);
    OK(SKF_SetLabel(bench.dev, text("x")));
    OK(SKF_SetLabel(bench.dev, text("令牌")));
    OK(SKF_GetDevInfo(bench.dev, &info));
    assert_string_equal(info.Label, "令牌");
}

/* --- PINs ----------------------------------------------------------------------------------- */

static ULONG change(const char *from, const char *to)
{
    ULONG tries = 99;
    return SKF_ChangePIN(bench.app, USER_TYPE, text(from), text(to), &tries);
}

static void pins(void **state)
{
    (void)state;
    static const struct {
        const char *pin;
        ULONG code;
    } forms[] = {{"", SAR_PIN_LEN_RANGE},
                 {"12345", SAR_PIN_LEN_RANGE},
                 {"12345678901234567", SAR_PIN_LEN_RANGE},
                 {"123\n456", SAR_PIN_INVALID},
                 {"12345\x7F", SAR_PIN_INVALID}};
    ULONG max, left;
    BOOL is_default;
    HANDLE app;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        LPSTR pin = text(forms[i].pin);
        const ULONG code = forms[i].code;
        GIVES(code, SKF_VerifyPIN(bench.app, USER_TYPE, pin, &left));
        GIVES(code, change(forms[i].pin, USER_PIN));
        GIVES(code, change(USER_PIN, forms[i].pin));
        GIVES(code, SKF_UnblockPIN(bench.app, pin, text(USER_PIN), &left));
        GIVES(code, SKF_UnblockPIN(bench.app, text(ADMIN_PIN), pin, &left));
        GIVES(code,
              SKF_CreateApplication(bench.dev, text("new"), pin, 3, text(USER_PIN), 3, 0, &app));
        GIVES(code,
              SKF_CreateApplication(bench.dev, text("new"), text(ADMIN_PIN), 3, pin, 3, 0, &app));
    }
    char *open_end = malloc(17);
    assert_non_null(open_end);
    memset(open_end, '1', 17);
    GIVES(SAR_PIN_LEN_RANGE, SKF_VerifyPIN(bench.app, USER_TYPE, open_end, &left));
    free(open_end);
    /* None of that was a try. */
    OK(SKF_GetPINInfo(bench.app, USER_TYPE, &max, &left, &is_default));
    assert_int_equal(left, max);
    OK(SKF_GetPINInfo(bench.app, ADMIN_TYPE, &max, &left, &is_default));
    assert_int_equal(left, max);
    OK(change(USER_PIN, "123456"));
    OK(change("123456", "1234567890123456"));
    OK(change("1234567890123456", "密码六字"));
    OK(change("密码六字", USER_PIN));
    for (DWORD tries = 0; tries < 300; tries += tries < 12 ? 1 : 244) {
        char name[] = "tries-?";
        name[6] = (char)('a' + tries % 26);
        bool good = tries >= 1 && tries <= 10;
        GIVES(good ? SAR_OK : SAR_INVALIDPARAMERR,
              SKF_CreateApplication(bench.dev, name, text(ADMIN_PIN), tries, text(USER_PIN), 3, 0,
                                    &app));
        if (good) {
            OK(SKF_GetPINInfo(app, ADMIN_TYPE, &max, &left, &is_default));
            assert_int_equal(max, tries);
            OK(SKF_DeleteApplication(bench.dev, name));
        }
    }
}

/* Spends the tries of a PIN; each wrong one tells what is left. */
static void lock_pin(ULONG type, ULONG tries)
{
    for (ULONG left = tries; left > 0; left--) {
        ULONG told = 99;
        GIVES(left == 1 ? SAR_PIN_LOCKED : SAR_PIN_INCORRECT,
              SKF_VerifyPIN(bench.app, type, text("not the PIN"), &told));
        assert_int_equal(told, left - 1);
    }
}

static void locked_pin(void **state)
{
    (void)state;
    ULONG max, left = 99;
    BOOL is_default = 77;
    ECCSIGNATUREBLOB sig;
    HANDLE out;
    BYTE e[32] = {1};
    lock_pin(USER_TYPE, 3);
    OK(SKF_GetPINInfo(bench.app, USER_TYPE, &max, &left, &is_default));
    assert_int_equal(left, 0);
    assert_int_equal(is_default, FALSE); /* all four bytes of it */
    GIVES(SAR_PIN_LOCKED, SKF_VerifyPIN(bench.app, USER_TYPE, text(USER_PIN), &left));
    assert_int_equal(left, 0);
    GIVES(SAR_PIN_LOCKED, change(USER_PIN, "123456"));
    /* The right went with the first wrong try. */
    GIVES(SAR_USER_NOT_LOGGED_IN, SKF_ECCSignData(bench.con, e, 32, &sig));
    GIVES(SAR_USER_NOT_LOGGED_IN, SKF_CreateContainer(bench.app, text("new"), &out));
    GIVES(SAR_PIN_INCORRECT,
          SKF_UnblockPIN(bench.app, text("not the PIN"), text("new-user"), &left));
    assert_int_equal(left, 4);
    OK(SKF_UnblockPIN(bench.app, text(ADMIN_PIN), text("new-user"), &left));
    GIVES(SAR_PIN_INCORRECT, SKF_VerifyPIN(bench.app, USER_TYPE, text(USER_PIN), &left));
    OK(SKF_VerifyPIN(bench.app, USER_TYPE, text("new-user"), &left));
    OK(SKF_ECCSignData(bench.con, e, 32, &sig));
    /* The admin PIN: nothing unblocks it. */
    lock_pin(ADMIN_TYPE, 5);
    GIVES(SAR_PIN_LOCKED, SKF_UnblockPIN(bench.app, text(ADMIN_PIN), text(USER_PIN), &left));
    assert_int_equal(left, 0);
    OK(SKF_ECCSignData(bench.con, e, 32, &sig)); /* the user's right is another */
}

/* --- lengths of data ------------------------------------------------------------------------ */

static void data_lengths(void **state)
{
    (void)state;
    static BYTE data[10000], out[10000];
    static const struct {
        ULONG len, auth, key, sign, digest;
    } rows[] = {
        {0, SAR_INVALIDPARAMERR, SAR_INDATALENERR, SAR_INDATALENERR, SAR_OK},
        {1, SAR_INVALIDPARAMERR, SAR_INDATALENERR, SAR_INDATALENERR, SAR_OK},
        {15, SAR_INVALIDPARAMERR, SAR_INDATALENERR, SAR_INDATALENERR, SAR_OK},
        {17, SAR_INVALIDPARAMERR, SAR_INDATALENERR, SAR_INDATALENERR, SAR_OK},
        {31, SAR_INVALIDPARAMERR, SAR_INDATALENERR, SAR_INDATALENERR, SAR_OK},
        {33, SAR_INVALIDPARAMERR, SAR_INDATALENERR, SAR_INDATALENERR, SAR_OK},
        {9999, SAR_INVALIDPARAMERR, SAR_INDATALENERR, SAR_INDATALENERR, SAR_OK},
    };
    ECCSIGNATUREBLOB sig;
    HANDLE hash;
    ULONG len;
    memset(&sig, 0, sizeof sig);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const ULONG n = rows[i].len;
        GIVES(rows[i].auth, SKF_DevAuth(bench.dev, data, n));
        GIVES(rows[i].key, SKF_ChangeDevAuthKey(bench.dev, data, n));
        GIVES(rows[i].sign, SKF_ECCSignData(bench.con, data, n, &sig));
        GIVES(rows[i].sign, SKF_ECCVerify(bench.dev, &bench.sign, data, n, &sig));
        OK(SKF_DigestInit(bench.dev, SGD_SM3, NULL, NULL, 0, &hash));
        len = 32;
        GIVES(rows[i].digest, SKF_Digest(hash, data, n, out, &len));
        OK(SKF_CloseHandle(hash));
        OK(SKF_GenRandom(bench.dev, out, n + 1));
    }
    /* Certificates: 1 to 4096 bytes. What is inside is judged after that. */
    GIVES(SAR_INDATALENERR, SKF_ImportCertificate(bench.con, TRUE, data, 0));
    GIVES(SAR_INDATAERR, SKF_ImportCertificate(bench.con, TRUE, data, 1));
    GIVES(SAR_INDATAERR, SKF_ImportCertificate(bench.con, TRUE, data, 4096));
    GIVES(SAR_INDATALENERR, SKF_ImportCertificate(bench.con, TRUE, data, 4097));
    GIVES(SAR_INDATALENERR, SKF_ImportCertificate(bench.con, TRUE, data, 0xFFFFFFFF));
    /* Commands for Transmit: a header at least, one APDU at most. */
    len = sizeof out;
    GIVES(SAR_INVALIDPARAMERR, SKF_Transmit(bench.dev, data, 3, out, &len));
    memcpy(data, (const BYTE[]){0x80, 0x04, 0, 0, 0, 0, 0}, 7);
    OK(SKF_Transmit(bench.dev, data, 7, out, &len));
    assert_int_equal(len, 290);
    len = 289;
    GIVES(SAR_BUFFER_TOO_SMALL, SKF_Transmit(bench.dev, data, 7, out, &len));
    assert_int_equal(len, 290);
    GIVES(SAR_INVALIDPARAMERR, SKF_Transmit(bench.dev, data, sizeof data, out, &len));
    /* Lengths whose sum with anything would wrap. */
    BLOCKCIPHERPARAM param = {.IVLen = 0};
    HANDLE key;
    OK(SKF_SetSymmKey(bench.dev, data, SGD_SM4_ECB, &key));
    OK(SKF_EncryptInit(key, param));
    len = sizeof out;
    GIVES(SAR_INVALIDPARAMERR, SKF_Encrypt(key, data, 0xFFFFFFFF, out, &len));
    GIVES(SAR_INVALIDPARAMERR, SKF_EncryptUpdate(key, data, 0xFFFFFFF0, out, &len));
    len = sizeof out;
    GIVES(SAR_INDATALENERR,
          SKF_ExtECCEncrypt(bench.dev, &bench.enc, data, 0, (ECCCIPHERBLOB *)out));
    GIVES(SAR_INDATALENERR,
          SKF_ExtECCEncrypt(bench.dev, &bench.enc, data, 0xFFFFFFFF, (ECCCIPHERBLOB *)out));
}

/* A certificate for the container's signing key, of just that many bytes. */
static void certificate_of(int wanted, BYTE *der)
{
    static const BYTE filling[5000];
    EVP_PKEY *key = public_of_blob(&bench.sign), *issuer = sm2_new();
    int len = 0, room = wanted - 300;
    assert_non_null(key);
    /* A signature in DER has one length or another. */
    while (len != wanted) {
        X509 *x = X509_new();
        ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
        room += len == 0 ? 0 : wanted - len;
        assert_int_equal(ASN1_OCTET_STRING_set(value, filling, room), 1);
        X509_EXTENSION *e = X509_EXTENSION_create_by_NID(NULL, NID_netscape_comment, 0, value);
        assert_int_equal(X509_set_version(x, 2), 1);
        assert_int_equal(X509_set_pubkey(x, key), 1);
        assert_int_equal(X509_add_ext(x, e, -1), 1);
        assert_true(X509_gmtime_adj(X509_getm_notBefore(x), 0) != NULL);
        assert_true(X509_gmtime_adj(X509_getm_notAfter(x), 3600) != NULL);
        assert_true(X509_sign(x, issuer, EVP_sm3()) > 0);
        len = i2d_X509(x, NULL);
        if (len == wanted) {
            BYTE *at = der;
            assert_int_equal(i2d_X509(x, &at), wanted);
        }
        X509_EXTENSION_free(e);
        ASN1_OCTET_STRING_free(value);
        X509_free(x);
    }
    EVP_PKEY_free(issuer);
    EVP_PKEY_free(key);
}

static void largest_certificate(void **state)
{
    (void)state;
    static BYTE der[4097], read[4097];
    ULONG len = 0;
    certificate_of(4096, der);
    OK(SKF_ImportCertificate(bench.con, TRUE, der, 4096));
    OK(SKF_ExportCertificate(bench.con, TRUE, NULL, &len));
    assert_int_equal(len, 4096);
    OK(SKF_ExportCertificate(bench.con, TRUE, read, &len));
    assert_memory_equal(read, der, 4096);
    /* One byte more is refused, and the one that is there stays. */
    certificate_of(4097, der);
    GIVES(SAR_INDATALENERR, SKF_ImportCertificate(bench.con, TRUE, der, 4097));
    len = sizeof der;
    OK(SKF_ExportCertificate(bench.con, TRUE, der, &len));
    assert_int_equal(len, 4096);
    assert_memory_equal(read, der, 4096);
}

static void files(void **state)
{
    (void)state;
    BYTE data[16] = {1};
    ULONG len = sizeof data;
    static const struct {
        ULONG size, read, write, code;
    } rows[] = {{0, 0xFF, 0xFF, SAR_INVALIDPARAMERR},
                {1, 0, 0, SAR_OK},
                {65536, 0x11, 0x10, SAR_OK},
                {65537, 0xFF, 0xFF, SAR_INVALIDPARAMERR},
                {0xFFFFFFFF, 0xFF, 0xFF, SAR_INVALIDPARAMERR},
                {16, 0x02, 0xFF, SAR_INVALIDPARAMERR},
                {16, 0xFF, 0x100, SAR_INVALIDPARAMERR}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        GIVES(rows[i].code,
              SKF_CreateFile(bench.app, text("edge"), rows[i].size, rows[i].read, rows[i].write));
        GIVES(rows[i].code == SAR_OK ? SAR_OK : SAR_FILE_NOT_EXIST,
              SKF_DeleteFile(bench.app, text("edge")));
    }
    OK(SKF_CreateFile(bench.app, text("edge"), 10, 0xFF, 0xFF));
    OK(SKF_WriteFile(bench.app, text("edge"), 0, data, 0));
    OK(SKF_WriteFile(bench.app, text("edge"), 10, data, 0));
    OK(SKF_WriteFile(bench.app, text("edge"), 9, data, 1));
    GIVES(SAR_INVALIDPARAMERR, SKF_WriteFile(bench.app, text("edge"), 9, data, 2));
    GIVES(SAR_INVALIDPARAMERR, SKF_WriteFile(bench.app, text("edge"), 0xFFFFFFFF, data, 1));
    OK(SKF_ReadFile(bench.app, text("edge"), 0, 0, data, &len));
    assert_int_equal(len, 0);
    len = sizeof data;
    OK(SKF_ReadFile(bench.app, text("edge"), 0, 0xFFFFFFFF, data, &len));
    assert_int_equal(len, 10);
    GIVES(SAR_INVALIDPARAMERR, SKF_ReadFile(bench.app, text("edge"), 11, 1, data, &len));
}

/* --- order ---------------------------------------------------------------------------------- */

static void wrong_order(void **state)
{
    (void)state;
    BYTE data[32] = {0}, out[64];
    ULONG len = sizeof out;
    HANDLE key, hash, mac;
    BLOCKCIPHERPARAM param = {.IVLen = 0};
    ECCPUBLICKEYBLOB blob;
    HCONTAINER empty;
    /* Nothing begun, begun the other way, ended. */
    OK(SKF_SetSymmKey(bench.dev, data, SGD_SM4_ECB, &key));
    GIVES(SAR_NOTINITIALIZEERR, SKF_Encrypt(key, data, 16, out, &len));
    GIVES(SAR_NOTINITIALIZEERR, SKF_EncryptFinal(key, out, &len));
    OK(SKF_EncryptInit(key, param));
    GIVES(SAR_NOTINITIALIZEERR, SKF_Decrypt(key, data, 16, out, &len));
    OK(SKF_Encrypt(key, data, 16, out, &len));
    GIVES(SAR_NOTINITIALIZEERR, SKF_Encrypt(key, data, 16, out, &len));
    OK(SKF_DigestInit(bench.dev, SGD_SM3, NULL, NULL, 0, &hash));
    len = sizeof out;
    OK(SKF_DigestFinal(hash, out, &len));
    GIVES(SAR_HASHOBJERR, SKF_DigestFinal(hash, out, &len));
    OK(SKF_MacInit(key, &param, &mac));
    GIVES(SAR_INDATALENERR, SKF_MacFinal(mac, out, &len));
    /* Device authentication without a challenge, and with a spent one. */
    GIVES(SAR_INDATAERR, SKF_DevAuth(bench.dev, data, 16));
    /* A container without keys. */
    OK(SKF_CreateContainer(bench.app, text("empty"), &empty));
    ULONG type = 9;
    OK(SKF_GetContainerType(empty, &type));
    assert_int_equal(type, CONTAINER_TYPE_EMPTY);
    GIVES(SAR_KEYNOTFOUNTERR, SKF_ECCSignData(empty, data, 32, (ECCSIGNATUREBLOB *)&blob));
    ENVELOPEDKEYBLOB *e = bench_envelope(&bench.sign, bench.pair);
    GIVES(SAR_KEYNOTFOUNTERR, SKF_ImportECCKeyPair(empty, e));
    free(e);
    GIVES(SAR_CERTNOTFOUNTERR, SKF_ExportCertificate(empty, TRUE, NULL, &len));
    GIVES(SAR_KEYNOTFOUNTERR, SKF_ExportPublicKey(empty, FALSE, NULL, &len));
    OK(SKF_GetContainerType(bench.con, &type));
    assert_int_equal(type, CONTAINER_TYPE_ECC);
    /* What is deleted while it is open. */
    OK(SKF_DeleteContainer(bench.app, text("empty")));
    GIVES(SAR_CONTAINER_NOT_FOUND, SKF_ECCSignData(empty, data, 32, (ECCSIGNATUREBLOB *)&blob));
    OK(SKF_CloseContainer(empty));
    OK(SKF_DeleteApplication(bench.dev, text(APP_NAME)));
    assert_int_not_equal(SKF_VerifyPIN(bench.app, USER_TYPE, text(USER_PIN), NULL), SAR_OK);
    OK(SKF_CloseContainer(bench.con));
    OK(SKF_CloseApplication(bench.app));
}

/* --- a full token --------------------------------------------------------------------------- */

static char *numbered(unsigned n)
{
    static char name[] = "000";
    name[0] = (char)('0' + n / 100);
    name[1] = (char)('0' + n / 10 % 10);
    name[2] = (char)('0' + n % 10);
    return name;
}

static void full(void **state)
{
    (void)state;
    DEVINFO info;
    ECCPUBLICKEYBLOB blob;
    HANDLE out;
    unsigned n = 0;
    ULONG result = SAR_OK;
    for (ULONG size = 65536; size > 0; size /= 2) {
        while (n < 60 &&
               (result = SKF_CreateFile(bench.app, numbered(n), size, 0xFF, 0xFF)) == SAR_OK) {
            n++;
        }
        assert_int_equal(result, SAR_NO_ROOM);
        assert_in_range(n, 1, 60);
    }
    OK(SKF_GetDevInfo(bench.dev, &info));
    assert_true(info.FreeSpace < 65536);
    /* Everything that makes something: no room, or it still fits; nothing else. */
    static BYTE large[65536];
    for (unsigned i = 0; i < 40; i++) {
        result = SKF_CreateContainer(bench.app, numbered(900 + i), &out);
        if (result != SAR_OK) {
            break;
        }
        result = SKF_GenECCKeyPair(out, SGD_SM2_1, &blob);
        if (result != SAR_OK) {
            break;
        }
    }
    assert_int_equal(result, SAR_NO_ROOM);
    result = make_app(text("one more"));
    assert_true(result == SAR_NO_ROOM || result == SAR_OK);
    /* What is there goes on, and may be rewritten again and again. */
    BYTE e[32] = {2};
    ECCSIGNATUREBLOB sig;
    OK(SKF_ECCSignData(bench.con, e, 32, &sig));
    OK(SKF_ECCVerify(bench.dev, &bench.sign, e, 32, &sig));
    for (int i = 0; i < 3; i++) {
        memset(large, i, sizeof large);
        OK(SKF_WriteFile(bench.app, numbered(0), 0, large, sizeof large));
    }
    /* Room again. */
    OK(SKF_DeleteFile(bench.app, numbered(0)));
    OK(SKF_CreateContainer(bench.app, text("at last"), &out));
    OK(SKF_GenECCKeyPair(out, SGD_SM2_1, &blob));
}

static void counts(void **state)
{
    (void)state;
    HANDLE out;
    unsigned n = 0;
    ULONG result;
    while ((result = SKF_CreateContainer(bench.app, numbered(n), &out)) == SAR_OK) {
        n++;
    }
    assert_int_equal(result, SAR_REACH_MAX_CONTAINER_COUNT);
    assert_int_equal(n + 1, 32);
    for (n = 0; (result = SKF_CreateFile(bench.app, numbered(n), 1, 0, 0)) == SAR_OK; n++) {
    }
    assert_int_equal(result, SAR_NO_ROOM);
    assert_int_equal(n, 64);
    for (n = 0; (result = make_app(numbered(n))) == SAR_OK; n++) {
    }
    assert_int_equal(result, SAR_NO_ROOM);
    assert_int_equal(n + 1, 8);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, bench_up, bench_down)
    const struct CMUnitTest tests[] = {
        T(names), T(labels),      T(pins), T(locked_pin), T(data_lengths), T(largest_certificate),
        T(files), T(wrong_order), T(full), T(counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
