/* SPDX-License-Identifier: Apache-2.0 */
/* 7.4 files. The application of a run lets its user create files. */
#include "bench.h"

#include <string.h>

#define NAME "skfconf-file"
#define SIZE 300

static LPSTR text(const char *s)
{
    return (LPSTR)s;
}

static const uint8_t *content(void)
{
    static uint8_t bytes[SIZE];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 13 + 1);
    }
    return bytes;
}

/* A file of SIZE bytes that the user reads and writes, holding content(). */
static bool make(struct bench *b, ULONG read, ULONG write)
{
    return OK(b, skf.CreateFile(b->app, text(NAME), SIZE, read, write)) &&
           OK(b, skf.WriteFile(b->app, text(NAME), 0, (BYTE *)content(), SIZE));
}

static void drop(struct bench *b)
{
    if (log_in(b, b->app) == SAR_OK) {
        OK(b, skf.DeleteFile(b->app, text(NAME)));
    }
}

static bool listed(struct bench *b, const char *name)
{
    char list[4096];
    ULONG len = sizeof list;
    return OK(b, skf.EnumFiles(b->app, list, &len)) && len <= sizeof list &&
           list_has(list, len, name);
}

static void create_normal(struct bench *b)
{
    FILEATTRIBUTE a;
    memset(&a, 0xA5, sizeof a);
    if (!make(b, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT)) {
        return;
    }
    hold(b, listed(b, NAME), "the new file is not in the list");
    if (OK(b, skf.GetFileInfo(b->app, text(NAME), &a))) {
        hold(b, strncmp(a.FileName, NAME, sizeof a.FileName) == 0, "the name told is another");
        hold(b, a.FileSize == SIZE, "the size told is %u, not %u", a.FileSize, SIZE);
        hold(b, a.ReadRights == SECURE_USER_ACCOUNT && a.WriteRights == SECURE_USER_ACCOUNT,
             "the rights told are 0x%X and 0x%X, not 0x10 and 0x10", a.ReadRights, a.WriteRights);
    }
    drop(b);
    hold(b, !listed(b, NAME), "the deleted file is in the list");
}

static void create_exists(struct bench *b)
{
    if (make(b, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT)) {
        GIVES(b, SAR_FILE_ALREADY_EXIST, skf.CreateFile(b->app, text(NAME), SIZE, 0x10, 0x10));
        drop(b);
    }
}

static void create_name(struct bench *b)
{
    char name[80] = {0};
    REFUSED(b, skf.CreateFile(b->app, name, SIZE, 0x10, 0x10));
    memset(name, 'f', 33);
    REFUSED(b, skf.CreateFile(b->app, name, SIZE, 0x10, 0x10));
    memset(name, 'f', 79);
    REFUSED(b, skf.CreateFile(b->app, name, SIZE, 0x10, 0x10));
    REFUSED(b, skf.CreateFile(b->app, NULL, SIZE, 0x10, 0x10));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.CreateFile(NULL, text(NAME), SIZE, 0x10, 0x10));
}

static void create_too_large(struct bench *b)
{
    REFUSED(b, skf.CreateFile(b->app, text(NAME), 0x7FFFFFFF, 0x10, 0x10));
    hold(b, !listed(b, NAME), "the refused file is in the list");
}

static void create_logged_out(struct bench *b)
{
    GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.CreateFile(b->app, text(NAME), SIZE, 0x10, 0x10));
    hold(b, !listed(b, NAME), "the file is there all the same");
}

static void delete_logged_out(struct bench *b)
{
    if (make(b, SECURE_ANYONE_ACCOUNT, SECURE_ANYONE_ACCOUNT)) {
        OK(b, skf.ClearSecureState(b->app));
        GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.DeleteFile(b->app, text(NAME)));
        hold(b, listed(b, NAME), "the file is gone all the same");
        drop(b);
    }
}

static void unknown(struct bench *b)
{
    FILEATTRIBUTE a;
    BYTE out[8];
    ULONG len = sizeof out;
    LPSTR none = text("skfconf-none");
    GIVES(b, SAR_FILE_NOT_EXIST, skf.DeleteFile(b->app, none));
    GIVES(b, SAR_FILE_NOT_EXIST, skf.GetFileInfo(b->app, none, &a));
    GIVES(b, SAR_FILE_NOT_EXIST, skf.ReadFile(b->app, none, 0, 8, out, &len));
    GIVES(b, SAR_FILE_NOT_EXIST, skf.WriteFile(b->app, none, 0, out, 8));
}

static void info_params(struct bench *b)
{
    FILEATTRIBUTE a;
    REFUSED(b, skf.GetFileInfo(b->app, text(NAME), NULL));
    REFUSED(b, skf.GetFileInfo(b->app, NULL, &a));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.GetFileInfo(NULL, text(NAME), &a));
}

static void enum_closed(struct bench *b)
{
    char list[4096];
    ULONG len = sizeof list;
    memset(list, 'x', sizeof list);
    if (OK(b, skf.EnumFiles(b->app, list, &len))) {
        hold(b, list_closed(list, len), "the list of %u bytes is not closed by a second NUL", len);
    }
}

static ULONG fill_enum(struct bench *b, BYTE *out, ULONG *len)
{
    return skf.EnumFiles(b->app, (LPSTR)out, len);
}

/* --- reading and writing ---------------------------------------------------------------------- */

static void read_is(struct bench *b, ULONG offset, ULONG size, const uint8_t *wanted)
{
    BYTE out[SIZE + 16];
    ULONG len = sizeof out;
    if (OK(b, skf.ReadFile(b->app, text(NAME), offset, size, out, &len))) {
        hold(b, len == size && memcmp(out, wanted, size) == 0,
             "%u bytes at %u are not those written", size, offset);
    }
}

static void read_offsets(struct bench *b)
{
    if (make(b, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT)) {
        read_is(b, 0, SIZE, content());
        read_is(b, 0, 1, content());
        read_is(b, 100, 57, content() + 100);
        read_is(b, SIZE - 1, 1, content() + SIZE - 1);
        drop(b);
    }
}

static void write_offsets(struct bench *b)
{
    uint8_t wanted[SIZE], part[40];
    if (!make(b, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT)) {
        return;
    }
    memcpy(wanted, content(), SIZE);
    memset(part, 0xEE, sizeof part);
    memcpy(wanted + 77, part, sizeof part);
    OK(b, skf.WriteFile(b->app, text(NAME), 77, part, sizeof part));
    read_is(b, 0, SIZE, wanted);
    drop(b);
}

static void write_beyond(struct bench *b)
{
    BYTE part[40] = {0};
    if (make(b, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT)) {
        REFUSED(b, skf.WriteFile(b->app, text(NAME), SIZE - 20, part, sizeof part));
        REFUSED(b, skf.WriteFile(b->app, text(NAME), 0xFFFFFFF0, part, sizeof part));
        read_is(b, 0, SIZE, content());
        drop(b);
    }
}

static void read_beyond(struct bench *b)
{
    BYTE out[SIZE];
    ULONG len = sizeof out;
    if (make(b, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT)) {
        ULONG result = skf.ReadFile(b->app, text(NAME), SIZE - 20, 100, out, &len);
        hold(b, result != SAR_OK || len == 20, "100 bytes were read 20 before the end: %u", len);
        len = sizeof out;
        REFUSED(b, skf.ReadFile(b->app, text(NAME), SIZE + 1, 1, out, &len));
        drop(b);
    }
}

static void read_right(struct bench *b)
{
    BYTE out[8];
    ULONG len = sizeof out;
    if (make(b, SECURE_USER_ACCOUNT, SECURE_ANYONE_ACCOUNT)) {
        OK(b, skf.ClearSecureState(b->app));
        GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.ReadFile(b->app, text(NAME), 0, 8, out, &len));
        OK(b, skf.WriteFile(b->app, text(NAME), 0, out, 8));
        drop(b);
    }
}

static void write_right(struct bench *b)
{
    BYTE out[8];
    ULONG len = sizeof out;
    if (make(b, SECURE_ANYONE_ACCOUNT, SECURE_USER_ACCOUNT)) {
        OK(b, skf.ClearSecureState(b->app));
        GIVES(b, SAR_USER_NOT_LOGGED_IN, skf.WriteFile(b->app, text(NAME), 0, out, 8));
        OK(b, skf.ReadFile(b->app, text(NAME), 0, 8, out, &len));
        drop(b);
    }
}

static void write_never(struct bench *b)
{
    BYTE part[8] = {0};
    if (OK(b,
           skf.CreateFile(b->app, text(NAME), SIZE, SECURE_USER_ACCOUNT, SECURE_NEVER_ACCOUNT))) {
        REFUSED(b, skf.WriteFile(b->app, text(NAME), 0, part, sizeof part));
        drop(b);
    }
}

static void io_params(struct bench *b)
{
    BYTE out[8];
    ULONG len = sizeof out;
    if (make(b, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT)) {
        REFUSED(b, skf.ReadFile(b->app, NULL, 0, 8, out, &len));
        REFUSED(b, skf.ReadFile(b->app, text(NAME), 0, 8, out, NULL));
        REFUSED(b, skf.WriteFile(b->app, NULL, 0, out, 8));
        REFUSED(b, skf.WriteFile(b->app, text(NAME), 0, NULL, 8));
        GIVES(b, SAR_INVALIDHANDLEERR, skf.ReadFile(NULL, text(NAME), 0, 8, out, &len));
        GIVES(b, SAR_INVALIDHANDLEERR, skf.WriteFile(NULL, text(NAME), 0, out, 8));
        drop(b);
    }
}

static void read_too_small(struct bench *b)
{
    BYTE out[8];
    ULONG len = 4;
    memset(out, 0xA5, sizeof out);
    if (make(b, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT)) {
        GIVES(b, SAR_BUFFER_TOO_SMALL, skf.ReadFile(b->app, text(NAME), 0, 8, out, &len));
        hold(b, out[0] == 0xA5 && out[7] == 0xA5, "the buffer was written");
        drop(b);
    }
}

static void other_application(struct bench *b)
{
    HAPPLICATION other;
    FILEATTRIBUTE a;
    if (!make(b, SECURE_ANYONE_ACCOUNT, SECURE_ANYONE_ACCOUNT)) {
        return;
    }
    if (want(b, "CreateApplication", make_application(b, OTHER_APP, PIN_TRIES, &other), SAR_OK)) {
        GIVES(b, SAR_FILE_NOT_EXIST, skf.GetFileInfo(other, text(NAME), &a));
        OK(b, skf.CloseApplication(other));
        drop_application(b, OTHER_APP);
    }
    drop(b);
}

#define FILES "SKF_CreateFile SKF_DeleteFile SKF_WriteFile SKF_EnumFiles"
#define ALL   FILES " SKF_GetFileInfo SKF_ReadFile"

static const struct check checks[] = {
    {FN_CreateFile, INTERFACE, USER, "made, listed, its attributes, deleted", create_normal, ALL,
     NULL, false},
    {FN_CreateFile, INTERFACE, USER, "an existing name: SAR_FILE_ALREADY_EXIST", create_exists,
     FILES, NULL, false},
    {FN_CreateFile, INTERFACE, USER, "bad names and handles are refused", create_name, FILES, NULL,
     false},
    {FN_CreateFile, INTERFACE, USER, "more than there is room for is refused", create_too_large,
     FILES, NULL, false},
    {FN_CreateFile, SECURITY, APP, "logged out: SAR_USER_NOT_LOGGED_IN", create_logged_out, FILES,
     NULL, false},
    {FN_DeleteFile, SECURITY, USER, "logged out: SAR_USER_NOT_LOGGED_IN", delete_logged_out, FILES,
     NULL, false},
    {FN_DeleteFile, INTERFACE, USER, "an unknown name: SAR_FILE_NOT_EXIST", unknown, ALL, NULL,
     false},
    {FN_EnumFiles, INTERFACE, APP, "the list is closed by a second NUL", enum_closed, NULL, NULL,
     false},
    LENGTH_RULES(FN_EnumFiles, APP, fill_enum, NULL),
    {FN_GetFileInfo, INTERFACE, USER, "NULL and a bad handle are refused", info_params, NULL, NULL,
     false},
    {FN_GetFileInfo, SECURITY, USER, "another application's files are not there", other_application,
     ALL " SKF_CloseApplication SKF_DeleteApplication", NULL, false},
    {FN_ReadFile, INTERFACE, USER, "any part comes back as written", read_offsets, ALL, NULL,
     false},
    {FN_ReadFile, INTERFACE, USER, "not beyond the end", read_beyond, ALL, NULL, false},
    {FN_ReadFile, INTERFACE, USER, "a buffer too small: SAR_BUFFER_TOO_SMALL, nothing written",
     read_too_small, ALL, NULL, false},
    {FN_ReadFile, SECURITY, USER, "the user's to read: SAR_USER_NOT_LOGGED_IN", read_right, ALL,
     NULL, false},
    {FN_WriteFile, INTERFACE, USER, "a part changes, the rest stays", write_offsets, ALL, NULL,
     false},
    {FN_WriteFile, INTERFACE, USER, "beyond the end refused, nothing changes", write_beyond, ALL,
     NULL, false},
    {FN_WriteFile, SECURITY, USER, "the user's to write: SAR_USER_NOT_LOGGED_IN", write_right, ALL,
     NULL, false},
    {FN_WriteFile, SECURITY, USER, "nobody's to write: refused", write_never, FILES, NULL, false},
    {FN_WriteFile, INTERFACE, USER, "NULL and bad handles are refused", io_params, ALL, NULL,
     false},
};

const struct clause clause_file = {"7.4", "files", checks, ROWS(checks)};
