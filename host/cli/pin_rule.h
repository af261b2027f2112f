/* SPDX-License-Identifier: Apache-2.0 */
/* The issuer's PIN rule in words: min=8,digit,lower,upper,other,no-repeat,no-sequence,no-reuse */
#ifndef HUFU_CLI_PIN_RULE_H
#define HUFU_CLI_PIN_RULE_H

#include "hufu/hufu.h"

/* An empty text, or "none", is the permissive rule. An exit code, with a line printed. */
int pin_rule_parse(const char *command, const char *text, struct hufu_pin_rule *rule);
#define PIN_RULE_TEXT 96u
void pin_rule_text(const struct hufu_pin_rule *rule, char text[PIN_RULE_TEXT]);

#endif
