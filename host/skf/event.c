/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device events, GM/T 0016-2012 7.1.2 and 7.1.3. One watch serves the whole process, from its
 * first wait to its end, so that what happens between two waits is told by the second.
 */
#include "skf/blob.h"
#include "skf/error.h"
#include "transport/watch.h"

#include "hufu/hufu.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* SCardCancel ends only a wait that has begun; one just about to begin sees the cancelling after
 * so long at the latest. */
#define SLICE  200u /* ms */
#define TOKENS 16u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static struct watch *watch;
static bool busy;            /* a thread is in the watch, without holding the lock */
static unsigned cancelled;   /* calls of CancelWaitForDevEvent */
static char *tokens[TOKENS]; /* readers whose token was told, or there at the first wait */

/* --- which cards are ours (seen by the thread that is busy alone) --------------------- */

static char **slot_of(const char *reader)
{
    for (size_t i = 0; i < TOKENS; i++) {
        if (tokens[i] != NULL && strcmp(tokens[i], reader) == 0) {
            return &tokens[i];
        }
    }
    return NULL;
}

static void remember(const char *reader)
{
    for (size_t i = 0; i < TOKENS && slot_of(reader) == NULL; i++) {
        if (tokens[i] == NULL) {
            tokens[i] = strdup(reader);
        }
    }
}

static void forget(const char *reader)
{
    char **slot = slot_of(reader);
    if (slot != NULL) {
        free(*slot);
        *slot = NULL;
    }
}

/* What comes is one of ours if it says so; what goes, if it was one. */
static bool is_ours(const char *reader, bool present)
{
    if (!present) {
        return slot_of(reader) != NULL;
    }
    hufu_token *token;
    bool ours = hufu_open(reader, &token) == HUFU_OK;
    if (ours) {
        hufu_close(token);
    }
    return ours;
}

static void set_watch(struct watch *to)
{
    pthread_mutex_lock(&lock);
    struct watch *old = watch;
    watch = to;
    watch_close(old);
    pthread_mutex_unlock(&lock);
}

static int begin(void)
{
    char **readers;
    size_t count;
    struct watch *opened;
    int error = watch != NULL ? HUFU_OK : watch_open(&opened);
    if (error != HUFU_OK || watch != NULL) {
        return error;
    }
    set_watch(opened);
    error = hufu_list(&readers, &count);
    for (size_t i = 0; error == HUFU_OK && i < count; i++) {
        remember(readers[i]);
    }
    hufu_free_list(readers);
    return error;
}

/* --- waiting ---------------------------------------------------------------------------------- */

static bool is_cancelled(unsigned since)
{
    pthread_mutex_lock(&lock);
    bool is = cancelled != since;
    pthread_mutex_unlock(&lock);
    return is;
}

/* The next event of a token; it stays the next until taken. */
static int wait_for_token(unsigned since, const char **reader, bool *present)
{
    int error = begin();
    if (error != HUFU_OK) {
        return error;
    }
    while (!is_cancelled(since)) {
        error = watch_next(watch, SLICE, reader, present);
        if (error == HUFU_OK && is_ours(*reader, *present)) {
            return HUFU_OK;
        }
        if (error == HUFU_OK) {
            watch_done(watch);
        } else if (error != HUFU_ERR_STATE) {
            set_watch(NULL);
            return error;
        }
    }
    return HUFU_ERR_STATE;
}

static ULONG take(const char *reader, bool present, LPSTR name, ULONG *len, ULONG *event)
{
    bool fits;
    size_t needed = strlen(reader) + 1;
    ULONG result = blob_room(name, len, needed, &fits);
    if (result != SAR_OK) {
        return result;
    }
    memcpy(name, reader, needed);
    *event = present ? DEV_EVENT_INSERTED : DEV_EVENT_REMOVED;
    if (present) {
        remember(reader);
    } else {
        forget(reader);
    }
    watch_done(watch);
    return SAR_OK;
}

ULONG DEVAPI SKF_WaitForDevEvent(LPSTR szDevName, ULONG *pulDevNameLen, ULONG *pulEvent)
{
    const char *reader;
    bool present;
    if (szDevName == NULL || pulDevNameLen == NULL || pulEvent == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    pthread_mutex_lock(&lock);
    unsigned since = cancelled;
    while (busy && cancelled == since) {
        pthread_cond_wait(&turn, &lock);
    }
    if (cancelled != since) {
        pthread_mutex_unlock(&lock);
        return SAR_NOT_EVENTERR;
    }
    busy = true;
    pthread_mutex_unlock(&lock);
    int error = wait_for_token(since, &reader, &present);
    pthread_mutex_lock(&lock);
    ULONG result = error == HUFU_OK ? take(reader, present, szDevName, pulDevNameLen, pulEvent)
                   : error == HUFU_ERR_STATE ? SAR_NOT_EVENTERR
                                             : skf_error(error, SKF_ABOUT_DEVICE);
    busy = false;
    pthread_cond_broadcast(&turn);
    pthread_mutex_unlock(&lock);
    return result;
}

ULONG DEVAPI SKF_CancelWaitForDevEvent(void)
{
    pthread_mutex_lock(&lock);
    cancelled++;
    if (busy && watch != NULL) {
        watch_cancel(watch);
    }
    pthread_cond_broadcast(&turn);
    pthread_mutex_unlock(&lock);
    return SAR_OK;
}
