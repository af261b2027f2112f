/* SPDX-License-Identifier: Apache-2.0 */
/* 7.5 containers and certificates. */
#include "bench.h"

#include <string.h>

#define BAD_HANDLE ((HANDLE)(uintptr_t)0x12345677)

static LPSTR text(const char *s)
{
    return (LPSTR)s;
}

static bool listed(struct bench *b, HAPPLICATION app, const char *name)
{
    char list[8192];
    ULONG len = sizeof list;
    return OK(b, skf.EnumContainer(app, list, &len)) && len <= sizeof list &&
           list_has(list, len, name);
}

static ULONG fill_enum(struct bench *b, BYTE *out, ULONG *len)
{
    return skf.EnumContainer(b->app, (LPSTR)out, len);
}

static ULONG fill_sign_cert(struct bench *b, BYTE *out, ULONG *len)
{
    return skf.ExportCertificate(b->full, TRUE, out, len);
}

/* --- create, open, close, delete -------------------------------------------------------------- */

static void create_normal(struct bench *b)
{
    hold(b, listed(b, b->app, EMPTY_NAME), "the new container is not in the list");
}

static void create_exists(struct bench *b)
{
    HCONTAINER again = NULL;
    REFUSED(b, skf.CreateContainer(b->app, text(EMPTY_NAME), &again));
}

static void create_name(struct bench *b)
{
    char name[80] = {0};
    HCONTAINER made = NULL;
    memset(name, 'c', 64);
    if (OK(b, skf.CreateContainer(b->app, name, &made))) {
        hold(b, listed(b, b->app, name), "the name of 64 bytes is not in the list");
        OK(b, skf.CloseContainer(made));
        OK(b, skf.DeleteContainer(b->app, name));
    }
}

static void create_overlong(struct bench *b)
{
    char name[320] = {0};
    HCONTAINER made = NULL;
    REFUSED(b, skf.CreateContainer(b->app, name, &made));
    memset(name, 'c', 65);
    REFUSED(b, skf.CreateContainer(b->app, name, &made));
    name[64] = '\0';
    hold(b, !listed(b, b->app, name), "the container was made under a cut name");
    skf.DeleteContainer(b->app, name);
    memset(name, 'c', 300);
    REFUSED(b, skf.CreateContainer(b->app, name, &made));
}

static void create_utf8(struct bench *b)
{
    const char *name = "skfconf-\xE8\x99\x8E\xE7\xAC\xA6";
    HCONTAINER made;
    if (OK(b, skf.CreateContainer(b->app, text(name), &made))) {
        hold(b, listed(b, b->app, name), "the name in UTF-8 is not in the list");
        OK(b, skf.CloseContainer(made));
        OK(b, skf.DeleteContainer(b->app, text(name)));
    }
}

static void create_null(struct bench *b)
{
    HCONTAINER made;
    REFUSED(b, skf.CreateContainer(b->app, NULL, &made));
    REFUSED(b, skf.CreateContainer(b->app, text("skfconf-null"), NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.CreateContainer(NULL, text("skfconf-null"), &made));
    hold(b, !listed(b, b->app, "skfconf-null"), "a refused container is in the list");
}

static void create_logged_out(struct bench *b)
{
    HCONTAINER made = NULL;
    GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.CreateContainer(b->app, text("skfconf-out"), &made));
    hold(b, !listed(b, b->app, "skfconf-out"), "the container is there all the same");
    if (made != NULL && log_in(b, b->app) == SAR_OK) {
        skf.DeleteContainer(b->app, text("skfconf-out"));
    }
}

static void open_normal(struct bench *b)
{
    HCONTAINER handle;
    ULONG type = 77;
    if (OK(b, skf.OpenContainer(b->app, text(EMPTY_NAME), &handle))) {
        OK(b, skf.GetContainerType(handle, &type));
        OK(b, skf.CloseContainer(handle));
    }
}

static void open_unknown(struct bench *b)
{
    HCONTAINER handle = NULL;
    REFUSED(b, skf.OpenContainer(b->app, text("skfconf-none"), &handle));
    hold(b, handle == NULL, "a handle was given");
}

static void open_null(struct bench *b)
{
    HCONTAINER handle;
    REFUSED(b, skf.OpenContainer(b->app, NULL, &handle));
    REFUSED(b, skf.OpenContainer(b->app, text(EMPTY_NAME), NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.OpenContainer(NULL, text(EMPTY_NAME), &handle));
}

static void close_ends_handle(struct bench *b)
{
    HCONTAINER handle;
    ULONG type = 77;
    if (OK(b, skf.OpenContainer(b->app, text(EMPTY_NAME), &handle)) &&
        OK(b, skf.CloseContainer(handle))) {
        GIVES(b, SAR_INVALIDHANDLEERR, skf.GetContainerType(handle, &type));
        GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseContainer(handle));
    }
}

static void close_handle(struct bench *b)
{
    GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseContainer(NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseContainer(BAD_HANDLE));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.CloseContainer(b->app));
}

static void close_after_application(struct bench *b)
{
    HAPPLICATION app;
    HCONTAINER handle;
    if (OK(b, skf.OpenApplication(b->dev, text(APP_NAME), &app)) &&
        OK(b, skf.OpenContainer(app, text(EMPTY_NAME), &handle))) {
        OK(b, skf.CloseApplication(app));
        OK(b, skf.CloseContainer(handle));
    }
}

static void delete_normal(struct bench *b)
{
    HCONTAINER made;
    if (OK(b, skf.CreateContainer(b->app, text("skfconf-gone"), &made))) {
        OK(b, skf.CloseContainer(made));
        OK(b, skf.DeleteContainer(b->app, text("skfconf-gone")));
        hold(b, !listed(b, b->app, "skfconf-gone"), "the deleted container is in the list");
        REFUSED(b, skf.OpenContainer(b->app, text("skfconf-gone"), &made));
    }
}

static void delete_unknown(struct bench *b)
{
    REFUSED(b, skf.DeleteContainer(b->app, text("skfconf-none")));
    REFUSED(b, skf.DeleteContainer(b->app, NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DeleteContainer(NULL, text(EMPTY_NAME)));
}

static void delete_logged_out(struct bench *b)
{
    OK(b, skf.ClearSecureState(b->app));
    GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.DeleteContainer(b->app, text(EMPTY_NAME)));
    hold(b, listed(b, b->app, EMPTY_NAME), "the container is gone all the same");
}

static void delete_destroys_key(struct bench *b)
{
    ECCPUBLICKEYBLOB blob;
    HCONTAINER made;
    ULONG len = sizeof blob, type = 77;
    if (!OK(b, skf.CreateContainer(b->app, text("skfconf-key"), &made)) ||
        !OK(b, skf.GenECCKeyPair(made, SGD_SM2_1, &blob))) {
        return;
    }
    OK(b, skf.CloseContainer(made));
    OK(b, skf.DeleteContainer(b->app, text("skfconf-key")));
    if (OK(b, skf.CreateContainer(b->app, text("skfconf-key"), &made))) {
        OK(b, skf.GetContainerType(made, &type));
        hold(b, type == CONTAINER_TYPE_EMPTY, "the new container has type %u", type);
        REFUSED(b, skf.ExportPublicKey(made, TRUE, (BYTE *)&blob, &len));
        OK(b, skf.CloseContainer(made));
        OK(b, skf.DeleteContainer(b->app, text("skfconf-key")));
    }
}

/* --- EnumContainer, GetContainerType ---------------------------------------------------------- */

static void enum_closed(struct bench *b)
{
    char list[8192];
    ULONG len = sizeof list;
    memset(list, 'x', sizeof list);
    if (OK(b, skf.EnumContainer(b->app, list, &len))) {
        hold(b, list_closed(list, len), "the list of %u bytes is not closed by a second NUL", len);
    }
}

static void enum_two(struct bench *b)
{
    HCONTAINER second;
    if (OK(b, skf.CreateContainer(b->app, text("skfconf-two"), &second))) {
        hold(b, listed(b, b->app, EMPTY_NAME) && listed(b, b->app, "skfconf-two"),
             "the list lacks one of two containers");
        OK(b, skf.CloseContainer(second));
        OK(b, skf.DeleteContainer(b->app, text("skfconf-two")));
    }
}

static void enum_own(struct bench *b)
{
    HAPPLICATION other;
    HCONTAINER handle;
    if (!want(b, "CreateApplication", make_application(b, OTHER_APP, PIN_TRIES, &other), SAR_OK)) {
        return;
    }
    hold(b, !listed(b, other, EMPTY_NAME), "a container of another application is in the list");
    REFUSED(b, skf.OpenContainer(other, text(EMPTY_NAME), &handle));
    OK(b, skf.CloseApplication(other));
    drop_application(b, OTHER_APP);
}

static void enum_handle(struct bench *b)
{
    ULONG len = 0;
    GIVES(b, SAR_INVALIDHANDLEERR, skf.EnumContainer(NULL, NULL, &len));
}

static void type_is(struct bench *b, HCONTAINER container, ULONG wanted)
{
    ULONG type = 77;
    if (OK(b, skf.GetContainerType(container, &type))) {
        hold(b, type == wanted, "the type is %u, not %u", type, wanted);
    }
}

static void type_empty(struct bench *b)
{
    type_is(b, b->empty, CONTAINER_TYPE_EMPTY);
}

static void type_ecc(struct bench *b)
{
    type_is(b, b->full, CONTAINER_TYPE_ECC);
}

static void type_null(struct bench *b)
{
    ULONG type;
    REFUSED(b, skf.GetContainerType(b->empty, NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.GetContainerType(NULL, &type));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.GetContainerType(b->app, &type));
}

/* --- certificates ----------------------------------------------------------------------------- */

static void cert_is(struct bench *b, BOOL sign, const uint8_t *cert, size_t cert_len)
{
    BYTE out[CERT_ROOM];
    ULONG len = sizeof out;
    const char *kind = sign ? "signing" : "encryption";
    if (OK(b, skf.ExportCertificate(b->full, sign, out, &len))) {
        hold(b, len == cert_len, "the %s certificate has %u bytes, not %zu", kind, len, cert_len);
        hold(b, len == cert_len && memcmp(out, cert, len) == 0,
             "the %s certificate is not the one imported", kind);
    }
}

static void cert_sign(struct bench *b)
{
    cert_is(b, TRUE, b->sign_cert, b->sign_cert_len);
}

static void cert_enc(struct bench *b)
{
    cert_is(b, FALSE, b->enc_cert, b->enc_cert_len);
}

static void cert_free(struct bench *b)
{
    OK(b, skf.ClearSecureState(b->app));
    cert_is(b, TRUE, b->sign_cert, b->sign_cert_len);
}

static void cert_none(struct bench *b)
{
    BYTE out[CERT_ROOM];
    ULONG len = sizeof out;
    GIVES(b, SAR_CERTNOTFOUNTERR, skf.ExportCertificate(b->empty, TRUE, out, &len));
    len = sizeof out;
    GIVES(b, SAR_CERTNOTFOUNTERR, skf.ExportCertificate(b->empty, FALSE, out, &len));
}

static void cert_handle(struct bench *b)
{
    ULONG len = 0;
    GIVES(b, SAR_INVALIDHANDLEERR, skf.ExportCertificate(NULL, TRUE, NULL, &len));
}

static void import_params(struct bench *b)
{
    BYTE junk[16] = {0x30};
    REFUSED(b, skf.ImportCertificate(b->full, TRUE, NULL, 100));
    REFUSED(b, skf.ImportCertificate(b->full, TRUE, junk, 0));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.ImportCertificate(NULL, TRUE, junk, sizeof junk));
}

static void import_junk(struct bench *b)
{
    BYTE junk[64];
    random_bytes(junk, sizeof junk);
    junk[0] = 0x31;
    REFUSED(b, skf.ImportCertificate(b->full, TRUE, junk, sizeof junk));
    cert_is(b, TRUE, b->sign_cert, b->sign_cert_len);
}

static void import_logged_out(struct bench *b)
{
    OK(b, skf.ClearSecureState(b->app));
    GIVES(b, SAR_USER_NOT_LOGGED_IN,
          skf.ImportCertificate(b->full, TRUE, b->sign_cert, (ULONG)b->sign_cert_len));
}

static void import_pem(struct bench *b)
{
    BYTE pem[2 * CERT_ROOM] = "-----BEGIN CERTIFICATE-----\n";
    size_t at = strlen((char *)pem);
    for (size_t i = 0; i < b->sign_cert_len; i += 48) {
        size_t n = b->sign_cert_len - i < 48 ? b->sign_cert_len - i : 48;
        at += (size_t)EVP_EncodeBlock(pem + at, b->sign_cert + i, (int)n);
        pem[at++] = '\n';
    }
    static const char end[] = "-----END CERTIFICATE-----\n";
    memcpy(pem + at, end, sizeof end - 1);
    at += sizeof end - 1;
    if (OK(b, skf.ImportCertificate(b->full, TRUE, pem, (ULONG)at))) {
        cert_is(b, TRUE, b->sign_cert, b->sign_cert_len);
    }
}

static void import_again(struct bench *b)
{
    OK(b, skf.ImportCertificate(b->full, TRUE, b->sign_cert, (ULONG)b->sign_cert_len));
    cert_is(b, TRUE, b->sign_cert, b->sign_cert_len);
    cert_is(b, FALSE, b->enc_cert, b->enc_cert_len);
}

static const struct check checks[] = {
    {FN_CreateContainer, INTERFACE, CONTAINER, "made and listed", create_normal,
     "SKF_EnumContainer", NULL, false},
    {FN_CreateContainer, INTERFACE, CONTAINER, "an existing name is refused", create_exists, NULL,
     NULL, false},
    {FN_CreateContainer, INTERFACE, USER, "a name of 64 bytes is taken", create_name,
     "SKF_EnumContainer SKF_DeleteContainer SKF_CloseContainer", NULL, false},
    {FN_CreateContainer, INTERFACE, USER, "empty and over-long names are refused", create_overlong,
     "SKF_EnumContainer SKF_DeleteContainer", NULL, false},
    {FN_CreateContainer, COMPATIBILITY, USER, "a name in UTF-8 is taken", create_utf8,
     "SKF_EnumContainer SKF_DeleteContainer SKF_CloseContainer", NULL, false},
    {FN_CreateContainer, INTERFACE, USER, "NULL and a bad handle are refused", create_null,
     "SKF_EnumContainer", NULL, false},
    {FN_CreateContainer, SECURITY, APP, "logged out: SAR_USER_NOT_LOGGED_IN", create_logged_out,
     "SKF_EnumContainer SKF_DeleteContainer", NULL, false},
    {FN_DeleteContainer, INTERFACE, USER, "listed and opened no more", delete_normal,
     "SKF_CreateContainer SKF_CloseContainer SKF_EnumContainer SKF_OpenContainer", NULL, false},
    {FN_DeleteContainer, INTERFACE, USER, "an unknown name, NULL, a bad handle are refused",
     delete_unknown, NULL, NULL, false},
    {FN_DeleteContainer, SECURITY, CONTAINER, "logged out: SAR_USER_NOT_LOGGED_IN",
     delete_logged_out, "SKF_EnumContainer", NULL, false},
    {FN_DeleteContainer, SECURITY, USER, "its keys do not come back with its name",
     delete_destroys_key,
     "SKF_CreateContainer SKF_CloseContainer SKF_GenECCKeyPair SKF_GetContainerType "
     "SKF_ExportPublicKey",
     NULL, false},
    {FN_OpenContainer, INTERFACE, CONTAINER, "opened and used", open_normal,
     "SKF_GetContainerType SKF_CloseContainer", NULL, false},
    {FN_OpenContainer, INTERFACE, APP, "an unknown name is refused", open_unknown, NULL, NULL,
     false},
    {FN_OpenContainer, INTERFACE, CONTAINER, "NULL and a bad handle are refused", open_null, NULL,
     NULL, false},
    {FN_CloseContainer, INTERFACE, CONTAINER, "the handle is closed afterwards", close_ends_handle,
     "SKF_OpenContainer SKF_GetContainerType", NULL, false},
    {FN_CloseContainer, INTERFACE, APP, "bad handles: SAR_INVALIDHANDLEERR", close_handle, NULL,
     NULL, false},
    {FN_CloseContainer, COMPATIBILITY, CONTAINER, "closed after its application: SAR_OK",
     close_after_application, "SKF_OpenApplication SKF_OpenContainer SKF_CloseApplication", NULL,
     false},
    {FN_EnumContainer, INTERFACE, CONTAINER, "two containers are in the list", enum_two,
     "SKF_CreateContainer SKF_DeleteContainer SKF_CloseContainer", NULL, false},
    {FN_EnumContainer, INTERFACE, CONTAINER, "the list is closed by a second NUL", enum_closed,
     NULL, NULL, false},
    {FN_EnumContainer, SECURITY, CONTAINER, "another application's containers are not there",
     enum_own, "SKF_OpenContainer SKF_CloseApplication SKF_DeleteApplication", NULL, false},
    {FN_EnumContainer, INTERFACE, APP, "a bad handle: SAR_INVALIDHANDLEERR", enum_handle, NULL,
     NULL, false},
    LENGTH_RULES(FN_EnumContainer, CONTAINER, fill_enum, NULL),
    {FN_GetContainerType, INTERFACE, CONTAINER, "0 without a key", type_empty, NULL, NULL, false},
    {FN_GetContainerType, INTERFACE, SIGNING, "2 with an SM2 key", type_ecc, NULL, NULL, false},
    {FN_GetContainerType, INTERFACE, CONTAINER, "NULL and bad handles are refused", type_null, NULL,
     NULL, false},
    {FN_ImportCertificate, INTERFACE, PAIRS, "imported again, both are there", import_again,
     "SKF_ExportCertificate", NULL, false},
    {FN_ImportCertificate, INTERFACE, PAIRS, "NULL, no bytes, a bad handle are refused",
     import_params, NULL, NULL, false},
    {FN_ImportCertificate, SECURITY, PAIRS, "what is no certificate is refused", import_junk,
     "SKF_ExportCertificate", NULL, false},
    {FN_ImportCertificate, SECURITY, PAIRS, "logged out: SAR_USER_NOT_LOGGED_IN", import_logged_out,
     NULL, NULL, false},
    {FN_ImportCertificate, COMPATIBILITY, PAIRS, "PEM is taken", import_pem,
     "SKF_ExportCertificate", NULL, false},
    {FN_ExportCertificate, INTERFACE, PAIRS, "the signing certificate, byte for byte", cert_sign,
     NULL, NULL, false},
    {FN_ExportCertificate, INTERFACE, PAIRS, "the encryption certificate, byte for byte", cert_enc,
     NULL, NULL, false},
    {FN_ExportCertificate, INTERFACE, PAIRS, "free to read when logged out", cert_free, NULL, NULL,
     false},
    {FN_ExportCertificate, INTERFACE, CONTAINER, "none there: SAR_CERTNOTFOUNTERR", cert_none, NULL,
     NULL, false},
    {FN_ExportCertificate, INTERFACE, DEVICE, "a bad handle: SAR_INVALIDHANDLEERR", cert_handle,
     NULL, NULL, false},
    LENGTH_RULES(FN_ExportCertificate, PAIRS, fill_sign_cert, NULL),
};

const struct clause clause_container = {"7.5", "containers", checks, ROWS(checks)};
