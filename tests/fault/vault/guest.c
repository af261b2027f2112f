/* SPDX-License-Identifier: Apache-2.0 */
#include "vault/guest.h"
#include "choose.h"
#include "fixture/model.h"
#include "layout.h"
#include "machine/arithmetic.h"
#include "machine/board.h"
#include "object.h"
#include "session.h"
#include "slots.h"
#include "vault.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct machine *guest;
static uint32_t io, stack;
static bool holding;

enum { OLD = 0x3000 }; /* bytes of something in the spare slot */
static unsigned hold_after;
static uint32_t held_len;

static _Noreturn void stop(const char *why)
{
    fprintf(stderr, "vault: %s\n", why);
    exit(2);
}

/* --- start ---------------------------------------------------------------------------------- */

/* Registers of controllers that the machine has not: protection is not what is asked here. */
static bool says_ok(struct machine *m, void *arg)
{
    (void)arg;
    machine_set_reg(m, 0, HAL_OK);
    return true;
}

static bool arrived(struct machine *m, void *arg)
{
    (void)arg;
    m->asked = 1;
    return true;
}

static void leave_note(struct machine *m)
{
    struct boot_note note = {.magic = BOOT_NOTE, .slot = 0, .trial = SECURE_FALSE};
    memcpy(machine_at(m, BOOT_NOTE_AT, sizeof note), &note, sizeof note);
}

size_t guest_image(const char *elf, uint8_t *image, size_t size)
{
    char path[700];
    (void)snprintf(path, sizeof path, "%s", elf);
    char *slash = strrchr(path, '/');
    (void)snprintf(slash != NULL ? slash + 1 : path, 32, "small.bin");
    FILE *f = fopen(path, "rb");
    const size_t n = f != NULL ? fread(image, 1, size, f) : 0;
    if (n <= sizeof(struct hufu_image) || n == size)
        stop("no image of the right size");
    fclose(f);
    return n;
}

void guest_open(struct machine *m, const char *elf, const uint8_t *image, size_t size, unsigned own)
{
    static const struct slot_record running = {0, SLOT_CONFIRMED};
    guest = m;
    machine_open(m, elf);
    board_map(m, VAULT_CODE, VAULT_CODE_SIZE);
    machine_load(m, &m->elf);
    arithmetic_replace(m, own);
    machine_replace(m, "trustzone_start", says_ok, NULL);
    machine_replace(m, "mpu_start", says_ok, NULL);
    machine_replace(m, "link_start", arrived, NULL);
    const struct hal_flash flash = board_firmware_hal(m);
    memcpy((uint8_t *)flash.ctx + slots_address(&flash, 0), image, size);
    if (slots_write(&flash, &running) != 0)
        stop("no slot record");
    memset((uint8_t *)flash.ctx + slots_address(&flash, 1), 0x5A, OLD);
    leave_note(m);
    board_noise(m);
}

void guest_start(struct machine *m)
{
    uint32_t vectors[2], at;
    memcpy(vectors, machine_at(m, VAULT_CODE, sizeof vectors), sizeof vectors);
    machine_set_reg(m, 13, vectors[0]);
    if (machine_run(m, vectors[1], UINT64_MAX, &at) != MACHINE_ASKED)
        stop("it does not start");
    stack = elf_needed(&m->elf, "command_stack_top");
    if (!guest_call(m, "router_io", NULL, 0, &io))
        stop("no buffer for commands");
    guest_reset(m);
}

void guest_reset(struct machine *m)
{
    const uint32_t power[] = {VAULT_POWER_RESET, GUEST_SCRATCH, GUEST_SCRATCH + 64u};
    uint32_t result;
    if (!guest_call(m, "vault_power", power, 3, &result) || result != VAULT_DONE)
        stop("no power");
}

/* Few names, asked again and again: looked up once. A name is a literal of its caller. */
static uint32_t address_of(struct machine *m, const char *function)
{
    static struct {
        const char *name;
        uint32_t address;
    } known[32];
    unsigned i = 0;
    while (i < 32 && known[i].name != NULL && strcmp(known[i].name, function) != 0)
        i++;
    if (i == 32)
        stop("too many names");
    if (known[i].name == NULL) {
        known[i].name = function;
        known[i].address = elf_needed(&m->elf, function);
    }
    return known[i].address;
}

bool guest_call(struct machine *m, const char *function, const uint32_t *args, unsigned count,
                uint32_t *result)
{
    machine_use_runner(m, false);
    machine_set_reg(m, 13, stack);
    return machine_call(m, address_of(m, function), args, count, result) == MACHINE_RETURNED;
}

/* --- commands ------------------------------------------------------------------------------- */

uint16_t token_raw(struct token *t, const uint8_t *command, size_t len)
{
    uint32_t args[1] = {(uint32_t)len}, got;
    size_t n = 0;
    if (t->via != NULL) {
        struct model *via = t->via;
        t->via = NULL;
        const uint16_t sw = model_send(t, via, command, len);
        t->via = via;
        return sw;
    }
    memcpy(machine_at(guest, io, (uint32_t)len), command, len);
    t->answer_len = 0;
    if (holding && hold_after-- == 0) {
        held_len = (uint32_t)len;
        return GUEST_HELD;
    }
    if (!guest_call(guest, "router_exchange", args, 1, &got))
        stop("a command does not come back");
    machine_set_reg(guest, 0, got);
    const uint16_t sw = guest_answer(guest, &n);
    memcpy(t->answer, machine_at(guest, io, (uint32_t)n), n);
    t->answer_len = n;
    return sw;
}

void guest_hold(unsigned first)
{
    holding = true;
    hold_after = first;
}

uint32_t guest_held(struct machine *m)
{
    holding = false;
    machine_use_runner(m, false);
    machine_set_reg(m, 0, held_len);
    machine_set_reg(m, 13, stack);
    machine_set_reg(m, 14, MACHINE_LANDING | 1u);
    return elf_needed(&m->elf, "router_exchange") & ~1u;
}

/* --- what became of it ---------------------------------------------------------------------- */

uint16_t guest_answer(struct machine *m, size_t *len)
{
    const uint32_t n = machine_reg(m, 0);
    const uint8_t *answer = n >= 2 && n <= HUFU_APDU_MAX ? machine_at(m, io, n) : NULL;
    *len = answer != NULL ? n - 2u : 0;
    return answer != NULL ? (uint16_t)(answer[n - 2] << 8 | answer[n - 1]) : 0;
}

const uint8_t *guest_data(struct machine *m)
{
    return machine_at(m, io, HUFU_APDU_MAX);
}

bool guest_trial(struct machine *m)
{
    const struct hal_flash flash = board_firmware_hal(m);
    struct slot_record record;
    return slots_read(&flash, &record) == 0 && record.phase == SLOT_TRIAL;
}

bool guest_spare_taken(struct machine *m)
{
    const struct hal_flash flash = board_firmware_hal(m);
    const uint8_t *spare = (const uint8_t *)flash.ctx + slots_address(&flash, 1);
    const uint32_t magic = HUFU_IMAGE_MAGIC;
    bool blank = false;
    for (uint32_t at = 0; at < OLD && !blank; at += HAL_FLASH_SECTOR) {
        blank = true;
        for (uint32_t i = 0; i < HAL_FLASH_SECTOR && blank; i++)
            blank = spare[at + i] == 0xFF;
    }
    return blank || memcmp(spare, &magic, sizeof magic) == 0;
}

bool guest_any_right(struct machine *m)
{
    for (uint32_t s = 0; s < SESSION_COUNT; s++) {
        uint32_t session, has = SECURE_FALSE;
        if (!guest_call(m, "session_at", &s, 1, &session))
            return false; /* a core in which nothing runs any more */
        if (!guest_call(m, "session_has_any", &session, 1, &has))
            return false;
        if (has == SECURE_TRUE)
            return true;
    }
    return false;
}

unsigned guest_tries(struct machine *m)
{
    static const uint16_t pins[] = {PIN_DEVICE, PIN_ADMIN(GUEST_APP), PIN_USER(GUEST_APP)};
    unsigned left = 0;
    for (unsigned i = 0; i < sizeof pins / sizeof *pins; i++) {
        const uint32_t args[] = {pins[i], GUEST_SCRATCH};
        uint32_t result;
        if (!guest_call(m, "tries_get", args, 2, &result) || result != 0)
            return GUEST_NO_TRIES;
        left += machine_at(m, GUEST_SCRATCH, 2)[1];
    }
    return left;
}

bool guest_power_cut(struct machine *m)
{
    static uint8_t kept[1u << 20];
    const struct memory_region *store = board_store_region(m);
    uint32_t result;
    memcpy(kept, store->now, store->size);
    machine_back(m);
    for (uint32_t page = 0; page < store->size; page += MEMORY_PAGE) {
        if (memcmp(store->now + page, kept + page, MEMORY_PAGE) != 0)
            memcpy(store->now + page, kept + page, MEMORY_PAGE);
    }
    machine_use_runner(m, true);
    return guest_call(m, "device_recover", NULL, 0, &result);
}

bool guest_pin_changed(struct machine *m, uint16_t pin, const uint8_t key[16])
{
    const uint32_t args[] = {pin, GUEST_SCRATCH, GUEST_SCRATCH + 16u};
    uint32_t result, same;
    memcpy(machine_at(m, GUEST_SCRATCH, 16), key, 16);
    if (!guest_call(m, "pin_is", args, 3, &result) || result != 0)
        return false;
    memcpy(&same, machine_at(m, GUEST_SCRATCH + 16u, sizeof same), sizeof same);
    return same != SECURE_TRUE;
}
