/* SPDX-License-Identifier: Apache-2.0 */
/* 7.1 device management. */
#include "bench.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAD_HANDLE ((HANDLE)(uintptr_t)0x12345677)
/* Seconds for what takes much less on a machine that has nothing else to do. */
#define PATIENCE 30u

/* --- EnumDev ---------------------------------------------------------------------------------- */

static ULONG fill_enum(struct bench *b, BYTE *out, ULONG *len)
{
    (void)b;
    return skf.EnumDev(TRUE, (LPSTR)out, len);
}

static void enum_present(struct bench *b)
{
    char list[4096];
    ULONG len = sizeof list;
    if (OK(b, skf.EnumDev(TRUE, list, &len))) {
        hold(b, len <= sizeof list && list_has(list, len, b->device),
             "the device %s is not in the list", b->device);
    }
}

static void enum_closed(struct bench *b)
{
    char list[4096];
    ULONG len = sizeof list;
    memset(list, 'x', sizeof list);
    if (OK(b, skf.EnumDev(TRUE, list, &len))) {
        hold(b, list_closed(list, len), "the list of %u bytes is not closed by a second NUL", len);
    }
}

static void enum_supported(struct bench *b)
{
    char list[4096];
    ULONG len = sizeof list;
    if (OK(b, skf.EnumDev(FALSE, list, &len))) {
        hold(b, list_closed(list, len), "the list is not closed by a second NUL");
    }
}

/* --- ConnectDev, DisConnectDev ---------------------------------------------------------------- */

static void connect_twice(struct bench *b)
{
    DEVHANDLE second;
    DEVINFO info;
    if (OK(b, skf.ConnectDev((LPSTR)b->device, &second))) {
        OK(b, skf.GetDevInfo(second, &info));
        OK(b, skf.DisConnectDev(second));
        OK(b, skf.GetDevInfo(b->dev, &info));
    }
}

static void connect_unknown(struct bench *b)
{
    DEVHANDLE handle = NULL;
    REFUSED(b, skf.ConnectDev((LPSTR) "skfconf: no such device", &handle));
    hold(b, handle == NULL, "a handle was given");
}

static void connect_null(struct bench *b)
{
    DEVHANDLE handle;
    REFUSED(b, skf.ConnectDev(NULL, &handle));
    REFUSED(b, skf.ConnectDev((LPSTR)b->device, NULL));
}

static void disconnect_handle(struct bench *b)
{
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DisConnectDev(NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.DisConnectDev(BAD_HANDLE));
}

static void disconnect_ends_handle(struct bench *b)
{
    DEVHANDLE second;
    DEVINFO info;
    if (OK(b, skf.ConnectDev((LPSTR)b->device, &second)) && OK(b, skf.DisConnectDev(second))) {
        GIVES(b, SAR_INVALIDHANDLEERR, skf.GetDevInfo(second, &info));
        GIVES(b, SAR_INVALIDHANDLEERR, skf.DisConnectDev(second));
    }
}

static void disconnect_unlocks(struct bench *b)
{
    DEVHANDLE first, second;
    if (!OK(b, skf.ConnectDev((LPSTR)b->device, &first))) {
        return;
    }
    OK(b, skf.LockDev(first, 2000));
    OK(b, skf.DisConnectDev(first));
    if (OK(b, skf.ConnectDev((LPSTR)b->device, &second))) {
        if (OK(b, skf.LockDev(second, 2000))) {
            OK(b, skf.UnlockDev(second));
        }
        OK(b, skf.DisConnectDev(second));
    }
}

/* --- GetDevState ------------------------------------------------------------------------------ */

static void state_present(struct bench *b)
{
    ULONG state = 77;
    if (OK(b, skf.GetDevState((LPSTR)b->device, &state))) {
        hold(b, state == DEV_PRESENT_STATE, "the state is %u, not 1", state);
    }
}

static void state_unknown(struct bench *b)
{
    ULONG state = 77;
    if (skf.GetDevState((LPSTR) "skfconf: no such device", &state) == SAR_OK) {
        hold(b, state == DEV_ABSENT_STATE || state == DEV_UNKNOW_STATE, "the state is %u", state);
    }
}

static void state_null(struct bench *b)
{
    ULONG state;
    REFUSED(b, skf.GetDevState(NULL, &state));
    REFUSED(b, skf.GetDevState((LPSTR)b->device, NULL));
}

/* --- SetLabel --------------------------------------------------------------------------------- */

/* Sets the label to len letters. */
static ULONG set_label(struct bench *b, char letter, size_t len)
{
    char label[80] = {0};
    memset(label, letter, len);
    return skf.SetLabel(b->dev, label);
}

static void label_is(struct bench *b, const char *label)
{
    DEVINFO info;
    memset(&info, 0, sizeof info);
    if (OK(b, skf.GetDevInfo(b->dev, &info))) {
        hold(b, strncmp(info.Label, label, sizeof info.Label) == 0,
             "GetDevInfo tells the label \"%.31s\", not \"%s\"", info.Label, label);
    }
}

static void put_label_back(struct bench *b)
{
    char label[sizeof b->info.Label + 1] = {0};
    memcpy(label, b->info.Label, sizeof b->info.Label);
    if (label[0] != '\0') {
        OK(b, skf.SetLabel(b->dev, label));
    }
}

static void label_normal(struct bench *b)
{
    if (OK(b, skf.SetLabel(b->dev, (LPSTR) "skfconf label"))) {
        label_is(b, "skfconf label");
    }
    put_label_back(b);
}

static void label_longest(struct bench *b)
{
    if (OK(b, set_label(b, 'L', 31))) {
        label_is(b, "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL");
    }
    put_label_back(b);
}

static void label_overlong(struct bench *b)
{
    OK(b, skf.SetLabel(b->dev, (LPSTR) "before"));
    REFUSED(b, set_label(b, 'L', 32));
    REFUSED(b, set_label(b, 'L', 70));
    label_is(b, "before");
    put_label_back(b);
}

static void label_null(struct bench *b)
{
    REFUSED(b, skf.SetLabel(b->dev, NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.SetLabel(NULL, (LPSTR) "label"));
}

/* --- GetDevInfo ------------------------------------------------------------------------------- */

static bool text(const CHAR *field, size_t size)
{
    size_t len = strnlen(field, size);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)field[i] < ' ') {
            return false;
        }
    }
    return len < size;
}

static void info_fields(struct bench *b)
{
    DEVINFO i;
    memset(&i, 0xA5, sizeof i);
    if (!OK(b, skf.GetDevInfo(b->dev, &i))) {
        return;
    }
    hold(b, i.Version.major == 1, "the structure's version is %u.%u", i.Version.major,
         i.Version.minor);
    hold(b, text(i.Manufacturer, sizeof i.Manufacturer), "Manufacturer is no closed text");
    hold(b, text(i.Issuer, sizeof i.Issuer), "Issuer is no closed text");
    hold(b, text(i.Label, sizeof i.Label), "Label is no closed text");
    hold(b, text(i.SerialNumber, sizeof i.SerialNumber) && i.SerialNumber[0] != '\0',
         "SerialNumber is no closed text");
}

static void info_numbers(struct bench *b)
{
    DEVINFO i;
    memset(&i, 0xA5, sizeof i);
    if (!OK(b, skf.GetDevInfo(b->dev, &i))) {
        return;
    }
    hold(b, (i.AlgHashCap & ~0xFFu) == 0 && (i.AlgHashCap & SGD_SM3) != 0,
         "AlgHashCap 0x%X: without SM3, or a field in the wrong place", i.AlgHashCap);
    hold(b, (i.AlgSymCap & 0xFFFF0000u) == 0 && (i.AlgSymCap & SGD_SM4_ECB) == SGD_SM4_ECB,
         "AlgSymCap 0x%X: without SM4-ECB, or a field in the wrong place", i.AlgSymCap);
    hold(b, (i.AlgAsymCap & 0x00020000u) != 0 && (i.AlgAsymCap & 0xFF0000FFu) == 0,
         "AlgAsymCap 0x%X: without SM2, or a field in the wrong place", i.AlgAsymCap);
    hold(b,
         i.DevAuthAlgId == SGD_SM4_ECB || i.DevAuthAlgId == SGD_SM1_ECB ||
             i.DevAuthAlgId == SGD_SSF33_ECB,
         "DevAuthAlgId 0x%X is no block cipher with ECB", i.DevAuthAlgId);
    hold(b, i.TotalSpace != 0 && i.FreeSpace <= i.TotalSpace, "free space %u of %u", i.FreeSpace,
         i.TotalSpace);
    hold(b, i.MaxBufferSize != 0, "MaxBufferSize is 0");
}

static void info_size(struct bench *b)
{
    struct {
        DEVINFO info;
        BYTE behind[64];
    } room;
    memset(&room, 0xA5, sizeof room);
    OK(b, skf.GetDevInfo(b->dev, &room.info));
    for (size_t i = 0; i < sizeof room.behind; i++) {
        if (!hold(b, room.behind[i] == 0xA5, "bytes behind DEVINFO's 294 were written")) {
            break;
        }
    }
}

static void info_null(struct bench *b)
{
    DEVINFO info;
    REFUSED(b, skf.GetDevInfo(b->dev, NULL));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.GetDevInfo(NULL, &info));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.GetDevInfo(BAD_HANDLE, &info));
}

static void info_generations(struct bench *b)
{
    hold(b, (b->info.AlgAsymCap & 0x00000300u) == 0x300u,
         "AlgAsymCap 0x%X: clients test 0x00020100 (older) or 0x00020200 (GM/T 0006)",
         b->info.AlgAsymCap);
}

/* --- LockDev, UnlockDev ----------------------------------------------------------------------- */

static void lock_normal(struct bench *b)
{
    DEVINFO info;
    if (OK(b, skf.LockDev(b->dev, 2000))) {
        OK(b, skf.GetDevInfo(b->dev, &info));
        OK(b, skf.UnlockDev(b->dev));
    }
}

static void lock_handle(struct bench *b)
{
    GIVES(b, SAR_INVALIDHANDLEERR, skf.LockDev(NULL, 0));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.UnlockDev(NULL));
}

struct waiter {
    DEVHANDLE dev;
    ULONG timeout, result;
    double seconds;
    atomic_bool begun, done; /* just before the call; behind it */
};

static bool within_seconds(const atomic_bool *flag, unsigned seconds)
{
    for (unsigned i = 0; i < 100 * seconds && !*flag; i++) {
        usleep(10000);
    }
    return *flag;
}

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void *wait_for_lock(void *data)
{
    struct waiter *w = data;
    double start = now();
    w->begun = true;
    w->result = skf.LockDev(w->dev, w->timeout);
    w->seconds = now() - start;
    w->done = true;
    if (w->result == SAR_OK) {
        skf.UnlockDev(w->dev);
    }
    return NULL;
}

/* One try; [out] w: what came of it. false: that is noted already. */
static bool lock_in_vain(struct bench *b, struct waiter *w)
{
    pthread_t thread;
    w->begun = w->done = false;
    if (!OK(b, skf.LockDev(b->dev, 2000)) ||
        !hold(b, pthread_create(&thread, NULL, wait_for_lock, w) == 0, "no thread")) {
        return false;
    }
    /* A library that waits for ever is let go. */
    const bool ended = hold(b, within_seconds(&w->done, PATIENCE),
                            "LockDev with 300 ms still waits after %u s", PATIENCE);
    const bool unlocked = OK(b, skf.UnlockDev(b->dev));
    pthread_join(thread, NULL);
    return ended && unlocked;
}

static void lock_timeout(struct bench *b)
{
    struct waiter w = {.timeout = 300};
    if (!OK(b, skf.ConnectDev((LPSTR)b->device, &w.dev))) {
        return;
    }
    /* A busy machine is late now and then; a library that waits too long is late each time. */
    bool tried = lock_in_vain(b, &w);
    for (unsigned i = 1; i < 10 && tried && w.result == SAR_TIMEOUTERR && w.seconds >= 0.9; i++) {
        tried = lock_in_vain(b, &w);
    }
    if (tried) {
        hold(b, w.result == SAR_TIMEOUTERR && w.seconds < 0.9,
             "LockDev with 300 ms on a device locked by another gave 0x%08X after %.1f s, not "
             "SAR_TIMEOUTERR",
             w.result, w.seconds);
    }
    OK(b, skf.DisConnectDev(w.dev));
}

static void lock_waits(struct bench *b)
{
    struct waiter w = {.timeout = PATIENCE * 1000};
    pthread_t thread;
    if (!OK(b, skf.ConnectDev((LPSTR)b->device, &w.dev))) {
        return;
    }
    if (OK(b, skf.LockDev(b->dev, 2000)) &&
        hold(b, pthread_create(&thread, NULL, wait_for_lock, &w) == 0, "no thread")) {
        (void)within_seconds(&w.begun, PATIENCE);
        usleep(300000);
        OK(b, skf.UnlockDev(b->dev));
        pthread_join(thread, NULL);
        hold(b, w.result == SAR_OK && w.seconds > 0.1,
             "LockDev on a device locked by another gave 0x%08X after %.1f s", w.result, w.seconds);
    }
    OK(b, skf.DisConnectDev(w.dev));
}

static void unlock_unlocked(struct bench *b)
{
    REFUSED(b, skf.UnlockDev(b->dev));
}

/* --- Transmit --------------------------------------------------------------------------------- */

static void transmit_normal(struct bench *b)
{
    /* GenRandom of GM/T 0017 for 8 bytes. */
    BYTE command[] = {0x80, 0x50, 0, 0, 8}, answer[300];
    ULONG len = sizeof answer;
    if (OK(b, skf.Transmit(b->dev, command, sizeof command, answer, &len))) {
        hold(b, len >= 2 && len <= 258, "the answer has %u bytes", len);
    }
}

static void transmit_null(struct bench *b)
{
    BYTE command[] = {0x80, 0x50, 0, 0, 8}, answer[300];
    ULONG len = sizeof answer;
    REFUSED(b, skf.Transmit(b->dev, NULL, sizeof command, answer, &len));
    REFUSED(b, skf.Transmit(b->dev, command, sizeof command, answer, NULL));
    REFUSED(b, skf.Transmit(NULL, command, sizeof command, answer, &len));
}

/* --- events ----------------------------------------------------------------------------------- */

struct event {
    ULONG result, len, kind;
    char name[256];
    atomic_bool begun, done;
};

static void *wait_for_event(void *data)
{
    struct event *e = data;
    e->len = sizeof e->name;
    e->begun = true;
    e->result = skf.WaitForDevEvent(e->name, &e->len, &e->kind);
    e->done = true;
    return NULL;
}

/* Nothing tells that the call waits already: from just before it on, time for a good deal more. */
static bool start_waiting(struct bench *b, struct event *e, pthread_t *thread)
{
    e->begun = e->done = false;
    if (!hold(b, pthread_create(thread, NULL, wait_for_event, e) == 0, "no thread")) {
        return false;
    }
    (void)within_seconds(&e->begun, PATIENCE);
    usleep(500000);
    return true;
}

static void cancel_returns(struct bench *b)
{
    static struct event e; /* outlives this call if the thread hangs */
    pthread_t thread;
    if (!start_waiting(b, &e, &thread)) {
        return;
    }
    hold(b, !e.done, "WaitForDevEvent did not wait, it gave 0x%08X", e.result);
    OK(b, skf.CancelWaitForDevEvent());
    if (hold(b, within_seconds(&e.done, 10), "WaitForDevEvent did not return after the cancel")) {
        pthread_join(thread, NULL);
        hold(b, e.result != SAR_OK, "the cancelled WaitForDevEvent gave SAR_OK");
    } else {
        pthread_detach(thread);
    }
}

static void wait_null(struct bench *b)
{
    ULONG event, len = 10;
    char name[10];
    REFUSED(b, skf.WaitForDevEvent(name, &len, NULL));
    REFUSED(b, skf.WaitForDevEvent(name, NULL, &event));
}

/* Pulls the device and puts it back; the event of each is waited for. */
static void replug_events(struct bench *b)
{
    static struct event e;
    bool seen[3] = {false};
    if (b->replug == NULL) {
        skip(b, "needs --replug COMMAND");
        return;
    }
    bench_end(b);
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        if (!start_waiting(b, &e, &thread)) {
            return;
        }
        if (i == 0 && !bench_replug(b)) {
            skf.CancelWaitForDevEvent();
        }
        if (!hold(b, within_seconds(&e.done, PATIENCE), "no event within %u s", PATIENCE)) {
            pthread_detach(thread);
            return;
        }
        pthread_join(thread, NULL);
        if (want(b, "WaitForDevEvent", e.result, SAR_OK) &&
            hold(b, e.kind == 1 || e.kind == 2, "the event is %u", e.kind)) {
            seen[e.kind] = e.kind == (i == 0 ? DEV_EVENT_REMOVED : DEV_EVENT_INSERTED);
            hold(b, strcmp(e.name, b->device) == 0, "the event's device is %s", e.name);
        }
    }
    hold(b, seen[DEV_EVENT_INSERTED] && seen[DEV_EVENT_REMOVED],
         "not the removal first and the insertion next were told");
}

static const struct check checks[] = {
    {FN_WaitForDevEvent, INTERFACE, LIBRARY, "NULL pointers are refused", wait_null, NULL, NULL,
     false},
    {FN_CancelWaitForDevEvent, INTERFACE, DEVICE, "a waiting call returns at once", cancel_returns,
     "SKF_WaitForDevEvent", NULL, false},
    {FN_EnumDev, INTERFACE, DEVICE, "the device is in the list", enum_present, NULL, NULL, false},
    {FN_EnumDev, INTERFACE, DEVICE, "the list is closed by a second NUL", enum_closed, NULL, NULL,
     false},
    {FN_EnumDev, INTERFACE, DEVICE, "FALSE lists what the driver supports", enum_supported, NULL,
     NULL, false},
    LENGTH_RULES(FN_EnumDev, DEVICE, fill_enum, NULL),
    {FN_ConnectDev, INTERFACE, DEVICE, "a second connection, closed, leaves the first",
     connect_twice, NULL, NULL, false},
    {FN_ConnectDev, INTERFACE, LIBRARY, "an unknown name is refused", connect_unknown, NULL, NULL,
     false},
    {FN_ConnectDev, INTERFACE, LIBRARY, "NULL pointers are refused", connect_null, NULL, NULL,
     false},
    {FN_DisConnectDev, INTERFACE, LIBRARY, "a bad handle: SAR_INVALIDHANDLEERR", disconnect_handle,
     NULL, NULL, false},
    {FN_DisConnectDev, INTERFACE, DEVICE, "the handle is closed afterwards", disconnect_ends_handle,
     NULL, NULL, false},
    {FN_DisConnectDev, INTERFACE, DEVICE, "a lock ends with the connection", disconnect_unlocks,
     "SKF_LockDev SKF_UnlockDev", NULL, false},
    {FN_GetDevState, INTERFACE, DEVICE, "the device is present", state_present, NULL, NULL, false},
    {FN_GetDevState, INTERFACE, DEVICE, "an unknown name is not present", state_unknown, NULL, NULL,
     false},
    {FN_GetDevState, INTERFACE, DEVICE, "NULL pointers are refused", state_null, NULL, NULL, false},
    {FN_SetLabel, INTERFACE, DEVICE, "the label is what GetDevInfo tells", label_normal, NULL, NULL,
     false},
    {FN_SetLabel, INTERFACE, DEVICE, "31 bytes are taken", label_longest, NULL, NULL, false},
    {FN_SetLabel, INTERFACE, DEVICE, "32 bytes and more are refused, the label stays",
     label_overlong, NULL, NULL, false},
    {FN_SetLabel, INTERFACE, DEVICE, "NULL and a bad handle are refused", label_null, NULL, NULL,
     false},
    {FN_GetDevInfo, INTERFACE, DEVICE, "version and texts", info_fields, NULL, NULL, false},
    {FN_GetDevInfo, INTERFACE, DEVICE, "numbers stand where the structure has them", info_numbers,
     NULL, NULL, false},
    {FN_GetDevInfo, INTERFACE, DEVICE, "no more than 294 bytes are written", info_size, NULL, NULL,
     false},
    {FN_GetDevInfo, INTERFACE, DEVICE, "NULL and bad handles are refused", info_null, NULL, NULL,
     false},
    {FN_GetDevInfo, COMPATIBILITY, DEVICE, "SM2 is told in the bits of both generations",
     info_generations, NULL, NULL, false},
    {FN_LockDev, INTERFACE, DEVICE, "locked, the owner works on; unlocked again", lock_normal,
     "SKF_UnlockDev", NULL, false},
    {FN_LockDev, INTERFACE, LIBRARY, "a bad handle: SAR_INVALIDHANDLEERR", lock_handle,
     "SKF_UnlockDev", NULL, false},
    {FN_LockDev, INTERFACE, DEVICE, "another waits until it is free", lock_waits, "SKF_UnlockDev",
     NULL, false},
    {FN_LockDev, INTERFACE, DEVICE, "another gives up after the time-out: SAR_TIMEOUTERR",
     lock_timeout, "SKF_UnlockDev", NULL, false},
    {FN_UnlockDev, INTERFACE, DEVICE, "a device that is not locked is refused", unlock_unlocked,
     NULL, NULL, false},
    {FN_Transmit, INTERFACE, DEVICE, "a command gets its answer", transmit_normal, NULL, NULL,
     false},
    {FN_Transmit, INTERFACE, DEVICE, "NULL and a bad handle are refused", transmit_null, NULL, NULL,
     false},
    {FN_WaitForDevEvent, INTERFACE, DEVICE, "removal and insertion are told", replug_events,
     "SKF_CancelWaitForDevEvent", NULL, false},
};

const struct clause clause_device = {"7.1", "device management", checks, ROWS(checks)};
