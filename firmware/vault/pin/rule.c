/* SPDX-License-Identifier: Apache-2.0 */
#include "pin/rule.h"
#include "apdu/status.h"
#include "object.h"
#include "pin/pin.h"
#include "store/store.h"
#include "wipe.h"
#include <string.h>

enum { RECORD = 6 }; /* min . classes . flags, then their complements */

int pin_rule_valid(const struct pin_rule *rule)
{
    return rule->min >= PIN_MIN && rule->min <= PIN_MAX && rule->classes <= PIN_CLASS_ALL &&
                   rule->flags <= PIN_FLAGS_ALL
               ? ERR_OK
               : ERR_DATA;
}

int pin_rule_get(uint16_t id, struct pin_rule *rule)
{
    uint8_t record[RECORD] = {0};
    size_t len = 0;
    *rule = (struct pin_rule){.min = PIN_MIN};
    int err = store_get(OBJECT_PIN_RULE, id, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    if (err != ERR_OK) {
        return err == ERR_NO_SPACE ? ERR_INTEGRITY : err;
    }
    const struct pin_rule got = {record[0], record[1], record[2]};
    if (len != RECORD || (record[0] ^ record[3]) != 0xFF || (record[1] ^ record[4]) != 0xFF ||
        (record[2] ^ record[5]) != 0xFF || pin_rule_valid(&got) != ERR_OK) {
        return ERR_INTEGRITY;
    }
    *rule = got;
    return ERR_OK;
}

int pin_rule_put(uint16_t id, const struct pin_rule *rule)
{
    const uint8_t record[RECORD] = {
        rule->min,           rule->classes,           rule->flags,
        (uint8_t)~rule->min, (uint8_t)~rule->classes, (uint8_t)~rule->flags};
    int err = pin_rule_valid(rule);
    return err == ERR_OK ? store_put(OBJECT_PIN_RULE, id, record, sizeof record) : err;
}

int pin_rule_delete(uint16_t id)
{
    return store_delete(OBJECT_PIN_RULE, id);
}

/* 1 when low <= c <= high, without a branch on c. */
static uint32_t within(uint32_t c, uint32_t low, uint32_t high)
{
    return (((c - low) >> 31) | ((high - c) >> 31)) ^ 1u;
}

/* What a PIN is like. Differences collect what speaks against a pattern; 0: it has it. */
struct likeness {
    uint32_t len, classes, differs, not_rising, not_falling;
};

static void look(const uint8_t field[PIN_FIELD], struct likeness *l)
{
    memset(l, 0, sizeof *l);
    for (unsigned i = 0; i < PIN_FIELD; i++) {
        const uint32_t c = field[i], before = i == 0 ? 0 : field[i - 1];
        const uint32_t some = (0u - c) >> 31, all = 0u - some; /* 1, or all ones: not the end */
        const uint32_t digit = within(c, '0', '9'), lower = within(c, 'a', 'z'),
                       upper = within(c, 'A', 'Z');
        l->len += some;
        l->classes |=
            all & (digit * PIN_CLASS_DIGIT | lower * PIN_CLASS_LOWER | upper * PIN_CLASS_UPPER |
                   (1u ^ (digit | lower | upper)) * PIN_CLASS_OTHER);
        if (i != 0) {
            l->differs |= all & (c ^ before);
            l->not_rising |= all & (c ^ ((before + 1u) & 0xFFu));
            l->not_falling |= all & (c ^ ((before - 1u) & 0xFFu));
        }
    }
}

int pin_rule_check(uint16_t id, const uint8_t field[PIN_FIELD])
{
    struct pin_rule rule;
    struct likeness l;
    int err = pin_field_check(field);
    if (err == ERR_OK) {
        err = pin_rule_get(id, &rule);
    }
    if (err != ERR_OK) {
        return err;
    }
    look(field, &l);
    if (l.len < rule.min) {
        err = WIRE_PIN_LENGTH;
    } else if ((l.classes & rule.classes) != rule.classes ||
               ((rule.flags & PIN_NOT_ONE_BYTE) != 0 && l.differs == 0) ||
               ((rule.flags & PIN_NOT_SEQUENCE) != 0 &&
                (l.not_rising == 0 || l.not_falling == 0))) {
        err = WIRE_PIN_RULE;
    }
    secret_wipe(&l, sizeof l);
    return err;
}

int pin_rule_new_key(uint16_t pin, const uint8_t field[PIN_FIELD], uint8_t key[PIN_KEY])
{
    struct pin_rule rule;
    int err = pin_rule_get(pin, &rule);
    if (err == ERR_OK) {
        err = pin_field_key(field, key);
    }
    if (err == ERR_OK && (rule.flags & PIN_NOT_PRESENT) != 0) {
        secure_bool same = SECURE_TRUE;
        err = pin_is(pin, key, &same);
        if (err == ERR_OK && same != SECURE_FALSE) {
            err = WIRE_PIN_REUSED;
        }
    }
    if (err != ERR_OK) {
        secret_wipe(key, PIN_KEY);
    }
    return err;
}
