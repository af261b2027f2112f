/* SPDX-License-Identifier: Apache-2.0 */
/*
 * removed - inside with-token: the token is pulled and put back while eight threads work on it, one
 * waits for another's lock and one for events. Every call gives SAR_OK or SAR_DEVICE_REMOVED, those
 * after the removal the latter alone; none hangs; connecting anew works. So it is while RSA pairs
 * are made, and no half of one is left. REQ: K1 K2 K3
 */
#include "must.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GONE(call) GIVES(SAR_DEVICE_REMOVED, call)

enum { WORKERS = 8, ROUNDS = 3, LONG_ROUNDS = 40, REMOVAL_MS = 20000 };

struct work {
    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER con;
    HANDLE hash, key, mac;
    unsigned number, done; /* calls that were good */
};

static char *reader;
static bool pulled; /* atomic: the command that pulls has begun */

static void start(struct work *w)
{
    ULONG tries;
    BYTE value[16] = {1};
    BLOCKCIPHERPARAM param = {.IVLen = 16};
    OK(SKF_ConnectDev(reader, &w->dev));
    OK(SKF_OpenApplication(w->dev, getenv("HUFU_APP"), &w->app));
    OK(SKF_VerifyPIN(w->app, USER_TYPE, getenv("HUFU_PIN"), &tries));
    OK(SKF_OpenContainer(w->app, getenv("HUFU_CONTAINER"), &w->con));
    OK(SKF_DigestInit(w->dev, SGD_SM3, NULL, NULL, 0, &w->hash));
    OK(SKF_SetSymmKey(w->dev, value, SGD_SM4_CBC, &w->key));
    OK(SKF_EncryptInit(w->key, param));
    OK(SKF_MacInit(w->key, &param, &w->mac));
    w->done = 0;
}

/* One call of each kind, by turns. */
static ULONG call(struct work *w, unsigned which)
{
    BYTE digest[32] = {2}, data[4096] = {3}, out[4096 + 32];
    ECCSIGNATUREBLOB signature;
    DEVINFO info;
    ULONG most, left, type, len = sizeof out;
    BOOL is_default;
    HANDLE handle;
    ULONG result;
    switch (which % 12) {
    case 0:
        return SKF_ECCSignData(w->con, digest, sizeof digest, &signature);
    case 1:
        return SKF_GenRandom(w->dev, data, sizeof data);
    case 2:
        return SKF_GetDevInfo(w->dev, &info);
    case 3:
        return SKF_EnumContainer(w->app, (LPSTR)out, &len);
    case 4:
        return SKF_GetPINInfo(w->app, USER_TYPE, &most, &left, &is_default);
    case 5:
        return SKF_GetContainerType(w->con, &type);
    case 6:
        return SKF_VerifyPIN(w->app, USER_TYPE, getenv("HUFU_PIN"), &left);
    case 7:
        result = SKF_OpenApplication(w->dev, getenv("HUFU_APP"), &handle);
        return result == SAR_OK ? SKF_CloseApplication(handle) : result;
    case 8:
        result = SKF_LockDev(w->dev, LOCK_FOR_EVER);
        return result == SAR_OK ? SKF_UnlockDev(w->dev) : result;
    case 9: /* from here on the host alone */
        return SKF_DigestUpdate(w->hash, data, sizeof data);
    case 10:
        return SKF_EncryptUpdate(w->key, data, sizeof data, out, &len);
    default:
        return SKF_MacUpdate(w->mac, data, sizeof data);
    }
}

static void *work(void *arg)
{
    struct work *w = arg;
    ULONG result = SAR_OK;
    for (unsigned i = w->number; result == SAR_OK; i++) {
        result = call(w, i);
        w->done += result == SAR_OK;
    }
    GIVES(SAR_DEVICE_REMOVED, result);
    CHECK(__atomic_load_n(&pulled, __ATOMIC_SEQ_CST));
    /* Whatever the host could do by itself notices within a moment. */
    usleep(150000);
    const double from = now_ms();
    for (unsigned i = 0; i < 24; i++) {
        GONE(call(w, i));
    }
    CHECK(now_ms() - from < REMOVAL_MS);
    return NULL;
}

/* Whatever closing has to say: the handle is closed. */
static void end(struct work *w)
{
    ULONG type;
    BYTE bytes[16];
    (void)SKF_CloseHandle(w->hash);
    (void)SKF_CloseHandle(w->mac);
    (void)SKF_CloseHandle(w->key);
    (void)SKF_CloseContainer(w->con);
    (void)SKF_CloseApplication(w->app);
    OK(SKF_DisConnectDev(w->dev));
    GIVES(SAR_INVALIDHANDLEERR, SKF_CloseHandle(w->hash));
    GIVES(SAR_INVALIDHANDLEERR, SKF_GetContainerType(w->con, &type));
    GIVES(SAR_INVALIDHANDLEERR, SKF_GenRandom(w->dev, bytes, sizeof bytes));
}

/* --- events ------------------------------------------------------------------------------- */

static void *events(void *arg)
{
    static const ULONG wanted[2] = {2, 1}; /* removed, inserted */
    (void)arg;
    for (unsigned i = 0; i < 2; i++) {
        char name[256];
        ULONG len = sizeof name, event = 0;
        OK(SKF_WaitForDevEvent(name, &len, &event));
        CHECK(event == wanted[i] && strcmp(name, reader) == 0 && len == strlen(reader) + 1);
    }
    return NULL;
}

struct wait {
    pid_t tid; /* atomic */
    ULONG result;
};

static void *cancelled(void *arg)
{
    char name[256];
    ULONG len = sizeof name, event = 0;
    struct wait *w = arg;
    __atomic_store_n(&w->tid, gettid(), __ATOMIC_SEQ_CST);
    w->result = SKF_WaitForDevEvent(name, &len, &event);
    return NULL;
}

/* Cancel ends every wait of this process, and none that begins later. */
static void cancel_ends_all(void)
{
    pthread_t thread[3];
    struct wait w[3] = {{0}};
    for (unsigned i = 0; i < 3; i++) {
        CHECK(pthread_create(&thread[i], NULL, cancelled, &w[i]) == 0);
    }
    for (unsigned i = 0; i < 3; i++) {
        sleeps(&w[i].tid);
    }
    const double from = now_ms();
    OK(SKF_CancelWaitForDevEvent());
    for (unsigned i = 0; i < 3; i++) {
        CHECK(pthread_join(thread[i], NULL) == 0);
        CHECK(w[i].result == SAR_NOT_EVENTERR);
    }
    CHECK(now_ms() - from < REMOVAL_MS);
}

/* --- pulling ------------------------------------------------------------------------------ */

/* Shell commands; without `in` the first does both. */
struct way {
    const char *out, *in;
};

/* Waits until the service has seen that the token is there, or is not. */
static void until(bool present)
{
    ULONG state;
    OK(SKF_GetDevState(reader, &state));
    for (unsigned i = 0; (state == DEV_PRESENT_STATE) != present; i++) {
        CHECK(i < 2400); /* two minutes */
        usleep(50000);
        OK(SKF_GetDevState(reader, &state));
    }
}

static void *pull(void *arg)
{
    const struct way *way = arg;
    usleep(50000 + (useconds_t)rand() % 400000);
    __atomic_store_n(&pulled, true, __ATOMIC_SEQ_CST);
    CHECK(system(way->out) == 0);
    if (way->in != NULL) {
        until(false);
        usleep(1000000); /* as long as a hand takes, for others to see it as well */
        CHECK(system(way->in) == 0);
    }
    return NULL;
}

static void prepare(void)
{
    struct work w;
    ECCPUBLICKEYBLOB key;
    start(&w);
    OK(SKF_GenECCKeyPair(w.con, SGD_SM2_1, &key));
    end(&w);
}

static unsigned one_round(struct way *way)
{
    struct work w[WORKERS];
    pthread_t thread[WORKERS], puller, watcher;
    unsigned done = 0;
    pulled = false;
    for (unsigned i = 0; i < WORKERS; i++) {
        w[i].number = i;
        start(&w[i]);
    }
    CHECK(pthread_create(&watcher, NULL, events, NULL) == 0);
    usleep(100000);
    for (unsigned i = 0; i < WORKERS; i++) {
        CHECK(pthread_create(&thread[i], NULL, work, &w[i]) == 0);
    }
    CHECK(pthread_create(&puller, NULL, pull, way) == 0);
    for (unsigned i = 0; i < WORKERS; i++) {
        CHECK(pthread_join(thread[i], NULL) == 0);
        done += w[i].done;
    }
    CHECK(pthread_join(puller, NULL) == 0);
    CHECK(pthread_join(watcher, NULL) == 0);
    for (unsigned i = 0; i < WORKERS; i++) {
        end(&w[i]);
    }
    until(true);
    return done;
}

/* --- while RSA pairs are made -------------------------------------------------------------- */

static char rsa_box[] = "RSA";

/* What the container holds after the removal: nothing, or a pair that signs. */
static void judge_box(HAPPLICATION app, ULONG made)
{
    HCONTAINER con;
    RSAPUBLICKEYBLOB key;
    BYTE data[32] = {4}, signature[MAX_RSA_MODULUS_LEN];
    ULONG type, len = sizeof signature;
    OK(SKF_OpenContainer(app, rsa_box, &con));
    OK(SKF_GetContainerType(con, &type));
    CHECK(type == CONTAINER_TYPE_RSA || (type == CONTAINER_TYPE_EMPTY && made == 0));
    if (type == CONTAINER_TYPE_RSA) {
        OK(SKF_RSASignData(con, data, sizeof data, signature, &len));
    }
    OK(SKF_GenRSAKeyPair(con, 2048, &key));
    OK(SKF_RSASignData(con, data, sizeof data, signature, &len));
    OK(SKF_CloseContainer(con));
    OK(SKF_DeleteContainer(app, rsa_box));
}

static ULONG pulled_while_making(struct way *way)
{
    struct work w;
    pthread_t puller;
    HCONTAINER con;
    RSAPUBLICKEYBLOB key, untouched;
    ULONG made = 0, result;
    memset(&untouched, 0xA5, sizeof untouched);
    pulled = false;
    start(&w);
    OK(SKF_CreateContainer(w.app, rsa_box, &con));
    CHECK(pthread_create(&puller, NULL, pull, way) == 0);
    do {
        memcpy(&key, &untouched, sizeof key);
        result = SKF_GenRSAKeyPair(con, 2048, &key);
        made += result == SAR_OK;
    } while (result == SAR_OK);
    GIVES(SAR_DEVICE_REMOVED, result);
    CHECK(memcmp(&key, &untouched, sizeof key) == 0);
    GONE(SKF_GenRSAKeyPair(con, 2048, &key));
    CHECK(pthread_join(puller, NULL) == 0);
    (void)SKF_CloseContainer(con);
    end(&w);
    until(true);
    start(&w);
    judge_box(w.app, made);
    end(&w);
    return made;
}

int main(int argc, char **argv)
{
    const char *again = argc > 1 ? argv[1] : NULL;
    struct way ways[] = {
        {"hufu-emu replug --state \"$HUFU_STATE\" >/dev/null", NULL},
        {"hufu-emu stop --state \"$HUFU_STATE\" >/dev/null", again},
        {"hufu-emu power-cut --state \"$HUFU_STATE\" >/dev/null", again},
    };
    const char *longer = getenv("HUFU_TEST_LONG");
    const unsigned rounds = longer != NULL && strcmp(longer, "1") == 0 ? LONG_ROUNDS : ROUNDS;
    reader = getenv("HUFU_READER");
    if (reader == NULL || again == NULL) {
        (void)fputs("usage, in with-token: removed COMMAND-THAT-STARTS-THE-TOKEN\n", stderr);
        return 2;
    }
    srand((unsigned)getpid());
    prepare();
    cancel_ends_all();
    for (unsigned i = 0; i < rounds; i++) {
        (void)printf("round %u: %u calls before the token had left\n", i + 1,
                     one_round(&ways[i % 3]));
        (void)fflush(stdout);
    }
    for (unsigned i = 0; i < 3; i += 2) {
        (void)printf("%u RSA pairs before the token had left\n",
                     (unsigned)pulled_while_making(&ways[i]));
        (void)fflush(stdout);
    }
    prepare();
    (void)puts("ok");
    return 0;
}
