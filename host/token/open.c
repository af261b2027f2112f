/* SPDX-License-Identifier: Apache-2.0 */
/* Finding tokens, opening and closing them. */
#include "token/lock.h"
#include "token/token.h"
#include "transport/pcsc.h"
#include "transport/usb.h"

#include <stdlib.h>
#include <string.h>

enum way { WAY_UNKNOWN, WAY_AUTO, WAY_PCSC, WAY_USB };
static enum way chosen = WAY_UNKNOWN;

int hufu_use_transport(const char *name)
{
    static const struct {
        const char *name;
        enum way way;
    } ways[] = {{"auto", WAY_AUTO}, {"pcsc", WAY_PCSC}, {"usb", WAY_USB}};
    if (name == NULL || name[0] == '\0') {
        name = getenv("HUFU_TRANSPORT");
    }
    if (name == NULL || name[0] == '\0') {
        name = "auto";
    }
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(ways[i].name, name) == 0) {
            chosen = ways[i].way;
            return HUFU_OK;
        }
    }
    return HUFU_ERR_PARAM;
}

/* A word in the environment that means nothing is as none: a library has nobody to tell. */
static enum way transport_way(void)
{
    if (chosen == WAY_UNKNOWN && hufu_use_transport(NULL) != HUFU_OK) {
        chosen = WAY_AUTO;
    }
    return chosen;
}

bool token_over_pcsc(void)
{
    return transport_way() != WAY_USB;
}

bool token_over_usb(void)
{
    return transport_way() != WAY_PCSC;
}

/* Hufu's ATR carries this in its historical bytes, whatever the reader is called. */
#define ATR_MARK "Hufu"

static bool atr_is_hufu(const uint8_t *atr, size_t len)
{
    const size_t mark = sizeof ATR_MARK - 1;
    for (size_t i = 2; i + mark <= len; i++) {
        if (memcmp(atr + i, ATR_MARK, mark) == 0) {
            return true;
        }
    }
    return false;
}

/* A board behind a bridge may show another ATR: ask for the applet. A foreign card refuses an
 * unknown AID and changes nothing; our own never gets here, because SELECT ends applet state. */
static int recognise(hufu_token *token, const uint8_t *atr, size_t atr_len)
{
    if (atr_len == 0 || atr_is_hufu(atr, atr_len)) {
        return HUFU_OK;
    }
    int error = hufu_begin(token);
    if (error != HUFU_OK) {
        return error;
    }
    token->bare = true;
    error = token_select(token, HUFU_AID_SKF);
    token->bare = false;
    hufu_end(token);
    switch (error) {
    case HUFU_OK:
    case HUFU_ERR_REMOVED:
    case HUFU_ERR_TRANSPORT:
        return error;
    default:
        return HUFU_ERR_NO_READER;
    }
}

int token_open(const struct transport *transport, const char *reader, hufu_token **token)
{
    uint8_t atr[TRANSPORT_ATR_MAX];
    size_t atr_len = 0;
    hufu_token *t = calloc(1, sizeof *t);
    char *name = strdup(reader);
    int error = t == NULL || name == NULL ? HUFU_ERR_MEMORY : HUFU_OK;
    if (error == HUFU_OK) {
        t->transport = *transport;
        t->reader = name;
        t->lock = LOCK_NONE;
        error = t->transport.connect(t->transport.ctx, atr, &atr_len);
    }
    if (error == HUFU_OK) {
        error = recognise(t, atr, atr_len);
    }
    if (error != HUFU_OK) {
        transport->close(transport->ctx);
        free(name);
        free(t);
        return error;
    }
    *token = t;
    return HUFU_OK;
}

static bool is_usb_name(const char *reader)
{
    return strncmp(reader, USB_NAME_PREFIX, sizeof USB_NAME_PREFIX - 1) == 0;
}

static int open_reader(const char *reader, hufu_token **token)
{
    struct transport transport;
    const enum way way = transport_way();
    if (is_usb_name(reader) ? way == WAY_PCSC : way == WAY_USB) {
        return HUFU_ERR_NO_READER;
    }
    int error = is_usb_name(reader) ? usb_transport(reader, &transport)
                                    : pcsc_transport(reader, &transport);
    return error == HUFU_OK ? token_open(&transport, reader, token) : error;
}

/* pcscd learns of a card's removal a moment after it happened: a token is there if it answers.
 * GetDevInfo changes nothing, and inside a transaction it parts no other process's challenge from
 * its command. */
static bool answers(hufu_token *token)
{
    struct hufu_info info;
    int error = hufu_begin(token);
    if (error == HUFU_OK) {
        error = hufu_dev_info(token, &info);
        hufu_end(token);
    }
    return error != HUFU_ERR_NO_READER && error != HUFU_ERR_REMOVED && error != HUFU_ERR_TRANSPORT;
}

/* Tokens in pcscd's readers. */
static int list_pcsc(char ***readers, size_t *count)
{
    char **all;
    size_t total, kept = 0;
    *readers = NULL;
    *count = 0;
    int error = pcsc_readers(&all, &total);
    if (error != HUFU_OK) {
        return error;
    }
    for (size_t i = 0; i < total; i++) {
        hufu_token *token;
        char *name = all[i];
        all[i] = NULL;
        /* Locked: a token. To connect to it or to ask would be to wait for who locked it. */
        bool held = lock_is_held(name);
        bool present = held || open_reader(name, &token) == HUFU_OK;
        if (present && !held) {
            token->bare = true; /* nothing secret is asked, and nobody's identity */
            present = answers(token);
            hufu_close(token);
        }
        if (present) {
            all[kept++] = name;
        } else {
            free(name);
        }
    }
    *readers = all;
    *count = kept;
    return HUFU_OK;
}

int hufu_list(char ***readers, size_t *count)
{
    if (readers == NULL || count == NULL) {
        return HUFU_ERR_PARAM;
    }
    const enum way way = transport_way();
    if (way == WAY_USB) {
        return usb_tokens(readers, count);
    }
    int error = list_pcsc(readers, count);
    if (way == WAY_PCSC || (error == HUFU_OK && *count > 0)) {
        return error;
    }
    /* None in a reader: what stands in a port that pcscd does not serve counts. */
    char **ports;
    size_t in_ports;
    if (usb_tokens(&ports, &in_ports) != HUFU_OK) {
        return error;
    }
    if (in_ports == 0) {
        hufu_free_list(ports);
        return error;
    }
    hufu_free_list(*readers);
    *readers = ports;
    *count = in_ports;
    return HUFU_OK;
}

void hufu_free_list(char **readers)
{
    pcsc_free(readers);
}

static int open_only(hufu_token **token)
{
    char **readers;
    size_t count;
    int error = hufu_list(&readers, &count);
    if (error == HUFU_OK) {
        error = count == 0   ? HUFU_ERR_NO_READER
                : count == 1 ? open_reader(readers[0], token)
                             : HUFU_ERR_MANY_READERS;
    }
    hufu_free_list(readers);
    return error;
}

int hufu_open(const char *reader, hufu_token **token)
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    *token = NULL;
    if (reader == NULL || reader[0] == '\0') {
        reader = getenv("HUFU_READER");
    }
    if (reader == NULL || reader[0] == '\0') {
        return open_only(token);
    }
    int error = open_reader(reader, token);
    /* Nothing was open yet, so nothing was pulled: the reader is not there, or empty. */
    return error == HUFU_ERR_REMOVED ? HUFU_ERR_NO_READER : error;
}

void hufu_close(hufu_token *token)
{
    if (token == NULL) {
        return;
    }
    channel_close(token);
    while (token->depth > 0) {
        hufu_end(token);
    }
    lock_end(&token->lock);
    token->transport.close(token->transport.ctx);
    free(token->reader);
    free(token);
}

const char *hufu_reader(const hufu_token *token)
{
    return token == NULL ? "" : token->reader;
}
