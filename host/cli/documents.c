/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/documents.h"

#include "util/i18n.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int documents_form(const char *command, const char *text, enum document_form *form)
{
    *form = DOCUMENT_GM;
    if (text == NULL || strcmp(text, "gm") == 0) {
        return CLI_GOOD;
    }
    if (strcmp(text, "cms") == 0) {
        *form = DOCUMENT_CMS;
        return CLI_GOOD;
    }
    return cli_fail_usage(command, _("--form %s: only gm and cms are known"), text);
}

int documents_open(const char *path, FILE **file)
{
    struct stat st;
    *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (*file == NULL) {
        return cli_fail(CLI_INVALID, "%s: %s", path, strerror(errno));
    }
    if (fstat(fileno(*file), &st) == 0 && S_ISDIR(st.st_mode)) {
        documents_close(*file);
        *file = NULL;
        return cli_fail(CLI_INVALID, "%s: %s", path, strerror(EISDIR));
    }
    return CLI_GOOD;
}

void documents_close(FILE *file)
{
    if (file != NULL && file != stdin) {
        fclose(file);
    }
}

int documents_distinct(FILE *input, const char *output)
{
    struct stat in, out;
    if (fstat(fileno(input), &in) == 0 && stat(output, &out) == 0 && in.st_dev == out.st_dev &&
        in.st_ino == out.st_ino) {
        return cli_fail(CLI_USAGE, _("%s: the output is the input; name another file with -o"),
                        output);
    }
    return CLI_GOOD;
}

int documents_cert(struct cli *cli, struct cli_session *s, bool sign, X509 **cert)
{
    uint8_t der[HUFU_CERT_MAX];
    size_t len = sizeof der;
    *cert = NULL;
    int error = hufu_export_cert(s->token, s->app, s->container, sign, der, &len);
    if (error == HUFU_ERR_NO_CERT) {
        return cli_fail(CLI_TOKEN,
                        sign
                            ? _("container %s has no signing certificate; hufu enroll gets one")
                            : _("container %s has no encryption certificate; hufu enroll gets one"),
                        cli->container);
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, cli->container);
    }
    *cert = pki_parse_cert(der, len);
    return *cert != NULL ? CLI_GOOD
                         : cli_fail(CLI_TOKEN, _("what the token holds is not a certificate"));
}

int documents_fail(const char *path, int error, int detail)
{
    int why = errno;
    if (error == DOCUMENT_ERR_DEVICE && detail != 0) {
        return cli_fail_token(detail, path);
    }
    if (error == PKI_ERR_IO && why != 0) {
        return cli_fail(CLI_INVALID, "%s: %s", path, strerror(why));
    }
    return cli_fail(error == PKI_ERR_UNKNOWN ? CLI_UNKNOWN : CLI_INVALID, "%s: %s", path,
                    document_strerror(error));
}

static struct {
    time_t start, last;
} shown;

static void step(void *ctx, uint64_t done, uint64_t total)
{
    (void)ctx;
    time_t now = time(NULL);
    if (shown.start == 0) {
        shown.start = shown.last = now;
    }
    if (now == shown.last) {
        return;
    }
    shown.last = now;
    if (total > 0) {
        fprintf(stderr, "\r%3u %%", (unsigned)(done * 100 / total));
    } else {
        fprintf(stderr, "\r%llu MB", (unsigned long long)(done / 1000000));
    }
    fflush(stderr);
}

const struct document_progress *documents_progress(void)
{
    static const struct document_progress progress = {step, NULL};
    shown.start = shown.last = 0;
    return isatty(STDERR_FILENO) ? &progress : NULL;
}

void documents_progress_end(void)
{
    if (shown.last != shown.start) {
        fputs("\r          \r", stderr);
    }
}

void documents_time(time_t when, char text[32])
{
    struct tm tm;
    text[0] = '\0';
    if (gmtime_r(&when, &tm) != NULL) {
        (void)strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
    }
}
