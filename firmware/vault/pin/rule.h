/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The issuer's rule for new PINs. Each PIN has its own; without one, any PIN of the right form will
 * do (6 to 16 bytes). What is checked here is always a PIN that came in clear inside the channel or
 * out of its cipher; bare hosts' rules are nobody's to trust.
 */
#ifndef HUFU_PIN_RULE_H
#define HUFU_PIN_RULE_H

#include "pin/pin_key.h"
#include <stdint.h>

/* Kinds of bytes that must all be there. */
#define PIN_CLASS_DIGIT 1u
#define PIN_CLASS_LOWER 2u
#define PIN_CLASS_UPPER 4u
#define PIN_CLASS_OTHER 8u /* signs, spaces, and what is not ASCII */
#define PIN_CLASS_ALL   15u

#define PIN_NOT_ONE_BYTE 1u /* not one byte again and again */
#define PIN_NOT_SEQUENCE 2u /* not rising, nor falling, by one from byte to byte */
#define PIN_NOT_PRESENT  4u /* not the PIN that it replaces */
#define PIN_FLAGS_ALL    7u

struct pin_rule {
    uint8_t min; /* PIN_MIN..PIN_MAX */
    uint8_t classes, flags;
};

/* Under these ids stand the rules that applications made later begin with. type: 0 admin, 1 user */
#define PIN_RULE_LATER(type) ((uint16_t)(PIN_COUNT + (type)))

/* id: a PIN id or PIN_RULE_LATER. ERR_OK, also when there is none: the permissive rule;
 * ERR_INTEGRITY; the store's errors. */
int pin_rule_get(uint16_t id, struct pin_rule *rule);
/* ERR_OK; ERR_DATA: not a rule. */
int pin_rule_valid(const struct pin_rule *rule);
/* Inside an open transaction. */
int pin_rule_put(uint16_t id, const struct pin_rule *rule);
int pin_rule_delete(uint16_t id);

/*
 * A new PIN in its field against the rule of that id. The same steps for every PIN of every length;
 * the outcome is the caller's to know. ERR_OK; ERR_DATA: not the form of a PIN; WIRE_PIN_LENGTH;
 * WIRE_PIN_RULE; the store's errors.
 */
int pin_rule_check(uint16_t id, const uint8_t field[PIN_FIELD]);

/*
 * [out] key: of the new PIN that will replace pin, once somebody has proven that he may.
 * ERR_OK; WIRE_PIN_REUSED: it is the present one and the rule minds; the store's errors. key is
 * zeroed unless ERR_OK.
 */
int pin_rule_new_key(uint16_t pin, const uint8_t field[PIN_FIELD], uint8_t key[PIN_KEY]);

#endif
