/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/pin_rule.h"

#include "cli/cli.h"
#include "util/i18n.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    uint8_t classes, flags;
} words[] = {
    {"digit", HUFU_PIN_DIGIT, 0},
    {"lower", HUFU_PIN_LOWER, 0},
    {"upper", HUFU_PIN_UPPER, 0},
    {"other", HUFU_PIN_OTHER, 0},
    {"no-repeat", 0, HUFU_PIN_NOT_ONE_BYTE},
    {"no-sequence", 0, HUFU_PIN_NOT_SEQUENCE},
    {"no-reuse", 0, HUFU_PIN_NOT_PRESENT},
};
#define WORDS (sizeof words / sizeof words[0])

static bool take_word(const char *word, size_t len, struct hufu_pin_rule *rule)
{
    for (size_t i = 0; i < WORDS; i++) {
        if (strlen(words[i].word) == len && strncmp(words[i].word, word, len) == 0) {
            rule->classes |= words[i].classes;
            rule->flags |= words[i].flags;
            return true;
        }
    }
    if (len < 5 || len > 6 || strncmp(word, "min=", 4) != 0) {
        return false;
    }
    unsigned value = 0;
    for (size_t i = 4; i < len; i++) {
        if (word[i] < '0' || word[i] > '9') {
            return false;
        }
        value = value * 10 + (unsigned)(word[i] - '0');
    }
    rule->min_length = (uint8_t)value;
    return value >= HUFU_PIN_MIN && value <= HUFU_PIN_MAX;
}

int pin_rule_parse(const char *command, const char *text, struct hufu_pin_rule *rule)
{
    *rule = (struct hufu_pin_rule){.min_length = HUFU_PIN_MIN};
    if (text[0] == '\0' || strcmp(text, "none") == 0) {
        return CLI_GOOD;
    }
    for (const char *at = text;; at++) {
        size_t len = strcspn(at, ",");
        if (!take_word(at, len, rule)) {
            return cli_fail_usage(command,
                                  _("%s: a PIN rule is min=6 to min=16, digit, lower, upper, "
                                    "other, no-repeat, no-sequence, no-reuse, joined by commas"),
                                  text);
        }
        at += len;
        if (*at == '\0') {
            return CLI_GOOD;
        }
    }
}

void pin_rule_text(const struct hufu_pin_rule *rule, char text[PIN_RULE_TEXT])
{
    int n = snprintf(text, PIN_RULE_TEXT, "min=%u", rule->min_length);
    for (size_t i = 0; i < WORDS && n > 0 && n < (int)PIN_RULE_TEXT; i++) {
        if ((rule->classes & words[i].classes) != 0 || (rule->flags & words[i].flags) != 0) {
            n += snprintf(text + n, PIN_RULE_TEXT - (size_t)n, ",%s", words[i].word);
        }
    }
}
