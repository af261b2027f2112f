/* SPDX-License-Identifier: Apache-2.0 */
/* The session channel as docs/channel.md has it; the other end is firmware/vault/channel/. */
#include "token/channel.h"

#include "token/token.h"
#include "util/wipe.h"
#include <openssl/crypto.h>

#define LABEL       "hufu channel 1"
#define TOKEN_LABEL "hufu channel 1 token"
#define HOST_LABEL  "hufu channel 1 host"
#define MAGIC       "hufu channel key"
#define TAG_FULL    32u
#define LEN(text)   (sizeof(text) - 1)

enum direction { TO_TOKEN = 1, TO_HOST = 2 };

void channel_drop(hufu_token *token)
{
    struct channel *c = &token->channel;
    util_wipe(c->cipher, sizeof c->cipher);
    util_wipe(c->mac, sizeof c->mac);
    c->open = false;
}

/* --- the handshake ------------------------------------------------------------------------ */

struct reply {
    uint32_t id;
    const uint8_t *ephemeral, *key, *serial, *identity, *certificate, *tag;
};

static int read_reply(const uint8_t *bytes, size_t len, struct reply *reply)
{
    struct reader r = {.at = bytes, .left = len};
    reply->id = take32(&r);
    reply->ephemeral = take(&r, CHANNEL_POINT);
    reply->key = take(&r, CHANNEL_POINT);
    reply->serial = take(&r, CHANNEL_SERIAL);
    reply->identity = take(&r, CHANNEL_POINT);
    reply->certificate = take(&r, 64);
    reply->tag = take(&r, TAG_FULL);
    return all_read(&r) ? HUFU_OK : HUFU_ERR_PROTOCOL;
}

/* The identity key says that this channel key is that token's. */
static int check_certificate(const struct reply *reply)
{
    uint8_t statement[LEN(MAGIC) + 1 + CHANNEL_SERIAL + CHANNEL_POINT];
    struct writer w = {.at = statement, .cap = sizeof statement};
    put(&w, MAGIC, LEN(MAGIC));
    put8(&w, HUFU_CHANNEL_VERSION);
    put(&w, reply->serial, CHANNEL_SERIAL);
    put(&w, reply->key, CHANNEL_POINT);
    return agreement_verify(reply->identity, statement, sizeof statement, reply->certificate);
}

static int first_step(hufu_token *token, const uint8_t hello[HUFU_CHANNEL_HELLO],
                      uint8_t reply[HUFU_CHANNEL_REPLY])
{
    struct command c;
    size_t len;
    command_start(&c, HUFU_INS_CHANNEL_OPEN, 1, 0);
    c.answer = true;
    put(&c.data, hello, HUFU_CHANNEL_HELLO);
    int error = token_bare(token, &c, reply, HUFU_CHANNEL_REPLY, &len);
    return error == HUFU_OK && len != HUFU_CHANNEL_REPLY ? HUFU_ERR_PROTOCOL : error;
}

struct secrets {
    uint8_t d[32], z[2 * CHANNEL_POINT + 32], derived[16 + 32 + 32];
};

/* The keys, and the two tags that show that both ends have them. */
static int derive(const uint8_t hello[HUFU_CHANNEL_HELLO], const uint8_t *bytes,
                  const struct reply *reply, struct secrets *s, uint8_t theirs[TAG_FULL],
                  uint8_t ours[TAG_FULL])
{
    uint8_t start[LEN(LABEL) + HUFU_CHANNEL_HELLO];
    uint8_t *transcript = s->z + 2 * CHANNEL_POINT;
    const uint8_t *confirm = s->derived + 48;
    memcpy(start, LABEL, LEN(LABEL));
    memcpy(start + LEN(LABEL), hello, HUFU_CHANNEL_HELLO);
    int error =
        agreement_hash(start, sizeof start, bytes, HUFU_CHANNEL_REPLY - TAG_FULL, transcript);
    if (error == HUFU_OK) {
        error = agreement_secret(s->d, reply->ephemeral, s->z);
    }
    if (error == HUFU_OK) {
        error = agreement_secret(s->d, reply->key, s->z + CHANNEL_POINT);
    }
    if (error == HUFU_OK) {
        error = agreement_kdf(s->z, sizeof s->z, s->derived, sizeof s->derived);
    }
    if (error == HUFU_OK) {
        error = agreement_hmac(confirm, TOKEN_LABEL, LEN(TOKEN_LABEL), transcript, 32, theirs);
    }
    return error == HUFU_OK
               ? agreement_hmac(confirm, HOST_LABEL, LEN(HOST_LABEL), transcript, 32, ours)
               : error;
}

static int second_step(hufu_token *token, uint32_t id, const uint8_t tag[TAG_FULL])
{
    struct command c;
    command_start(&c, HUFU_INS_CHANNEL_OPEN, 2, 0);
    put32(&c.data, id);
    put(&c.data, tag, TAG_FULL);
    int error = token_bare(token, &c, NULL, 0, NULL);
    return error == HUFU_ERR_REFUSED ? HUFU_ERR_TRUST : error;
}

/* All checks of the token come before anything is sent under the new keys; only who is no more
 * than unknown is let in, and meets meet() first. */
static int shake(hufu_token *token, struct secrets *s, bool *stranger)
{
    struct channel *c = &token->channel;
    uint8_t hello[HUFU_CHANNEL_HELLO] = {HUFU_CHANNEL_VERSION}, bytes[HUFU_CHANNEL_REPLY];
    uint8_t theirs[TAG_FULL], ours[TAG_FULL];
    struct reply reply;
    int error = agreement_pair(s->d, hello + 1);
    if (error == HUFU_OK) {
        error = first_step(token, hello, bytes);
    }
    if (error == HUFU_OK) {
        error = read_reply(bytes, sizeof bytes, &reply);
    }
    if (error == HUFU_OK) {
        error = check_certificate(&reply);
    }
    if (error == HUFU_OK) {
        error = derive(hello, bytes, &reply, s, theirs, ours);
    }
    if (error == HUFU_OK && CRYPTO_memcmp(theirs, reply.tag, TAG_FULL) != 0) {
        error = HUFU_ERR_TRUST;
    }
    /* Only a token that has proven its identity is looked up, so that nobody can plant a pin. */
    if (error == HUFU_OK) {
        memcpy(c->serial, reply.serial, CHANNEL_SERIAL);
        c->serial[CHANNEL_SERIAL] = '\0';
        memcpy(c->identity, reply.identity, CHANNEL_POINT);
        error = trust_check(token->trust, c->serial, c->identity);
        *stranger = error == HUFU_ERR_UNKNOWN_TOKEN;
        error = *stranger ? HUFU_OK : error;
    }
    if (error == HUFU_OK) {
        error = second_step(token, reply.id, ours);
    }
    if (error == HUFU_OK) {
        c->id = reply.id;
        c->counter = 0;
        memcpy(c->cipher, s->derived, sizeof c->cipher);
        memcpy(c->mac, s->derived + 16, sizeof c->mac);
        c->open = true;
    }
    return error;
}

/* A token never met: certified by a manufacturer who is known here, or taken at its word. */
static int meet(hufu_token *token)
{
    const struct channel met = token->channel;
    int error = trust_certified(token);
    if (error == HUFU_ERR_NOT_FOUND) {
        error = token->trust == TRUST_STRICT ? HUFU_ERR_UNKNOWN_TOKEN : HUFU_OK;
    }
    return error == HUFU_OK ? trust_store(met.serial, met.identity) : error;
}

int channel_open(hufu_token *token)
{
    struct secrets s;
    bool stranger = false;
    if (token->channel.open) {
        return HUFU_OK;
    }
    /* It would be asked who it is in the new one as well, and could go on losing them for ever. */
    if (token->asking) {
        return HUFU_ERR_PROTOCOL;
    }
    /* One handshake waits in the token at a time: no other process comes between the steps. */
    int error = hufu_begin(token);
    if (error == HUFU_OK) {
        error = shake(token, &s, &stranger);
        util_wipe(&s, sizeof s);
        if (error == HUFU_OK && token->trust != TRUST_ANY) {
            error = stranger ? meet(token) : trust_not_revoked(token);
            if (error != HUFU_OK) {
                channel_close(token);
            }
        }
        hufu_end(token);
    }
    return error;
}

/* --- records ------------------------------------------------------------------------------ */

static int crypt(const struct channel *c, enum direction direction, uint8_t *data, size_t len)
{
    uint8_t counter[16] = {(uint8_t)direction};
    for (unsigned i = 0; i < 4; i++) {
        counter[8 + i] = (uint8_t)(c->counter >> (24 - 8 * i));
    }
    return agreement_crypt(c->cipher, counter, data, len);
}

static int tag_of(const struct channel *c, enum direction direction, const uint8_t *data,
                  size_t len, uint8_t tag[TAG_FULL])
{
    uint8_t head[1 + HUFU_CHANNEL_HEAD];
    struct writer w = {.at = head, .cap = sizeof head};
    put8(&w, (uint8_t)direction);
    put32(&w, c->id);
    put32(&w, c->counter);
    return agreement_hmac(c->mac, head, sizeof head, data, len, tag);
}

static int seal(const struct channel *c, const uint8_t *apdu, size_t len, struct command *record)
{
    uint8_t tag[TAG_FULL];
    command_start(record, HUFU_INS_CHANNEL_RECORD, 0, 0);
    record->answer = true;
    put32(&record->data, c->id);
    put32(&record->data, c->counter);
    put(&record->data, apdu, len);
    if (record->data.bad || record->data.len + HUFU_CHANNEL_TAG > record->data.cap) {
        util_wipe(record->bytes, sizeof record->bytes);
        return HUFU_ERR_PARAM;
    }
    uint8_t *cipher = record->bytes + HUFU_CHANNEL_HEAD;
    int error = crypt(c, TO_TOKEN, cipher, len);
    if (error == HUFU_OK) {
        error = tag_of(c, TO_TOKEN, cipher, len, tag);
    }
    put(&record->data, tag, HUFU_CHANNEL_TAG);
    return error;
}

/* [in/out] data: an answer's data field; its plaintext and *len without the status word. */
static int unseal(const struct channel *c, uint8_t *data, size_t *len, unsigned *sw)
{
    uint8_t tag[TAG_FULL];
    if (*len < 2 + HUFU_CHANNEL_TAG) {
        return HUFU_ERR_PROTOCOL;
    }
    size_t n = *len - HUFU_CHANNEL_TAG;
    int error = tag_of(c, TO_HOST, data, n, tag);
    if (error == HUFU_OK && CRYPTO_memcmp(tag, data + n, HUFU_CHANNEL_TAG) != 0) {
        error = HUFU_ERR_PROTOCOL;
    }
    if (error == HUFU_OK) {
        error = crypt(c, TO_HOST, data, n);
    }
    if (error == HUFU_OK) {
        *sw = (unsigned)data[n - 2] << 8 | data[n - 1];
        *len = n - 2;
    }
    return error;
}

/* One record out and back. *lost: the token does not know the session. */
static int round_trip(hufu_token *token, const uint8_t *apdu, size_t apdu_len, uint8_t *answer,
                      size_t cap, size_t *len, unsigned *sw, bool *lost)
{
    struct channel *c = &token->channel;
    struct command record;
    uint8_t data[HUFU_APDU_MAX_DATA];
    size_t got = 0;
    *lost = false;
    int error = seal(c, apdu, apdu_len, &record);
    if (error != HUFU_OK) {
        return error;
    }
    error = token_bare(token, &record, data, sizeof data, &got);
    *lost = error == HUFU_ERR_REFUSED;
    if (error == HUFU_OK) {
        error = unseal(c, data, &got, sw);
    }
    if (error != HUFU_OK) {
        /* What the token made of the record is not known: this session is over. */
        channel_drop(token);
    } else if (c->counter == HUFU_CHANNEL_LAST) {
        channel_drop(token);
    } else {
        c->counter++;
    }
    if (error == HUFU_OK && got > cap) {
        error = HUFU_ERR_PROTOCOL;
    }
    if (error == HUFU_OK) {
        if (got != 0) {
            memcpy(answer, data, got);
        }
        *len = got;
    }
    util_wipe(data, sizeof data);
    return error;
}

int channel_exchange(hufu_token *token, const uint8_t *apdu, size_t apdu_len, uint8_t *answer,
                     size_t cap, size_t *len, unsigned *sw)
{
    bool lost = false;
    *len = 0;
    int error = channel_open(token);
    if (error == HUFU_OK) {
        error = round_trip(token, apdu, apdu_len, answer, cap, len, sw, &lost);
    }
    if (!lost) {
        return error;
    }
    /* Held until the answer is here, so that no newcomers take the new session's place before. */
    error = hufu_begin(token);
    if (error == HUFU_OK) {
        error = channel_open(token);
        if (error == HUFU_OK) {
            error = round_trip(token, apdu, apdu_len, answer, cap, len, sw, &lost);
        }
        hufu_end(token);
    }
    return lost ? HUFU_ERR_PROTOCOL : error;
}

void channel_close(hufu_token *token)
{
    static const uint8_t close[] = {HUFU_CLA_SKF, HUFU_INS_CHANNEL_CLOSE, 0, 0};
    size_t len;
    unsigned sw;
    bool lost;
    if (token->channel.open) {
        (void)round_trip(token, close, sizeof close, NULL, 0, &len, &sw, &lost);
    }
    channel_drop(token);
}
