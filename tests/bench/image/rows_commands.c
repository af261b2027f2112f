/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each command of the SKF applet in the vault, from the command in its buffer to the answer, with
 * what it does to the flash. Here: the list, and the commands of the device, of applications and of
 * PINs. Prints, before each row,
 *     flash NAME PROGRAMS ERASES
 * of all its runs together.
 */
#include "bench.h"
#include "board.h"
#include "commands.h"
#include "crypto/sha1.h"
#include "device.h"
#include "meter.h"
#include "vault.h"
#include <string.h>

uint8_t commands_data[COMMANDS_KB];

void commands_put_ids(void)
{
    host_put16(host.app);
    host_put16(host.container);
}

void commands_put_text(const char *text)
{
    host_put(text, (uint32_t)strlen(text));
}

/* --- commands without data of their own, or with names ------------------------------------ */

void stage_get_dev_info(uint32_t run)
{
    (void)run;
    host_stage(HUFU_INS_GET_DEV_INFO, 0, 0);
}

void stage_enum_application(uint32_t run)
{
    (void)run;
    host_stage(HUFU_INS_ENUM_APPLICATION, 0, 0);
}

void stage_set_label(uint32_t run)
{
    (void)run;
    commands_put_text(run % 2u == 0 ? "one label" : "another label");
    host_stage(HUFU_INS_SET_LABEL, 0, 0);
}

void stage_gen_random(uint32_t run)
{
    (void)run;
    static const uint8_t command[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0, 32};
    host_stage_raw(command, sizeof command);
}

void stage_open_application(uint32_t run)
{
    (void)run;
    commands_put_text("app");
    host_stage(HUFU_INS_OPEN_APPLICATION, 0, 0);
}

/* Of the application alone. */
static void stage_app(uint8_t ins, uint8_t p2)
{
    host_put16(host.app);
    host_stage(ins, 0, p2);
}

void stage_close_application(uint32_t run)
{
    (void)run;
    stage_app(HUFU_INS_CLOSE_APPLICATION, 0);
}

void stage_get_pin_info(uint32_t run)
{
    (void)run;
    stage_app(HUFU_INS_GET_PIN_INFO, HOST_USER_TYPE);
}

void stage_get_pin_state(uint32_t run)
{
    (void)run;
    stage_app(HUFU_INS_GET_PIN_STATE, HOST_USER_TYPE);
}

void stage_enum_container(uint32_t run)
{
    (void)run;
    stage_app(HUFU_INS_ENUM_CONTAINER, 0);
}

void stage_clear_secure_state(uint32_t run)
{
    (void)run;
    host_stage_verify_pin(run);
    host_exchange(NULL);
    stage_app(HUFU_INS_CLEAR_SECURE_STATE, 0);
}

void stage_verify_pin(uint32_t run)
{
    host_stage_verify_pin(run);
}

void stage_import_ecc_key_pair(uint32_t run)
{
    host_stage_import_pair(run);
}

/* --- PINs and the device key -------------------------------------------------------------- */

static void pin_key(const char *pin, uint8_t sm4_key[SM4_KEY])
{
    uint8_t field[16] = {0}, hash[SHA1_DIGEST];
    memcpy(field, pin, strlen(pin));
    (void)sha1(field, sizeof field, hash);
    memcpy(sm4_key, hash, SM4_KEY);
}

/* A command with MAC: ids . value under old . MAC (doubtful choice M1 of docs/gmt0017.md). */
static void stage_secure(uint8_t ins, uint8_t p2, bool of_app, const uint8_t old[SM4_KEY],
                         const uint8_t value[SM4_BLOCK])
{
    static const uint8_t eight[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0, 8};
    uint8_t text[48] = {HUFU_CLA_SKF_MAC, ins, 0, p2, 0}, mac[SM4_BLOCK] = {0}, cipher[SM4_BLOCK];
    uint32_t len = 6, answer_len = 0;
    struct sm4 sm4;
    host_stage_raw(eight, sizeof eight);
    host_exchange(NULL);
    memcpy(mac, vault_response(&answer_len), 8);
    sm4_set_key(&sm4, old);
    memcpy(cipher, value, sizeof cipher);
    sm4_encrypt_block(&sm4, cipher, cipher);
    if (of_app) {
        text[len++] = (uint8_t)(host.app >> 8);
        text[len++] = (uint8_t)host.app;
    }
    memcpy(text + len, cipher, sizeof cipher);
    len += SM4_BLOCK;
    const uint32_t data = len - 6u;
    text[5] = (uint8_t)(data + 4u);
    text[len] = 0x80;
    for (uint32_t at = 0; at <= len; at += SM4_BLOCK) {
        for (uint32_t i = 0; i < SM4_BLOCK; i++) {
            mac[i] ^= text[at + i];
        }
        sm4_encrypt_block(&sm4, mac, mac);
    }
    host_put(text + 6, data);
    host_put(mac, 4);
    host_stage(ins, 0, p2);
    vault_command_buffer()[0] = HUFU_CLA_SKF_MAC;
}

/* The PIN changes with every run, since the present one is refused as a new one. */
static const char *const pins[] = {HOST_USER_PIN, "another-pin"};
static uint32_t pin_now;

static void stage_new_pin(uint8_t ins, uint8_t p2, const char *proof)
{
    uint8_t old[SM4_KEY], field[SM4_BLOCK] = {0};
    pin_now = 1u - pin_now;
    memcpy(field, pins[pin_now], strlen(pins[pin_now]));
    pin_key(proof, old);
    stage_secure(ins, p2, true, old, field);
}

void stage_change_pin(uint32_t run)
{
    (void)run;
    stage_new_pin(HUFU_INS_CHANGE_PIN, HOST_USER_TYPE, pins[pin_now]);
}

void stage_unblock_pin(uint32_t run)
{
    (void)run;
    stage_new_pin(HUFU_INS_UNBLOCK_PIN, 0, HOST_ADMIN_PIN);
}

static uint8_t device_key[SM4_KEY] = DEVICE_TRANSPORT_KEY;

void stage_dev_auth(uint32_t run)
{
    (void)run;
    uint8_t proof[SM4_BLOCK];
    host_challenge(device_key, proof);
    host_put(proof, sizeof proof);
    host_stage(HUFU_INS_DEV_AUTH, 0, 2);
}

void stage_change_dev_auth_key(uint32_t run)
{
    (void)run;
    uint8_t old[SM4_KEY];
    memcpy(old, device_key, sizeof old);
    stage_dev_auth(run);
    host_exchange(NULL);
    bench_bytes(device_key, sizeof device_key);
    stage_secure(HUFU_INS_CHANGE_DEV_AUTH_KEY, 2, false, old, device_key);
}

static void delete_second(void)
{
    stage_dev_auth(0);
    host_exchange(NULL);
    commands_put_text("second");
    host_stage(HUFU_INS_DELETE_APPLICATION, 0, 0);
}

static void create_second(void)
{
    stage_dev_auth(0);
    host_exchange(NULL);
    host_put_application("second");
    host_stage(HUFU_INS_CREATE_APPLICATION, 0, 0);
}

void stage_create_application(uint32_t run)
{
    (void)run;
    if (run > 0) {
        delete_second();
        host_exchange(NULL);
    }
    create_second();
}

void stage_delete_application(uint32_t run)
{
    (void)run;
    if (run > 0) {
        create_second();
        host_exchange(NULL);
    }
    delete_second();
}

/* --- the list ----------------------------------------------------------------------------- */

static struct flash_use {
    uint32_t programs, erases;
} sum;
static uint32_t rows_done, runs_done;

/* The counters are read outside the count. */
static void exchange(void *argument)
{
    struct flash_use before, after;
    meter_exclude();
    flash_count(&before.programs, &before.erases);
    meter_include();
    host_exchange(argument);
    meter_exclude();
    flash_count(&after.programs, &after.erases);
    sum.programs += after.programs - before.programs;
    sum.erases += after.erases - before.erases;
    meter_include();
}

static int judged(int right)
{
    if (++runs_done == bench_runs) {
        bench_print("flash ");
        bench_print(bench_list[rows_done++].name);
        bench_print_number(sum.programs);
        bench_print_number(sum.erases);
        bench_print("\n");
        sum = (struct flash_use){0, 0};
        runs_done = 0;
    }
    return right;
}

static int answered(void)
{
    return judged(host_answered());
}

static int answered_key(void)
{
    return judged(commands_answered_key());
}

void bench_begin(void)
{
    host_begin();
    host_stage_import_pair(0);
    host_exchange(NULL);
}

#define COMMAND(name, right) {"skf_" #name, stage_##name, exchange, 0, NULL, right},
const struct bench bench_list[] = {
#include "commands.def"
};
const uint32_t bench_count = sizeof bench_list / sizeof bench_list[0];
const uint32_t bench_runs = 5u;
const char *const bench_mean = NULL;
