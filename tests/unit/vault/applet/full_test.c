/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: eight applications of 32 containers and 64 files each; the space a host is told is the
 * space it gets, to the byte; on a full token every creating command is refused and nothing is
 * changed, and what needs no room goes on. REQ: K1 K2
 */
#include "fixture/each_test.h"
#include "store/store.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define APPS       8u
#define CONTAINERS 32u
#define FILES      64u
#define ANYONE     0xFFu

/* Without limits of its own. */
static uint16_t create_app(const char *name)
{
    uint8_t data[96] = {0};
    memcpy(data, name, strlen(name));
    memcpy(data + 48, ADMIN_PIN, strlen(ADMIN_PIN));
    data[67] = 10;
    memcpy(data + 68, USER_PIN, strlen(USER_PIN));
    data[87] = 10;
    data[91] = ANYONE;
    return token_skf(&t, HUFU_INS_CREATE_APPLICATION, 0, 0, data, sizeof data);
}

static uint16_t create_file(uint16_t app, const char *name, uint32_t size)
{
    uint8_t data[60] = {0};
    memcpy(data, name, strlen(name));
    for (unsigned i = 0; i < 4; i++) {
        data[48 + i] = (uint8_t)(size >> (24 - 8 * i));
    }
    data[55] = data[59] = ANYONE;
    return token_skf(&t, HUFU_INS_CREATE_FILE, (uint8_t)(app >> 8), (uint8_t)app, data,
                     sizeof data);
}

static uint16_t delete_file(uint16_t app, const char *name)
{
    return token_skf(&t, HUFU_INS_DELETE_FILE, (uint8_t)(app >> 8), (uint8_t)app, name,
                     strlen(name));
}

static uint32_t space(unsigned at)
{
    uint32_t v = 0;
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_OK);
    for (unsigned i = 0; i < 4; i++) {
        v = v << 8 | t.answer[at + i];
    }
    return v;
}

static uint32_t total_space(void)
{
    return space(216);
}

static uint32_t free_space(void)
{
    return space(220);
}

/* Names in a multi-string answer. */
static unsigned names(uint16_t sw)
{
    unsigned n = 0;
    assert_int_equal(sw, SW_OK);
    for (size_t i = 0; i + 1 < t.answer_len; i++) {
        n += t.answer[i] == 0;
    }
    return n;
}

static unsigned containers_of(uint16_t app)
{
    const uint8_t data[2] = {(uint8_t)(app >> 8), (uint8_t)app};
    return names(token_skf(&t, HUFU_INS_ENUM_CONTAINER, 0, 0, data, 2));
}

static unsigned files_of(uint16_t app)
{
    return names(token_skf(&t, HUFU_INS_ENUM_FILES, (uint8_t)(app >> 8), (uint8_t)app, NULL, 0));
}

/* --- numbers -------------------------------------------------------------------------------- */

static void every_place_taken(void **state)
{
    char name[16];
    uint16_t app, id;
    (void)state;
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_APPLICATION, 0, 0, "app", 3), SW_OK);
    assert_true(free_space() >= 131072);
    assert_true(free_space() <= total_space());
    for (unsigned a = 0; a < APPS; a++) {
        snprintf(name, sizeof name, "app%u", a);
        assert_int_equal(create_app(name), SW_OK);
        assert_int_equal(host_open_app(&t, name, &app), SW_OK);
        assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
        for (unsigned i = 0; i < CONTAINERS; i++) {
            snprintf(name, sizeof name, "box%u", i);
            assert_int_equal(host_create_container(&t, app, name, &id), SW_OK);
        }
        assert_int_equal(host_create_container(&t, app, "more", &id), SW_CONTAINER_LIMIT);
        for (unsigned i = 0; i < FILES; i++) {
            snprintf(name, sizeof name, "file%u", i);
            assert_int_equal(create_file(app, name, 100 + i), SW_OK);
        }
        assert_int_equal(create_file(app, "more", 1), SW_NO_SPACE);
    }
    assert_int_equal(create_app("ninth"), SW_NO_SPACE);
    assert_true(free_space() >= 131072); /* and all that beside 128 kB for users */
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 0);
    for (unsigned a = 0; a < APPS; a++) {
        uint8_t pub[64];
        snprintf(name, sizeof name, "app%u", a);
        assert_int_equal(host_open_app(&t, name, &app), SW_OK);
        assert_int_equal(containers_of(app), CONTAINERS);
        assert_int_equal(files_of(app), FILES);
        /* the last of them works */
        assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
        assert_int_equal(host_open_container(&t, app, "box31", &id), SW_OK);
        assert_int_equal(host_generate(&t, app, id, pub), SW_OK);
    }
    /* one application gone: its places are free again, nobody else's */
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_APPLICATION, 0, 0, "app3", 4), SW_OK);
    assert_int_equal(create_app("again"), SW_OK);
    assert_int_equal(host_open_app(&t, "again", &app), SW_OK);
    assert_int_equal(containers_of(app), 0);
    assert_int_equal(files_of(app), 0);
    assert_int_equal(host_open_app(&t, "app4", &app), SW_OK);
    assert_int_equal(containers_of(app), CONTAINERS);
}

/* --- space ----------------------------------------------------------------------------------- */

/* What is told is what is had: a file that fits the figure is made, one byte more is not. */
static void told_and_had(void **state)
{
    static const uint32_t sizes[] = {65536, 4096, 1, 2047, 2048, 2049, 30000, 65535, 100};
    char name[16];
    unsigned n = 0;
    (void)state;
    const uint32_t at_first = free_space();
    for (bool room = true; room; n++) {
        uint32_t told = free_space(), size = sizes[n % (sizeof sizes / sizeof sizes[0])];
        if (told < 65536) {
            assert_int_equal(create_file(r.app, "more", told + 1), SW_NO_SPACE);
            assert_int_equal(free_space(), told);
            size = told > 70000 || told < 3000 ? told : size < told ? size : told;
        }
        if (size == 0) {
            break;
        }
        snprintf(name, sizeof name, "f%u", n);
        assert_int_equal(create_file(r.app, name, size), SW_OK);
        assert_true(free_space() < told);
        /* its content, at most a record and a part's 48 bytes more or less */
        assert_in_range(told - free_space() + 160, size, size + 320 + 48 * (size / 2048));
        room = n < FILES - 2;
    }
    assert_int_equal(free_space(), 0);
    assert_int_equal(create_file(r.app, "more", 1), SW_NO_SPACE);
    token_restart(&t); /* the figure is the store's, not RAM's */
    assert_int_equal(free_space(), 0);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    for (unsigned i = n; i-- > 0;) {
        snprintf(name, sizeof name, "f%u", i);
        uint32_t before = free_space();
        assert_int_equal(delete_file(r.app, name), SW_OK);
        assert_true(free_space() > before);
    }
    assert_int_equal(free_space(), at_first);
    /* and can be taken again, several times over */
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 5; i++) {
            snprintf(name, sizeof name, "g%u", i);
            assert_int_equal(create_file(r.app, name, 60000), SW_OK);
        }
        for (unsigned i = 0; i < 5; i++) {
            snprintf(name, sizeof name, "g%u", i);
            assert_int_equal(delete_file(r.app, name), SW_OK);
        }
        assert_int_equal(free_space(), at_first);
    }
}

/* --- the full token -------------------------------------------------------------------------- */

/* Until no value fits, not even the shortest. */
static void fill(void)
{
    struct store_stats s;
    char name[65];
    uint16_t id;
    unsigned n = 0;
    for (uint32_t room; (room = free_space()) != 0; n++) {
        snprintf(name, sizeof name, "fill%u", n);
        assert_int_equal(create_file(r.app, name, room < 65536 ? room : 65536), SW_OK);
    }
    assert_int_equal(create_app("filler"), SW_NO_SPACE);
    for (store_stats(&s); s.free >= store_cost(1); store_stats(&s)) {
        memset(name, 'n', sizeof name);
        snprintf(name, 8, "%06u", n++);
        name[6] = 'n';
        /* a container takes 4 bytes and its name */
        name[s.free - 52 < 64 ? s.free - 52 : 64] = '\0';
        assert_int_equal(host_create_container(&t, r.app, name, &id), SW_OK);
    }
}

struct picture {
    uint32_t space, objects, free;
    uint8_t lists[3][HUFU_APDU_MAX];
    size_t lens[3];
    uint8_t info[11];
    unsigned tries[2];
};

static void look(struct picture *p)
{
    const uint8_t app[2] = {(uint8_t)(r.app >> 8), (uint8_t)r.app};
    const uint8_t box[] = {app[0], app[1], 'b', 'o', 'x'};
    struct store_stats s;
    memset(p, 0, sizeof *p);
    store_stats(&s);
    p->objects = s.objects;
    p->free = s.free;
    p->space = free_space();
    for (unsigned i = 0; i < 3; i++) {
        uint16_t sw = i == 0   ? token_skf(&t, HUFU_INS_ENUM_APPLICATION, 0, 0, NULL, 0)
                      : i == 1 ? token_skf(&t, HUFU_INS_ENUM_CONTAINER, 0, 0, app, 2)
                               : token_skf(&t, HUFU_INS_ENUM_FILES, app[0], app[1], NULL, 0);
        assert_int_equal(sw, SW_OK);
        memcpy(p->lists[i], t.answer, t.answer_len);
        p->lens[i] = t.answer_len;
    }
    assert_int_equal(token_skf(&t, HUFU_INS_GET_CONTAINER_INFO, 0, 0, box, sizeof box), SW_OK);
    memcpy(p->info, t.answer, sizeof p->info);
    p->tries[0] = host_tries(&t, r.app, 0);
    p->tries[1] = host_tries(&t, r.app, 1);
}

static uint16_t empty_container;
static uint8_t pair_d[32], pair[64], env[1024], sign_cert[1024], enc_cert[1024];
static size_t env_len, sign_len, enc_len;

static uint16_t c_app(void)
{
    return create_app("another");
}

static uint16_t c_container(void)
{
    uint16_t id;
    return host_create_container(&t, r.app, "another", &id);
}

static uint16_t c_file(void)
{
    return create_file(r.app, "another", 1);
}

static uint16_t c_key(void)
{
    uint8_t pub[64];
    return host_generate(&t, r.app, empty_container, pub);
}

static uint16_t c_pair(void)
{
    return host_import_pair(&t, r.app, r.container, env, env_len);
}

static uint16_t c_dual(void)
{
    return host_install_dual(&t, r.app, r.container, env, env_len, sign_cert, sign_len, enc_cert,
                             enc_len);
}

static uint16_t c_certificate(void)
{
    return host_import_cert(&t, r.app, r.container, true, sign_cert, sign_len);
}

static uint16_t c_mode(void)
{
    const uint8_t data[] = {(uint8_t)(r.app >> 8), (uint8_t)r.app, (uint8_t)(r.container >> 8),
                            (uint8_t)r.container, 1};
    return token_skf(&t, HUFU_INS_SET_KEY_MODE, 0, 0, data, sizeof data);
}

static uint16_t c_label(void)
{
    return token_skf(&t, HUFU_INS_SET_LABEL, 0, 0, "a label", 7);
}

/* Every command that makes something in the store. */
static const struct {
    const char *name;
    uint16_t (*run)(void);
} creating[] = {
    {"CreateApplication", c_app},
    {"CreateContainer", c_container},
    {"CreateFile", c_file},
    {"GenECCKeyPair", c_key},
    {"ImportECCKeyPair", c_pair},
    {"InstallDual", c_dual},
    {"ImportCertificate", c_certificate},
    {"SetKeyMode", c_mode},
    {"SetLabel", c_label},
};

static void every_creating_command(void **state)
{
    static struct picture before, after;
    uint8_t e[32] = {5}, sig[64];
    (void)state;
    assert_int_equal(host_create_container(&t, r.app, "empty", &empty_container), SW_OK);
    object_pair(pair_d, pair);
    env_len = object_envelope(r.pub, pair, pair_d, 32, false, env);
    sign_len = object_certificate(r.pub, 1, sign_cert);
    enc_len = object_certificate(pair, 2, enc_cert);
    fill();
    look(&before);
    assert_int_equal(before.space, 0);
    for (unsigned i = 0; i < sizeof creating / sizeof creating[0]; i++) {
        /* twelve times: no counter of tries pays for it */
        for (unsigned k = 0; k < 12; k++) {
            uint16_t sw = creating[i].run();
            if (sw != SW_NO_SPACE) {
                fail_msg("%s: %04X", creating[i].name, sw);
            }
        }
        look(&after);
        /* NOLINTNEXTLINE(*-memory-comparison,cert-exp42-c,cert-flp37-c): look() zeroes all */
        if (memcmp(&before, &after, sizeof before) != 0) {
            fail_msg("%s changed something", creating[i].name);
        }
    }
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 0);
    look(&after);
    assert_memory_equal(&before, &after, sizeof before);
    /* what takes no room goes on: tries, PINs, signatures, writing in place */
    assert_int_equal(host_verify_pin(&t, r.app, 1, "not-the-pin"), 0x63C2);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_change_pin(&t, r.app, 1, USER_PIN, "new-user"), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 1, "new-user"), SW_OK);
    assert_int_equal(host_unblock_pin(&t, r.app, ADMIN_PIN, USER_PIN), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    assert_true(object_verify(r.pub, e, sig));
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(host_change_device_key(&t, TRANSPORT_KEY, (const uint8_t *)"0123456789abcdef"),
                     SW_OK);
    assert_int_equal(delete_file(r.app, "fill0"), SW_OK);
    assert_int_equal(host_device_auth(&t, (const uint8_t *)"0123456789abcdef"), SW_OK);
    for (unsigned i = 0; i < sizeof creating / sizeof creating[0]; i++) {
        uint16_t sw = creating[i].run();
        if (sw != SW_OK) {
            fail_msg("%s, with room again: %04X", creating[i].name, sw);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_place_taken, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(told_and_had, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(every_creating_command, setup_ready, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
