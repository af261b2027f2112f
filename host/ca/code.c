/* SPDX-License-Identifier: Apache-2.0 */
#include "code.h"
#include "keyfile.h"
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Product in GF(32), x^5 + x^2 + 1. */
static unsigned multiply(unsigned a, unsigned b)
{
    unsigned product = 0;
    for (int i = 0; i < 5; i++) {
        product ^= a & (0u - (b >> i & 1u));
        a = (a << 1) ^ (0x25u & (0u - (a >> 4 & 1u)));
    }
    return product;
}

/* The weights are different powers of a generator: 20 places, order 31. */
static unsigned check_value(const uint8_t values[CODE_CHARS - 1])
{
    unsigned sum = 0, weight = 1;
    for (int i = 0; i < CODE_CHARS - 1; i++) {
        weight = multiply(weight, 2);
        sum ^= multiply(values[i], weight);
    }
    return sum;
}

int code_make(char text[CODE_TEXT])
{
    uint8_t values[CODE_CHARS];
    if (RAND_priv_bytes(values, sizeof values) != 1)
        return CA_ERR_CRYPTO;
    for (int i = 0; i < CODE_CHARS; i++)
        values[i] &= 31;
    values[CODE_CHARS - 1] = (uint8_t)check_value(values);
    char *out = text;
    for (int i = 0; i < CODE_CHARS; i++) {
        if (i > 0 && i % 5 == 0)
            *out++ = '-';
        *out++ = alphabet[values[i]];
    }
    *out = 0;
    OPENSSL_cleanse(values, sizeof values);
    return CA_OK;
}

static int value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L')
        c = '1';
    if (c == 'O')
        c = '0';
    const char *place = c ? strchr(alphabet, c) : NULL;
    return place ? (int)(place - alphabet) : -1;
}

int code_normalize(const char *text, char plain[CODE_CHARS + 1])
{
    uint8_t values[CODE_CHARS];
    size_t len = 0;
    int error = CA_OK;
    for (; *text && error == CA_OK; text++) {
        if (*text == '-' || *text == ' ')
            continue;
        int value = value_of(*text);
        if (value < 0 || len == CODE_CHARS)
            error = CA_ERR_FORMAT;
        else
            values[len++] = (uint8_t)value;
    }
    if (error == CA_OK && (len != CODE_CHARS || check_value(values) != values[CODE_CHARS - 1]))
        error = CA_ERR_FORMAT;
    memset(plain, '?', CODE_CHARS);
    for (size_t i = 0; error == CA_OK && i < CODE_CHARS; i++)
        plain[i] = alphabet[values[i]];
    plain[CODE_CHARS] = 0;
    OPENSSL_cleanse(values, sizeof values);
    return error;
}

int code_hash(const uint8_t key[32], const char *applicant, const char *plain, uint8_t hash[32])
{
    char text[APPLICANT_ID_MAX + CODE_CHARS + 2] = {0};
    memcpy(text, applicant, strnlen(applicant, APPLICANT_ID_MAX));
    memcpy(text + APPLICANT_ID_MAX + 1, plain, strnlen(plain, CODE_CHARS));
    int error = hmac_sm3(key, text, sizeof text, hash);
    OPENSSL_cleanse(text, sizeof text);
    return error;
}

static const char *judge(const struct code_record *record, int found, bool match, int64_t now)
{
    if (found != CA_OK)
        return "unknown applicant or no code";
    if (record->tries >= CODE_TRIES)
        return "locked";
    if (!match)
        return "wrong code";
    if (record->spent ? now > record->spent + CODE_AGAIN : now > record->expires)
        return record->spent ? "spent" : "expired";
    return NULL;
}

int code_check(struct ca *ca, const char *applicant, const char *text, int64_t now,
               struct code_record *record, const char **reason)
{
    char plain[CODE_CHARS + 1];
    uint8_t hash[32];
    int found = storage_code_latest(ca->db, applicant, record);
    if (found != CA_OK && found != CA_ERR_ABSENT)
        return found;
    if (found == CA_ERR_ABSENT)
        memset(record, 0, sizeof *record);
    code_normalize(text, plain); /* of wrong form: a text that no hash is stored for */
    int error = code_hash(ca->code_key, applicant, plain, hash);
    OPENSSL_cleanse(plain, sizeof plain);
    if (error != CA_OK)
        return error;
    bool match = CRYPTO_memcmp(hash, record->hash, sizeof hash) == 0;
    *reason = judge(record, found, match, now);
    if (!*reason)
        return CA_OK;
    error = storage_code_wrong(ca->db, applicant);
    memset(record, 0, sizeof *record);
    return error == CA_OK ? CA_ERR_AUTH : error;
}
