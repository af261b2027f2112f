/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens coming and going: of all the cards in all readers, those that are ours. */
#include "transport/watch.h"
#include "token/token.h"
#include "transport/usb.h"

#include <stdlib.h>
#include <string.h>

#define TOKENS 16u

struct hufu_watch {
    struct watch *cards;     /* over PC/SC, or NULL: */
    struct usb_watch *ports; /* over USB */
    char *tokens[TOKENS];    /* readers whose token was told, or there at the start */
    const char *reader;      /* the event that waits to be taken */
    bool present;
};

static char **slot_of(hufu_watch *w, const char *reader)
{
    for (size_t i = 0; i < TOKENS; i++) {
        if (w->tokens[i] != NULL && strcmp(w->tokens[i], reader) == 0) {
            return &w->tokens[i];
        }
    }
    return NULL;
}

static void remember(hufu_watch *w, const char *reader)
{
    for (size_t i = 0; i < TOKENS && slot_of(w, reader) == NULL; i++) {
        if (w->tokens[i] == NULL) {
            w->tokens[i] = strdup(reader);
        }
    }
}

static void forget(hufu_watch *w, const char *reader)
{
    char **slot = slot_of(w, reader);
    if (slot != NULL) {
        free(*slot);
        *slot = NULL;
    }
}

/* What comes is one of ours if it says so; what goes, if it was one. */
static bool is_ours(hufu_watch *w, const char *reader, bool present)
{
    if (!present) {
        return slot_of(w, reader) != NULL;
    }
    hufu_token *token;
    bool ours = hufu_open(reader, &token) == HUFU_OK;
    if (ours) {
        hufu_close(token);
    }
    return ours;
}

static void change_done(hufu_watch *w)
{
    if (w->ports != NULL) {
        usb_watch_done(w->ports);
    } else {
        watch_done(w->cards);
    }
}

int hufu_watch_open(hufu_watch **watch)
{
    char **readers = NULL;
    size_t count = 0;
    hufu_watch *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return HUFU_ERR_MEMORY;
    }
    int error = token_over_pcsc() ? watch_open(&w->cards) : HUFU_ERR_NO_SERVICE;
    if (error == HUFU_ERR_NO_SERVICE && token_over_usb()) {
        error = usb_watch_open(&w->ports) == HUFU_OK ? HUFU_OK : error;
    }
    if (error == HUFU_OK) {
        error = hufu_list(&readers, &count);
    }
    for (size_t i = 0; error == HUFU_OK && i < count; i++) {
        remember(w, readers[i]);
    }
    hufu_free_list(readers);
    if (error != HUFU_OK) {
        hufu_watch_close(w);
        return error;
    }
    *watch = w;
    return HUFU_OK;
}

int hufu_watch_next(hufu_watch *w, unsigned ms, const char **reader, bool *present)
{
    int error = w->ports != NULL ? usb_watch_next(w->ports, ms, &w->reader, &w->present)
                                 : watch_next(w->cards, ms, &w->reader, &w->present);
    if (error == HUFU_OK && !is_ours(w, w->reader, w->present)) {
        change_done(w);
        error = HUFU_ERR_STATE;
    }
    if (error == HUFU_OK) {
        *reader = w->reader;
        *present = w->present;
    }
    return error;
}

void hufu_watch_done(hufu_watch *w)
{
    if (w->present) {
        remember(w, w->reader);
    } else {
        forget(w, w->reader);
    }
    change_done(w);
}

void hufu_watch_cancel(hufu_watch *w)
{
    if (w->ports != NULL) {
        usb_watch_cancel(w->ports);
    } else {
        watch_cancel(w->cards);
    }
}

void hufu_watch_close(hufu_watch *w)
{
    if (w != NULL) {
        watch_close(w->cards);
        usb_watch_close(w->ports);
        for (size_t i = 0; i < TOKENS; i++) {
            free(w->tokens[i]);
        }
        free(w);
    }
}
