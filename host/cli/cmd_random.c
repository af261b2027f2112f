/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "util/hex.h"
#include "util/i18n.h"
#include "util/wipe.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST 1048576u
#define PART 1024u

/* Decimal 1..most and nothing else; 0 otherwise. */
static size_t count_of(const char *text, size_t most)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    bool digits = text[0] >= '0' && text[0] <= '9' && *end == '\0';
    return errno == 0 && digits && value <= most ? value : 0;
}

static int print(struct cli_session *s, size_t count, bool binary, bool as_json)
{
    if (as_json) {
        fputs("{\"random\": \"", stdout);
    }
    for (size_t done = 0; done < count;) {
        uint8_t bytes[PART];
        char text[2 * PART + 1];
        size_t part = count - done < PART ? count - done : PART;
        int error = hufu_random(s->token, bytes, part);
        if (error != HUFU_OK) {
            return cli_fail_token(error, NULL);
        }
        if (binary) {
            fwrite(bytes, 1, part, stdout);
        } else {
            hex_encode(bytes, part, text);
            fputs(text, stdout);
        }
        util_wipe(bytes, sizeof bytes);
        util_wipe(text, sizeof text);
        done += part;
    }
    if (!binary) {
        fputs(as_json ? "\"}\n" : "\n", stdout);
    }
    return CLI_GOOD;
}

static int run(struct cli *cli, int argc, char **argv)
{
    bool binary = false;
    const struct cli_option options[] = {{.name = "binary", .flag = &binary}, {0}};
    struct cli_session s;
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    size_t count = argc == 0 ? 32 : count_of(argv[1], MOST);
    if (argc > 1 || count == 0 || (binary && cli->json)) {
        return cli_fail_usage(argv[0], _("one number of bytes, 1 to %u"), MOST);
    }
    code = cli_open_token(cli, &s);
    if (code == CLI_GOOD) {
        code = print(&s, count, binary, cli->json);
        cli_close(&s);
    }
    return code;
}

const struct cli_command cmd_random = {
    .name = "random",
    .summary = N_("random numbers made in the token"),
    .help = N_("usage: hufu random [COUNT] [--binary] [--json]\n\n"
               "COUNT bytes (32) from the token's generator, hexadecimal or as they are.\n\n"
               "Examples:\n"
               "  hufu random 16\n"
               "  hufu random 1000 --binary > noise\n"),
    .run = run,
};
