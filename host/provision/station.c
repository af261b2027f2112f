/* SPDX-License-Identifier: Apache-2.0 */
#include "provision/station.h"

#include "hufu/apdu.h"
#include "hufu/image.h"
#include "pki/pki.h"
#include "provision/sealed.h"
#include "util/i18n.h"
#include "util/wipe.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRANSPORT_KEY ((const uint8_t *)"1234567812345678")

struct work {
    const struct station *s;
    const char *reader;
    hufu_token *token;
    struct hufu_info info;
    struct journal_entry entry; /* serial number empty: none yet */
    struct provision_failure *f;
};

int provision_fail(struct provision_failure *f, enum provision_error code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(f->text, sizeof f->text, format, arguments);
    va_end(arguments);
    return code;
}

int provision_fail_token(struct provision_failure *f, int hufu_error, const char *what)
{
    return what == NULL
               ? provision_fail(f, PROVISION_ERR_TOKEN, "%s", hufu_strerror(hufu_error))
               : provision_fail(f, PROVISION_ERR_TOKEN, "%s: %s", what, hufu_strerror(hufu_error));
}

static void say(const struct work *w, const char *step, const char *text)
{
    w->s->step(w->s->ctx, w->reader, w->entry.serial, step, text);
}

static int note(struct work *w, enum journal_step step)
{
    return journal_note(w->s->journal, &w->entry, step) == 0
               ? PROVISION_OK
               : provision_fail(w->f, PROVISION_ERR_FILE, _("the log cannot be written: %s"),
                                strerror(errno));
}

/* Written down, and only then told. */
static int made(struct work *w, enum journal_step step)
{
    const int error = note(w, step);
    if (error == PROVISION_OK) {
        say(w, journal_step_name(step), NULL);
    }
    return error;
}

static int look(struct work *w)
{
    int error = hufu_get_info(w->token, &w->info);
    if (error == HUFU_OK && w->info.error_state) {
        error = w->info.error;
    }
    return error == HUFU_OK ? PROVISION_OK : provision_fail_token(w->f, error, NULL);
}

/* --- boot and firmware -------------------------------------------------------------------- */

/*
 * `hufu firmware update` in a process of its own: it judges the image, shows why one is not taken,
 * and waits for the token to come back. What it says last is what is told.
 */
static int run_update(const struct work *w, char *said, size_t room)
{
    int out[2], status = 0;
    if (pipe2(out, O_CLOEXEC) != 0) { /* or another token's update would hold its end open */
        return -1;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(out[1], STDOUT_FILENO);
        (void)dup2(out[1], STDERR_FILENO);
        close(out[0]);
        close(out[1]);
        execl("/proc/self/exe", "hufu", "firmware", "update", w->s->image, "--reader", w->reader,
              (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    size_t have = 0;
    for (ssize_t n; pid > 0 && (n = read(out[0], said + have, room - 1 - have)) > 0;) {
        have += (size_t)n;
        if (have == room - 1) { /* the end of it is what counts */
            memmove(said, said + room / 2, have - room / 2);
            have -= room / 2;
        }
    }
    close(out[0]);
    while (have > 0 && said[have - 1] == '\n') {
        have--;
    }
    said[have] = '\0';
    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Whether the token runs that image's version or a later one; one for another board is for the
 * update to refuse. */
static int runs_already(struct work *w, bool *already)
{
    struct hufu_image_signed head;
    struct hufu_firmware_info info;
    FILE *f = fopen(w->s->image, "rbe");
    const bool read = f != NULL && fread(&head, sizeof head, 1, f) == 1;
    const int why = errno;
    if (f != NULL) {
        fclose(f);
    }
    if (f == NULL) {
        return provision_fail(w->f, PROVISION_ERR_FILE, "%s: %s", w->s->image, strerror(why));
    }
    if (!read || head.magic != HUFU_IMAGE_MAGIC) {
        return provision_fail(w->f, PROVISION_ERR_FILE, _("%s: is no firmware image"), w->s->image);
    }
    const int error = hufu_firmware_info(w->token, &info);
    if (error != HUFU_OK) {
        return provision_fail_token(w->f, error, _("firmware"));
    }
    *already = info.updatable && info.version >= head.image_version &&
               strncmp(info.board, head.board, sizeof head.board) == 0;
    return PROVISION_OK;
}

static int firmware(struct work *w)
{
    char said[512] = "";
    bool already = false;
    if (w->s->image == NULL) {
        return PROVISION_OK;
    }
    const int error = runs_already(w, &already);
    if (error != PROVISION_OK || already) {
        if (already) {
            say(w, "firmware", _("not older than the image"));
        }
        return error;
    }
    if (w->s->dry) {
        say(w, "firmware", w->s->image);
        return PROVISION_OK;
    }
    hufu_close(w->token);
    w->token = NULL;
    const int code = run_update(w, said, sizeof said);
    const char *line = strrchr(said, '\n') != NULL ? strrchr(said, '\n') + 1 : said;
    if (code != 0) {
        return provision_fail(w->f, PROVISION_ERR_TOKEN, _("firmware: %s"), line);
    }
    say(w, "firmware", line);
    const int e = hufu_open(w->reader, &w->token);
    return e == HUFU_OK ? look(w) : provision_fail_token(w->f, e, NULL);
}

/* --- the number --------------------------------------------------------------------------- */

/* Whether this blank token can take that number: half a number, burnt before a cut, takes no
 * other. [out] standing: bits of it that are burnt. */
static int fits(struct work *w, const char *serial, unsigned *standing)
{
    struct hufu_factory_row rows[HUFU_FACTORY_ROWS];
    const int error = hufu_factory_plan(w->token, serial, w->s->maker, rows);
    *standing = error == HUFU_OK ? rows[0].standing : 0;
    return error;
}

/*
 * What was begun: for this reader before all. Once a token was told a number it may stand in that
 * token, which somebody may have taken away since, and a number is in one token alone: only one
 * that shows bits of it goes on with it then, wherever it is plugged in. A token that shows none
 * gets another, and the number is lost if the cut came before the first bit. Nor does a number that
 * the row of this run does not give (a slip that somebody has put right) go into such a token.
 */
static bool begun_before(struct work *w, struct journal_entry *entry)
{
    unsigned standing = 0;
    for (unsigned any = 0; any < 2; any++) {
        const char *of = any != 0 ? NULL : w->reader;
        for (size_t i = 0; journal_begun(w->s->journal, of, i, entry); i++) {
            if (fits(w, entry->serial, &standing) == HUFU_OK &&
                (standing > 0 || (any == 0 && entry->step != JOURNAL_BURNING &&
                                  journal_in_row(w->s->journal, &w->s->row, entry->serial))) &&
                journal_claim(w->s->journal, entry->serial)) {
                entry->claimed = true;
                return true;
            }
        }
    }
    return false;
}

static int choose_number(struct work *w)
{
    if (begun_before(w, &w->entry)) {
        return PROVISION_OK;
    }
    const int planned = journal_plan(w->s->journal, &w->s->row, w->reader, &w->entry);
    if (planned == 0) {
        say(w, journal_step_name(JOURNAL_PLANNED), NULL);
        return PROVISION_OK;
    }
    w->entry.serial[0] = '\0';
    return planned > 0 ? provision_fail(w->f, PROVISION_ERR_REFUSED,
                                        _("no serial number is left; give more"))
                       : provision_fail(w->f, PROVISION_ERR_FILE,
                                        _("the log cannot be written: %s"), strerror(errno));
}

static int reserve(struct work *w)
{
    bool taken = false;
    int error = authority_reserve(w->s, &w->entry, &taken, w->f);
    if (taken) {
        struct provision_failure ignored;
        struct work quiet = *w;
        quiet.f = &ignored;
        (void)made(&quiet, JOURNAL_TAKEN);
    }
    if (error == PROVISION_OK && w->entry.step == JOURNAL_BURNING) {
        say(w, journal_step_name(JOURNAL_RESERVED), NULL); /* the log stays: it may be burnt */
        return PROVISION_OK;
    }
    return error == PROVISION_OK ? made(w, JOURNAL_RESERVED) : error;
}

static int burn(struct work *w)
{
    unsigned standing = 0;
    int error = choose_number(w);
    if (error == PROVISION_OK) {
        const int e = fits(w, w->entry.serial, &standing);
        error = e == HUFU_OK          ? PROVISION_OK
                : e == HUFU_ERR_STATE ? provision_fail(w->f, PROVISION_ERR_REFUSED,
                                                       _("another serial number or name stands in "
                                                         "this token's memory"))
                                      : provision_fail_token(w->f, e, w->entry.serial);
    }
    if (error == PROVISION_OK) {
        error = reserve(w);
    }
    if (error == PROVISION_OK && w->entry.step != JOURNAL_BURNING) {
        error = note(w, JOURNAL_BURNING);
    }
    if (error == PROVISION_OK) {
        const int e = hufu_factory_provision(w->token, w->entry.serial, w->s->maker);
        error = e == HUFU_OK ? made(w, JOURNAL_PROVISIONED)
                             : provision_fail_token(w->f, e, w->entry.serial);
    }
    return error == PROVISION_OK ? look(w) : error;
}

/* --- in the factory ----------------------------------------------------------------------- */

static int certified_already(struct work *w)
{
    uint8_t chain[4096];
    for (unsigned i = 0; i < 2; i++) {
        size_t len = sizeof chain;
        const int error = hufu_identity_certificate_read(w->token, i, chain, &len);
        if (error != HUFU_OK) {
            return error;
        }
    }
    return HUFU_OK;
}

static int certify(struct work *w)
{
    struct identity_chains chains;
    int e = certified_already(w);
    int error =
        e == HUFU_OK || e == HUFU_ERR_NO_CERT ? PROVISION_OK : provision_fail_token(w->f, e, NULL);
    if (error == PROVISION_OK && e == HUFU_ERR_NO_CERT) {
        error = authority_certify(w->s, w->token, w->entry.serial, &chains, w->f);
        if (error == PROVISION_OK) {
            e = hufu_device_auth(w->token, TRANSPORT_KEY);
            for (unsigned i = 0; e == HUFU_OK && i < 2; i++) {
                e = hufu_identity_certificate_write(w->token, i, chains.der[i], chains.len[i]);
            }
            error = e == HUFU_OK ? PROVISION_OK
                                 : provision_fail_token(w->f, e, _("identity certificate"));
        }
    }
    return error == PROVISION_OK ? made(w, JOURNAL_CERTIFIED) : error;
}

static int sealed_path(const struct work *w, char *path, size_t room)
{
    const int len = snprintf(path, room, "%s/%s.sealed", w->s->out, w->entry.serial);
    return len > 0 && (size_t)len < room ? PROVISION_OK
                                         : provision_fail(w->f, PROVISION_ERR_FILE, "%s: %s",
                                                          w->s->out, strerror(ENAMETOOLONG));
}

/* The secrets are on disk, sealed, before the token learns them: whatever is cut, the last sealed
 * file of a token that left the factory is the right one, since none is written after it left. */
static int seal(struct work *w, struct sealed *secret)
{
    char path[1024], serial[33];
    int error = sealed_path(w, path, sizeof path);
    if (error != PROVISION_OK) {
        return error;
    }
    memcpy(secret->serial, w->entry.serial, sizeof secret->serial);
    (void)snprintf(secret->maker, sizeof secret->maker, "%s", w->s->maker);
    const int e = hufu_identity(w->token, serial, secret->identity);
    if (e != HUFU_OK) {
        return provision_fail_token(w->f, e, NULL);
    }
    int sealed = sealed_fill(secret);
    if (sealed == PKI_OK) {
        sealed = sealed_write(secret, w->s->issuer, path);
    }
    if (sealed != PKI_OK) {
        return provision_fail(w->f, PROVISION_ERR_FILE, "%s: %s", path,
                              sealed == PKI_ERR_IO ? strerror(errno) : document_strerror(sealed));
    }
    return made(w, JOURNAL_SEALED);
}

/* The token has them, and has no other: what would be found out at the issuer's is found here. */
static int leave(struct work *w, const struct sealed *secret)
{
    int e = hufu_factory_leave(w->token, secret->device_key, secret->transport_pin);
    if (e == HUFU_OK) {
        e = hufu_device_auth(w->token, secret->device_key);
    }
    if (e == HUFU_OK) {
        e = hufu_transport_pin(w->token, secret->transport_pin, NULL);
    }
    if (e == HUFU_OK) {
        e = hufu_get_info(w->token, &w->info);
    }
    if (e == HUFU_OK && (w->info.lifecycle != HUFU_PROVISIONED || !w->info.provisioned)) {
        e = HUFU_ERR_PROTOCOL;
    }
    return e == HUFU_OK ? made(w, JOURNAL_LOCKED) : provision_fail_token(w->f, e, _("lock"));
}

static int finish(struct work *w)
{
    struct sealed secret = {.serial = ""};
    int error = certify(w);
    if (error == PROVISION_OK) {
        error = factory_test(w->s, w->token, w->entry.serial, w->f);
    }
    if (error == PROVISION_OK) {
        error = made(w, JOURNAL_TESTED);
    }
    if (error == PROVISION_OK) {
        error = seal(w, &secret);
    }
    if (error == PROVISION_OK) {
        error = leave(w, &secret);
    }
    util_wipe(&secret, sizeof secret);
    return error;
}

/* --- from wherever it stands -------------------------------------------------------------- */

static const char *what_of(uint8_t burn)
{
    switch (burn) {
    case HUFU_BURN_SERIAL:
        return _("the serial number; the row is locked");
    case HUFU_BURN_NAME:
        return _("the manufacturer's name and a mark");
    case HUFU_BURN_KEY:
        return _("root key: 32 random bytes; the row is locked");
    case HUFU_BURN_LEAVE:
        return _("a mark, when the token leaves the factory");
    default:
        return _("a mark");
    }
}

/* What a blank token would have burnt into it. */
static int plan(struct work *w)
{
    struct hufu_factory_row rows[HUFU_FACTORY_ROWS];
    const char *serial = w->s->row.first != NULL ? w->s->row.first : w->s->row.list[0];
    const int error = hufu_factory_plan(w->token, serial, w->s->maker, rows);
    if (error != HUFU_OK) {
        return provision_fail_token(w->f, error, serial);
    }
    for (unsigned i = 0; i < HUFU_FACTORY_ROWS; i++) {
        char text[160];
        (void)snprintf(text, sizeof text, _("row %u (bytes %u to %u, %u bits set now): %s"),
                       rows[i].row, 32u * rows[i].row, 32u * rows[i].row + 31u, rows[i].standing,
                       what_of(rows[i].what));
        say(w, "burn", text);
    }
    say(w, "certify", _("identity certificates from the manufacturer's CA"));
    say(w, "test", _("factory self test"));
    say(w, "seal", _("device key and transport PIN, for the issuer alone"));
    say(w, "lock", _("end of the factory"));
    return PROVISION_OK;
}

/* Out of the factory: by us just now, long ago, or never in one. */
static int outside(struct work *w)
{
    if (!w->info.provisioned) {
        return provision_fail(w->f, PROVISION_ERR_REFUSED,
                              _("this token gave itself a number at its first start; only a blank "
                                "one that waits for its manufacturer can be provisioned"));
    }
    if (!w->s->dry && w->entry.order[0] != '\0' && w->entry.step == JOURNAL_SEALED &&
        w->info.lifecycle == HUFU_PROVISIONED) {
        return made(w, JOURNAL_LOCKED); /* the cut came between the token's answer and the log */
    }
    if (w->entry.step == JOURNAL_LOCKED) {
        say(w, "done", _("nothing is left to do"));
        return PROVISION_OK;
    }
    return provision_fail(w->f, PROVISION_ERR_REFUSED,
                          _("token %s has left its factory; it is provisioned once"),
                          w->info.serial);
}

/* A token with its number: from the log, or without it, as when the log was lost. */
static void recall(struct work *w)
{
    if (!w->s->dry && journal_find(w->s->journal, w->info.serial, &w->entry)) {
        return;
    }
    w->entry = (struct journal_entry){.step = JOURNAL_PROVISIONED};
    memcpy(w->entry.serial, w->info.serial, HUFU_DEVICE_SERIAL); /* the token has 24 digits */
}

static int whole_way(struct work *w)
{
    int error = look(w);
    if (error == PROVISION_OK && w->info.lifecycle == HUFU_BLANK) {
        error = firmware(w);
        if (error == PROVISION_OK) {
            error = w->s->dry ? plan(w) : burn(w);
        }
    } else if (error == PROVISION_OK) {
        recall(w);
    }
    if (error != PROVISION_OK || (w->s->dry && w->info.lifecycle == HUFU_BLANK)) {
        return error;
    }
    if (w->info.lifecycle != HUFU_FACTORY) {
        return outside(w);
    }
    if (w->s->dry) {
        say(w, "resume", _("certificates, test, sealed file, lock"));
        return PROVISION_OK;
    }
    return finish(w);
}

int station_token(const struct station *s, const char *reader, char serial[HUFU_DEVICE_SERIAL + 1],
                  struct provision_failure *f)
{
    struct work w = {.s = s, .reader = reader, .f = f};
    f->text[0] = '\0';
    int error = hufu_open(reader, &w.token);
    error = error == HUFU_OK ? whole_way(&w) : provision_fail_token(f, error, NULL);
    hufu_close(w.token);
    memcpy(serial, w.entry.serial, HUFU_DEVICE_SERIAL + 1);
    return error;
}
