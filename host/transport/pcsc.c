/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/pcsc.h"

#include "transport/turn.h"
#include <reader.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

#define PROTOCOLS  (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
#define LOOK_AGAIN 10000000L /* ns: between two looks at whether the card is free */
#define GONE_WAIT  10000u    /* ms: for pcscd to see that a card was pulled */
#define GONE_LOOK  200u      /* ms: between two looks */
#define RECONNECTS 10u
#define RECOUNT    10u /* ms: one more command to pcscd that often costs nothing */
/* PC/SC's count of insertions and removals of a reader, in the upper half of its state. */
#define EVENTS(state) ((unsigned)((state) >> 16 & 0xFFFFu))

struct pcsc {
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol;
    bool connected, held;
    bool lost;        /* the card left: for this connection it never comes back */
    unsigned events;  /* EVENTS when the card was taken */
    uint64_t counted; /* when no transaction was certainly left */
    struct turn turn;
    char reader[];
};

static int error_of(LONG code)
{
    switch (code) {
    case SCARD_S_SUCCESS:
        return HUFU_OK;
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
        return HUFU_ERR_NO_SERVICE;
    case SCARD_E_NO_MEMORY:
        return HUFU_ERR_MEMORY;
    case SCARD_E_INSUFFICIENT_BUFFER:
        return HUFU_ERR_PROTOCOL;
    case SCARD_E_READER_UNAVAILABLE:
    case SCARD_E_UNKNOWN_READER:
    case SCARD_E_NO_READERS_AVAILABLE:
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD:
    case SCARD_W_UNPOWERED_CARD:
        return HUFU_ERR_REMOVED;
    default:
        return HUFU_ERR_TRANSPORT;
    }
}

/* --- readers ------------------------------------------------------------------------------ */

static bool holds_card(SCARDCONTEXT context, const char *reader)
{
    SCARD_READERSTATE state = {.szReader = reader, .dwCurrentState = SCARD_STATE_UNAWARE};
    return SCardGetStatusChange(context, 0, &state, 1) == SCARD_S_SUCCESS &&
           (state.dwEventState & SCARD_STATE_PRESENT) != 0 &&
           (state.dwEventState & SCARD_STATE_MUTE) == 0;
}

void pcsc_free(char **readers)
{
    for (char **name = readers; readers != NULL && *name != NULL; name++) {
        free(*name);
    }
    free(readers);
}

static int copy_names(SCARDCONTEXT context, const char *multi, char ***readers, size_t *count)
{
    size_t total = 0;
    for (const char *name = multi; *name != '\0'; name += strlen(name) + 1) {
        total++;
    }
    char **list = calloc(total + 1, sizeof *list);
    if (list == NULL) {
        return HUFU_ERR_MEMORY;
    }
    size_t n = 0;
    for (const char *name = multi; *name != '\0'; name += strlen(name) + 1) {
        if (!holds_card(context, name)) {
            continue;
        }
        list[n] = strdup(name);
        if (list[n] == NULL) {
            pcsc_free(list);
            return HUFU_ERR_MEMORY;
        }
        n++;
    }
    *readers = list;
    *count = n;
    return HUFU_OK;
}

int pcsc_readers(char ***readers, size_t *count)
{
    *readers = NULL;
    *count = 0;
    SCARDCONTEXT context;
    LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (code != SCARD_S_SUCCESS) {
        return error_of(code);
    }
    char *names = NULL;
    DWORD len = SCARD_AUTOALLOCATE;
    code = SCardListReaders(context, NULL, (LPSTR)&names, &len);
    int error;
    if (code == SCARD_E_NO_READERS_AVAILABLE) {
        error = copy_names(context, "", readers, count);
    } else if (code != SCARD_S_SUCCESS) {
        error = error_of(code);
    } else {
        error = copy_names(context, names, readers, count);
        SCardFreeMemory(context, names);
    }
    SCardReleaseContext(context);
    return error;
}

/* --- one token ---------------------------------------------------------------------------- */

static _Thread_local LONG last_code;

unsigned long pcsc_last_code(void)
{
    return (unsigned long)last_code & 0xFFFFFFFFu;
}

static uint64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static LONG send(const struct pcsc *p, const uint8_t *command, size_t command_len, uint8_t *answer,
                 DWORD *answer_len)
{
    const SCARD_IO_REQUEST *pci = p->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    return SCardTransmit(p->card, pci, command, command_len, NULL, answer, answer_len);
}

/* Someone reset the card, and nothing was sent. pcscd says so in two ways: when the card is powered
 * while another process connects, only its protocol is no longer the one agreed upon. */
static bool was_reset(LONG code)
{
    return code == SCARD_W_RESET_CARD || code == SCARD_E_PROTO_MISMATCH;
}

/* Take it again. The token's sessions are gone, which it will say itself. */
static LONG take_again(struct pcsc *p)
{
    LONG code = SCARD_E_PROTO_MISMATCH;
    for (unsigned i = 0; i < RECONNECTS && was_reset(code); i++) {
        if (i != 0) {
            nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN}, NULL);
        }
        code =
            SCardReconnect(p->card, SCARD_SHARE_SHARED, PROTOCOLS, SCARD_LEAVE_CARD, &p->protocol);
    }
    return code;
}

/* Whether anybody answers a command that changes nothing and holds no secret. */
static LONG ask(const struct pcsc *p)
{
    static const uint8_t device_info[] = {0x80, 0x04, 0, 0, 0, 0, 0};
    uint8_t answer[MAX_BUFFER_SIZE_EXTENDED];
    DWORD len = sizeof answer;
    LONG code = send(p, device_info, sizeof device_info, answer, &len);
    return code == SCARD_S_SUCCESS && len == 0 ? SCARD_F_COMM_ERROR : code;
}

/* The reader's state now, or after the next change within ms. */
static LONG state_of(const struct pcsc *p, DWORD known, DWORD ms, DWORD *now)
{
    SCARD_READERSTATE state = {.szReader = p->reader, .dwCurrentState = known};
    LONG code = SCardGetStatusChange(p->context, ms, &state, 1);
    *now = state.dwEventState;
    return code;
}

/* A card that was pulled and put back while nobody looked is another one, too. */
static bool has_left(const struct pcsc *p, LONG code, DWORD state)
{
    return code != SCARD_S_SUCCESS || (state & SCARD_STATE_PRESENT) == 0 ||
           (p->connected && EVENTS(state) != p->events);
}

/*
 * Whether the card has left the reader, after an exchange that failed without saying so. pcscd
 * looks for a pulled card a few times a second and, on a busy machine, later than that; until it
 * has looked again the card counts as present, and only one that answers is. That another process
 * connects or leaves is a change of state, too.
 */
static bool is_gone(const struct pcsc *p)
{
    const uint64_t end = milliseconds() + GONE_WAIT;
    DWORD known = SCARD_STATE_UNAWARE, state;
    do {
        LONG code = state_of(p, known, GONE_LOOK, &state);
        if (code != SCARD_E_TIMEOUT) {
            if (has_left(p, code, state)) {
                return true;
            }
            known = state;
        }
        code = ask(p);
        if (error_of(code) == HUFU_ERR_REMOVED) {
            return true;
        }
        if (code == SCARD_S_SUCCESS || was_reset(code)) {
            return false;
        }
    } while (milliseconds() < end);
    return false;
}

static int failure_of(struct pcsc *p, LONG code)
{
    int error = error_of(code);
    last_code = code;
    if (error == HUFU_ERR_TRANSPORT && is_gone(p)) {
        error = HUFU_ERR_REMOVED;
    }
    p->lost = p->lost || error == HUFU_ERR_REMOVED;
    return error;
}

static LONG connect_card(struct pcsc *p, uint8_t atr[TRANSPORT_ATR_MAX], DWORD *atr_len)
{
    DWORD state, protocol;
    LONG code =
        SCardConnect(p->context, p->reader, SCARD_SHARE_SHARED, PROTOCOLS, &p->card, &p->protocol);
    if (code != SCARD_S_SUCCESS) {
        return code;
    }
    code = state_of(p, SCARD_STATE_UNAWARE, 0, &state);
    p->events = EVENTS(state);
    p->connected = true;
    if (code != SCARD_S_SUCCESS) {
        return code;
    }
    *atr_len = TRANSPORT_ATR_MAX;
    code = SCardStatus(p->card, NULL, NULL, &state, &protocol, atr, atr_len);
    if (was_reset(code)) {
        code = take_again(p);
        *atr_len = TRANSPORT_ATR_MAX;
        code = code != SCARD_S_SUCCESS
                   ? code
                   : SCardStatus(p->card, NULL, NULL, &state, &protocol, atr, atr_len);
    }
    return code;
}

/* What SCardStatus and SCardDisconnect do at a card that somebody holds is what BeginTransaction
 * does: sleep and look again. So these, too, have their turn. */
static int pcsc_connect(void *ctx, uint8_t atr[TRANSPORT_ATR_MAX], size_t *atr_len)
{
    struct pcsc *p = ctx;
    DWORD len = 0;
    turn_take(&p->turn);
    LONG code = connect_card(p, atr, &len);
    turn_end(&p->turn);
    if (code == SCARD_S_SUCCESS) {
        *atr_len = len;
        return HUFU_OK;
    }
    if (!p->connected) {
        last_code = code;
        /* What does not answer its power is no token, or is being pulled. */
        return code == SCARD_W_UNRESPONSIVE_CARD ? HUFU_ERR_REMOVED : error_of(code);
    }
    return failure_of(p, code);
}

static int pcsc_begin(void *ctx)
{
    struct pcsc *p = ctx;
    if (p->lost) {
        return HUFU_ERR_REMOVED;
    }
    turn_take(&p->turn);
    LONG code = SCardBeginTransaction(p->card);
    /* Two processes that die in a row reset it twice. */
    for (unsigned i = 0; i < RECONNECTS && was_reset(code); i++) {
        code = take_again(p);
        if (code == SCARD_S_SUCCESS) {
            code = SCardBeginTransaction(p->card);
        }
    }
    if (code != SCARD_S_SUCCESS) {
        turn_end(&p->turn);
        return failure_of(p, code);
    }
    p->held = true;
    return HUFU_OK;
}

/*
 * PC/SC's own BeginTransaction waits for ever. Reading an attribute takes no lock and tells a
 * sharing violation while another connection holds the card. Whoever comes between this look and
 * our BeginTransaction is waited for without limit; all but a holder of LockDev are done in one
 * command.
 */
static int pcsc_wait(void *ctx, uint32_t ms)
{
    const struct pcsc *p = ctx;
    const uint64_t end = milliseconds() + ms;
    for (;;) {
        BYTE atr[MAX_ATR_SIZE];
        DWORD len = sizeof atr;
        LONG code = SCardGetAttrib(p->card, SCARD_ATTR_ATR_STRING, atr, &len);
        if (code != SCARD_E_SHARING_VIOLATION) {
            return HUFU_OK; /* any other failure is BeginTransaction's to tell */
        }
        if (milliseconds() >= end) {
            return HUFU_ERR_TIMEOUT;
        }
        nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN}, NULL);
    }
}

/*
 * pcscd (1.9.9) loses count of a transaction in two ways, and others then wait for ever for what
 * nobody holds. A card that was reset meanwhile has EndTransaction answer so and end nothing. And
 * of a holder that died it clears the name and not the depth: whoever begins before the reset that
 * follows inherits one level, and the reset waits for the end of that. So a transaction is ended
 * until none is left, which pcscd refuses; within RECOUNT of the last time, once.
 */
static void end_all(struct pcsc *p)
{
    const uint64_t now = milliseconds();
    const bool recount = now - p->counted >= RECOUNT;
    LONG code;
    unsigned i = 0;
    do {
        code = SCardEndTransaction(p->card, SCARD_LEAVE_CARD);
        if (was_reset(code)) {
            code = take_again(p);
        } else if (!recount) {
            return;
        }
    } while (code == SCARD_S_SUCCESS && ++i < RECONNECTS);
    p->counted = now;
}

static void pcsc_end(void *ctx)
{
    struct pcsc *p = ctx;
    p->held = false;
    end_all(p);
    turn_end(&p->turn);
}

/*
 * Every exchange is inside a transaction, its own when the caller holds none. pcscd judges sharing
 * before it takes the reader's lock, so a command sent without one can slip in after another
 * process's BeginTransaction and part that process's challenge from its command.
 */
static int pcsc_transmit(void *ctx, const uint8_t *command, size_t command_len, uint8_t *answer,
                         size_t *answer_len)
{
    struct pcsc *p = ctx;
    bool own = !p->held;
    if (p->lost) {
        return HUFU_ERR_REMOVED;
    }
    int error = own ? pcsc_begin(p) : HUFU_OK;
    if (error != HUFU_OK) {
        return error;
    }
    DWORD len = *answer_len;
    LONG code = send(p, command, command_len, answer, &len);
    /* A process that died inside a transaction has the card reset by pcscd just after its lock went
     * to the next one: nothing was sent yet, and the lock is ours still. */
    for (unsigned i = 0; i < RECONNECTS && was_reset(code); i++) {
        code = take_again(p);
        if (code == SCARD_S_SUCCESS) {
            len = *answer_len;
            code = send(p, command, command_len, answer, &len);
        }
    }
    if (own) {
        pcsc_end(p);
    }
    if (code != SCARD_S_SUCCESS) {
        return failure_of(p, code);
    }
    /* No card answers nothing: a driver whose card has just gone does (vpcd reports success). */
    if (len == 0) {
        p->lost = true;
        return HUFU_ERR_REMOVED;
    }
    *answer_len = len;
    return HUFU_OK;
}

static int pcsc_reset(void *ctx)
{
    struct pcsc *p = ctx;
    LONG code =
        SCardReconnect(p->card, SCARD_SHARE_SHARED, PROTOCOLS, SCARD_RESET_CARD, &p->protocol);
    return code == SCARD_S_SUCCESS ? HUFU_OK : failure_of(p, code);
}

static bool pcsc_gone(void *ctx)
{
    struct pcsc *p = ctx;
    DWORD state;
    if (!p->lost) {
        LONG code = state_of(p, SCARD_STATE_UNAWARE, 0, &state);
        p->lost = has_left(p, code, state);
    }
    return p->lost;
}

static void pcsc_close(void *ctx)
{
    struct pcsc *p = ctx;
    if (p->connected) {
        turn_take(&p->turn);
        SCardDisconnect(p->card, SCARD_LEAVE_CARD);
        turn_end(&p->turn);
    }
    SCardReleaseContext(p->context);
    turn_close(&p->turn);
    free(p);
}

int pcsc_transport(const char *reader, struct transport *transport)
{
    size_t size = strlen(reader) + 1;
    struct pcsc *p = calloc(1, sizeof *p + size);
    if (p == NULL) {
        return HUFU_ERR_MEMORY;
    }
    memcpy(p->reader, reader, size);
    LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &p->context);
    if (code != SCARD_S_SUCCESS) {
        free(p);
        return error_of(code);
    }
    turn_open(&p->turn, reader);
    *transport = (struct transport){.connect = pcsc_connect,
                                    .transmit = pcsc_transmit,
                                    .begin = pcsc_begin,
                                    .end = pcsc_end,
                                    .wait = pcsc_wait,
                                    .reset = pcsc_reset,
                                    .gone = pcsc_gone,
                                    .close = pcsc_close,
                                    .ctx = p};
    return HUFU_OK;
}
