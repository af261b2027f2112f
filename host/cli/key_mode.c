/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/key_mode.h"

#include "cli/cli.h"
#include "util/i18n.h"
#include <string.h>

static const struct {
    const char *word;
    unsigned mode;
} words[] = {
    {"login", HUFU_KEY_PER_LOGIN},
    {"once", HUFU_KEY_ONCE},
    {"panel", HUFU_KEY_PANEL},
    {"once+panel", HUFU_KEY_ONCE | HUFU_KEY_PANEL},
};

int key_mode_parse(const char *command, const char *option, const char *word, unsigned *mode)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, word) == 0) {
            *mode = words[i].mode;
            return CLI_GOOD;
        }
    }
    return cli_fail_usage(command, _("%s is one of login, once, panel, once+panel"), option);
}

const char *key_mode_word(unsigned mode)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].mode == mode) {
            return words[i].word;
        }
    }
    return "?";
}
