/* SPDX-License-Identifier: Apache-2.0 */
#include "apdu/router.h"
#include "apdu/command.h"
#include "apdu/status.h"
#include "applet/access.h"
#include "applet/applet.h"
#include "channel/channel.h"
#include "crypto/pool.h"
#include "device.h"
#include "hufu/apdu.h"
#include "store/store.h"
#include "wipe.h"
#include <string.h>

static uint8_t io[HUFU_APDU_MAX];
static uint8_t work[HUFU_APDU_MAX];

/* How far each buffer was written since it was wiped: an empty command need not wipe 18 kB. */
static uint32_t io_dirty, work_dirty;

static struct {
    bool active;
    uint8_t cla, ins, p1, p2;
    uint32_t len; /* bytes of work */
} chain;

/* What of the last answer (in work) still waits for GET RESPONSE. */
static struct {
    uint32_t at;
    uint32_t left;
} waiting;

uint8_t *router_io(void)
{
    return io;
}

static void mark(uint32_t *dirty, uint32_t end)
{
    if (*dirty < end) {
        *dirty = end;
    }
}

static void work_reset(void)
{
    memset(&chain, 0, sizeof chain);
    memset(&waiting, 0, sizeof waiting);
    secret_wipe(work, work_dirty);
    work_dirty = 0;
}

/* Whole buffers: after an abort nobody knows how far a command had written. */
void router_reset(void)
{
    work_dirty = sizeof work;
    work_reset();
    pool_wipe();
    secret_wipe(io, sizeof io);
    io_dirty = 0;
}

/* --- answers -------------------------------------------------------------------------------- */

static uint32_t answer_status(uint32_t at, uint16_t sw)
{
    io[at] = (uint8_t)(sw >> 8);
    io[at + 1] = (uint8_t)sw;
    if (io_dirty > at + 2) {
        secret_wipe(io + at + 2, io_dirty - at - 2);
    }
    io_dirty = at + 2;
    return at + 2;
}

static uint32_t answer_error(int err, uint8_t tries_left)
{
    work_reset();
    return answer_status(0, status_word(err, tries_left));
}

/* Up to ne bytes of what waits in work, and how much is left (ISO/IEC 7816-4 5.3.4). */
static uint32_t answer_part(uint32_t ne)
{
    uint32_t n = waiting.left < ne ? waiting.left : ne;
    if (n > HUFU_APDU_MAX - 2u) {
        n = HUFU_APDU_MAX - 2u;
    }
    memcpy(io, work + waiting.at, n);
    waiting.at += n;
    waiting.left -= n;
    uint16_t sw = SW_OK;
    if (waiting.left != 0) {
        sw = (uint16_t)(SW_MORE | (waiting.left > 0xFF ? 0 : waiting.left));
    } else {
        work_reset();
    }
    return answer_status(n, sw);
}

/* --- SELECT --------------------------------------------------------------------------------- */

/* An unknown AID changes nothing. The rights of the session stay: they hang on PINs, not on what is
 * selected, and reset (admin applet) needs the device authentication that the SKF applet took. */
static int select_applet(struct call *call)
{
    const struct command *c = call->command;
    if (c->p1 != 0x04 || (c->p2 != 0x00 && c->p2 != 0x0C)) {
        return WIRE_P1P2;
    }
    const struct applet *applet = applet_find(c->data, c->lc);
    if (applet == NULL) {
        return WIRE_AID;
    }
    call->session->applet = applet;
    if (c->p2 == 0x00) { /* FCI: 6F { 84 AID } */
        writer_u8(&call->out, 0x6F);
        writer_u8(&call->out, 2 + HUFU_AID_LEN);
        writer_u8(&call->out, 0x84);
        writer_u8(&call->out, HUFU_AID_LEN);
        writer_bytes(&call->out, applet->aid, HUFU_AID_LEN);
    }
    return ERR_OK;
}

static const struct route select_route = {
    HUFU_INS_SELECT, HUFU_CLA_ISO, 0xFF, 0xFF, 0, 16, SERVED_IN_ERROR | SERVED_DESTROYED,
    select_applet};

/* --- the channel ---------------------------------------------------------------------------- */

/* Served whatever is selected; RECORD is not a row, it is taken apart before there is a session. */
static const struct route channel_routes[] = {
    {HUFU_INS_CHANNEL_OPEN, HUFU_CLA_SKF, 2, 0, 36, HUFU_CHANNEL_HELLO, NEED_NOTHING,
     channel_command_open},
    {HUFU_INS_CHANNEL_CLOSE, HUFU_CLA_SKF, 0, 0, 0, 0, ONLY_CHANNEL, channel_command_close},
};

/* --- finding and running -------------------------------------------------------------------- */

static const struct applet *applet_in_charge(const struct session *s)
{
    return s->applet != NULL ? s->applet : &applet_skf;
}

static int find_in(const struct route *routes, unsigned count, uint8_t cla, uint8_t ins,
                   const struct route **route)
{
    for (unsigned i = 0; i < count; i++) {
        if (routes[i].ins == ins) {
            *route = &routes[i];
            return routes[i].cla == cla ? ERR_OK : WIRE_CLA;
        }
    }
    return WIRE_INS;
}

/* The row that serves cla and ins. ERR_OK; WIRE_CLA; WIRE_INS. */
static int find_route(const struct session *s, uint8_t cla, uint8_t ins, const struct route **route)
{
    if (cla == HUFU_CLA_ISO) {
        if (ins != HUFU_INS_SELECT) {
            return WIRE_INS;
        }
        *route = &select_route;
        return ERR_OK;
    }
    if (cla != HUFU_CLA_SKF && cla != HUFU_CLA_SKF_MAC) {
        return WIRE_CLA;
    }
    const struct applet *applet = applet_in_charge(s);
    int err = find_in(applet->routes, applet->count, cla, ins, route);
    return err == WIRE_INS
               ? find_in(channel_routes, sizeof channel_routes / sizeof channel_routes[0], cla, ins,
                         route)
               : err;
}

static int check_device(const struct route *route)
{
    if (device_failed() != SECURE_FALSE && (route->need & SERVED_IN_ERROR) == 0) {
        return WIRE_ERROR_STATE;
    }
    if (device_lifecycle() == LIFECYCLE_DESTROYED && (route->need & SERVED_DESTROYED) == 0) {
        return ERR_STATE;
    }
    /* Without a root key there is nothing but the device itself: what a failed one serves, too. */
    if (device_lifecycle() == LIFECYCLE_BLANK &&
        (route->need & (SERVED_BLANK | SERVED_IN_ERROR)) == 0) {
        return ERR_STATE;
    }
    return ERR_OK;
}

static int check_form(const struct route *route, const struct command *c)
{
    if (c->p1 > route->p1_max || c->p2 > route->p2_max) {
        return WIRE_P1P2;
    }
    return c->lc < route->lc_min || c->lc > route->lc_max ? ERR_LENGTH : ERR_OK;
}

static int run(struct call *call)
{
    const struct command *c = call->command;
    const struct route *route = NULL;
    int err = find_route(call->session, c->cla, c->ins, &route);
    if (err == ERR_OK) {
        err = check_device(route);
    }
    if (err == ERR_OK) {
        err = check_form(route, c);
    }
    if (err == ERR_OK) {
        err = access_check(call, route->need);
    }
    if (err == ERR_OK) {
        err = ERR_DENIED;
        if (access_holds(call, route->need) == SECURE_TRUE) {
            err = route->handler(call);
        }
    }
    if (err == ERR_OK && call->out.full) {
        err = ERR_INTERNAL;
    }
    if (err != ERR_OK) {
        store_rollback();
    }
    pool_wipe();
    if (device_is_fatal(err) && device_failed() == SECURE_FALSE) {
        device_fail(err);
        err = WIRE_ERROR_STATE;
    }
    return err;
}

/* Runs a whole command for a session. [in] out: a buffer that does not hold its data, cap bytes of
 * it are the answer's. [out] *len of them. */
static int execute(struct session *session, const struct command *c, uint8_t *out, size_t cap,
                   uint32_t *len, uint8_t *tries_left)
{
    struct call call;
    memset(&call, 0, sizeof call);
    call.command = c;
    call.session = session;
    call.challenge_fresh = session_take_challenge(call.session, call.challenge);
    reader_init(&call.in, c->data, c->lc);
    writer_init(&call.out, out, cap);
    int err = run(&call);
    *len = (uint32_t)call.out.len;
    mark(out == io ? &io_dirty : &work_dirty, *len);
    *tries_left = call.tries_left;
    secret_wipe(&call, sizeof call);
    return err;
}

/* The whole answer leaves, or its first part. [in] out: where its len bytes are. */
static uint32_t answer(const struct command *c, const uint8_t *out, uint32_t len)
{
    if (out == io) {
        memcpy(work, io, len);
        mark(&work_dirty, len);
    }
    memset(&chain, 0, sizeof chain);
    waiting.at = 0;
    waiting.left = len;
    return answer_part(c->ne);
}

/* A command that is whole in itself: neither chaining nor an answer in parts goes on in there. */
static int execute_inner(const struct channel_record *record, const uint8_t *apdu, uint8_t *out,
                         uint32_t *len, uint8_t *tries_left)
{
    struct command c;
    int err = command_parse(apdu, record->len, &c);
    if (err == ERR_OK && (c.cla & HUFU_CLA_CHAIN) != 0) {
        err = WIRE_CLA;
    }
    if (err == ERR_OK && c.ins == HUFU_INS_CHANNEL_OPEN) {
        err = WIRE_INS;
    }
    return err == ERR_OK
               ? execute(record->session, &c, out, HUFU_CHANNEL_MAX_ANSWER, len, tries_left)
               : err;
}

/* What is accepted is answered under protection, errors included; what is not changes nothing. */
static uint32_t dispatch_record(const struct command *c, uint8_t *out)
{
    struct channel_record record;
    uint8_t *data = out == work && c->lc != 0 ? io + (c->data - io) : work;
    uint8_t tries_left = 0;
    uint32_t len = 0;
    int err = c->p1 != 0 || c->p2 != 0 || c->lc == 0 ? WIRE_CHANNEL
                                                     : channel_record_open(data, c->lc, &record);
    if (err != ERR_OK) {
        /* In the error state no session lives, and the reason is worth telling. */
        return answer_error(device_failed() == SECURE_FALSE ? err : WIRE_ERROR_STATE, 0);
    }
    err = execute_inner(&record, data + record.at, out, &len, &tries_left);
    if (err != ERR_OK) {
        secret_wipe(out, len);
        len = 0;
    }
    const uint16_t sw = status_word(err, tries_left);
    out[len] = (uint8_t)(sw >> 8);
    out[len + 1] = (uint8_t)sw;
    len = (uint32_t)channel_record_seal(&record, out, len + 2u);
    mark(out == io ? &io_dirty : &work_dirty, len);
    channel_record_done(&record);
    secret_wipe(&record, sizeof record);
    return answer(c, out, len);
}

/* [in] out: the buffer that does not hold the command's data. */
static uint32_t dispatch(const struct command *c, uint8_t *out)
{
    uint8_t tries_left = 0;
    uint32_t len = 0;
    if (c->cla == HUFU_CLA_SKF && c->ins == HUFU_INS_CHANNEL_RECORD) {
        return dispatch_record(c, out);
    }
    int err = execute(session_bare(), c, out, HUFU_APDU_MAX_DATA, &len, &tries_left);
    return err == ERR_OK ? answer(c, out, len) : answer_error(err, tries_left);
}

/* --- chaining ------------------------------------------------------------------------------- */

static bool continues(const struct command *c)
{
    return chain.cla == (c->cla & ~HUFU_CLA_CHAIN) && chain.ins == c->ins && chain.p1 == c->p1 &&
           chain.p2 == c->p2;
}

/* A part of a chain goes behind the earlier ones. */
static int gather(const struct command *c)
{
    if (c->lc > HUFU_APDU_MAX_DATA - chain.len) {
        return ERR_LENGTH;
    }
    if (c->lc != 0) {
        memcpy(work + chain.len, c->data, c->lc);
        chain.len += c->lc;
        mark(&work_dirty, chain.len);
    }
    return ERR_OK;
}

/* A part that is not the last: gathered, nothing run. */
static int first_or_middle_part(const struct command *c)
{
    const uint8_t cla = (uint8_t)(c->cla & ~HUFU_CLA_CHAIN);
    if (!chain.active) {
        const struct route *route = NULL;
        int err = cla == HUFU_CLA_SKF && c->ins == HUFU_INS_CHANNEL_RECORD
                      ? ERR_OK
                      : find_route(session_bare(), cla, c->ins, &route);
        if (err != ERR_OK) {
            return err;
        }
        work_reset();
        chain.active = true;
        chain.cla = cla;
        chain.ins = c->ins;
        chain.p1 = c->p1;
        chain.p2 = c->p2;
    }
    return gather(c);
}

/* The challenge does not outlive the first command after it, however that one fails. */
static uint32_t refuse(int err)
{
    uint8_t spent[CHALLENGE_SIZE];
    session_take_challenge(session_bare(), spent);
    secret_wipe(spent, sizeof spent);
    return answer_error(err, 0);
}

uint32_t router_exchange(uint32_t len)
{
    struct command c;
    mark(&io_dirty, len <= sizeof io ? len : sizeof io);
    int err = len <= sizeof io ? command_parse(io, len, &c) : ERR_LENGTH;
    if (err != ERR_OK) {
        return refuse(err);
    }
    if (c.cla == HUFU_CLA_ISO && c.ins == HUFU_INS_GET_RESPONSE && !chain.active) {
        if (c.p1 != 0 || c.p2 != 0) {
            return refuse(WIRE_P1P2);
        }
        if (c.lc != 0) {
            return refuse(ERR_LENGTH);
        }
        return waiting.left != 0 ? answer_part(c.ne) : refuse(WIRE_CONDITIONS);
    }
    if (chain.active && !continues(&c)) {
        return refuse(WIRE_CHAIN);
    }
    if ((c.cla & HUFU_CLA_CHAIN) != 0) {
        err = first_or_middle_part(&c);
        return err == ERR_OK ? answer_status(0, SW_OK) : refuse(err);
    }
    if (chain.active) {
        err = gather(&c);
        if (err != ERR_OK) {
            return refuse(err);
        }
        c.data = chain.len != 0 ? work : NULL;
        c.lc = chain.len;
        return dispatch(&c, io);
    }
    work_reset();
    return dispatch(&c, work);
}

uint32_t router_apart(const struct applet *applet, uint32_t len)
{
    struct command c;
    struct call call;
    uint8_t out[ROUTER_APART_MAX];
    struct session *bare = session_bare();
    const struct applet *selected = bare->applet;
    memset(&call, 0, sizeof call);
    mark(&io_dirty, len <= sizeof io ? len : sizeof io);
    int err = len <= sizeof io ? command_parse(io, len, &c) : ERR_LENGTH;
    if (err == ERR_OK) {
        call.command = &c;
        call.session = bare;
        reader_init(&call.in, c.data, c.lc);
        writer_init(&call.out, out, sizeof out);
        bare->applet = applet;
        err = run(&call);
        bare->applet = selected;
    }
    const uint32_t n = err == ERR_OK ? (uint32_t)call.out.len : 0;
    memcpy(io, out, n);
    return answer_status(n, status_word(err, call.tries_left));
}
