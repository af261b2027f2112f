/* SPDX-License-Identifier: Apache-2.0 */
#include "native_link.h"
#include "board.h"
#include "gate/gate.h"
#include "hufu/virtual_board.h"
#include "image_check.h"
#include "slots.h"
#include "support/check.h"
#include "vault.h"
#include <string.h>

#define FIRMWARE_SIZE (2u * FIXTURE_SLOT + 2u * HAL_FLASH_SECTOR)
#define SLICE         8u    /* flash operations of one slice of a command */
#define TURNS         4000u /* of one settling */

struct native_link native_link;

static struct board_task stack;
static struct image_token judged;
static uint8_t store[VB_FLASH_SIZE], slots[FIRMWARE_SIZE];
static struct board_otp fuses;
static bool inside; /* the link runs, so the vault runs behind the gate */
static int (*flash_read)(void *ctx, uint32_t addr, void *buf, size_t len);

/* --- what the board gives the link ------------------------------------------------------------ */

uint32_t board_now_ms(void)
{
    return native_link.now;
}

uint32_t tusb_time_millis_api(void)
{
    return native_link.now;
}

void board_tick(bool on)
{
    (void)on;
    board_task_yield(&stack);
}

void board_sleep_unless(bool (*ready)(void))
{
    (void)ready;
}

void board_log(const char *line)
{
    check(line[0] != '\0');
}

_Noreturn void link_main(void);

static void run(void *arg)
{
    (void)arg;
    link_main();
}

/* --- what the board gives the vault ------------------------------------------------------- */

/* An interrupt's way in while the vault is at work. */
static void enter_again(void)
{
    uint8_t answer[64];
    const uint8_t command[] = {0, HUFU_INS_SELECT, 4, 0};
    struct gate_io io = {.command = command,
                         .command_len = sizeof command,
                         .response = answer,
                         .response_cap = sizeof answer,
                         .response_len = 77};
    check(hufu_gate_power(VAULT_POWER_RESET, &io) == GATE_REFUSED);
    check(hufu_gate_exchange(&io) == GATE_REFUSED);
    check(hufu_gate_poll(&io) == GATE_REFUSED);
    check(hufu_gate_update(VAULT_UPDATE_FINISH, &io) == GATE_REFUSED);
    check(hufu_gate_abort() == GATE_REFUSED);
    check(io.response_len == 77);
}

static int watched_read(void *ctx, uint32_t addr, void *buf, size_t len)
{
    static unsigned calls;
    if (inside && calls++ % 64u == 0) {
        enter_again();
    }
    return flash_read(ctx, addr, buf, len);
}

static void restart(void)
{
    native_link.restarts++;
}

/* --- once --------------------------------------------------------------------------------- */

static void make(void)
{
    static const uint8_t device_key[16] = "not a known key";
    const struct fixture_file *made = fixture_file();
    struct token *t = &native_link.token;
    token_make(t, 3);
    check(board_flash_init(&native_link.firmware, FIRMWARE_SIZE, 3) == HAL_OK);
    memcpy(native_link.firmware.bytes, made->image[0], FIXTURE_IMAGE);
    memset(native_link.firmware.bytes + FIXTURE_SLOT, 0x5A, FIXTURE_SLOT);
    judged = (struct image_token){.board = "board",
                                  .places = fixture_file_places,
                                  .place_count = 2,
                                  .slot_size = FIXTURE_SLOT,
                                  .roots = &made->roots,
                                  .store_format = 1};
    t->board.hal.firmware = (struct hal_firmware){
        .flash = board_flash_hal(&native_link.firmware), .token = &judged, .restart = restart};
    flash_read = t->board.hal.flash.read;
    t->board.hal.flash.read = watched_read;
    t->board.task.slice = 0;
    native_link.firmware.task = &t->board.task;
    token_restart(t);
    host_ready(t, &native_link.ready);
    check(host_change_device_key(t, TRANSPORT_KEY, device_key) == SW_OK);
    vault_idle(); /* a host has talked to it: the image is confirmed */
    memcpy(store, t->board.flash.bytes, sizeof store);
    memcpy(slots, native_link.firmware.bytes, sizeof slots);
    fuses = t->board.otp;
    t->board.task.slice = SLICE;
    check(board_task_init(&stack) == HAL_OK);
    const struct hal_task task = board_task_hal(&stack);
    inside = true;
    check(task.start(task.ctx, run, NULL) == HAL_TASK_BUSY);
    inside = false;
}

/* --- for each input ----------------------------------------------------------------------- */

void native_link_turn(void)
{
    const struct hal_task task = board_task_hal(&stack);
    inside = true;
    check(task.resume(task.ctx) == HAL_TASK_BUSY);
    inside = false;
}

static void turns(unsigned n)
{
    while (n-- > 0) {
        native_link_turn();
    }
}

void native_link_settle(void)
{
    turns(2);
    for (unsigned i = 0; vault_is_busy() && i < TURNS; i++) {
        native_link_turn();
    }
}

void native_link_fresh(void)
{
    struct board *board = &native_link.token.board;
    if (stack.stack == NULL) {
        make();
    }
    wire_reset();
    wire_resume();
    turns(2);
    if (board->flash.operations != 0) {
        memcpy(board->flash.bytes, store, sizeof store);
        board_flash_reset_counters(&board->flash);
    }
    memcpy(native_link.firmware.bytes, slots, sizeof slots);
    memcpy(native_link.spare, slots + FIXTURE_SLOT, FIXTURE_SLOT);
    board_flash_reset_counters(&native_link.firmware);
    board->otp = fuses;
    board_entropy_init(&board->entropy, BOARD_ENTROPY_SEEDED, 3);
    board->hal.task.discard(board->hal.task.ctx);
    native_link.now = board->time.now = 1000;
    native_link.restarts = 0;
    vault_start(&board->hal);
}

void native_link_check(void)
{
    struct token *t = &native_link.token;
    uint8_t e[32] = {1}, signature[64], pub[64];
    check(memcmp(native_link.firmware.bytes, slots, FIXTURE_SLOT) == 0);
    check(native_link.firmware.violations == 0 && t->board.flash.violations == 0);
    if (vault_is_busy()) {
        check(vault_abort() == VAULT_DONE);
    }
    /* Whoever has a right has it in the session that bare commands share, as it was left. */
    uint8_t *command = vault_command_buffer();
    const uint8_t sign[] = {HUFU_CLA_SKF,
                            HUFU_INS_ECC_SIGN_DATA,
                            1,
                            0,
                            0,
                            0,
                            36,
                            0,
                            (uint8_t)native_link.ready.app,
                            0,
                            (uint8_t)native_link.ready.container};
    memset(command, 0, 64);
    memcpy(command, sign, sizeof sign);
    struct vault_progress progress;
    uint32_t len = 0;
    enum vault_result result = vault_exchange(7 + 36, &progress);
    while (result == VAULT_BUSY) {
        result = vault_poll(&progress);
    }
    if (result == VAULT_DONE) {
        const uint8_t *answer = vault_response(&len);
        check(len == 2 && !(answer[0] == 0x90 && answer[1] == 0));
    }
    if (t->board.flash.operations == 0 && t->board.otp.burns == fuses.burns) {
        return;
    }
    token_restart(t);
    check(token_status(t).error == 0);
    uint16_t app = 0;
    check(host_open_app(t, "app", &app) == SW_OK);
    const unsigned tries = host_tries(t, app, 1);
    check(tries <= 3);
    check(host_sign(t, app, native_link.ready.container, e, signature) != SW_OK);
    if (tries > 0) {
        check(host_verify_pin(t, app, 1, USER_PIN) == SW_OK);
        check(host_public(t, app, native_link.ready.container, true, pub) == SW_OK);
        check(memcmp(pub, native_link.ready.pub, sizeof pub) == 0);
    }
}

/* --- control transfers -------------------------------------------------------------------- */

long native_link_control(const uint8_t setup[8], uint8_t *data)
{
    const size_t asked = (size_t)(setup[6] | setup[7] << 8);
    const bool in = (setup[0] & 0x80u) != 0;
    size_t moved = 0;
    wire_setup(setup);
    native_link_turn();
    while (moved < asked && !wire_stalled(0) && !wire_stalled(0x80)) {
        const long n = in ? wire_in(0, data + moved, asked - moved, false)
                          : wire_out(0, data + moved, asked - moved, false);
        native_link_turn();
        if (n < 0) {
            return -1;
        }
        check((size_t)n <= asked - moved); /* never more than was asked for */
        moved += (size_t)n;
        if (n % (long)WIRE_PACKET != 0 || n == 0) {
            break;
        }
    }
    if (wire_stalled(0) || wire_stalled(0x80)) {
        return -1;
    }
    /* Status stage: an empty packet the other way. */
    const long end = in && asked != 0 ? wire_out(0, NULL, 0, false) : wire_in(0, NULL, 0, false);
    check(end <= 0);
    native_link_turn();
    return end == 0 ? (long)moved : -1;
}

void native_link_configure(void)
{
    check(native_link_control((const uint8_t[8]){0x00, 9, 1, 0, 0, 0, 0, 0}, NULL) == 0);
}

void native_link_any_request(struct choices *c)
{
    static const uint8_t types[] = {0x00, 0x01, 0x02, 0x21, 0x80, 0x81, 0x82, 0xA1, 0x40, 0xC0};
    static const uint16_t lengths[] = {0, 1, 6, 8, 18, 63, 64, 65, 255, 4096, 4097, 65535};
    static uint8_t data[0x10000];
    uint8_t setup[8];
    const bool lawful = choose(c, 3) == 0; /* of a class, to an interface */
    uint32_t value = 0, index = choose(c, 4);
    if (lawful) {
        setup[0] = choose(c, 2) != 0 ? 0xA1 : 0x21;
        setup[1] = (uint8_t)choose(c, 8);
        value = choose(c, 4) == 0 ? choose(c, 65536) : 0;
        index /= 2u;
    } else {
        setup[0] = choose(c, 8) == 0 ? (uint8_t)choose(c, 256) : types[choose(c, sizeof types)];
        setup[1] = choose(c, 8) == 0 ? (uint8_t)choose(c, 256) : (uint8_t)choose(c, 14);
        value = choose(c, 4) == 0 ? choose(c, 65536) : choose(c, 8) << 8 | choose(c, 4);
        index = choose(c, 4) == 0 ? choose(c, 65536) : index | choose(c, 2) << 7;
    }
    const uint32_t length =
        choose(c, 4) == 0 ? choose(c, 65536) : lengths[choose(c, sizeof lengths / sizeof *lengths)];
    for (unsigned i = 0; i < 2; i++) {
        setup[2 + i] = (uint8_t)(value >> 8 * i);
        setup[4 + i] = (uint8_t)(index >> 8 * i);
        setup[6 + i] = (uint8_t)(length >> 8 * i);
    }
    if (choose(c, 3) != 0) {
        (void)native_link_control(setup, data);
        return;
    }
    /* Stages as they should not come. */
    wire_setup(setup);
    for (unsigned i = choose(c, 4); i > 0; i--) {
        const bool lost = choose(c, 8) == 0;
        native_link_turn();
        if (choose(c, 2) != 0) {
            (void)wire_in(0, NULL, 0, lost);
        } else {
            (void)wire_out(0, data, choose(c, 80), lost);
        }
    }
    native_link_turn();
}
