/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bare GM/T 0017 protection of PINs and device keys: a key derived from the PIN, a challenge
 * used once, a short MAC. What a listener gains from it is in the threat model; the channel will
 * replace it for Hufu's own host code.
 */
#include "token/token.h"

#include "util/wipe.h"
#include <openssl/evp.h>

#define CHALLENGE 8u
#define MAC_LEN   4u

int secure_pin_form(const char *pin)
{
    if (pin == NULL) {
        return HUFU_ERR_PARAM;
    }
    size_t len = strnlen(pin, HUFU_PIN_MAX + 1);
    bool good = len >= HUFU_PIN_MIN && len <= HUFU_PIN_MAX;
    for (size_t i = 0; i < len; i++) {
        good &= (unsigned char)pin[i] >= 0x20 && pin[i] != 0x7F;
    }
    return good ? HUFU_OK : HUFU_ERR_PIN_FORM;
}

int secure_pin_key(const char *pin, uint8_t key[SECURE_KEY])
{
    int error = secure_pin_form(pin);
    if (error != HUFU_OK) {
        return error;
    }
    uint8_t padded[HUFU_PIN_MAX] = {0}, digest[EVP_MAX_MD_SIZE];
    memcpy(padded, pin, strlen(pin));
    if (EVP_Digest(padded, sizeof padded, digest, NULL, EVP_sha1(), NULL) == 1) {
        memcpy(key, digest, SECURE_KEY);
    } else {
        error = HUFU_ERR_INTERNAL;
    }
    util_wipe(padded, sizeof padded);
    util_wipe(digest, sizeof digest);
    return error;
}

int secure_challenge(hufu_token *token, uint8_t block[SECURE_BLOCK])
{
    struct command c;
    size_t len;
    memset(block, 0, SECURE_BLOCK);
    command_start(&c, HUFU_INS_GEN_RANDOM, 0, 0);
    c.answer = true;
    c.le = CHALLENGE;
    int error = token_command(token, &c, block, CHALLENGE, &len, NULL);
    return error == HUFU_OK && len != CHALLENGE ? HUFU_ERR_PROTOCOL : error;
}

int secure_encrypt(const uint8_t key[SECURE_KEY], const uint8_t in[SECURE_BLOCK],
                   uint8_t out[SECURE_BLOCK])
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int len = 0;
    bool done = ctx != NULL && EVP_EncryptInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL) == 1 &&
                EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
                EVP_EncryptUpdate(ctx, out, &len, in, SECURE_BLOCK) == 1 && len == SECURE_BLOCK;
    EVP_CIPHER_CTX_free(ctx);
    return done ? HUFU_OK : HUFU_ERR_INTERNAL;
}

int secure_mac(struct command *c, const uint8_t key[SECURE_KEY], const uint8_t iv[SECURE_BLOCK])
{
    uint8_t covered[128] = {0}; /* the longest command with a MAC is far shorter */
    struct writer w = {.at = covered, .cap = sizeof covered};
    c->cla = HUFU_CLA_SKF_MAC;
    const uint8_t header[4] = {c->cla, c->ins, c->p1, c->p2};
    put(&w, header, sizeof header);
    put16(&w, (uint32_t)(c->data.len + MAC_LEN));
    put(&w, c->bytes, c->data.len);
    put8(&w, 0x80);
    if (w.bad || c->data.bad) {
        return HUFU_ERR_INTERNAL;
    }
    uint8_t chain[SECURE_BLOCK];
    memcpy(chain, iv, sizeof chain);
    int error = HUFU_OK;
    for (size_t at = 0; at < w.len && error == HUFU_OK; at += SECURE_BLOCK) {
        for (size_t i = 0; i < SECURE_BLOCK; i++) {
            chain[i] ^= covered[at + i];
        }
        error = secure_encrypt(key, chain, chain);
    }
    put(&c->data, chain, MAC_LEN);
    util_wipe(covered, sizeof covered);
    return error;
}
