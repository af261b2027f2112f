/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endurance - how often a command can be given until the first sector of the store reaches its
 * rated erases (100,000), in a store with room and in one that is three quarters full. Each command
 * is repeated on the native flash until its busiest sector was erased often enough to tell; what is
 * printed is the whole flash's life with that command alone.
 * REQ: K6
 * The quick form measures the fuller store alone; HUFU_TEST_LONG=1 both, over more turns of the
 * ring.
 */
#include "fixture/token.h"
#include "store/store.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATED       100000u /* erases of a sector */
#define MOST        60000u  /* operations in a measurement */
#define FILE_WRITES 50000u  /* GM/T 0027-2014 11 */

static struct token t;
static struct ready r;
static uint8_t cert[1024];
static size_t cert_len;

static uint16_t file(uint8_t ins, const char *name, uint32_t size)
{
    uint8_t data[60] = {0};
    memcpy(data, name, strlen(name));
    data[49] = (uint8_t)(size >> 16);
    data[50] = (uint8_t)(size >> 8);
    data[51] = (uint8_t)size;
    data[55] = data[59] = 0xFF;
    return token_skf(&t, ins, (uint8_t)(r.app >> 8), (uint8_t)r.app, data,
                     ins == HUFU_INS_CREATE_FILE ? sizeof data : strlen(name));
}

static uint16_t write_some(size_t len)
{
    static uint8_t data[4200], turn;
    const uint8_t head[] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, 0, 0, 0, 4, 'f', 'i', 'l', 'e',
                            (uint8_t)(len >> 8),   (uint8_t)len};
    memcpy(data, head, sizeof head);
    memset(data + sizeof head, ++turn, len);
    return token_skf(&t, HUFU_INS_WRITE_FILE, 0, 0, data, sizeof head + len);
}

/* --- what is repeated ------------------------------------------------------------------------- */

static uint16_t start(unsigned i)
{
    (void)i;
    token_restart(&t);
    return SW_OK;
}

static uint16_t verify(unsigned i)
{
    (void)i;
    return host_verify_pin(&t, r.app, 1, USER_PIN);
}

static uint16_t dev_auth(unsigned i)
{
    (void)i;
    return host_device_auth(&t, TRANSPORT_KEY);
}

static uint16_t change(unsigned i)
{
    static const char *const pins[] = {USER_PIN, "second-pin"};
    return host_change_pin(&t, r.app, 1, pins[i % 2], pins[(i + 1) % 2]);
}

static uint16_t sign(unsigned i)
{
    uint8_t e[32] = {(uint8_t)i}, sig[64];
    return host_sign(&t, r.app, r.container, e, sig);
}

static uint16_t write_byte(unsigned i)
{
    (void)i;
    return write_some(1);
}

static uint16_t write_4k(unsigned i)
{
    (void)i;
    return write_some(4096);
}

static uint16_t make_file(unsigned i)
{
    return i % 2 == 0 ? file(HUFU_INS_CREATE_FILE, "temp", 4096)
                      : file(HUFU_INS_DELETE_FILE, "temp", 0);
}

static uint16_t make_key(unsigned i)
{
    uint8_t pub[64], id[6] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, 't', 'e', 'm', 'p'};
    uint16_t box;
    if (i % 2 != 0) {
        return token_skf(&t, HUFU_INS_DELETE_CONTAINER, 0, 0, id, sizeof id);
    }
    uint16_t sw = host_create_container(&t, r.app, "temp", &box);
    return sw == SW_OK ? host_generate(&t, r.app, box, pub) : sw;
}

static uint16_t certificate(unsigned i)
{
    (void)i;
    return host_import_cert(&t, r.app, r.container, true, cert, cert_len);
}

static const struct row {
    const char *name;
    uint16_t (*run)(unsigned i);
    bool pair;      /* two commands are one operation */
    uint32_t least; /* operations that must be possible */
} rows[] = {
    {"power-on", start, false, 1000000},
    {"VerifyPIN", verify, false, 1000000},
    {"DevAuth", dev_auth, false, 1000000},
    {"ChangePIN", change, false, 1000000},
    {"ECCSignData", sign, false, 0},
    {"WriteFile, 1 byte", write_byte, false, FILE_WRITES},
    {"WriteFile, 4 kB", write_4k, false, FILE_WRITES},
    {"CreateFile and DeleteFile, 4 kB", make_file, true, FILE_WRITES},
    {"container and key, made and deleted", make_key, true, FILE_WRITES},
    {"ImportCertificate", certificate, false, FILE_WRITES},
};

/* --- measuring -------------------------------------------------------------------------------- */

static void ready(bool filled)
{
    token_make(&t, 50);
    token_restart(&t);
    host_ready(&t, &r);
    cert_len = object_certificate(r.pub, 1, cert);
    assert_int_equal(file(HUFU_INS_CREATE_FILE, "file", 65536), SW_OK);
    for (unsigned i = 0; filled; i++) {
        struct store_stats s;
        char name[8];
        store_stats(&s);
        if (s.free < s.capacity / 4 + 34000) {
            break;
        }
        snprintf(name, sizeof name, "f%u", i);
        assert_int_equal(file(HUFU_INS_CREATE_FILE, name, 32768), SW_OK);
    }
}

struct figure {
    double life;             /* operations; 0: no flash is written */
    double programs, erases; /* of one */
};

static uint32_t busiest(const struct board_flash *f, const uint32_t *before)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < f->size / HAL_FLASH_SECTOR; i++) {
        uint32_t n = f->sector_erases[i] - before[i];
        most = n > most ? n : most;
    }
    return most;
}

static struct figure measure(const struct row *row, uint32_t turns)
{
    struct board_flash *f = &t.board.flash;
    uint32_t before[256], n = 0;
    assert_true(f->size / HAL_FLASH_SECTOR <= 256);
    /* a first turn brings the store to the state it stays in */
    memcpy(before, f->sector_erases, f->size / HAL_FLASH_SECTOR * sizeof before[0]);
    for (unsigned i = 0; i < 200 || (busiest(f, before) < 2 && i < MOST && f->programs != 0); i++) {
        assert_int_equal(row->run(i), SW_OK);
        if (i == 199 && busiest(f, before) == 0 && row->least == 0) {
            break;
        }
        n = i + 1;
    }
    if (n % 2 != 0) { /* pairs end whole, and PINs as they began */
        assert_int_equal(row->run(n), SW_OK);
    }
    memcpy(before, f->sector_erases, f->size / HAL_FLASH_SECTOR * sizeof before[0]);
    uint32_t programs = f->programs, erases = f->erases;
    for (n = 0; n < 400 || (busiest(f, before) < turns && n < MOST && row->least != 0); n++) {
        assert_int_equal(row->run(n), SW_OK);
    }
    uint32_t most = busiest(f, before);
    double operations = row->pair ? n / 2.0 : n;
    struct figure g = {.programs = (f->programs - programs) / operations,
                       .erases = (f->erases - erases) / operations};
    if (f->programs != programs) {
        assert_true(most > 0);
        g.life = operations / most * RATED;
    }
    return g;
}

static void print_life(const struct figure *g)
{
    char text[32];
    if (g->life > 0) {
        snprintf(text, sizeof text, "%.0f", g->life);
    } else {
        snprintf(text, sizeof text, "-");
    }
    printf(" %9.2f %8.4f %14s", g->programs, g->erases, text);
}

static void table(void **state)
{
    const bool all = getenv("HUFU_TEST_LONG") != NULL;
    const uint32_t turns = all ? 20 : 2;
    (void)state;
    printf("%-36s %33s %33s\n", "", "with room", "three quarters full");
    printf("%-36s %9s %8s %14s %9s %8s %14s\n", "operation", "programs", "erases", "until 100,000",
           "programs", "erases", "until 100,000");
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        printf("%-36s", rows[i].name);
        for (unsigned filled = 0; filled < 2; filled++) {
            if (filled == 0 && !all) {
                printf(" %33s", "");
                continue;
            }
            ready(filled == 1);
            struct figure g = measure(&rows[i], turns);
            print_life(&g);
            fflush(stdout);
            if (rows[i].least == 0) {
                assert_true(g.life == 0);
            } else {
                assert_true(g.life >= rows[i].least);
            }
            token_free(&t);
        }
        printf("\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
