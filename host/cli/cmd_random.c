/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "util/hex.h"
#include "util/i18n.h"
#include "util/wipe.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST      1048576u
#define PART      1024u
#define RAW_BLOCK 32u /* bytes of the noise source in one piece */

/* Decimal 1..most and nothing else; 0 otherwise. */
static size_t count_of(const char *text, size_t most)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    bool digits = text[0] >= '0' && text[0] <= '9' && *end == '\0';
    return errno == 0 && digits && value <= most ? value : 0;
}

static int fetch(struct cli_session *s, bool raw, uint8_t *bytes, size_t len)
{
    return raw ? hufu_raw_noise(s->token, bytes, len) : hufu_random(s->token, bytes, len);
}

static int print(struct cli_session *s, size_t count, bool raw, bool binary, bool as_json)
{
    if (as_json) {
        fputs(raw ? "{\"raw_noise\": \"" : "{\"random\": \"", stdout);
    }
    for (size_t done = 0; done < count;) {
        uint8_t bytes[PART];
        char text[2 * PART + 1];
        size_t part = count - done < PART ? count - done : PART;
        int error = fetch(s, raw, bytes, part);
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
    const char *noise = NULL, *key_file = NULL;
    const struct cli_option options[] = {{.name = "binary", .flag = &binary},
                                         {.name = "raw-noise", .value = &noise},
                                         {.name = "device-key-file", .value = &key_file},
                                         {0}};
    struct cli_session s;
    uint8_t key[16];
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    const bool raw = noise != NULL;
    size_t count = raw         ? count_of(noise, MOST / RAW_BLOCK) * RAW_BLOCK
                   : argc == 0 ? 32
                               : count_of(argv[1], MOST);
    if (argc > (raw ? 0 : 1) || count == 0 || (binary && cli->json)) {
        return raw ? cli_fail_usage(argv[0], _("one number of blocks, 1 to %u"), MOST / RAW_BLOCK)
                   : cli_fail_usage(argv[0], _("one number of bytes, 1 to %u"), MOST);
    }
    if (raw && (code = cli_read_key(key_file, "HUFU_DEVKEY", _("device key"), key)) != CLI_GOOD) {
        return code;
    }
    code = cli_open_token(cli, &s);
    if (code == CLI_GOOD) {
        int error = raw ? hufu_device_auth(s.token, key) : HUFU_OK;
        code = error == HUFU_OK ? print(&s, count, raw, binary, cli->json)
                                : cli_fail_token(error, NULL);
        cli_close(&s);
    }
    util_wipe(key, sizeof key);
    return code;
}

const struct cli_command cmd_random = {
    .name = "random",
    .summary = N_("random numbers made in the token"),
    .help = N_("usage: hufu random [COUNT] [--binary] [--json]\n"
               "       hufu random --raw-noise N [--device-key-file FILE] [--binary] [--json]\n\n"
               "COUNT bytes (32) from the token's generator, hexadecimal or as they are.\n"
               "--raw-noise: N blocks of 32 bytes as the noise source gives them, before health\n"
               "tests and generator, for the laboratory. The device key comes from\n"
               "--device-key-file or HUFU_DEVKEY (32 hexadecimal digits).\n\n"
               "Examples:\n"
               "  hufu random 16\n"
               "  hufu random 1000 --binary > random\n"
               "  hufu random --raw-noise 31250 --binary > samples\n"),
    .run = run,
};
