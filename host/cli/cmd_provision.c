/* SPDX-License-Identifier: Apache-2.0 */
/* A manufacturer's station (host/provision): options, one thread a token, what they say. */
#include "cli/cli.h"

#include "document/document.h"
#include "provision/station.h"
#include "util/device_serial.h"
#include "util/i18n.h"
#include "util/json.h"
#include "util/secret.h"
#include "util/wipe.h"
#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATION_MAX = 64, NUMBERS_MAX = 100000, PASSPHRASE_ROOM = 256 };

struct options {
    const char *ca, *tls_ca, *station, *passphrase_file, *maker, *first, *serials, *issuer, *roots;
    const char *out, *log, *image, *count;
    bool all, dry, panel;
};

struct shared {
    const struct cli *cli;
    pthread_mutex_t lock;
};

struct job {
    const struct station *station;
    const char *reader;
    char serial[HUFU_DEVICE_SERIAL + 1];
    struct provision_failure failure;
    int error;
    pthread_t thread;
    bool started;
};

/* --- what they say ------------------------------------------------------------------------ */

static void line(struct shared *shared, const char *reader, const char *serial, const char *step,
                 const char *text)
{
    pthread_mutex_lock(&shared->lock);
    if (shared->cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_text(&j, "reader", reader);
        json_text(&j, "serial", serial[0] != '\0' ? serial : NULL);
        json_text(&j, "step", step);
        json_text(&j, "text", text);
        json_end(&j);
    } else {
        printf("%s: %s: %s%s%s\n", reader, serial[0] != '\0' ? serial : "-", step,
               text != NULL ? ": " : "", text != NULL ? text : "");
    }
    fflush(stdout);
    pthread_mutex_unlock(&shared->lock);
}

static void on_step(void *ctx, const char *reader, const char *serial, const char *step,
                    const char *text)
{
    line(ctx, reader, serial, step, text);
}

static int exit_of(int error)
{
    switch (error) {
    case PROVISION_OK:
        return CLI_GOOD;
    case PROVISION_ERR_TOKEN:
        return CLI_TOKEN;
    case PROVISION_ERR_NETWORK:
        return CLI_NETWORK;
    default:
        return CLI_INVALID;
    }
}

static void *work(void *arg)
{
    struct job *job = arg;
    job->error = station_token(job->station, job->reader, job->serial, &job->failure);
    return NULL;
}

/* The readers' names, each in a thread; the worst outcome is the station's. */
static int run_all(const struct station *station, char *const *readers, size_t count)
{
    struct job jobs[STATION_MAX];
    int code = CLI_GOOD;
    for (size_t i = 0; i < count; i++) {
        jobs[i] = (struct job){.station = station, .reader = readers[i]};
        jobs[i].started = pthread_create(&jobs[i].thread, NULL, work, &jobs[i]) == 0;
        if (!jobs[i].started) {
            jobs[i].error = provision_fail_token(&jobs[i].failure, HUFU_ERR_MEMORY, NULL);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].started) {
            pthread_join(jobs[i].thread, NULL);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].error != PROVISION_OK) {
            const int its = exit_of(jobs[i].error);
            (void)cli_fail(its, "%s: %s: %s", jobs[i].reader,
                           jobs[i].serial[0] != '\0' ? jobs[i].serial : "-", jobs[i].failure.text);
            code = code == CLI_GOOD ? its : code;
        }
    }
    return code;
}

/* --- which tokens ------------------------------------------------------------------------- */

static int with_readers(const struct cli *cli, const struct options *o,
                        const struct station *station)
{
    char **readers = NULL, *only[1];
    size_t count = 0;
    const long wanted = o->count != NULL ? strtol(o->count, NULL, 10) : 1;
    const char *named = cli->reader != NULL ? cli->reader : getenv("HUFU_READER");
    if (!o->all && o->count == NULL && named != NULL && named[0] != '\0') {
        only[0] = (char *)named;
        return run_all(station, only, 1);
    }
    int error = hufu_list(&readers, &count);
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    int code;
    if (count == 0 || count > STATION_MAX) {
        code = cli_fail_token(count == 0 ? HUFU_ERR_NO_READER : HUFU_ERR_MANY_READERS, NULL);
    } else if (!o->all && count != (size_t)wanted) {
        code = cli_fail(CLI_TOKEN,
                        _("%zu tokens are here and %ld were asked for (--station, "
                          "--all)"),
                        count, wanted);
    } else {
        code = run_all(station, readers, count);
    }
    hufu_free_list(readers);
    return code;
}

/* --- options ------------------------------------------------------------------------------ */

/* Lines of a file, into one allocation that the first element of *list begins; freed by the caller
 * through *text. */
static int read_numbers(const char *path, char **text, const char ***list)
{
    uint8_t *data = NULL;
    size_t len = 0, count = 0;
    const int error = pki_read_file(path, &data, &len, (size_t)NUMBERS_MAX * 64);
    if (error != PKI_OK) {
        return cli_fail(CLI_INVALID, "%s: %s", path,
                        strerror(error == PKI_ERR_PARSE ? EFBIG : errno));
    }
    *text = realloc(data, len + 1);
    *list = *text != NULL ? calloc(len / HUFU_DEVICE_SERIAL + 2, sizeof **list) : NULL;
    if (*list == NULL) {
        return cli_fail_token(HUFU_ERR_MEMORY, path);
    }
    (*text)[len] = '\0';
    if (strlen(*text) != len) { /* what stands behind it would be passed over */
        return cli_fail(CLI_INVALID, _("%s: not a list of serial numbers"), path);
    }
    char *rest = NULL;
    for (char *one = strtok_r(*text, " \t\r\n", &rest); one != NULL;
         one = strtok_r(NULL, " \t\r\n", &rest)) {
        if (!device_serial_good(one)) {
            return cli_fail(CLI_INVALID,
                            _("%s: %s: a serial number is 24 digits, its first eight a day"), path,
                            one);
        }
        for (size_t i = 0; i < count; i++) {
            if (strcmp((*list)[i], one) == 0) {
                return cli_fail(CLI_INVALID, _("%s: %s stands there twice"), path, one);
            }
        }
        (*list)[count++] = one;
    }
    return count > 0 ? CLI_GOOD : cli_fail(CLI_INVALID, _("%s: no serial number in it"), path);
}

static int check(const struct cli *cli, const char *command, const struct options *o)
{
    /* What is burnt stays: a token that was not meant must not be taken along. */
    if (cli->reader != NULL && (o->all || o->count != NULL)) {
        return cli_fail_usage(command, _("--reader names one token: not with --station or --all"));
    }
    if ((o->first == NULL) == (o->serials == NULL)) {
        return cli_fail_usage(command, _("one of --first SERIAL and --serials FILE is needed"));
    }
    if (o->first != NULL && !device_serial_good(o->first)) {
        return cli_fail_usage(command,
                              _("--first: a serial number is 24 digits, its first eight a day"));
    }
    if (o->maker == NULL || o->maker[0] == '\0' || strlen(o->maker) > HUFU_MAKER_MAX) {
        return cli_fail_usage(command, _("--manufacturer NAME, 1 to 31 bytes, is needed"));
    }
    if (o->count != NULL && (o->all || strtol(o->count, NULL, 10) < 1 ||
                             strspn(o->count, "0123456789") != strlen(o->count))) {
        return cli_fail_usage(command, _("--station takes the number of tokens; --all needs none"));
    }
    if (!o->dry && (o->ca == NULL || o->station == NULL || o->issuer == NULL || o->roots == NULL ||
                    o->out == NULL)) {
        return cli_fail_usage(command, _("--ca URL, --station-id ID, --roots FILE, --issuer CERT "
                                         "and --out DIR are needed"));
    }
    return CLI_GOOD;
}

static int read_passphrase(const struct options *o, char passphrase[PASSPHRASE_ROOM])
{
    const enum secret_result r =
        secret_from(o->passphrase_file, "HUFU_STATION_PASSPHRASE", _("Station's passphrase: "),
                    passphrase, PASSPHRASE_ROOM);
    return r == SECRET_OK ? CLI_GOOD
                          : cli_fail(o->passphrase_file != NULL ? CLI_INVALID : CLI_USAGE,
                                     _("no passphrase of the station (--station-passphrase-file, "
                                       "HUFU_STATION_PASSPHRASE): %s"),
                                     secret_text(r));
}

static int load_issuer(const char *path, X509 **issuer)
{
    int error = PKI_OK;
    const char *why = NULL;
    *issuer = pki_load_cert(path, &error);
    if (*issuer == NULL) {
        return cli_fail(CLI_INVALID, "%s: %s", path, pki_strerror(error));
    }
    if (pki_check_profile(*issuer, PKI_USAGE_ENCRYPT, &why) != PKI_OK) {
        return cli_fail(CLI_INVALID, "%s: %s", path, why);
    }
    return CLI_GOOD;
}

static int open_log(const struct options *o, struct journal **journal)
{
    char path[PATH_MAX];
    if (mkdir(o->out, 0700) != 0 && errno != EEXIST) {
        return cli_fail(CLI_INVALID, "%s: %s", o->out, strerror(errno));
    }
    (void)snprintf(path, sizeof path, "%s/.", o->out);
    if (access(path, W_OK | X_OK) != 0) { /* it may be elsewhere than the log */
        return cli_fail(CLI_INVALID, "%s: %s", o->out, strerror(errno));
    }
    (void)snprintf(path, sizeof path, "%s%s", o->log != NULL ? o->log : o->out,
                   o->log != NULL ? "" : "/provision.log");
    if (journal_open(path, journal) == 0) {
        return CLI_GOOD;
    }
    return errno == EWOULDBLOCK
               ? cli_fail(CLI_INVALID, _("%s: another station has this log open"), path)
           : errno == EINVAL ? cli_fail(CLI_INVALID, _("%s: not the log of a station"), path)
                             : cli_fail(CLI_INVALID, "%s: %s", path, strerror(errno));
}

/* All that a station needs beside its tokens. */
static int prepare(const struct options *o, struct station *s, char passphrase[PASSPHRASE_ROOM])
{
    int error = PKI_OK;
    int code = read_passphrase(o, passphrase);
    if (code == CLI_GOOD) {
        code = load_issuer(o->issuer, &s->issuer);
    }
    if (code == CLI_GOOD && (s->roots = pki_load_certs(o->roots, &error)) == NULL) {
        code = cli_fail(CLI_INVALID, "%s: %s", o->roots, pki_strerror(error));
    }
    return code == CLI_GOOD ? open_log(o, &s->journal) : code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct options o = {0};
    const struct cli_option options[] = {
        {.name = "ca", .value = &o.ca},
        {.name = "tls-ca", .value = &o.tls_ca},
        {.name = "station-id", .value = &o.station},
        {.name = "station-passphrase-file", .value = &o.passphrase_file},
        {.name = "manufacturer", .value = &o.maker},
        {.name = "first", .value = &o.first},
        {.name = "serials", .value = &o.serials},
        {.name = "issuer", .value = &o.issuer},
        {.name = "roots", .value = &o.roots},
        {.name = "out", .value = &o.out},
        {.name = "log", .value = &o.log},
        {.name = "image", .value = &o.image},
        {.name = "station", .value = &o.count},
        {.name = "all", .flag = &o.all},
        {.name = "dry-run", .flag = &o.dry},
        {.name = "panel", .flag = &o.panel},
        {0},
    };
    struct shared shared = {.cli = cli, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct station s = {.step = on_step, .ctx = &shared};
    char passphrase[PASSPHRASE_ROOM] = "", *text = NULL;
    const char **list = NULL;
    int code = cli_options_only(options, argc, argv);
    if (code == CLI_GOOD) {
        code = check(cli, argv[0], &o);
    }
    if (code == CLI_GOOD && o.serials != NULL) {
        code = read_numbers(o.serials, &text, &list);
    }
    if (code == CLI_GOOD && !o.dry) {
        code = prepare(&o, &s, passphrase);
    }
    if (code == CLI_GOOD) {
        s.ca_url = o.ca;
        s.tls_ca = o.tls_ca;
        s.id = o.station;
        s.passphrase = passphrase;
        s.maker = o.maker;
        s.row = (struct journal_row){o.first, list};
        s.image = o.image;
        s.panel = o.panel;
        s.out = o.out;
        s.dry = o.dry;
        (void)curl_global_init(CURL_GLOBAL_DEFAULT); /* before there are threads */
        code = with_readers(cli, &o, &s);
    }
    util_wipe(passphrase, sizeof passphrase);
    journal_close(s.journal);
    X509_free(s.issuer);
    sk_X509_pop_free(s.roots, X509_free);
    free(list);
    free(text);
    return code;
}

const struct cli_command cmd_provision = {
    .name = "provision",
    .summary = N_("make tokens of blank boards (manufacturers)"),
    .help = N_(
        "usage: hufu provision --manufacturer NAME (--first SERIAL | --serials FILE)\n"
        "                      --ca URL [--tls-ca PEM] --station-id ID --roots PEM\n"
        "                      --issuer CERT --out DIR [--log FILE] [--image FILE] [--panel]\n"
        "                      [--station N | --all] [--dry-run]\n\n"
        "Gives a blank token its serial number and root key, has its identity keys certified by\n"
        "the manufacturer's CA (hufu-ca init --manufacturer), tests it, writes a random device\n"
        "key and transport PIN into DIR/SERIAL.sealed, which only the issuer can open, and locks\n"
        "the token out of the factory. A serial number is given once. What was cut off at any\n"
        "moment goes on when the same command is run again; the log (DIR/provision.log) has\n"
        "every step and no secret.\n"
        "--first: the first number, 24 digits, counted on from there; --serials: a list.\n"
        "--station N: N tokens at once; --all: every one that is here.\n"
        "--image: firmware that is put on an older token first (hufu firmware update).\n"
        "--panel: somebody confirms on each token. --dry-run: nothing is written; each row of\n"
        "one-time memory that would be burnt is listed.\n"
        "Passphrase of the station: --station-passphrase-file, HUFU_STATION_PASSPHRASE or a\n"
        "prompt.\n\n"
        "Example:\n"
        "  hufu provision --manufacturer \"Example Works\" --first 202611210010000100000000 \\\n"
        "      --ca https://ca.example:8443 --station-id line-1 --roots device-roots.pem \\\n"
        "      --issuer issuer.crt --out sealed --all\n"),
    .run = run,
};
