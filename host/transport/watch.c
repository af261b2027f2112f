/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/watch.h"

#include "hufu/hufu.h"
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#define READERS       PCSCLITE_MAX_READERS_CONTEXTS
#define PNP           "\\\\?PnP?\\Notification" /* PC/SC's own name for "the list of readers" */
#define QUEUE         (4 * READERS)
#define COUNT(state)  ((unsigned)((state) >> 16 & 0xFFFFu))
#define COUNT_CHANGED 2u /* pulled and put back is two events */

struct seen {
    char *reader; /* NULL: unused */
    bool present;
    bool listed; /* PC/SC still has the reader */
    DWORD state;
};

struct change {
    char *reader;
    bool present;
};

struct watch {
    SCARDCONTEXT context;
    struct seen seen[READERS];
    DWORD pnp_state;
    struct change queue[QUEUE];
    size_t queued;
};

static int error_of(LONG code)
{
    switch (code) {
    case SCARD_E_NO_MEMORY:
        return HUFU_ERR_MEMORY;
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
        return HUFU_ERR_NO_SERVICE;
    default:
        return HUFU_ERR_TRANSPORT;
    }
}

/* A change that does not fit is dropped: whoever reads none for so long learns nothing from it. */
static void put_change(struct watch *w, const char *reader, bool present)
{
    char *name = w->queued < QUEUE ? strdup(reader) : NULL;
    if (name != NULL) {
        w->queue[w->queued++] = (struct change){.reader = name, .present = present};
    }
}

void watch_done(struct watch *w)
{
    if (w->queued != 0) {
        free(w->queue[0].reader);
        memmove(w->queue, w->queue + 1, --w->queued * sizeof w->queue[0]);
    }
}

/* --- readers ------------------------------------------------------------------------------ */

static void forget(struct watch *w, struct seen *s)
{
    if (s->present) {
        put_change(w, s->reader, false);
    }
    free(s->reader);
    *s = (struct seen){.reader = NULL};
}

static void list_one(struct watch *w, const char *reader)
{
    struct seen *unused = NULL;
    for (size_t i = 0; i < READERS; i++) {
        struct seen *s = &w->seen[i];
        if (s->reader == NULL) {
            unused = unused == NULL ? s : unused;
        } else if (strcmp(s->reader, reader) == 0) {
            s->listed = true;
            return;
        }
    }
    char *name = unused == NULL ? NULL : strdup(reader);
    if (name != NULL) {
        *unused = (struct seen){.reader = name, .listed = true, .state = SCARD_STATE_UNAWARE};
    }
}

static int list(struct watch *w)
{
    char *names = NULL;
    DWORD len = SCARD_AUTOALLOCATE;
    LONG code = SCardListReaders(w->context, NULL, (LPSTR)&names, &len);
    if (code != SCARD_S_SUCCESS && code != SCARD_E_NO_READERS_AVAILABLE) {
        return error_of(code);
    }
    for (size_t i = 0; i < READERS; i++) {
        w->seen[i].listed = false;
    }
    if (code == SCARD_S_SUCCESS) {
        for (const char *name = names; *name != '\0'; name += strlen(name) + 1) {
            list_one(w, name);
        }
        SCardFreeMemory(w->context, names);
    }
    for (size_t i = 0; i < READERS; i++) {
        if (w->seen[i].reader != NULL && !w->seen[i].listed) {
            forget(w, &w->seen[i]);
        }
    }
    return HUFU_OK;
}

/* --- states ------------------------------------------------------------------------------- */

/* A card that has not answered yet is not there yet. */
static bool is_present(DWORD state)
{
    return (state & SCARD_STATE_PRESENT) != 0 && (state & SCARD_STATE_MUTE) == 0;
}

static void compare(struct watch *w, struct seen *s, DWORD state)
{
    bool present = is_present(state);
    bool first = s->state == SCARD_STATE_UNAWARE;
    unsigned events = (COUNT(state) - COUNT(s->state)) & 0xFFFFu;
    if (s->present && present && !first && events >= COUNT_CHANGED) {
        put_change(w, s->reader, false);
        put_change(w, s->reader, true);
    } else if (s->present != present) {
        put_change(w, s->reader, present);
    }
    s->present = present;
    s->state = state & ~(DWORD)SCARD_STATE_CHANGED;
}

/* One look at all readers and their list, waiting at most ms for anything to happen. */
static int look(struct watch *w, unsigned ms)
{
    SCARD_READERSTATE states[READERS + 1];
    struct seen *of[READERS];
    DWORD n = 0;
    memset(states, 0, sizeof states);
    for (size_t i = 0; i < READERS; i++) {
        if (w->seen[i].reader != NULL) {
            states[n].szReader = w->seen[i].reader;
            states[n].dwCurrentState = w->seen[i].state;
            of[n++] = &w->seen[i];
        }
    }
    states[n].szReader = PNP;
    states[n].dwCurrentState = w->pnp_state;
    LONG code = SCardGetStatusChange(w->context, ms, states, n + 1);
    if (code == SCARD_E_TIMEOUT || code == SCARD_E_CANCELLED || code == SCARD_E_UNKNOWN_READER ||
        code == SCARD_E_READER_UNAVAILABLE) {
        return HUFU_OK; /* a reader that went shows in the next list */
    }
    if (code != SCARD_S_SUCCESS) {
        return error_of(code);
    }
    for (DWORD i = 0; i < n; i++) {
        compare(w, of[i], states[i].dwEventState);
    }
    w->pnp_state = states[n].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    return HUFU_OK;
}

/* --- the watch ---------------------------------------------------------------------------- */

int watch_open(struct watch **watch)
{
    struct watch *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return HUFU_ERR_MEMORY;
    }
    LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &w->context);
    if (code != SCARD_S_SUCCESS) {
        free(w);
        return error_of(code);
    }
    int error = list(w);
    if (error == HUFU_OK) {
        error = look(w, 0);
    }
    while (w->queued != 0) {
        watch_done(w);
    }
    if (error != HUFU_OK) {
        watch_close(w);
        return error;
    }
    *watch = w;
    return HUFU_OK;
}

void watch_close(struct watch *w)
{
    if (w == NULL) {
        return;
    }
    while (w->queued != 0) {
        watch_done(w);
    }
    for (size_t i = 0; i < READERS; i++) {
        free(w->seen[i].reader);
    }
    SCardReleaseContext(w->context);
    free(w);
}

int watch_next(struct watch *w, unsigned ms, const char **reader, bool *present)
{
    int error = w->queued != 0 ? HUFU_OK : list(w);
    if (error == HUFU_OK && w->queued == 0) {
        error = look(w, ms);
    }
    if (error != HUFU_OK) {
        return error;
    }
    if (w->queued == 0) {
        return HUFU_ERR_STATE;
    }
    *reader = w->queue[0].reader;
    *present = w->queue[0].present;
    return HUFU_OK;
}

void watch_cancel(struct watch *w)
{
    SCardCancel(w->context);
}
