/* SPDX-License-Identifier: Apache-2.0 */
/* One command and its answer: framing, GET RESPONSE, transactions. */
#include "token/lock.h"
#include "token/token.h"

#include "util/wipe.h"

#define ANSWER_MAX (HUFU_APDU_MAX_DATA + 2u)

/* What has never answered was not pulled: it was not there. The service may still believe in a
 * card that has just gone. */
static int met(hufu_token *token, int error)
{
    if (error == HUFU_OK) {
        token->met = true;
    }
    return error == HUFU_ERR_REMOVED && !token->met ? HUFU_ERR_NO_READER : error;
}

int hufu_begin(hufu_token *token)
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    if (token->depth == 0) {
        int error = token->transport.begin(token->transport.ctx);
        if (error != HUFU_OK) {
            return met(token, error);
        }
    }
    token->depth++;
    return HUFU_OK;
}

int hufu_begin_within(hufu_token *token, uint32_t ms)
{
    if (token != NULL && token->depth == 0 && token->transport.wait != NULL) {
        int error = token->transport.wait(token->transport.ctx, ms);
        if (error != HUFU_OK) {
            return error;
        }
    }
    return hufu_begin(token);
}

void hufu_end(hufu_token *token)
{
    if (token == NULL || token->depth == 0) {
        return;
    }
    if (--token->depth == 0) {
        token->transport.end(token->transport.ctx);
    }
}

bool hufu_gone(hufu_token *token)
{
    return token != NULL && token->transport.gone != NULL &&
           token->transport.gone(token->transport.ctx);
}

int hufu_try_lock(hufu_token *token)
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    if (token->locked) {
        return HUFU_OK;
    }
    if (!lock_try(token->reader, &token->lock)) {
        /* Whoever has it may keep it for long after the token has gone. */
        return hufu_gone(token) ? HUFU_ERR_REMOVED : HUFU_ERR_STATE;
    }
    int error = hufu_begin(token);
    if (error != HUFU_OK) {
        lock_end(&token->lock);
        return error;
    }
    token->locked = true;
    return HUFU_OK;
}

int hufu_unlock(hufu_token *token)
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    if (!token->locked) {
        return HUFU_ERR_STATE;
    }
    token->locked = false;
    hufu_end(token);
    lock_end(&token->lock);
    return HUFU_OK;
}

bool hufu_cancel(hufu_token *token)
{
    if (token == NULL || token->transport.cancel == NULL) {
        return false;
    }
    token->transport.cancel(token->transport.ctx);
    return true;
}

int hufu_end_sessions(hufu_token *token)
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    channel_drop(token);
    return token->transport.reset(token->transport.ctx);
}

static int transmit(hufu_token *token, const uint8_t *command, size_t command_len, uint8_t *answer,
                    size_t *answer_len)
{
    int error = met(token, token->transport.transmit(token->transport.ctx, command, command_len,
                                                     answer, answer_len));
    if (error == HUFU_OK && *answer_len < 2) {
        return HUFU_ERR_PROTOCOL;
    }
    return error;
}

int hufu_transmit(hufu_token *token, const uint8_t *command, size_t command_len, uint8_t *answer,
                  size_t *answer_len)
{
    if (token == NULL || command == NULL || command_len < 4 || answer == NULL ||
        answer_len == NULL || *answer_len < 2) {
        return HUFU_ERR_PARAM;
    }
    if (token->bare) {
        return transmit(token, command, command_len, answer, answer_len);
    }
    size_t len = 0;
    unsigned sw = 0;
    int error = channel_exchange(token, command, command_len, answer, *answer_len - 2, &len, &sw);
    if (error == HUFU_OK) {
        answer[len] = (uint8_t)(sw >> 8);
        answer[len + 1] = (uint8_t)sw;
        *answer_len = len + 2;
    }
    return error;
}

void command_start(struct command *c, uint8_t ins, uint8_t p1, uint8_t p2)
{
    c->cla = HUFU_CLA_SKF;
    c->ins = ins;
    c->p1 = p1;
    c->p2 = p2;
    c->answer = false;
    c->le = 0;
    c->plain = false;
    c->data = (struct writer){.at = c->bytes, .cap = sizeof c->bytes};
}

int put_name(struct command *c, const char *name, size_t max)
{
    if (name == NULL) {
        return HUFU_ERR_PARAM;
    }
    size_t len = strlen(name);
    if (len == 0 || len > max) {
        return HUFU_ERR_PARAM;
    }
    put(&c->data, name, len);
    return HUFU_OK;
}

/* Always the extended form: 00 Lc Lc data [Le Le], or 00 Le Le (docs/gmt0017.md, G2). */
static size_t frame(const struct command *c, uint8_t out[HUFU_APDU_MAX])
{
    struct writer w = {.at = out, .cap = HUFU_APDU_MAX};
    const uint8_t header[4] = {c->cla, c->ins, c->p1, c->p2};
    put(&w, header, sizeof header);
    if (c->data.len != 0) {
        put8(&w, 0);
        put16(&w, (uint32_t)c->data.len);
        put(&w, c->bytes, c->data.len);
    } else if (c->answer) {
        put8(&w, 0);
    }
    if (c->answer) {
        put16(&w, c->le);
    }
    return w.len;
}

/* Sends, and collects what 61xx announces. [out] answer without status word. */
static int exchange(hufu_token *token, const uint8_t *apdu, size_t apdu_len, uint8_t *answer,
                    size_t cap, size_t *len, unsigned *sw)
{
    static const uint8_t more[] = {HUFU_CLA_ISO, HUFU_INS_GET_RESPONSE, 0, 0, 0, 0, 0};
    uint8_t part[ANSWER_MAX];
    int error = HUFU_OK;
    *len = 0;
    do {
        size_t part_len = sizeof part;
        error = transmit(token, apdu, apdu_len, part, &part_len);
        if (error != HUFU_OK) {
            break;
        }
        part_len -= 2;
        *sw = (unsigned)part[part_len] << 8 | part[part_len + 1];
        if (part_len > cap - *len) {
            error = HUFU_ERR_PROTOCOL;
            break;
        }
        if (part_len != 0) {
            memcpy(answer + *len, part, part_len);
        }
        *len += part_len;
        /* A token that promises more without ever giving any would hold us here for ever. */
        if ((*sw & 0xFF00u) == SW_MORE && apdu == more && part_len == 0) {
            error = HUFU_ERR_PROTOCOL;
            break;
        }
        apdu = more;
        apdu_len = sizeof more;
    } while ((*sw & 0xFF00u) == SW_MORE);
    util_wipe(part, sizeof part);
    return error;
}

/* What a token in the error state, destroyed or still blank answers: it has no channel then, and
 * nothing secret is in these. */
static bool served_without_channel(const struct command *c)
{
    return c->plain || c->cla == HUFU_CLA_ISO ||
           (c->data.len == 0 &&
            (c->ins == HUFU_INS_ADMIN_STATUS || c->ins == HUFU_INS_ADMIN_SELFTEST));
}

static int protected_exchange(hufu_token *token, const struct command *c, const uint8_t *apdu,
                              size_t apdu_len, uint8_t *answer, size_t cap, size_t *len,
                              unsigned *sw)
{
    int error = channel_exchange(token, apdu, apdu_len, answer, cap, len, sw);
    bool none = error == HUFU_ERR_SELFTEST || error == HUFU_ERR_STATE;
    if (none && !token->channel.open && served_without_channel(c)) {
        error = exchange(token, apdu, apdu_len, answer, cap, len, sw);
    }
    return error;
}

static int run(hufu_token *token, struct command *c, bool bare, uint8_t *answer, size_t cap,
               size_t *len, unsigned *tries)
{
    uint8_t apdu[HUFU_APDU_MAX];
    size_t apdu_len = 0, got = 0;
    unsigned sw = 0;
    int error = token == NULL || c->data.bad ? HUFU_ERR_PARAM : HUFU_OK;
    if (error == HUFU_OK) {
        apdu_len = frame(c, apdu);
        error = bare ? exchange(token, apdu, apdu_len, answer, cap, &got, &sw)
                     : protected_exchange(token, c, apdu, apdu_len, answer, cap, &got, &sw);
    }
    if (error == HUFU_OK) {
        error = status_error(sw, tries);
    }
    util_wipe(apdu, apdu_len);
    util_wipe(c->bytes, c->data.len);
    if (error != HUFU_OK) {
        util_wipe(answer, cap);
        got = 0;
    }
    if (len != NULL) {
        *len = got;
    } else if (got != 0) {
        util_wipe(answer, cap);
        return HUFU_ERR_PROTOCOL;
    }
    return error;
}

int token_command(hufu_token *token, struct command *c, uint8_t *answer, size_t cap, size_t *len,
                  unsigned *tries)
{
    return run(token, c, token != NULL && token->bare, answer, cap, len, tries);
}

int token_bare(hufu_token *token, struct command *c, uint8_t *answer, size_t cap, size_t *len)
{
    return run(token, c, true, answer, cap, len, NULL);
}

int token_select(hufu_token *token, const char *aid)
{
    struct command c;
    uint8_t fci[258];
    size_t len;
    command_start(&c, HUFU_INS_SELECT, 4, 0);
    c.cla = HUFU_CLA_ISO;
    c.answer = true;
    put(&c.data, aid, HUFU_AID_LEN);
    return token_command(token, &c, fci, sizeof fci, &len, NULL);
}

int token_names(hufu_token *token, struct command *c, char *names, size_t *len)
{
    uint8_t list[HUFU_APDU_MAX_DATA];
    size_t got;
    c->answer = true;
    /* Room for the closing NUL, which an empty list may lack. */
    int error = token_command(token, c, list, sizeof list - 2, &got, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    if (got == 0) {
        list[got++] = '\0';
    }
    if (got == 1) {
        list[got++] = '\0';
    }
    if (list[got - 1] != '\0' || list[got - 2] != '\0') {
        return HUFU_ERR_PROTOCOL;
    }
    size_t room = *len;
    *len = got;
    if (names == NULL) {
        return HUFU_OK;
    }
    if (room < got) {
        return HUFU_ERR_BUFFER;
    }
    memcpy(names, list, got);
    return HUFU_OK;
}

int token_answer(hufu_token *token, struct command *c, uint8_t *answer, size_t len)
{
    size_t got;
    c->answer = true;
    int error = token_command(token, c, answer, len, &got, NULL);
    return error == HUFU_OK && got != len ? HUFU_ERR_PROTOCOL : error;
}

int token_id(hufu_token *token, struct command *c, uint16_t *id)
{
    uint8_t answer[2];
    if (id == NULL) {
        return HUFU_ERR_PARAM;
    }
    int error = token_answer(token, c, answer, sizeof answer);
    if (error == HUFU_OK) {
        *id = (uint16_t)(answer[0] << 8 | answer[1]);
    }
    return error;
}
