/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pulled LIBRARY COMMAND - inside with-token: three threads and a process are at work on the token
 * when COMMAND pulls it and puts it back, on a machine that is busy with other things. Every call
 * says SAR_OK, and SAR_DEVICE_REMOVED from then on; none takes long, and a new connection works.
 * REQ: K1 K6
 */
#include "skf.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 3
#define ROUNDS  2
#define BUSY    2    /* processes that only use the processor */
#define LONGEST 25.0 /* s: a call that ends in SAR_DEVICE_REMOVED, on a slow machine */
#define AFTER   3    /* calls after the first refusal, each refused alike */

#define FUNCTIONS(F)                                                                               \
    F(ConnectDev)                                                                                  \
    F(DisConnectDev)                                                                               \
    F(GenRandom)                                                                                   \
    F(GetDevInfo)                                                                                  \
    F(EnumApplication)                                                                             \
    F(OpenApplication)                                                                             \
    F(CloseApplication)                                                                            \
    F(EnumContainer)                                                                               \
    F(VerifyPIN)

static struct {
#define FIELD(name) __typeof__(&SKF_##name) name;
    FUNCTIONS(FIELD)
} skf;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* Prints the code of what should have succeeded. */
#define OK(call)                                                                                   \
    do {                                                                                           \
        ULONG code_ = (call);                                                                      \
        if (code_ != SAR_OK) {                                                                     \
            fprintf(stderr, "%s:%d: %s: 0x%08X\n", __FILE__, __LINE__, #call, code_);              \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static int ready = -1; /* a byte goes here from each that is at work */

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static char *setting(const char *name)
{
    char *value = getenv(name);
    CHECK(value != NULL);
    return value;
}

/* One call of several kinds in turn. */
static ULONG call(DEVHANDLE dev, HAPPLICATION app, unsigned turn)
{
    BYTE bytes[512];
    DEVINFO info;
    ULONG len = 0;
    HAPPLICATION other;
    switch (turn % 5) {
    case 0:
        return skf.GenRandom(dev, bytes, sizeof bytes);
    case 1:
        return skf.GetDevInfo(dev, &info);
    case 2:
        return skf.EnumApplication(dev, NULL, &len);
    case 3:
        return skf.EnumContainer(app, NULL, &len);
    default:
        len = skf.OpenApplication(dev, setting("HUFU_APP"), &other);
        return len == SAR_OK ? skf.CloseApplication(other) : len;
    }
}

static ULONG timed(DEVHANDLE dev, HAPPLICATION app, unsigned turn)
{
    double from = now();
    ULONG code = call(dev, app, turn);
    if ((code != SAR_OK && code != SAR_DEVICE_REMOVED) || now() - from > LONGEST) {
        fprintf(stderr, "call %u: 0x%08X after %.1f s\n", turn % 5, code, now() - from);
        exit(1);
    }
    return code;
}

/* Works until the token is pulled. */
static void *work(void *arg)
{
    unsigned turn = *(unsigned *)arg;
    DEVHANDLE dev;
    HAPPLICATION app;
    ULONG tries;
    OK(skf.ConnectDev(setting("HUFU_READER"), &dev));
    OK(skf.OpenApplication(dev, setting("HUFU_APP"), &app));
    OK(skf.VerifyPIN(app, USER_TYPE, setting("HUFU_PIN"), &tries));
    OK(timed(dev, app, turn));
    CHECK(write(ready, "r", 1) == 1);
    double from = now();
    while (timed(dev, app, turn++) == SAR_OK) {
        CHECK(now() - from < 60); /* somebody pulls it */
    }
    for (unsigned i = 0; i < AFTER; i++) {
        CHECK(timed(dev, app, turn++) == SAR_DEVICE_REMOVED);
    }
    OK(skf.DisConnectDev(dev));
    return NULL;
}

/* A process that works, or only keeps the processor busy. */
static pid_t start(const char *library, const char *what)
{
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        char number[16];
        snprintf(number, sizeof number, "%d", ready);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl("/proc/self/exe", "pulled", library, what, number, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void works_again(void)
{
    DEVHANDLE dev;
    DEVINFO info;
    double until = now() + 30;
    while (skf.ConnectDev(setting("HUFU_READER"), &dev) != SAR_OK) {
        CHECK(now() < until);
        usleep(100000);
    }
    OK(skf.GetDevInfo(dev, &info));
    OK(skf.DisConnectDev(dev));
}

static void one_round(const char *library, const char *pull)
{
    pthread_t thread[THREADS];
    unsigned first[THREADS];
    int status, line[2];
    CHECK(pipe(line) == 0);
    ready = line[1];
    pid_t other = start(library, "work");
    for (unsigned i = 0; i < THREADS; i++) {
        first[i] = i;
        CHECK(pthread_create(&thread[i], NULL, work, &first[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS + 1; i++) {
        char byte;
        CHECK(read(line[0], &byte, 1) == 1);
    }
    usleep(200000);
    CHECK(system(pull) == 0);
    for (unsigned i = 0; i < THREADS; i++) {
        CHECK(pthread_join(thread[i], NULL) == 0);
    }
    CHECK(waitpid(other, &status, 0) == other);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(line[0]);
    close(line[1]);
    works_again();
}

int main(int argc, char **argv)
{
    pid_t busy[BUSY];
    unsigned zero = 0;
    CHECK(argc >= 3);
    if (argc == 4 && strcmp(argv[2], "busy") == 0) {
        for (volatile unsigned long i = 0;; i++) {
        }
    }
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    CHECK(library != NULL);
#define FIND(name)                                                                                 \
    *(void **)(&skf.name) = dlsym(library, "SKF_" #name);                                          \
    CHECK(skf.name != NULL);
    FUNCTIONS(FIND)
    if (argc == 4) {
        ready = atoi(argv[3]);
        work(&zero);
        return 0;
    }
    for (unsigned i = 0; i < BUSY; i++) {
        busy[i] = start(argv[1], "busy");
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        one_round(argv[1], argv[2]);
    }
    for (unsigned i = 0; i < BUSY; i++) {
        CHECK(kill(busy[i], SIGKILL) == 0 && waitpid(busy[i], NULL, 0) == busy[i]);
    }
    puts("ok");
    return 0;
}
