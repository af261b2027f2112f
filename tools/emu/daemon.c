/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon.h"
#include "control.h"
#include "factory.h"
#include "hal.h"
#include "log.h"
#include "record.h"
#include "remote.h"
#include "token.h"
#include "vpcd.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_MS 30000 /* pcscd may still be starting */
#define SEEN_MS    30000
#define MISTAKEN   3   /* looks at a card without powering it: pcscd takes it for the one before */
#define PLUGS      5   /* a token that is mistaken is plugged in again this often */
#define TICK_MS    500 /* how often the tie is looked at */
#define REVIVALS   3   /* a token that its vault has reset is enumerated again this often */

enum request { REQUEST_NONE, REQUEST_STOP, REQUEST_POWER_CUT, REQUEST_REPLUG };

struct emu {
    const struct emu_options *options;
    struct loop loop;
    struct token token;
    struct vpcd vpcd;
    struct record record;
    bool usb; /* offered to a USB host (remote) and not to vpcd */
    struct remote remote;
    enum request request;
    int reply; /* who asked, when the answer comes later */
    int listener;
    uint8_t atr[TOKEN_ATR_MAX];
    size_t atr_len;
    bool reader;     /* attached to vpcd */
    bool seen;       /* pcscd powered the card and read its ATR since then */
    bool on;         /* pcscd powered the card */
    unsigned looked; /* how often pcscd asked for the ATR without that */
    uint8_t answer[TOKEN_ANSWER_MAX];
};

static struct loop *signalled;

static void on_signal(int number)
{
    (void)number;
    signalled->leave = true;
}

static void say(int fd, const char *text)
{
    control_send(fd, text, strlen(text));
}

/* A request that the main loop carries out; who asked waits for its end. */
static void postpone(struct emu *emu, int fd, enum request request)
{
    if (emu->request != REQUEST_NONE) {
        say(fd, "error another request is being carried out\n");
        close(fd);
        return;
    }
    emu->request = request;
    emu->reply = fd;
    emu->loop.leave = true;
}

/* Where the token is offered, for a line of text. */
static void outlet(const struct emu_options *o, char *text, size_t size)
{
    if (o->usbredir != NULL)
        (void)snprintf(text, size, "usbredir %.80s", o->usbredir);
    else
        (void)snprintf(text, size, "%s port %u", o->usbip_port != 0 ? "usbip" : "vpcd",
                       (unsigned)(o->usbip_port != 0 ? o->usbip_port : o->vpcd_port));
}

static void on_control(void *ctx, int listener)
{
    struct emu *emu = ctx;
    char line[CONTROL_LINE], text[240];
    uint8_t frame[HAL_PANEL_BYTES];
    const int fd = control_accept(listener, line);

    if (fd < 0)
        return;
    if (strcmp(line, "stop") == 0) {
        postpone(emu, fd, REQUEST_STOP);
        return;
    }
    if (strcmp(line, "replug") == 0) {
        postpone(emu, fd, REQUEST_REPLUG);
        return;
    }
    if (strcmp(line, "power-cut") == 0) {
        emu->token.ops->detach(emu->token.ctx); /* at this instant, whatever is going on */
        postpone(emu, fd, REQUEST_POWER_CUT);
        return;
    }
    if (strcmp(line, "status") == 0) {
        char where[100];

        outlet(emu->options, where, sizeof where);
        (void)snprintf(text, sizeof text, "ok running, process %d, %s, %s: %s\n", (int)getpid(),
                       emu->options->native ? "native vault" : "mps2-an505", where,
                       (emu->usb ? remote_attached(&emu->remote) : emu->reader) ? "attached"
                                                                                : "not attached");
        say(fd, text);
    } else if (strcmp(line, "panel") == 0) {
        emu->token.ops->frame(emu->token.ctx, frame);
        say(fd, "ok\n");
        control_send(fd, frame, sizeof frame);
    } else if (strcmp(line, "press ok") == 0 || strcmp(line, "press cancel") == 0) {
        emu->token.ops->press(emu->token.ctx, line[6] == 'o' ? HAL_BUTTON_OK : HAL_BUTTON_CANCEL);
        say(fd, "ok\n");
    } else {
        say(fd, "error unknown request\n");
    }
    close(fd);
}

static void pull_out(struct emu *emu)
{
    emu->reader = false;
    vpcd_close(&emu->vpcd);
    if (emu->usb)
        remote_unplug(&emu->remote);
    emu->token.ops->detach(emu->token.ctx);
}

/* One message of the reader. 0, or -1: the token is lost. */
static int serve(struct emu *emu, const uint8_t *message, size_t len)
{
    const struct token *t = &emu->token;
    size_t answer_len;

    if (len == 0)
        return 0;
    if (len == 1) {
        switch (message[0]) {
        case VPCD_OFF:
            record_card(&emu->record, false);
            return t->ops->card_off(t->ctx);
        case VPCD_ON:
        case VPCD_RESET:
            emu->on = true;
            record_card(&emu->record, true);
            return t->ops->card_on(t->ctx, emu->atr, &emu->atr_len);
        case VPCD_ATR:
            /* Also how vpcd asks whether a card is there: no reason to wake the token. */
            (void)vpcd_send(&emu->vpcd, emu->atr, emu->atr_len);
            emu->seen = emu->on;
            emu->looked += emu->on ? 0 : 1;
            return 0;
        default:
            return 0;
        }
    }
    record_apdu(&emu->record, '>', message, len);
    if (t->ops->exchange(t->ctx, message, len, emu->answer, &answer_len) != 0)
        return -1;
    record_apdu(&emu->record, '<', emu->answer, answer_len);
    (void)vpcd_send(&emu->vpcd, emu->answer, answer_len); /* a lost reader shows when it is read */
    return 0;
}

/* How long a replugged token is out: a hand takes as long, and pcscd, which looks at a reader every
 * 0.4 s, would not notice a shorter absence. */
static const struct timespec out_of_port = {.tv_sec = 1};

/* pcscd looks for a card a few times a second: whoever started us expects to find it in the reader.
 * It powers a card that was not there when it looked before. Where it did not look in between (a
 * command of a client's met the end of the last token's line), it takes this one for that one, with
 * all that clients believe of it. False: so it is. */
static bool wait_seen(struct emu *emu)
{
    const long long deadline = loop_now() + SEEN_MS;
    const uint8_t *message;
    size_t len;

    emu->seen = emu->on = false;
    emu->looked = 0;
    while (!emu->seen && !emu->loop.leave && loop_now() < deadline) {
        const int n = vpcd_receive(&emu->vpcd, &emu->loop, &message, &len, 50);

        if (n < 0 || (n > 0 && serve(emu, message, len) != 0))
            break; /* the main loop meets the same and deals with it */
        if (emu->looked == MISTAKEN)
            return false;
    }
    return true;
}

/* The token and then its reader. EMU_GOOD, or a code with one line in error. */
static int plug_in(struct emu *emu, char *error, size_t error_size)
{
    record_plug(&emu->record);
    if (emu->token.ops->attach(emu->token.ctx, emu->atr, &emu->atr_len, error, error_size) != 0)
        return strstr(error, "build it first") || strstr(error, "package") ? EMU_USAGE : EMU_TOKEN;
    if (emu->usb)
        return remote_plug(&emu->remote, error, error_size) == 0 ? EMU_GOOD : EMU_TOKEN;
    for (unsigned i = 0; i < PLUGS; i++) {
        if (vpcd_connect(&emu->vpcd, &emu->loop, emu->options->vpcd_port, CONNECT_MS) != 0) {
            (void)snprintf(
                error, error_size,
                "no vpcd at 127.0.0.1 port %u: start hufu-pcscd, or pcscd with vpcd's driver",
                (unsigned)emu->options->vpcd_port);
            return EMU_NETWORK;
        }
        if (wait_seen(emu))
            break;
        log_line("pcscd takes the token for the one before: out of the reader for a second");
        vpcd_close(&emu->vpcd);
        (void)nanosleep(&out_of_port, NULL);
    }
    emu->reader = true;
    return EMU_GOOD;
}

/* The card was lost without a request: take it out of the reader and try to bring it back. */
static int revive(struct emu *emu)
{
    log_line("the token was lost; removed from the reader");
    emu->reader = false;
    vpcd_close(&emu->vpcd);
    if (emu->loop.leave || emu->token.ops->card_on(emu->token.ctx, emu->atr, &emu->atr_len) != 0)
        return -1;
    return 0;
}

/* Whether the process that this one ends with has ended. */
static bool tie_cut(const struct emu *emu)
{
    const pid_t tie = emu->options->tie;

    if (tie == 0 || kill(tie, 0) == 0 || errno != ESRCH)
        return false;
    log_line("process %d ended, and this with it", (int)tie);
    return true;
}

static void serve_usb_host(struct emu *emu)
{
    char error[240];

    while (!emu->loop.leave && !tie_cut(emu)) {
        unsigned tries = 0;

        if (remote_serve(&emu->remote, TICK_MS) == 0)
            continue;
        log_line("the token started anew: taken from its USB host");
        remote_unplug(&emu->remote);
        while (!emu->loop.leave && remote_plug(&emu->remote, error, sizeof error) != 0) {
            log_line("%s", error);
            if (++tries == REVIVALS)
                return;
        }
    }
}

static void serve_reader(struct emu *emu)
{
    const uint8_t *message;
    size_t len;

    while (!emu->loop.leave) {
        int n;

        if (tie_cut(emu))
            return;
        if (emu->vpcd.fd < 0) { /* pcscd went away or was not told yet: keep asking */
            emu->reader =
                vpcd_connect(&emu->vpcd, &emu->loop, emu->options->vpcd_port, TICK_MS) == 0;
            continue;
        }
        n = vpcd_receive(&emu->vpcd, &emu->loop, &message, &len, TICK_MS);
        if (n > 0)
            n = serve(emu, message, len) != 0 ? -2 : 0;
        if (emu->loop.leave)
            return;
        if (n == -1) {
            log_line("the reader is gone (pcscd ended); waiting for another");
            emu->reader = false;
            vpcd_close(&emu->vpcd);
        } else if (n == -2 && revive(emu) != 0) {
            log_line("the token does not come back");
            return;
        }
    }
}

/* Serves until a request or a loss ends it. */
static int serve_until_end(struct emu *emu)
{
    char error[240] = "";

    for (;;) {
        if (emu->usb)
            serve_usb_host(emu);
        else
            serve_reader(emu);
        if (emu->request != REQUEST_REPLUG)
            return EMU_GOOD;
        pull_out(emu);
        emu->loop.leave = false;
        (void)nanosleep(&out_of_port, NULL);
        if (plug_in(emu, error, sizeof error) != EMU_GOOD) {
            log_line("replug: %s", error);
            say(emu->reply, "error ");
            say(emu->reply, error);
            say(emu->reply, "\n");
            return EMU_TOKEN;
        }
        say(emu->reply, "ok\n");
        close(emu->reply);
        emu->reply = -1;
        emu->request = REQUEST_NONE;
    }
}

static int fail(int ready_fd, int code, const char *text)
{
    (void)dprintf(ready_fd, "%d %s\n", code, text);
    return code;
}

int emu_run(const struct emu_options *options, int dirfd, int ready_fd)
{
    static struct emu emu;
    const struct sigaction act = {.sa_handler = on_signal};
    char error[240] = "";
    int code, log_fd;

    if (flock(dirfd, LOCK_EX | LOCK_NB) != 0)
        return fail(ready_fd, EMU_REFUSED, "an emulator already runs in this state folder");
    emu.options = options;
    emu.reply = -1;
    loop_init(&emu.loop);
    vpcd_init(&emu.vpcd);
    signalled = &emu.loop;
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGHUP, &act, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    log_fd = log_open(dirfd);
    emu.listener = control_listen(dirfd);
    if (log_fd < 0 || emu.listener < 0)
        return fail(ready_fd, EMU_REFUSED, "the state folder cannot be written");
    (void)loop_add(&emu.loop, emu.listener, on_control, &emu);

    code = options->factory ? factory_hold(dirfd, error, sizeof error) : 0;
    if (code == 0)
        code = options->native
                   ? token_native_open(&emu.token, &emu.loop, dirfd, error, sizeof error)
                   : token_board_open(&emu.token, &emu.loop, dirfd, log_fd, options->images, error,
                                      sizeof error);
    if (code != 0) {
        control_unlink(dirfd);
        return fail(ready_fd, EMU_REFUSED, error);
    }
    emu.usb = options->usbredir != NULL || options->usbip_port != 0;
    emu.remote.listener = -1;
    code = record_open(&emu.record, options, &emu.token);
    if (code != 0)
        (void)snprintf(error, sizeof error, "a record file cannot be written");
    else if (emu.usb &&
             remote_open(&emu.remote, &emu.loop, token_board_vboard(&emu.token), options->usbredir,
                         options->usbip_port, error, sizeof error) != 0)
        code = EMU_NETWORK;
    else
        code = plug_in(&emu, error, sizeof error);
    if (code == EMU_GOOD) {
        char where[100];

        outlet(options, where, sizeof where);
        (void)snprintf(error, sizeof error, "token ready on %s (process %d)", where, (int)getpid());
        (void)fail(ready_fd, EMU_GOOD, error);
        close(ready_fd);
        code = serve_until_end(&emu);
    } else {
        log_line("%s", error);
        (void)fail(ready_fd, code, error);
    }
    pull_out(&emu);
    remote_close(&emu.remote);
    emu.token.ops->close(emu.token.ctx);
    record_close(&emu.record);
    control_unlink(dirfd);
    (void)flock(dirfd, LOCK_UN); /* whoever is told "ok" may start the next one at once */
    if (emu.reply >= 0 && emu.request != REQUEST_REPLUG)
        say(emu.reply, "ok\n");
    log_line("ended");
    return code;
}
