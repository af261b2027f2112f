/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rights - inside with-token: 8 threads and 4 processes at once on one token, each in a channel of
 * its own, two to an application. What one logged in to, opened, made or agreed on is of no use to
 * another: every one tries its neighbour's. Then processes that are killed at any moment, which
 * leave neither lock nor session; and more connections than the token has sessions, which do not
 * end one that is logged in. REQ: K1 K2 K3
 */
#include "must.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NO_RIGHT(call) GIVES(SAR_USER_NOT_LOGGED_IN, call)
#define REFUSED(call)  CHECK((call) != SAR_OK)

enum {
    THREADS = 8,
    PROCESSES = 4,
    PARTIES = THREADS + PROCESSES,
    APPLICATIONS = PARTIES / 2,
    ROUNDS = 3,
    LONG_ROUNDS = 30,
    KILLED = 20, /* more than the token has sessions */
    LONG_KILLED = 300,
    CONNECTIONS = 20,
    IDS = 12, /* application and container ids that are tried blindly */
};

struct party {
    char app[16], con[16], pin[16];
    ECCPUBLICKEYBLOB key;
};

/* Seen by all processes; the parent fills it before any of them begins. */
static struct shared {
    struct party party[PARTIES];
    unsigned locked;     /* by one that is about to be killed */
    unsigned signatures; /* of one that lives on */
    char step;           /* what the one that is about to be killed does: Connect, Lock, Sign */
    ULONG ended;         /* with what its last step ended */
} * shared;

static char *reader;
static bool longer;

/* --- the token made ready ----------------------------------------------------------------- */

static void device_auth(DEVHANDLE dev)
{
    const char *hex = getenv("HUFU_DEVKEY");
    BYTE key[16], block[16] = {0}, out[16];
    ULONG len = sizeof out;
    BLOCKCIPHERPARAM param = {.IVLen = 0};
    DEVINFO info;
    HANDLE handle;
    CHECK(hex != NULL && strlen(hex) == 32);
    for (unsigned i = 0; i < 16; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        key[i] = (BYTE)strtoul(digits, NULL, 16);
    }
    OK(SKF_GetDevInfo(dev, &info));
    OK(SKF_GenRandom(dev, block, 8));
    OK(SKF_SetSymmKey(dev, key, info.DevAuthAlgId, &handle));
    OK(SKF_EncryptInit(handle, param));
    OK(SKF_Encrypt(handle, block, 16, out, &len));
    OK(SKF_CloseHandle(handle));
    OK(SKF_DevAuth(dev, out, 16));
}

static void prepare(void)
{
    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER con;
    ULONG tries;
    OK(SKF_ConnectDev(reader, &dev));
    for (unsigned i = 0; i < PARTIES; i++) {
        struct party *p = &shared->party[i];
        (void)snprintf(p->app, sizeof p->app, "app-%u", i % APPLICATIONS);
        (void)snprintf(p->con, sizeof p->con, "con-%u", i);
        (void)snprintf(p->pin, sizeof p->pin, "pin-of-%u", i % APPLICATIONS);
    }
    for (unsigned i = 0; i < APPLICATIONS; i++) {
        struct party *p = &shared->party[i];
        device_auth(dev);
        OK(SKF_CreateApplication(dev, p->app, (LPSTR) "87654321", 10, p->pin, 10,
                                 SECURE_USER_ACCOUNT, &app));
        OK(SKF_VerifyPIN(app, USER_TYPE, p->pin, &tries));
        for (unsigned k = i; k < PARTIES; k += APPLICATIONS) {
            OK(SKF_CreateContainer(app, shared->party[k].con, &con));
            OK(SKF_GenECCKeyPair(con, SGD_SM2_1, &shared->party[k].key));
            OK(SKF_CloseContainer(con));
        }
        OK(SKF_CloseApplication(app));
    }
    OK(SKF_DisConnectDev(dev));
}

/* --- one party ---------------------------------------------------------------------------- */

/* Somebody else's application and container are open here, but nobody logged in to them. */
static void try_neighbour(DEVHANDLE dev, const struct party *p, BYTE digest[32])
{
    HAPPLICATION app;
    HCONTAINER con, made;
    HANDLE key;
    ECCSIGNATUREBLOB signature;
    ECCPUBLICKEYBLOB pub;
    BYTE sealed[sizeof(ECCCIPHERBLOB) + 16] = {0};
    OK(SKF_OpenApplication(dev, (LPSTR)p->app, &app));
    OK(SKF_OpenContainer(app, (LPSTR)p->con, &con));
    NO_RIGHT(SKF_ECCSignData(con, digest, 32, &signature));
    NO_RIGHT(SKF_GenECCKeyPair(con, SGD_SM2_1, &pub));
    NO_RIGHT(SKF_CreateContainer(app, (LPSTR) "theft", &made));
    NO_RIGHT(SKF_DeleteContainer(app, (LPSTR)p->con));
    NO_RIGHT(
        SKF_CreateFile(app, (LPSTR) "theft", 10, SECURE_ANYONE_ACCOUNT, SECURE_ANYONE_ACCOUNT));
    REFUSED(SKF_ImportSessionKey(con, SGD_SM4_CBC, sealed, sizeof sealed, &key));
    OK(SKF_CloseContainer(con));
    OK(SKF_CloseApplication(app));
}

/* No ids of anybody's, sent as a bare command would be, sign where nobody is logged in. */
static void try_ids(DEVHANDLE dev)
{
    for (unsigned app = 0; app < IDS; app++) {
        for (unsigned con = 0; con < IDS; con++) {
            BYTE command[4 + 3 + 4 + 32 + 2] = {
                0x80, 0x74, 0x02, 0x01, 0, 0, 36, (BYTE)(app >> 8), (BYTE)app, 0, (BYTE)con};
            BYTE answer[258];
            ULONG len = sizeof answer;
            OK(SKF_Transmit(dev, command, sizeof command, answer, &len));
            CHECK(len == 2 && answer[0] != 0x90);
        }
    }
}

static void sign(DEVHANDLE dev, HCONTAINER con, unsigned number, BYTE digest[32])
{
    const struct party *own = &shared->party[number],
                       *other = &shared->party[(number + APPLICATIONS) % PARTIES];
    ECCSIGNATUREBLOB signature;
    OK(SKF_ECCSignData(con, digest, 32, &signature));
    OK(SKF_ECCVerify(dev, (ECCPUBLICKEYBLOB *)&own->key, digest, 32, &signature));
    REFUSED(SKF_ECCVerify(dev, (ECCPUBLICKEYBLOB *)&other->key, digest, 32, &signature));
}

/* A session key of the token and one of the host: what one encrypts, nobody else's undoes. */
static void keys(DEVHANDLE dev, HCONTAINER con, unsigned number)
{
    BLOCKCIPHERPARAM param = {.IVLen = 16};
    BYTE text[64], cipher[64], back[64], sealed[sizeof(ECCCIPHERBLOB) + 16], value[16];
    HANDLE mine, host;
    memset(text, (int)number, sizeof text);
    memset(value, (int)number, sizeof value);
    OK(SKF_ECCExportSessionKey(con, SGD_SM4_CBC, &shared->party[number].key,
                               (ECCCIPHERBLOB *)(void *)sealed, &mine));
    OK(SKF_SetSymmKey(dev, value, SGD_SM4_CBC, &host));
    for (unsigned i = 0; i < 2; i++) {
        const HANDLE key = i == 0 ? mine : host;
        ULONG len = sizeof cipher;
        OK(SKF_EncryptInit(key, param));
        OK(SKF_Encrypt(key, text, sizeof text, cipher, &len));
        CHECK(len == sizeof cipher && memcmp(cipher, text, sizeof text) != 0);
        OK(SKF_DecryptInit(key, param));
        len = sizeof back;
        OK(SKF_Decrypt(key, cipher, sizeof cipher, back, &len));
        CHECK(len == sizeof back && memcmp(back, text, sizeof text) == 0);
    }
    OK(SKF_CloseHandle(mine));
    OK(SKF_CloseHandle(host));
}

/* A hash in parts, between which all others work. */
static void hash(DEVHANDLE dev, unsigned number)
{
    BYTE text[200], whole[32], parts[32];
    ULONG len = sizeof whole;
    HANDLE h;
    memset(text, (int)number, sizeof text);
    OK(SKF_DigestInit(dev, SGD_SM3, NULL, NULL, 0, &h));
    OK(SKF_Digest(h, text, sizeof text, whole, &len));
    OK(SKF_CloseHandle(h));
    OK(SKF_DigestInit(dev, SGD_SM3, NULL, NULL, 0, &h));
    for (unsigned at = 0; at < sizeof text; at += 50) {
        BYTE noise[16];
        OK(SKF_DigestUpdate(h, text + at, 50));
        OK(SKF_GenRandom(dev, noise, sizeof noise));
    }
    len = sizeof parts;
    OK(SKF_DigestFinal(h, parts, &len));
    OK(SKF_CloseHandle(h));
    CHECK(memcmp(whole, parts, sizeof whole) == 0);
}

static void party(unsigned number)
{
    const struct party *own = &shared->party[number],
                       *neighbour = &shared->party[(number + 1) % PARTIES];
    for (unsigned round = 0; round < (longer ? LONG_ROUNDS : ROUNDS); round++) {
        DEVHANDLE dev;
        HAPPLICATION app;
        HCONTAINER con;
        ECCSIGNATUREBLOB signature;
        ULONG tries;
        BYTE digest[32];
        memset(digest, (int)(number + round), sizeof digest);
        OK(SKF_ConnectDev(reader, &dev));
        OK(SKF_OpenApplication(dev, (LPSTR)own->app, &app));
        OK(SKF_OpenContainer(app, (LPSTR)own->con, &con));
        /* The other of the same application may be logged in at this moment. */
        NO_RIGHT(SKF_ECCSignData(con, digest, sizeof digest, &signature));
        if (round == 0) {
            try_ids(dev);
        }
        OK(SKF_VerifyPIN(app, USER_TYPE, (LPSTR)own->pin, &tries));
        for (unsigned i = 0; i < 4; i++) {
            sign(dev, con, number, digest);
            try_neighbour(dev, neighbour, digest);
        }
        keys(dev, con, number);
        hash(dev, number);
        GIVES(SAR_PIN_INCORRECT, SKF_VerifyPIN(app, ADMIN_TYPE, (LPSTR) "not-this", &tries));
        OK(SKF_VerifyPIN(app, ADMIN_TYPE, (LPSTR) "87654321", &tries));
        OK(SKF_ClearSecureState(app));
        NO_RIGHT(SKF_ECCSignData(con, digest, sizeof digest, &signature));
        OK(SKF_CloseContainer(con));
        OK(SKF_CloseApplication(app));
        OK(SKF_DisConnectDev(dev));
    }
}

static void *thread(void *arg)
{
    party(*(unsigned *)arg);
    return NULL;
}

/* --- processes ---------------------------------------------------------------------------- */

/* This program anew, so that no thread's lock is copied. */
static pid_t start(const char *what, unsigned number)
{
    char text[12];
    (void)snprintf(text, sizeof text, "%u", number);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl("/proc/self/exe", "rights", what, text, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void all_at_once(void)
{
    pthread_t threads[THREADS];
    unsigned number[THREADS];
    pid_t pid[PROCESSES];
    for (unsigned i = 0; i < PROCESSES; i++) {
        pid[i] = start("party", THREADS + i);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        number[i] = i;
        CHECK(pthread_create(&threads[i], NULL, thread, &number[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        int status;
        CHECK(waitpid(pid[i], &status, 0) == pid[i] && status == 0);
    }
}

/* Opens, logs in, signs, locks, closes, over and over, until it is killed. */
static void victim(unsigned number)
{
    const struct party *own = &shared->party[number % PARTIES];
    for (;;) {
        DEVHANDLE dev;
        HAPPLICATION app;
        HCONTAINER con;
        ECCSIGNATUREBLOB signature;
        ULONG tries;
        BYTE digest[32] = {5};
        shared->step = 'C';
        shared->ended = SKF_ConnectDev(reader, &dev);
        if (shared->ended != SAR_OK) {
            continue;
        }
        /* Every other one holds the lock when it dies: pcscd then resets the card. */
        shared->step = 'L';
        if (number % 2 == 0) {
            shared->ended = SKF_LockDev(dev, LOCK_FOR_EVER);
            __atomic_store_n(&shared->locked, shared->ended == SAR_OK, __ATOMIC_SEQ_CST);
        }
        shared->step = 'S';
        if (SKF_OpenApplication(dev, (LPSTR)own->app, &app) == 0 &&
            SKF_VerifyPIN(app, USER_TYPE, (LPSTR)own->pin, &tries) == SAR_OK &&
            SKF_OpenContainer(app, (LPSTR)own->con, &con) == SAR_OK) {
            for (unsigned i = 0; number % 2 == 0 || i < 10; i++) {
                (void)SKF_ECCSignData(con, digest, sizeof digest, &signature);
            }
        }
        (void)SKF_DisConnectDev(dev);
    }
}

/* One that lives on: a death may cost it its login, never more. */
static void *survivor(void *arg)
{
    const bool *stop = arg;
    const struct party *own = &shared->party[0];
    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER con;
    unsigned logins = 0;
    OK(SKF_ConnectDev(reader, &dev));
    while (!__atomic_load_n(stop, __ATOMIC_SEQ_CST)) {
        ULONG tries, result = SAR_OK;
        ECCSIGNATUREBLOB signature;
        BYTE digest[32] = {6};
        OK(SKF_OpenApplication(dev, (LPSTR)own->app, &app));
        OK(SKF_OpenContainer(app, (LPSTR)own->con, &con));
        OK(SKF_VerifyPIN(app, USER_TYPE, (LPSTR)own->pin, &tries));
        logins++;
        while (result == SAR_OK && !__atomic_load_n(stop, __ATOMIC_SEQ_CST)) {
            result = SKF_ECCSignData(con, digest, sizeof digest, &signature);
            if (result == SAR_OK) {
                (void)__atomic_add_fetch(&shared->signatures, 1, __ATOMIC_SEQ_CST);
            }
        }
        if (result != SAR_OK && result != SAR_USER_NOT_LOGGED_IN) {
            (void)fprintf(stderr, "the one that lived: %08X\n", (unsigned)result);
        }
        CHECK(result == SAR_OK || result == SAR_USER_NOT_LOGGED_IN);
        OK(SKF_CloseContainer(con));
        OK(SKF_CloseApplication(app));
    }
    OK(SKF_DisConnectDev(dev));
    (void)printf("the one that lived logged in %u times and signed %u times\n", logins,
                 shared->signatures);
    CHECK(logins > 1); /* or no death was felt */
    return NULL;
}

static void killed_at_any_moment(void)
{
    pthread_t living;
    bool stop = false;
    DEVHANDLE dev;
    CHECK(pthread_create(&living, NULL, survivor, &stop) == 0);
    for (unsigned i = 0; i < (longer ? LONG_KILLED : KILLED); i++) {
        int status;
        __atomic_store_n(&shared->locked, 0, __ATOMIC_SEQ_CST);
        pid_t pid = start("victim", i);
        const double begun = now_ms();
        while (i % 2 == 0 && __atomic_load_n(&shared->locked, __ATOMIC_SEQ_CST) == 0) {
            if (now_ms() - begun > 120000) {
                (void)fprintf(stderr, "no lock in two minutes: %c, last ended with %08X\n",
                              shared->step, (unsigned)shared->ended);
                _Exit(1);
            }
            usleep(1000);
        }
        usleep((useconds_t)rand() % (i % 2 == 0 ? 30000 : 100000));
        CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, &status, 0) == pid);
        CHECK(WIFSIGNALED(status));
        /* Whatever it held, others work on. */
        const unsigned before = __atomic_load_n(&shared->signatures, __ATOMIC_SEQ_CST);
        const double died = now_ms();
        while (__atomic_load_n(&shared->signatures, __ATOMIC_SEQ_CST) == before) {
            CHECK(now_ms() - died < 60000);
            usleep(1000);
        }
    }
    __atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
    CHECK(pthread_join(living, NULL) == 0);
    const double from = now_ms();
    OK(SKF_ConnectDev(reader, &dev));
    OK(SKF_LockDev(dev, 60000));
    OK(SKF_UnlockDev(dev));
    OK(SKF_DisConnectDev(dev));
    CHECK(now_ms() - from < 60000);
}

struct login {
    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER con;
};

static void log_in(struct login *l, const struct party *own)
{
    ULONG tries;
    OK(SKF_ConnectDev(reader, &l->dev));
    OK(SKF_OpenApplication(l->dev, (LPSTR)own->app, &l->app));
    OK(SKF_OpenContainer(l->app, (LPSTR)own->con, &l->con));
    OK(SKF_VerifyPIN(l->app, USER_TYPE, (LPSTR)own->pin, &tries));
}

static ULONG signs(const struct login *l)
{
    BYTE digest[32] = {7};
    ECCSIGNATUREBLOB signature;
    return SKF_ECCSignData(l->con, digest, sizeof digest, &signature);
}

/* More connections than sessions, all kept, none of them logged in: they end each other, not the
 * one that is. */
static void many_connections(void)
{
    struct login l;
    DEVHANDLE other[CONNECTIONS];
    BYTE noise[8];
    log_in(&l, &shared->party[1]);
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        OK(SKF_ConnectDev(reader, &other[i]));
        OK(SKF_GenRandom(other[i], noise, sizeof noise));
    }
    OK(signs(&l));
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        OK(SKF_GenRandom(other[i], noise, sizeof noise));
        OK(SKF_DisConnectDev(other[i]));
    }
    OK(signs(&l));
    OK(SKF_DisConnectDev(l.dev));
}

/* Logins that nobody uses any more, as the dead leave them, more than there are sessions: the one
 * that is used stays, and a full set of newcomers works at once. */
static void many_logins(void)
{
    struct login l, idle[CONNECTIONS];
    log_in(&l, &shared->party[2]);
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        log_in(&idle[i], &shared->party[i % PARTIES]);
        OK(signs(&l));
    }
    OK(SKF_DisConnectDev(l.dev));
    all_at_once();
    NO_RIGHT(signs(&idle[0])); /* pushed out by those who came after; told so, and no more */
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        const ULONG result = signs(&idle[i]);
        if (result != SAR_OK && result != SAR_USER_NOT_LOGGED_IN) {
            (void)fprintf(stderr, "the one that lived: %08X\n", (unsigned)result);
        }
        CHECK(result == SAR_OK || result == SAR_USER_NOT_LOGGED_IN);
        OK(SKF_DisConnectDev(idle[i].dev));
    }
}

/* The parties' names and keys, inherited by descriptor 9. */
static void share(bool make)
{
    enum { FD = 9 };
    if (make) {
        int fd = memfd_create("rights", 0);
        CHECK(fd >= 0 && ftruncate(fd, sizeof *shared) == 0 && dup2(fd, FD) == FD);
    }
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, FD, 0);
    CHECK(shared != MAP_FAILED);
}

int main(int argc, char **argv)
{
    const char *wish = getenv("HUFU_TEST_LONG");
    longer = wish != NULL && strcmp(wish, "1") == 0;
    reader = getenv("HUFU_READER");
    CHECK(reader != NULL);
    share(argc == 1);
    if (argc == 3) {
        const unsigned number = (unsigned)strtoul(argv[2], NULL, 10);
        if (strcmp(argv[1], "party") == 0) {
            party(number);
        } else {
            victim(number);
        }
        return 0;
    }
    srand((unsigned)getpid());
    prepare();
    all_at_once();
    (void)puts("8 threads and 4 processes, none with another's right");
    (void)fflush(stdout);
    many_connections();
    many_logins();
    killed_at_any_moment(); /* last: the reset that follows a death may come late */
    (void)puts("ok");
    return 0;
}
