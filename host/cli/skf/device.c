/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/skf/noun.h"

#include "hufu/apdu.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include "util/wipe.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLICE     200u /* ms between two looks at the clock */
#define LOCK_POLL 20   /* ms */

struct choice {
    const char *count, *seconds, *key_file, *new_key_file;
};

static int label(struct skf_call *call, const void *choice)
{
    (void)choice;
    int error = hufu_set_label(call->s.token, call->operands[0]);
    return error == HUFU_OK ? cli_done(call->cli, "label", call->operands[0], _("the label is %s"),
                                       call->operands[0])
                            : cli_fail_token(error, _("label"));
}

/* --- state and lock --------------------------------------------------------------------------- */

/* Looks for a reader with a token; name NULL: any. [out] *locked: by whoever. */
static int look(const char *name, bool *present, bool *locked)
{
    char **readers;
    size_t count;
    *present = *locked = false;
    int error = hufu_list(&readers, &count);
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    for (size_t i = 0; i < count && !*present; i++) {
        *present = name == NULL || strcmp(name, readers[i]) == 0;
        *locked = *present && hufu_is_locked(readers[i]);
    }
    hufu_free_list(readers);
    return CLI_GOOD;
}

static int state(struct skf_call *call, const void *choice)
{
    bool present, locked;
    (void)choice;
    int code = look(call->count > 0 ? call->operands[0] : call->cli->reader, &present, &locked);
    return code != CLI_GOOD ? code
           : !present       ? cli_done(call->cli, "state", "absent", "%s", _("absent"))
           : locked         ? cli_done(call->cli, "state", "locked", "%s",
                                       _("present, locked by another process"))
                            : cli_done(call->cli, "state", "present", "%s", _("present"));
}

static uint64_t now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000 + (uint64_t)at.tv_nsec / 1000000;
}

/* Exit code of a command, 128 and the signal when one ended it. */
static int run_command(char **argv)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[0], argv);
        _exit(cli_fail(127, "%s: %s", argv[0], strerror(errno)));
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0) {
        return cli_fail(CLI_INVALID, "%s: %s", argv[0], strerror(errno));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A moment later, unless the time is over. */
static int again(uint64_t start, unsigned long seconds)
{
    if (now() - start >= seconds * 1000) {
        return cli_fail_token(HUFU_ERR_TIMEOUT, NULL);
    }
    nanosleep(&(struct timespec){.tv_nsec = LOCK_POLL * 1000000}, NULL);
    return CLI_GOOD;
}

static int lock(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    const uint64_t start = now();
    unsigned long wait;
    int code = skf_number(call, "seconds", c->seconds, 86400, 10, &wait);
    if (code != CLI_GOOD) {
        return code;
    }
    /* To open a token that is locked is to wait without end, so another's lock is waited for first;
     * who comes in between is met by the second loop. */
    bool present, locked = true;
    while (code == CLI_GOOD && locked) {
        code = look(call->cli->reader, &present, &locked);
        if (code == CLI_GOOD && locked) {
            code = again(start, wait);
        }
    }
    if (code == CLI_GOOD) {
        code = cli_open_token(call->cli, &call->s);
    }
    for (int error = HUFU_ERR_STATE; code == CLI_GOOD && error != HUFU_OK;) {
        error = hufu_try_lock(call->s.token);
        code = error == HUFU_ERR_STATE ? again(start, wait)
               : error != HUFU_OK      ? cli_fail_token(error, NULL)
                                       : CLI_GOOD;
    }
    if (code != CLI_GOOD) {
        return code;
    }
    code = run_command(call->operands);
    hufu_unlock(call->s.token);
    return code;
}

/* --- events ----------------------------------------------------------------------------------- */

static void print_event(const struct cli *cli, const char *reader, bool present)
{
    if (cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_text(&j, "event", present ? "inserted" : "removed");
        json_text(&j, "reader", reader);
        json_end(&j);
    } else {
        printf(present ? _("inserted: %s\n") : _("removed: %s\n"), reader);
    }
    fflush(stdout);
}

static int events(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    unsigned long count, seconds;
    hufu_watch *watch;
    int code = skf_number(call, "count", c->count, 1000000, 0, &count);
    if (code == CLI_GOOD) {
        code = skf_number(call, "seconds", c->seconds, 86400, 0, &seconds);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_watch_open(&watch);
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    const uint64_t start = now();
    for (unsigned long seen = 0; (c->count == NULL || seen < count) && error == HUFU_OK;) {
        const char *reader;
        bool present;
        error = hufu_watch_next(watch, SLICE, &reader, &present);
        if (error == HUFU_OK) {
            print_event(call->cli, reader, present);
            hufu_watch_done(watch);
            seen++;
        } else if (error == HUFU_ERR_STATE) {
            bool over = c->seconds != NULL && now() - start >= seconds * 1000;
            error = over ? HUFU_ERR_TIMEOUT : HUFU_OK;
        }
    }
    hufu_watch_close(watch);
    if (error == HUFU_ERR_TIMEOUT) {
        return c->count == NULL ? CLI_GOOD
                                : cli_fail(CLI_TOKEN, _("the awaited events did not come"));
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, NULL);
}

/* --- raw commands and the device key ---------------------------------------------------------- */

static int transmit(struct skf_call *call, const void *choice)
{
    uint8_t command[HUFU_APDU_MAX_DATA], answer[HUFU_APDU_MAX_DATA];
    size_t len = strlen(call->operands[0]) / 2, answer_len = sizeof answer;
    (void)choice;
    if (len < 4 || len > sizeof command || !hex_decode(call->operands[0], command, len)) {
        return cli_fail_usage(call->command, _("a command is at least 4 bytes in hexadecimal"));
    }
    int error = hufu_transmit(call->s.token, command, len, answer, &answer_len);
    return error == HUFU_OK ? skf_give(call->cli, NULL, "answer", answer, answer_len)
                            : cli_fail_token(error, NULL);
}

static int auth(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    int code = skf_device_auth(call, c->key_file);
    return code == CLI_GOOD
               ? cli_done(call->cli, "authenticated", "device", "%s", _("the device key is right"))
               : code;
}

static int change_key(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    uint8_t old_key[16], new_key[16] = {0};
    int code = cli_read_key(c->key_file, "HUFU_DEVKEY", _("device key"), old_key);
    if (code == CLI_GOOD) {
        code = cli_read_key(c->new_key_file, NULL, _("new device key"), new_key);
    }
    if (code == CLI_GOOD) {
        int error = hufu_device_auth(call->s.token, old_key);
        if (error == HUFU_OK) {
            error = hufu_change_device_key(call->s.token, old_key, new_key);
        }
        code = error == HUFU_OK ? cli_done(call->cli, "changed", "device key", "%s",
                                           _("the device key is changed"))
                                : cli_fail_token(error, NULL);
    }
    util_wipe(old_key, sizeof old_key);
    util_wipe(new_key, sizeof new_key);
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "count", .value = &c.count},
                                         {.name = "seconds", .value = &c.seconds},
                                         {.name = "device-key-file", .value = &c.key_file},
                                         {.name = "new-device-key-file", .value = &c.new_key_file},
                                         {0}};
    static const struct skf_verb verbs[] = {
        {.name = "info", .same = &cmd_info},
        {.name = "label", .least = 1, .most = 1, .needs = SKF_TOKEN, .run = label},
        {.name = "state", .most = 1, .needs = SKF_NOTHING, .run = state},
        {.name = "lock", .least = 1, .most = 1000, .needs = SKF_NOTHING, .run = lock},
        {.name = "events", .needs = SKF_NOTHING, .run = events},
        {.name = "transmit", .least = 1, .most = 1, .needs = SKF_TOKEN, .run = transmit},
        {.name = "auth", .needs = SKF_TOKEN, .run = auth},
        {.name = "change-key", .needs = SKF_TOKEN, .run = change_key},
        {0}};
    return skf_run(cli, argc, argv, verbs, options, &c);
}

const struct cli_command skf_device = {
    .name = "skf device",
    .summary = N_("the token itself"),
    .help = N_(
        "usage: hufu skf device info [--json]\n"
        "       hufu skf device label TEXT\n"
        "       hufu skf device state [READER]\n"
        "       hufu skf device lock [--seconds N] -- COMMAND...\n"
        "       hufu skf device events [--count N] [--seconds N] [--json]\n"
        "       hufu skf device transmit HEX\n"
        "       hufu skf device auth [--device-key-file FILE]\n"
        "       hufu skf device change-key --new-device-key-file FILE [--device-key-file FILE]\n\n"
        "state says absent, present or locked. lock keeps every other program off the token\n"
        "while COMMAND runs, COMMAND included, and ends with its exit code; it waits up to N\n"
        "seconds (10) for another's lock.\n"
        "events prints tokens that come and go, until N of them, for N seconds, or until it is\n"
        "interrupted. transmit sends one command, in the secure channel, and shows answer and\n"
        "status word. The device key: HUFU_DEVKEY or the file.\n"
        "SKF_GetDevInfo, SKF_SetLabel, SKF_GetDevState, SKF_LockDev, SKF_UnlockDev,\n"
        "SKF_WaitForDevEvent, SKF_Transmit, SKF_DevAuth, SKF_ChangeDevAuthKey.\n\n"
        "Examples:\n"
        "  hufu skf device label \"Zhang San\"\n"
        "  hufu skf device events --json --count 1\n"
        "  hufu skf device transmit 8004000000\n"),
    .run = run,
};
