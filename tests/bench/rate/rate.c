/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_rate [MILLISECONDS [COUNT]] - inside tools/with-token: signatures a second through
 * libskf_hufu.so, pcscd and the reader, by one process and by four at once, each in a channel and a
 * login of its own; then the latency of each command. Prints "NAME VALUE" lines.
 */
#include "bench_rate.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES_MAX = 4, SHORTEST = 100 };

char *bench_environment(const char *name)
{
    char *value = getenv(name);
    if (value == NULL) {
        (void)fprintf(stderr, "bench_rate: %s is not set (run by tools/with-token)\n", name);
        exit(2);
    }
    return value;
}

void client_open(struct client *c)
{
    ULONG tries;
    must(SKF_ConnectDev(bench_environment("HUFU_READER"), &c->dev), "ConnectDev");
    must(SKF_OpenApplication(c->dev, bench_environment("HUFU_APP"), &c->app), "OpenApplication");
    must(SKF_VerifyPIN(c->app, USER_TYPE, bench_environment("HUFU_PIN"), &tries), "VerifyPIN");
    must(SKF_OpenContainer(c->app, bench_environment("HUFU_CONTAINER"), &c->con), "OpenContainer");
}

void client_close(struct client *c)
{
    must(SKF_CloseContainer(c->con), "CloseContainer");
    must(SKF_CloseApplication(c->app), "CloseApplication");
    must(SKF_DisConnectDev(c->dev), "DisConnectDev");
}

/* The container's signing pair, and one signature of it judged. */
static void prepare(void)
{
    struct client c;
    ECCPUBLICKEYBLOB key;
    ECCSIGNATUREBLOB signature;
    BYTE digest[32] = {1, 2, 3};
    client_open(&c);
    must(SKF_GenECCKeyPair(c.con, SGD_SM2_1, &key), "GenECCKeyPair");
    must(SKF_ECCSignData(c.con, digest, sizeof digest, &signature), "ECCSignData");
    must(SKF_ECCVerify(c.dev, &key, digest, sizeof digest, &signature), "the signature");
    client_close(&c);
}

/* --- signatures a second ----------------------------------------------------------------- */

struct shared {
    unsigned ready, go;
    unsigned count[PROCESSES_MAX];
    double slowest[PROCESSES_MAX]; /* ms */
    double end;
};

static void sign_until_end(struct shared *shared, unsigned number)
{
    struct client c;
    ECCSIGNATUREBLOB signature;
    BYTE digest[32] = {0};
    client_open(&c);
    (void)__atomic_add_fetch(&shared->ready, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&shared->go, __ATOMIC_SEQ_CST) == 0) {
        (void)usleep(100);
    }
    for (unsigned n = 0;; n++) {
        memcpy(digest, &n, sizeof n);
        const double from = now_ms();
        if (from >= shared->end) {
            break;
        }
        must(SKF_ECCSignData(c.con, digest, sizeof digest, &signature), "ECCSignData");
        const double took = now_ms() - from;
        if (took > shared->slowest[number]) {
            shared->slowest[number] = took;
        }
        shared->count[number]++;
    }
    client_close(&c);
}

/* A child that died while others are still to come must not be waited for. */
static void wait_ready(const struct shared *shared, unsigned processes)
{
    while (__atomic_load_n(&shared->ready, __ATOMIC_SEQ_CST) != processes) {
        int status;
        if (waitpid(-1, &status, WNOHANG) > 0) {
            exit(1);
        }
        (void)usleep(1000);
    }
}

static void rate(unsigned processes, double ms)
{
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t pid[PROCESSES_MAX];
    unsigned sum = 0, least = ~0u;
    double slowest = 0;
    if (shared == MAP_FAILED) {
        perror("bench_rate");
        exit(1);
    }
    (void)fflush(stdout);
    for (unsigned i = 0; i < processes; i++) {
        pid[i] = fork();
        if (pid[i] == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            sign_until_end(shared, i);
            _exit(0);
        }
        if (pid[i] < 0) {
            perror("bench_rate");
            exit(1);
        }
    }
    wait_ready(shared, processes);
    shared->end = now_ms() + ms;
    __atomic_store_n(&shared->go, 1, __ATOMIC_SEQ_CST);
    for (unsigned i = 0; i < processes; i++) {
        int status;
        if (waitpid(pid[i], &status, 0) != pid[i] || status != 0) {
            exit(1);
        }
        sum += shared->count[i];
        least = shared->count[i] < least ? shared->count[i] : least;
        slowest = shared->slowest[i] > slowest ? shared->slowest[i] : slowest;
    }
    (void)printf("skf_sign_per_s_%u %.0f\n", processes, sum / ms * 1e3);
    (void)printf("skf_sign_slowest_%u_ms %.2f\n", processes, slowest);
    if (processes > 1) {
        (void)printf("skf_sign_least_share_%u_percent %.0f\n", processes,
                     sum == 0 ? 0.0 : 100.0 * least * processes / sum);
    }
    (void)munmap(shared, sizeof *shared);
}

int main(int argc, char **argv)
{
    const double ms = argc > 1 ? atof(argv[1]) : 3000;
    const unsigned count = argc > 2 ? (unsigned)atoi(argv[2]) : 400;
    if (ms < SHORTEST || count == 0) {
        (void)fputs("usage: bench_rate [MILLISECONDS [COUNT]]\n", stderr);
        return 2;
    }
    prepare();
    rate(1, ms);
    rate(PROCESSES_MAX, ms);
    latencies(count);
    return 0;
}
