/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/skf/noun.h"

#include "skf.h"
#include "util/i18n.h"
#include "util/json.h"
#include <stdio.h>
#include <stdlib.h>

struct choice {
    const char *size, *read, *write, *offset, *length, *out;
    bool admin, yes;
};

/* Logs in as the rights ask: nobody where everybody may, else the user where that is enough. */
static int login_for(struct skf_call *call, uint32_t rights, bool admin)
{
    if (rights == SECURE_ANYONE_ACCOUNT) {
        return CLI_GOOD;
    }
    if (!admin && (rights & SECURE_USER_ACCOUNT) == 0) {
        admin = (rights & SECURE_ADM_ACCOUNT) != 0;
    }
    return cli_login(call->cli, &call->s, admin ? HUFU_PIN_ADMIN : HUFU_PIN_USER);
}

static int info_of(struct skf_call *call, struct hufu_file_info *info)
{
    const char *name = call->operands[0];
    int error = hufu_file_info(call->s.token, call->s.app, name, info);
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, name);
}

static int list(struct skf_call *call, const void *choice)
{
    size_t len = 0;
    (void)choice;
    int error = hufu_file_list(call->s.token, call->s.app, NULL, &len);
    char *names = error == HUFU_OK ? malloc(len) : NULL;
    if (error == HUFU_OK) {
        error = names == NULL ? HUFU_ERR_MEMORY
                              : hufu_file_list(call->s.token, call->s.app, names, &len);
    }
    if (error != HUFU_OK) {
        free(names);
        return cli_fail_token(error, call->cli->app);
    }
    return skf_give_names(call->cli, names);
}

static int create(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    const char *name = call->operands[0];
    struct hufu_file_info info;
    unsigned long size;
    if (c->size == NULL) {
        return cli_fail_usage(call->command, _("--size is needed"));
    }
    int code = skf_number(call, "size", c->size, HUFU_FILE_SIZE_MAX, 0, &size);
    if (code == CLI_GOOD) {
        code = skf_rights(call, "read", c->read, SECURE_USER_ACCOUNT, &info.read_rights);
    }
    if (code == CLI_GOOD) {
        code = skf_rights(call, "write", c->write, SECURE_USER_ACCOUNT, &info.write_rights);
    }
    /* Which right creating takes was fixed with the application, and is not told. */
    if (code == CLI_GOOD) {
        code = login_for(call, SECURE_USER_ACCOUNT, c->admin);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    info.size = (uint32_t)size;
    int error = hufu_file_create(call->s.token, call->s.app, name, &info);
    return error == HUFU_OK ? cli_done(call->cli, "created", name, _("file %s is made"), name)
                            : cli_fail_token(error, name);
}

static int delete_file(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    const char *name = call->operands[0];
    int code = skf_confirmed(call, c->yes);
    if (code == CLI_GOOD) {
        code = login_for(call, SECURE_USER_ACCOUNT, c->admin);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_file_delete(call->s.token, call->s.app, name);
    return error == HUFU_OK
               ? cli_done(call->cli, "destroyed", name, _("file %s is destroyed"), name)
               : cli_fail_token(error, name);
}

static const char *rights_text(uint32_t rights)
{
    const uint32_t both = SECURE_ADM_ACCOUNT | SECURE_USER_ACCOUNT;
    return rights == SECURE_ANYONE_ACCOUNT ? "anyone"
           : (rights & both) == both       ? "user,admin"
           : rights == SECURE_USER_ACCOUNT ? "user"
           : rights == SECURE_ADM_ACCOUNT  ? "admin"
                                           : "none";
}

static int info(struct skf_call *call, const void *choice)
{
    struct hufu_file_info i;
    (void)choice;
    int code = info_of(call, &i);
    if (code != CLI_GOOD) {
        return code;
    }
    if (!call->cli->json) {
        printf(_("%s: %u bytes; read by %s, written by %s\n"), call->operands[0], i.size,
               rights_text(i.read_rights), rights_text(i.write_rights));
        return CLI_GOOD;
    }
    struct json j;
    json_start(&j, stdout);
    json_object(&j, NULL);
    json_text(&j, "name", call->operands[0]);
    json_number(&j, "size", i.size);
    json_text(&j, "read", rights_text(i.read_rights));
    json_text(&j, "write", rights_text(i.write_rights));
    json_end(&j);
    return CLI_GOOD;
}

static int read_file(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    static uint8_t data[HUFU_FILE_SIZE_MAX];
    struct hufu_file_info i;
    unsigned long offset, length;
    int code = info_of(call, &i);
    if (code == CLI_GOOD) {
        code = skf_number(call, "offset", c->offset, i.size, 0, &offset);
    }
    if (code == CLI_GOOD) {
        code =
            skf_number(call, "length", c->length, HUFU_FILE_SIZE_MAX, HUFU_FILE_SIZE_MAX, &length);
    }
    if (code == CLI_GOOD) {
        code = login_for(call, i.read_rights, c->admin);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    size_t got = length < i.size - offset ? length : i.size - offset;
    int error =
        hufu_file_read(call->s.token, call->s.app, call->operands[0], (uint32_t)offset, data, &got);
    return error == HUFU_OK ? skf_give(call->cli, c->out, "data", data, got)
                            : cli_fail_token(error, call->operands[0]);
}

static int write_file(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    const char *name = call->operands[0];
    struct hufu_file_info i;
    unsigned long offset;
    uint8_t *data = NULL;
    size_t len = 0;
    int code = info_of(call, &i);
    if (code == CLI_GOOD) {
        code = skf_number(call, "offset", c->offset, i.size, 0, &offset);
    }
    if (code == CLI_GOOD) {
        code = skf_read(call->operands[1], &data, &len);
    }
    /* Asked first: what passes the end must not be written in part. */
    if (code == CLI_GOOD && len > i.size - offset) {
        code = cli_fail(CLI_INVALID, _("%s: %zu bytes do not fit into file %s of %u bytes"),
                        call->operands[1], len, name, i.size);
    }
    if (code == CLI_GOOD) {
        code = login_for(call, i.write_rights, c->admin);
    }
    if (code == CLI_GOOD) {
        int error = hufu_file_write(call->s.token, call->s.app, name, (uint32_t)offset, data, len);
        code = error == HUFU_OK ? cli_done(call->cli, "written", name,
                                           _("file %s: %zu bytes written"), name, len)
                                : cli_fail_token(error, name);
    }
    free(data);
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "size", .value = &c.size},
                                         {.name = "read", .value = &c.read},
                                         {.name = "write", .value = &c.write},
                                         {.name = "offset", .value = &c.offset},
                                         {.name = "length", .value = &c.length},
                                         {.name = "output", .value = &c.out, .letter = 'o'},
                                         {.name = "admin", .flag = &c.admin},
                                         {.name = "yes", .flag = &c.yes},
                                         {0}};
    static const struct skf_verb verbs[] = {
        {.name = "list", .needs = SKF_APP, .run = list},
        {.name = "create", .least = 1, .most = 1, .needs = SKF_APP, .run = create},
        {.name = "info", .least = 1, .most = 1, .needs = SKF_APP, .run = info},
        {.name = "write", .least = 2, .most = 2, .needs = SKF_APP, .run = write_file},
        {.name = "read", .least = 1, .most = 1, .needs = SKF_APP, .run = read_file},
        {.name = "delete", .least = 1, .most = 1, .needs = SKF_APP, .run = delete_file},
        {0}};
    return skf_run(cli, argc, argv, verbs, options, &c);
}

const struct cli_command skf_file = {
    .name = "skf file",
    .summary = N_("files of an application"),
    .help = N_(
        "usage: hufu skf file list [--app NAME] [--json]\n"
        "       hufu skf file create NAME --size BYTES [--read RIGHTS] [--write RIGHTS] [--admin]\n"
        "       hufu skf file info NAME\n"
        "       hufu skf file write NAME FILE [--offset N] [--admin]\n"
        "       hufu skf file read NAME [--offset N] [--length N] [-o FILE] [--admin]\n"
        "       hufu skf file delete NAME --yes [--admin]\n\n"
        "A file has a fixed size of 1 to 65536 bytes, filled with zeros, and a name of at most\n"
        "32 bytes. RIGHTS: none, user, admin, anyone, or user,admin; user without the option.\n"
        "The PIN is asked for when the right needs one: the user's, or with --admin the\n"
        "administrator's (--pin-file, HUFU_PIN, HUFU_ADMIN_PIN, or a prompt). Without -o\n"
        "read prints hexadecimal digits.\n"
        "SKF_EnumFiles, SKF_CreateFile, SKF_GetFileInfo, SKF_WriteFile, SKF_ReadFile,\n"
        "SKF_DeleteFile.\n\n"
        "Examples:\n"
        "  hufu skf file create notes --size 4096 --read anyone\n"
        "  hufu skf file write notes notes.bin\n"
        "  hufu skf file read notes --offset 16 --length 32\n"),
    .run = run,
};
