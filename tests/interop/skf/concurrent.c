/* SPDX-License-Identifier: Apache-2.0 */
/*
 * concurrent - inside with-token: one library used by 8 threads and by 4 processes at once, locks
 * across processes, and a process that dies holding one. Built with ThreadSanitizer, library
 * included. REQ: K1 K2
 */
#include "must.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, PROCESSES = 4, ROUNDS = 4, LONG_WAIT = 60000, AT_MOST = 30000 };

static char *reader;
static DEVHANDLE shared;

/* --- work of a thread ------------------------------------------------------------------------- */

/* Key, hash and MAC on the host, checked by what they undo or repeat. */
static void host_work(DEVHANDLE dev, unsigned seed)
{
    static const ULONG modes[] = {SGD_SM4_ECB, SGD_SM4_CBC, SGD_SM4_CFB, SGD_SM4_OFB};
    BYTE key[16], text[160], cipher[176], back[176], hash[2][32], mac[2][16];
    ULONG len = sizeof cipher, mode = modes[seed % 4];
    BLOCKCIPHERPARAM param = {.IVLen = 16, .PaddingType = PADDING_PKCS5}, none = {.IVLen = 16};
    HANDLE k, h;
    memset(key, (int)seed, sizeof key);
    memset(text, (int)~seed, sizeof text);
    OK(SKF_SetSymmKey(dev, key, mode, &k));
    OK(SKF_EncryptInit(k, param));
    OK(SKF_Encrypt(k, text, sizeof text, cipher, &len));
    OK(SKF_DecryptInit(k, param));
    ULONG back_len = sizeof back;
    OK(SKF_Decrypt(k, cipher, len, back, &back_len));
    CHECK(back_len == sizeof text && memcmp(back, text, sizeof text) == 0);
    for (int i = 0; i < 2; i++) {
        len = 16;
        OK(SKF_MacInit(k, &none, &h));
        OK(SKF_Mac(h, text, sizeof text, mac[i], &len));
        OK(SKF_CloseHandle(h));
        len = 32;
        OK(SKF_DigestInit(dev, SGD_SM3, NULL, NULL, 0, &h));
        OK(SKF_DigestUpdate(h, text, 77));
        OK(SKF_Digest(h, text + 77, sizeof text - 77, hash[i], &len));
        OK(SKF_CloseHandle(h));
    }
    CHECK(memcmp(mac[0], mac[1], 16) == 0 && memcmp(hash[0], hash[1], 32) == 0);
    OK(SKF_CloseHandle(k));
    GIVES(SAR_INVALIDHANDLEERR, SKF_CloseHandle(k));
}

static void token_work(DEVHANDLE dev)
{
    BYTE random[2][24];
    DEVINFO info;
    ULONG len = 0;
    HANDLE app;
    OK(SKF_GenRandom(dev, random[0], sizeof random[0]));
    OK(SKF_GenRandom(dev, random[1], sizeof random[1]));
    CHECK(memcmp(random[0], random[1], sizeof random[0]) != 0);
    OK(SKF_GetDevInfo(dev, &info));
    CHECK(info.MaxBufferSize != 0);
    OK(SKF_EnumApplication(dev, NULL, &len));
    OK(SKF_OpenApplication(dev, getenv("HUFU_APP"), &app));
    OK(SKF_EnumContainer(app, NULL, &len));
    OK(SKF_CloseApplication(app));
}

/* A number from its digits, on the right of its field. */
static void field(BYTE to[64], const char *digits)
{
    memset(to, 0, 64);
    for (size_t i = 0; i < 32; i++) {
        unsigned byte;
        CHECK(sscanf(digits + 2 * i, "%2x", &byte) == 1);
        to[32 + i] = (BYTE)byte;
    }
}

/* A session key in the token, in turns with everybody else's: what it encrypts it decrypts again,
 * in parts, and two of its MACs agree. */
static void token_key_work(DEVHANDLE dev)
{
    BYTE wrapped[sizeof(ECCCIPHERBLOB) + 16], text[80], out[96], mac[2][16];
    ULONG len = sizeof out, rest;
    HANDLE app, con, key, h[2];
    ECCPUBLICKEYBLOB to = {.BitLen = 256};
    BLOCKCIPHERPARAM param = {.IVLen = 16, .PaddingType = PADDING_PKCS5}, none = {.IVLen = 16};
    /* the example's public key of GB/T 32918.5 */
    field(to.XCoordinate, "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020");
    field(to.YCoordinate, "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
    memset(text, 0x42, sizeof text);
    OK(SKF_OpenApplication(dev, getenv("HUFU_APP"), &app));
    OK(SKF_VerifyPIN(app, USER_TYPE, getenv("HUFU_PIN"), NULL));
    OK(SKF_OpenContainer(app, getenv("HUFU_CONTAINER"), &con));
    OK(SKF_ECCExportSessionKey(con, SGD_SM4_CBC, &to, (ECCCIPHERBLOB *)wrapped, &key));
    OK(SKF_EncryptInit(key, param));
    OK(SKF_Encrypt(key, text, sizeof text, out, &len));
    OK(SKF_DecryptInit(key, param));
    rest = sizeof out;
    OK(SKF_DecryptUpdate(key, out, 33, out, &rest));
    for (int i = 0; i < 2; i++) {
        OK(SKF_MacInit(key, &none, &h[i]));
    }
    for (int i = 0; i < 2; i++) {
        len = 16;
        OK(SKF_MacUpdate(h[i], text, 20));
        OK(SKF_Mac(h[i], text + 20, 60, mac[i], &len));
    }
    CHECK(memcmp(mac[0], mac[1], 16) == 0);
    OK(SKF_CloseHandle(key));
    OK(SKF_CloseHandle(h[0]));
    OK(SKF_CloseContainer(con)); /* with a MAC still there */
    OK(SKF_CloseApplication(app));
    OK(SKF_CloseHandle(h[1]));
}

static void *work(void *arg)
{
    unsigned number = *(unsigned *)arg;
    bool own = number % 2 != 0;
    DEVHANDLE dev = shared;
    for (unsigned i = 0; i < ROUNDS; i++) {
        ULONG state;
        if (own) {
            OK(SKF_ConnectDev(reader, &dev));
        }
        for (unsigned k = 0; k < 20; k++) {
            host_work(dev, number * 100 + k);
        }
        token_work(dev);
        token_key_work(dev);
        OK(SKF_GetDevState(reader, &state));
        CHECK(state == DEV_PRESENT_STATE);
        if (own) {
            OK(SKF_LockDev(dev, LONG_WAIT));
            token_work(dev);
            OK(SKF_UnlockDev(dev));
            OK(SKF_DisConnectDev(dev));
            GIVES(SAR_INVALIDHANDLEERR, SKF_GenRandom(dev, (BYTE *)&state, sizeof state));
        }
    }
    return NULL;
}

static void run_threads(unsigned count)
{
    pthread_t thread[THREADS];
    unsigned number[THREADS];
    for (unsigned i = 0; i < count; i++) {
        number[i] = i;
        CHECK(pthread_create(&thread[i], NULL, work, &number[i]) == 0);
    }
    for (unsigned i = 0; i < count; i++) {
        CHECK(pthread_join(thread[i], NULL) == 0);
    }
}

/* --- processes ---------------------------------------------------------------------------- */

/* Under the lock a number is read, a while passes, and it is written back one higher. */
static void count_up(const char *file)
{
    for (int i = 0; i < ROUNDS; i++) {
        int value = 0;
        OK(SKF_LockDev(shared, LONG_WAIT));
        FILE *f = fopen(file, "r");
        CHECK(f == NULL || fscanf(f, "%d", &value) == 1);
        if (f != NULL) {
            fclose(f);
        }
        token_work(shared);
        f = fopen(file, "w");
        CHECK(f != NULL && fprintf(f, "%d\n", value + 1) > 0 && fclose(f) == 0);
        OK(SKF_UnlockDev(shared));
    }
}

/* "child NAME FILE" of this program: no thread of the parent is in it. */
static pid_t start(const char *what, const char *file)
{
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl("/proc/self/exe", "concurrent", what, file, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void ends_well(pid_t pid)
{
    int status;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void locks_and_waits(const char *file)
{
    OK(SKF_LockDev(shared, LONG_WAIT));
    FILE *f = fopen(file, "w");
    CHECK(f != NULL && fputs("locked\n", f) > 0 && fclose(f) == 0);
    pause();
}

static int child(const char *what, const char *file)
{
    OK(SKF_ConnectDev(reader, &shared));
    if (strcmp(what, "count") == 0) {
        count_up(file);
        run_threads(2);
    } else {
        locks_and_waits(file);
    }
    OK(SKF_DisConnectDev(shared));
    return 0;
}

static void several_processes(const char *folder)
{
    char file[300];
    pid_t pid[PROCESSES];
    int value = 0;
    snprintf(file, sizeof file, "%s/count", folder);
    for (int i = 0; i < PROCESSES; i++) {
        pid[i] = start("count", file);
    }
    for (int i = 0; i < PROCESSES; i++) {
        ends_well(pid[i]);
    }
    FILE *f = fopen(file, "r");
    CHECK(f != NULL && fscanf(f, "%d", &value) == 1 && fclose(f) == 0);
    CHECK(value == PROCESSES * ROUNDS);
    unlink(file);
}

/* While another has the lock: a time-out that holds, a list that does not wait; its death frees. */
static void dead_holder(const char *folder)
{
    char file[300], names[1024];
    ULONG len = sizeof names;
    int status;
    snprintf(file, sizeof file, "%s/locked", folder);
    pid_t pid = start("lock", file);
    for (int i = 0; access(file, F_OK) != 0; i++) {
        CHECK(i < 6000);
        usleep(10000);
    }
    double from = now_ms();
    GIVES(SAR_TIMEOUTERR, SKF_LockDev(shared, 300));
    double took = now_ms() - from;
    CHECK(took >= 290 && took < AT_MOST);
    OK(SKF_EnumDev(TRUE, names, &len));
    CHECK(strcmp(names, reader) == 0);
    CHECK(now_ms() - from < took + AT_MOST);
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, &status, 0) == pid);
    OK(SKF_LockDev(shared, LONG_WAIT));
    OK(SKF_UnlockDev(shared));
    unlink(file);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/hufu-concurrent-XXXXXX";
    reader = getenv("HUFU_READER");
    CHECK(reader != NULL);
    if (argc == 3) {
        return child(argv[1], argv[2]);
    }
    CHECK(mkdtemp(folder) != NULL);
    several_processes(folder);
    OK(SKF_ConnectDev(reader, &shared));
    dead_holder(folder);
    run_threads(THREADS);
    OK(SKF_DisConnectDev(shared));
    CHECK(rmdir(folder) == 0);
    puts("ok");
    return 0;
}
