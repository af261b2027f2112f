/* SPDX-License-Identifier: Apache-2.0 */
/* hufu-emu: the virtual token as a command. */
#include "control.h"
#include "daemon.h"
#include "panel.h"
#include "util/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PORT 35963
#define ANSWER_MAX   4096u

static const char usage_text[] = N_(
    "Usage: hufu-emu COMMAND [--state DIR] [options]\n"
    "\n"
    "  start      plug the token in: power, enumeration, reader\n"
    "             --vpcd PORT    port of pcscd's virtual reader (default 35963)\n"
    "             --usbredir SOCK  instead: a USB device for a virtual machine\n"
    "             --usbip PORT     instead: a USB device for a USB/IP client (127.0.0.1)\n"
    "             --native       the vault in this process instead of the emulated board\n"
    "             --images DIR   firmware images (default: build/mps2-an505 of this build)\n"
    "             --factory      a new token waits for its manufacturer (hufu provision)\n"
    "             --tie PID      end when that process ends\n"
    "  stop       pull it out and end\n"
    "  power-cut  kill it in mid-work, as a power cut does\n"
    "  replug     pull it out and plug it in again\n"
    "  status     is it running and attached?\n"
    "  panel      show its display; --png FILE writes an image\n"
    "  press ok|cancel\n"
    "             press one of its buttons\n"
    "\n"
    "State (flash.img, otp.bin, token.log): --state, else $XDG_STATE_HOME/hufu-emu.\n"
    "Exit: 0 good, 1 refused, 2 usage or something missing, 3 token, 4 no reader, or port taken.\n"
    "Example: hufu-emu start --state /tmp/t1 --vpcd 40000; hufu-emu power-cut --state /tmp/t1\n");

static int complain(int code, const char *text)
{
    (void)fprintf(stderr, "hufu-emu: %s\n", text);
    return code;
}

/* Creates the folder and its parents, 0700, and opens it. The descriptor, or -1 with errno. */
static int open_state(const char *path, bool create)
{
    char part[PATH_MAX];

    if (strlen(path) >= sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (create) {
        (void)snprintf(part, sizeof part, "%s", path);
        for (char *p = part + 1; *p != '\0'; p++) {
            if (*p != '/')
                continue;
            *p = '\0';
            (void)mkdir(part, 0700);
            *p = '/';
        }
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return -1;
    }
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int default_state(char *out, size_t size)
{
    const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n;

    if (base != NULL && base[0] == '/')
        n = snprintf(out, size, "%s/hufu-emu", base);
    else if (home != NULL && home[0] == '/')
        n = snprintf(out, size, "%s/.local/state/hufu-emu", home);
    else
        return -1;
    return n > 0 && (size_t)n < size ? 0 : -1;
}

/* build/host/bin/hufu-emu stands beside build/mps2-an505; installed, bin/ beside share/hufu. */
static void default_images(char *out, size_t size)
{
    static const char *const places[] = {"../../mps2-an505", "../share/hufu/mps2-an505"};
    char exe[PATH_MAX - 32], place[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1u);

    exe[n > 0 ? n : 0] = '\0';
    if (n > 0)
        *strrchr(exe, '/') = '\0';
    for (unsigned i = 0; i < 2; i++) {
        (void)snprintf(place, sizeof place, "%s/%s", exe, places[i]);
        if (realpath(place, out) != NULL)
            return;
    }
    (void)snprintf(out, size, "%s/%s", exe, places[0]); /* the line that names what is missing */
}

/* Runs the daemon in a process of its own; returns when the token is ready or cannot be. */
static int start(const struct emu_options *options, int dirfd)
{
    char text[320];
    size_t have = 0;
    int ready[2], code = EMU_TOKEN;
    ssize_t n;
    pid_t pid;

    if (pipe2(ready, O_CLOEXEC) != 0 || (pid = fork()) < 0)
        return complain(EMU_REFUSED, strerror(errno));
    if (pid == 0) {
        const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

        close(ready[0]);
        (void)setsid();
        for (int fd = 0; fd <= 2; fd++)
            (void)dup2(null, fd);
        _exit(emu_run(options, dirfd, ready[1]));
    }
    close(ready[1]);
    close(dirfd); /* the lock on the folder is the daemon's */
    while ((n = read(ready[0], text + have, sizeof text - 1u - have)) > 0)
        have += (size_t)n;
    text[have] = '\0';
    if (have > 2 && text[have - 1u] == '\n') {
        text[have - 1u] = '\0';
        code = text[0] - '0';
        if (code == EMU_GOOD) {
            (void)printf("hufu-emu: %s\n", text + 2);
            return EMU_GOOD;
        }
        return complain(code, text + 2);
    }
    return complain(code, _("the emulator ended without a word; see token.log"));
}

static int show_panel(const uint8_t *frame, const char *png)
{
    if (png == NULL) {
        panel_text(stdout, frame);
        return EMU_GOOD;
    }
    if (panel_png(png, frame) != 0) {
        (void)fprintf(stderr, "hufu-emu: %s: %s\n", png, strerror(errno));
        return EMU_REFUSED;
    }
    return EMU_GOOD;
}

/* Everything but start: a request to the daemon. */
static int ask(const char *command, const char *argument, const char *png, int dirfd)
{
    char request[CONTROL_LINE], answer[ANSWER_MAX];
    long n;

    if (snprintf(request, sizeof request, "%s%s%s", command, argument ? " " : "",
                 argument ? argument : "") >= (int)sizeof request)
        return complain(EMU_USAGE, _("press takes ok or cancel"));
    n = control_ask(dirfd, request, answer, sizeof answer);
    if (n < 0)
        return complain(EMU_REFUSED, _("no emulator runs in this state folder"));
    if (strcmp(command, "panel") == 0 && n == 3L + (long)HAL_PANEL_BYTES)
        return show_panel((const uint8_t *)answer + 3, png);
    answer[strcspn(answer, "\n")] = '\0';
    if (strncmp(answer, "error ", 6) == 0)
        return complain(EMU_REFUSED, answer + 6);
    if (strncmp(answer, "ok ", 3) == 0)
        (void)printf("hufu-emu: %s\n", answer + 3);
    return EMU_GOOD;
}

static long number(const char *text, long most)
{
    char *end;
    const long value = strtol(text, &end, 10);

    return *text != '\0' && *end == '\0' && value > 0 && value <= most ? value : -1;
}

/* The command line. */
struct wish {
    const char *command, *argument, *png;
    struct emu_options emu;
    char images[PATH_MAX], state[PATH_MAX];
    unsigned outlets; /* ways out of the token that were named */
    bool help;
};

static int read_port(const char *text, uint16_t *port, unsigned *outlets, const char *complaint)
{
    const long value = number(text, 65535);

    if (value < 0)
        return complain(EMU_USAGE, complaint);
    *port = (uint16_t)value;
    ++*outlets;
    return EMU_GOOD;
}

enum { STATE = 1, NATIVE, FACTORY, VPCD, IMAGES, TIE, PNG, ENTROPY, TRACE, USBREDIR, USBIP, HELP };
static const struct option options[] = {{"state", required_argument, NULL, STATE},
                                        {"native", no_argument, NULL, NATIVE},
                                        {"factory", no_argument, NULL, FACTORY},
                                        {"vpcd", required_argument, NULL, VPCD},
                                        {"images", required_argument, NULL, IMAGES},
                                        {"tie", required_argument, NULL, TIE},
                                        {"png", required_argument, NULL, PNG},
                                        {"usbredir", required_argument, NULL, USBREDIR},
                                        {"usbip", required_argument, NULL, USBIP},
#ifdef HUFU_TEST_HOOKS
                                        {"record-entropy", required_argument, NULL, ENTROPY},
                                        {"trace", required_argument, NULL, TRACE},
#endif
                                        {"help", no_argument, NULL, HELP},
                                        {NULL, 0, NULL, 0}};

static int read_options(int argc, char **argv, struct wish *w)
{
    int code = EMU_GOOD, c;
    long value;

    while (code == EMU_GOOD && (c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (c) {
        case STATE:
            (void)snprintf(w->state, sizeof w->state, "%s", optarg);
            break;
        case NATIVE:
            w->emu.native = true;
            break;
        case FACTORY:
            w->emu.factory = true;
            break;
        case VPCD:
            code =
                read_port(optarg, &w->emu.vpcd_port, &w->outlets, _("--vpcd takes a port number"));
            break;
        case IMAGES:
            if (realpath(optarg, w->images) == NULL)
                code = complain(EMU_USAGE, _("--images: no such folder"));
            break;
        case TIE:
            if ((value = number(optarg, INT_MAX)) < 0 || kill((pid_t)value, 0) != 0)
                code = complain(EMU_USAGE, _("--tie takes the id of a running process"));
            w->emu.tie = (pid_t)value;
            break;
        case PNG:
            w->png = optarg;
            break;
        case ENTROPY:
            w->emu.entropy_record = optarg;
            break;
        case TRACE:
            w->emu.trace = optarg;
            break;
        case USBREDIR:
            w->emu.usbredir = optarg;
            w->outlets++;
            break;
        case USBIP:
            code = read_port(optarg, &w->emu.usbip_port, &w->outlets,
                             _("--usbip takes a port number"));
            break;
        case HELP:
        case 'h':
            w->help = true;
            return EMU_GOOD;
        default:
            code = complain(EMU_USAGE, _("see hufu-emu --help"));
        }
    }
    w->command = optind < argc ? argv[optind++] : "";
    w->argument = optind < argc ? argv[optind++] : NULL;
    if (code == EMU_GOOD && optind < argc)
        code = complain(EMU_USAGE, _("which command? see hufu-emu --help"));
    return code;
}

/* Whether what was asked for goes together. */
static int check(const struct wish *w)
{
    static const char *const commands[] = {"start",  "stop",  "power-cut", "replug",
                                           "status", "panel", "press"};
    const struct emu_options *o = &w->emu;
    bool known = false;

    for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++)
        known |= strcmp(w->command, commands[i]) == 0;
    if (!known || (w->argument != NULL) != (strcmp(w->command, "press") == 0))
        return complain(EMU_USAGE, _("which command? see hufu-emu --help"));
    if (w->argument != NULL && strcmp(w->argument, "ok") != 0 && strcmp(w->argument, "cancel") != 0)
        return complain(EMU_USAGE, _("press takes ok or cancel"));
    if (w->outlets > 1)
        return complain(EMU_USAGE, _("a token is in one place: choose one of --vpcd, --usbredir "
                                     "and --usbip"));
    if ((o->usbredir != NULL || o->usbip_port != 0) && (o->native || o->trace != NULL))
        return complain(EMU_USAGE, _("--usbredir and --usbip need the emulated board: the native "
                                     "vault has no USB"));
    return EMU_GOOD;
}

/* Standard descriptors that the caller closed: whatever is opened would get their numbers, of which
 * the daemon lets go. */
static void fill_standard_descriptors(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

int main(int argc, char **argv)
{
    static struct wish w = {.emu.vpcd_port = DEFAULT_PORT};
    int code, dirfd;

    fill_standard_descriptors();
    i18n_init();
    default_images(w.images, sizeof w.images);
    w.emu.images = w.images;
    if ((code = read_options(argc, argv, &w)) != EMU_GOOD)
        return code;
    if (w.help) {
        (void)fputs(_(usage_text), stdout);
        return EMU_GOOD;
    }
    if ((code = check(&w)) != EMU_GOOD)
        return code;
    if (w.state[0] == '\0' && default_state(w.state, sizeof w.state) != 0)
        return complain(EMU_USAGE, _("no --state, and neither XDG_STATE_HOME nor HOME is set"));

    dirfd = open_state(w.state, strcmp(w.command, "start") == 0);
    if (dirfd < 0) {
        (void)fprintf(stderr, "hufu-emu: %s: %s\n", w.state, strerror(errno));
        return EMU_REFUSED;
    }
    return strcmp(w.command, "start") == 0 ? start(&w.emu, dirfd)
                                           : ask(w.command, w.argument, w.png, dirfd);
}
