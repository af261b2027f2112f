/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device events, GM/T 0016-2012 7.1.2 and 7.1.3. One watch serves the whole process, from its
 * first wait to its end, so that what happens between two waits is told by the second.
 */
#include "skf/blob.h"
#include "skf/error.h"

#include "hufu/hufu.h"
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* SCardCancel ends only a wait that has begun; one just about to begin sees the cancelling after
 * so long at the latest. */
#define SLICE 200u /* ms */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static hufu_watch *watch;
static bool busy;          /* a thread is in the watch, without holding the lock */
static unsigned cancelled; /* calls of CancelWaitForDevEvent */

static void set_watch(hufu_watch *to)
{
    pthread_mutex_lock(&lock);
    hufu_watch *old = watch;
    watch = to;
    hufu_watch_close(old);
    pthread_mutex_unlock(&lock);
}

static int begin(void)
{
    hufu_watch *opened;
    int error = watch != NULL ? HUFU_OK : hufu_watch_open(&opened);
    if (error == HUFU_OK && watch == NULL) {
        set_watch(opened);
    }
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
        error = hufu_watch_next(watch, SLICE, reader, present);
        if (error == HUFU_OK) {
            return HUFU_OK;
        }
        if (error != HUFU_ERR_STATE) {
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
    hufu_watch_done(watch);
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
        hufu_watch_cancel(watch);
    }
    pthread_cond_broadcast(&turn);
    pthread_mutex_unlock(&lock);
    return SAR_OK;
}
