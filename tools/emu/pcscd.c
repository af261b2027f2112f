/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hufu-pcscd: a PC/SC service of one's own for virtual tokens, without root, namespace or systemd.
 *
 * pcscd takes a listening socket by hand-over (LISTEN_FDS, LISTEN_PID, descriptor 3), so the socket
 * is bound in a private folder and clients find it through PCSCLITE_CSOCK_NAME. Its only readers
 * are vpcd's, on free ports. vpcd listens on all addresses of the machine: a development aid, not a
 * service.
 */
#include "transport/lockfile.h"
#include "util/i18n.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SLOTS 8u
#define READER    "Hufu Virtual Token"
/* Below the kernel's own ephemeral range; those from 20000 on are tools/lib/services.sh's. */
#define LOWEST_PORT 26000u
#define PORT_PAIRS  3000u
#define PROGRAM     "pcscd"
/* Of Debian's vsmartcard-vpcd, where the build's own copy is not. */
#define INSTALLED_DRIVER "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"

enum { GOOD = 0, FAILED = 1, USAGE = 2 };

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
    (void)number;
    ended = 1;
}

static int complain(int code, const char *text, const char *detail)
{
    (void)fprintf(stderr, "hufu-pcscd: %s%s%s\n", text, detail ? ": " : "", detail ? detail : "");
    return code;
}

static bool port_is_free(uint16_t port)
{
    const struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool is_free = fd >= 0 && bind(fd, (const struct sockaddr *)&a, sizeof a) == 0;

    if (fd >= 0)
        close(fd);
    return is_free;
}

/*
 * vpcd takes two ports at a time, PORT and PORT + 1, one for each slot of a reader. It binds them
 * only a while after this looked, so processes that look at the same time must not choose alike:
 * each has ports of its own by its number, its pairs STRIDE apart, and any others only where those
 * are taken.
 */
static uint16_t free_pair(unsigned which)
{
    enum { STRIDE = 751, TRIES = 200 }; /* no divisor in common with PORT_PAIRS */
    unsigned pair = (unsigned)getpid() + which * STRIDE;

    for (unsigned i = 0; i < TRIES; i++) {
        const uint16_t port = (uint16_t)(LOWEST_PORT + pair % PORT_PAIRS * 2u);

        if (port_is_free(port) && port_is_free((uint16_t)(port + 1u)))
            return port;
        if (getrandom(&pair, sizeof pair, 0) != (ssize_t)sizeof pair)
            return 0;
    }
    return 0;
}

/* Of a path in pcscd's list of readers; LD_PRELOAD takes no spaces either. */
static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._@";

/* A file of whatever path under a plain one, FOLDER/NAME. [out] link: that path. */
static int link_plain(const char *folder, const char *name, const char *file, char link[160])
{
    (void)snprintf(link, 160, "%s/%s", folder, name);
    return symlink(file, link);
}

static int write_readers(const char *folder, const char *file, unsigned slots, uint16_t *ports)
{
    char path[160], driver[160];
    FILE *f;

    if (link_plain(folder, "driver", file, driver) != 0)
        return -1;

    (void)snprintf(path, sizeof path, "%s/readers", folder);
    if (mkdir(path, 0700) != 0)
        return -1;
    (void)snprintf(path, sizeof path, "%s/readers/vpcd", folder);
    f = fopen(path, "w");
    if (f == NULL)
        return -1;
    for (unsigned i = 0; i < slots; i += 2) {
        ports[i] = free_pair(i / 2u);
        ports[i + 1u] = (uint16_t)(ports[i] + 1u);
        if (ports[i] == 0)
            break;
        (void)fprintf(f,
                      "FRIENDLYNAME \"" READER "\"\nDEVICENAME /dev/null:0x%04X\nLIBPATH %s\n"
                      "CHANNELID 0x%04X\n\n",
                      ports[i], driver, ports[i]);
    }
    return fclose(f) == 0 && ports[(slots - 1u) & ~1u] != 0 ? 0 : -1;
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"readers/vpcd", "readers", "s", "driver", "rundir"};
    char path[160 + NAME_MAX];
    DIR *dir = opendir(folder);

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    /* What libhufu's processes locked beside the socket. */
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, LOCKFILE_PREFIX, strlen(LOCKFILE_PREFIX)) == 0) {
            (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            (void)remove(path);
        }
    }
    if (dir != NULL)
        (void)closedir(dir);
    (void)rmdir(folder);
}

static int listen_at(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && snprintf(a.sun_path, sizeof a.sun_path, "%s", path) < (int)sizeof a.sun_path &&
        bind(fd, (const struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 64) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* A file in lib/hufu beside bin/, in a build as when installed. NULL: it is not there. */
static const char *part_of_ours(const char *name, char path[PATH_MAX])
{
    char exe[PATH_MAX - 64], beside[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1u);

    if (n <= 0)
        return NULL;
    exe[n] = '\0';
    *strrchr(exe, '/') = '\0';
    (void)snprintf(beside, sizeof beside, "%s/../lib/hufu/%s", exe, name);
    return realpath(beside, path);
}

/* In the child: never returns. */
static void run(int listener, const char *folder, const char *log, pid_t parent)
{
    char pid[24], readers[160], file[PATH_MAX], rundir[160];
    const int out = open(log != NULL ? log : "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0600);
    sigset_t none;

    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    (void)snprintf(readers, sizeof readers, "%s/readers", folder);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent || out < 0)
        _exit(126);
    (void)dup2(out, 1);
    (void)dup2(out, 2);
    /* Descriptor 3 without close-on-exec, also when it already is 3. */
    if ((listener == 3 ? fcntl(3, F_SETFD, 0) : dup2(listener, 3)) < 0)
        _exit(126);
    if (setenv("LISTEN_FDS", "1", 1) != 0 || setenv("LISTEN_PID", pid, 1) != 0)
        _exit(126);
    (void)unsetenv("PCSCLITE_CSOCK_NAME");
    if (access("/run/pcscd", F_OK) != 0 && access("/run", W_OK) != 0 &&
        part_of_ours("libhufu_rundir.so", file) != NULL &&
        link_plain(folder, "rundir", file, rundir) == 0)
        (void)setenv("LD_PRELOAD", rundir, 1); /* see rundir.c */
    (void)execlp(PROGRAM, PROGRAM, "-f", "-c", readers, (char *)NULL);
    (void)execl("/usr/sbin/" PROGRAM, PROGRAM, "-f", "-c", readers, (char *)NULL);
    _exit(127);
}

static int serve(const char *folder, const char *driver, unsigned slots, const char *log, pid_t tie)
{
    uint16_t ports[MAX_SLOTS + 1u] = {0};
    char path[160];
    const pid_t self = getpid(), caller = getppid();
    int listener, status = 0;
    pid_t child;

    (void)snprintf(path, sizeof path, "%s/s", folder);
    if (write_readers(folder, driver, slots, ports) != 0)
        return complain(FAILED, _("cannot choose ports or write the reader file"), NULL);
    listener = listen_at(path);
    if (listener < 0)
        return complain(FAILED, path, strerror(errno));
    child = fork();
    if (child == 0)
        run(listener, folder, log, self);
    close(listener);
    if (child < 0)
        return complain(FAILED, "fork", strerror(errno));

    (void)printf("PCSCLITE_CSOCK_NAME=%s\nHUFU_VPCD_PORTS=%u", path, ports[0]);
    for (unsigned i = 1; i < slots; i++)
        (void)printf(",%u", ports[i]);
    (void)printf("\nHUFU_READER=%s 00 00\n", READER);
    (void)fflush(stdout);

    /* Until a signal, the caller's end, or pcscd's. */
    while (!ended && getppid() == caller && (tie == 0 || kill(tie, 0) == 0 || errno != ESRCH)) {
        if (waitpid(child, &status, WNOHANG) == child) {
            if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
                return complain(USAGE, _("pcscd is not installed (Debian package pcscd)"), NULL);
            return complain(FAILED, _("pcscd ended by itself"), log);
        }
        (void)usleep(50000);
    }
    (void)kill(child, SIGKILL); /* nothing of it is worth saving */
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return GOOD;
}

int main(int argc, char **argv)
{
    enum { SLOTS = 1, DRIVER, LOG, TIE, HELP };
    static const struct option options[] = {
        {"slots", required_argument, NULL, SLOTS}, {"driver", required_argument, NULL, DRIVER},
        {"log", required_argument, NULL, LOG},     {"tie", required_argument, NULL, TIE},
        {"help", no_argument, NULL, HELP},         {NULL, 0, NULL, 0}};
    static const char usage[] = N_(
        "Usage: hufu-pcscd [--slots N] [--driver FILE] [--log FILE] [--tie PID]\n"
        "\n"
        "Runs a private pcscd with N virtual readers (1 to 8, default 2) until it is interrupted,\n"
        "or its caller or the process PID ends. Prints, then serves:\n"
        "  PCSCLITE_CSOCK_NAME=...   for the environment of PC/SC clients\n"
        "  HUFU_VPCD_PORTS=...       ports for hufu-emu start --vpcd, one a slot\n"
        "  HUFU_READER=...           name of the first reader\n"
        "A development aid: vpcd listens on all addresses of this machine.\n");
    const struct sigaction act = {.sa_handler = on_signal};
    char folder[128], built[PATH_MAX], whole[PATH_MAX];
    const char *driver = part_of_ours("libifdvpcd.so", built), *log = NULL,
               *tmp = getenv("XDG_RUNTIME_DIR");
    long slots = 2, tie = 0;
    int c, code;

    i18n_init();
    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (c) {
        case SLOTS:
            slots = strtol(optarg, NULL, 10);
            break;
        case DRIVER:
            driver = optarg;
            break;
        case LOG:
            log = optarg;
            break;
        case TIE:
            tie = strtol(optarg, NULL, 10);
            break;
        case HELP:
        case 'h':
            (void)fputs(_(usage), stdout);
            return GOOD;
        default:
            return complain(USAGE, _("see hufu-pcscd --help"), NULL);
        }
    }
    if (optind != argc || slots < 1 || slots > (long)MAX_SLOTS || tie < 0)
        return complain(USAGE, _("see hufu-pcscd --help"), NULL);
    if (driver == NULL)
        driver = INSTALLED_DRIVER;
    if (access(driver, R_OK) != 0 || realpath(driver, whole) == NULL)
        return complain(USAGE, driver, strerror(errno));
    /* A socket address holds 107 bytes: a short folder, whatever TMPDIR says. */
    if (tmp == NULL || tmp[0] != '/' || strlen(tmp) > 60 || tmp[strspn(tmp, plain)] != '\0' ||
        access(tmp, W_OK) != 0)
        tmp = "/tmp";
    (void)snprintf(folder, sizeof folder, "%s/hufu.XXXXXX", tmp);
    if (mkdtemp(folder) == NULL)
        return complain(FAILED, folder, strerror(errno));

    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGHUP, &act, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    code = serve(folder, whole, (unsigned)slots, log, (pid_t)tie);
    remove_folder(folder);
    return code;
}
