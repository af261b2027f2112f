/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates over DFU into the native vault: what is taken, each refusal with its bStatus and with the
 * flash unchanged, and what else goes on in the token meanwhile. REQ: K1 K3 T3
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dfu_host.h"
#include "rollback.h"
#include "update/update.h"
#include "vault.h"
#include <string.h>

static struct dfu_host h;
static uint8_t image[FIXTURE_IMAGE + DFU_BLOCK], before[2u * FIXTURE_SLOT];

static int setup(void **state)
{
    (void)state;
    dfu_host_open(&h, 3);
    memcpy(image, bench_new, FIXTURE_IMAGE);
    memset(image + FIXTURE_IMAGE, 0, DFU_BLOCK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dfu_host_close(&h);
    return 0;
}

static uint8_t *spare(void)
{
    return h.token.firmware.bytes + FIXTURE_SLOT;
}

/* --- a good image
 * --------------------------------------------------------------------------------- */

static void whole_update(void **state)
{
    (void)state;
    const uint32_t erases = h.token.firmware.erases;
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, DFU_HOST_BLOCKS), DFU_OK);
    assert_memory_equal(spare(), bench_new, FIXTURE_IMAGE);
    assert_int_equal(bench_start(&h.token), 0);               /* not before it is manifested */
    assert_int_equal(dfu_host_manifest(&h), DFU_ERR_NOTDONE); /* and the vault has forgotten it */
    dfu_host_idle(&h);
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, DFU_HOST_BLOCKS), DFU_OK);
    assert_int_equal(dfu_host_manifest(&h), DFU_OK);
    assert_int_equal(h.state, DFU_MANIFEST_WAIT_RESET);
    assert_int_equal(h.token.restarts, 0);
    dfu_reset(&h.dfu);
    assert_true(dfu_restart_due(&h.dfu));
    card_idle();
    assert_int_equal(h.token.restarts, 1);
    assert_int_equal(bench_start(&h.token), 1);
    assert_true(h.token.note.trial == SECURE_TRUE);
    print_message("%u flash erases for %u bytes, begun twice\n",
                  (unsigned)(h.token.firmware.erases - erases), (unsigned)FIXTURE_IMAGE);
}

/* What another transfer, over whichever road, has brought already is not written again. */
static void taken_up_again(void **state)
{
    uint32_t next = 0;
    (void)state;
    assert_int_equal(bench_begin(&h.token, bench_new, &next), SW_OK);
    assert_int_equal(bench_write(&h.token, bench_new, 4096, 4096), SW_OK);
    assert_int_equal(bench_write(&h.token, bench_new, 8192, 4096), SW_OK);
    const uint32_t operations = h.token.firmware.operations;
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, 2), DFU_OK);
    assert_int_equal(h.token.firmware.operations, operations); /* header and block 1 are there */
    assert_int_equal(dfu_host_blocks(&h, bench_new, 2, DFU_HOST_BLOCKS), DFU_OK);
    assert_int_equal(dfu_host_manifest(&h), DFU_OK);
    assert_memory_equal(spare(), bench_new, FIXTURE_IMAGE);
}

/* The host was cut off at each block, by ABORT, by a bus reset, by the plug: the next one ends it.
 */
static void cut_and_taken_up(void **state)
{
    (void)state;
    for (unsigned way = 0; way < 3; way++) {
        for (unsigned blocks = 1; blocks < DFU_HOST_BLOCKS; blocks++) {
            assert_int_equal(dfu_host_blocks(&h, bench_new, 0, blocks), DFU_OK);
            if (way == 0) {
                dfu_host_idle(&h);
            } else {
                dfu_reset(&h.dfu);
            }
            if (way == 2) {
                assert_int_equal(bench_start(&h.token), 0);
            }
        }
    }
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, DFU_HOST_BLOCKS), DFU_OK);
    assert_int_equal(dfu_host_manifest(&h), DFU_OK);
    assert_memory_equal(spare(), bench_new, FIXTURE_IMAGE);
}

/* --- refusals ----------------------------------------------------------------------------- */

/* The image's first block is refused with this status, and nothing in the flash has changed. */
static void refused(uint8_t status)
{
    const uint32_t operations = h.token.firmware.operations;
    assert_int_equal(dfu_host_block(&h, 0, image, DFU_BLOCK), status);
    assert_int_equal(h.state, DFU_ERROR);
    assert_int_equal(h.token.firmware.operations, operations);
    assert_memory_equal(spare(), before, FIXTURE_SLOT);
    dfu_host_idle(&h);
}

static void headers(void **state)
{
    struct hufu_image *header = (struct hufu_image *)(void *)image;
    (void)state;
    memset(spare(), 0x5A, FIXTURE_SLOT);
    memcpy(before, spare(), FIXTURE_SLOT);
    header->head.magic = 0;
    refused(DFU_ERR_FILE);
    memcpy(image, bench_new, FIXTURE_IMAGE);
    header->sm2[3] ^= 1;
    refused(DFU_ERR_FILE);
    memcpy(image, bench_new, FIXTURE_IMAGE);
    header->lms[700] ^= 1;
    refused(DFU_ERR_FILE);
    memcpy(image, bench_new, FIXTURE_IMAGE);
    header->head.board[0] = 'B';
    fixture_sign(header);
    refused(DFU_ERR_TARGET);
    memcpy(image, bench_new, FIXTURE_IMAGE);
    header->head.rollback = 0;
    fixture_sign(header);
    refused(DFU_ERR_FILE);
    memcpy(image, bench_new, FIXTURE_IMAGE);
    header->head.image_version = OLD_VERSION - 1;
    fixture_sign(header);
    refused(DFU_ERR_FILE);
    /* less than a header */
    assert_int_equal(dfu_host_block(&h, 0, bench_new, DFU_BLOCK - 1u), DFU_ERR_FILE);
    dfu_host_idle(&h);
    assert_int_equal(dfu_host_block(&h, 0, bench_new, 1), DFU_ERR_FILE);
    dfu_host_idle(&h);
    /* numbers that do not begin at 0 */
    assert_int_equal(dfu_host_block(&h, 1, bench_new, DFU_BLOCK), DFU_ERR_ADDRESS);
    dfu_host_idle(&h);
    assert_memory_equal(spare(), before, FIXTURE_SLOT);
}

/* A data stage that ends early: what did not come is zero, and no signature holds. */
static void short_data_stage(void **state)
{
    const uint8_t dnload[DFU_SETUP] = {DFU_TO_DEVICE, DFU_DNLOAD, 0, 0, 1, 0, 0, DFU_BLOCK >> 8};
    uint8_t *data = NULL;
    uint16_t len = 0;
    (void)state;
    memcpy(before, spare(), FIXTURE_SLOT);
    assert_int_equal(dfu_host_block(&h, 0, bench_new, DFU_BLOCK), DFU_OK);
    dfu_host_idle(&h);
    assert_int_equal(dfu_setup(&h.dfu, dnload, &data, &len), DFU_RECEIVE);
    memcpy(data, bench_new, 576); /* the rest of it was in the buffer a moment ago */
    dfu_received(&h.dfu);
    dfu_host_work(&h);
    dfu_host_status(&h);
    assert_int_equal(h.status, DFU_ERR_FILE);
    dfu_host_idle(&h);
    /* a SETUP in the midst of a data stage: the block never was */
    assert_int_equal(dfu_setup(&h.dfu, dnload, &data, &len), DFU_RECEIVE);
    dfu_host_status(&h);
    assert_int_equal(h.state, DFU_IDLE);
    dfu_received(&h.dfu);
    assert_int_equal(h.dfu.state, DFU_IDLE);
}

static void blocks_out_of_order(void **state)
{
    static const struct {
        uint16_t number, len;
        uint8_t status;
    } odd[] = {
        {0, DFU_BLOCK, DFU_ERR_ADDRESS}, /* again */
        {2, DFU_BLOCK, DFU_ERR_ADDRESS}, /* one left out */
        {0xFFFF, DFU_BLOCK, DFU_ERR_ADDRESS},
        {1, DFU_BLOCK - 1u, DFU_ERR_ADDRESS}, /* short in the middle */
        {1, 1, DFU_ERR_ADDRESS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        assert_int_equal(dfu_host_blocks(&h, bench_new, 0, 1), DFU_OK);
        memcpy(before, spare(), FIXTURE_SLOT);
        assert_int_equal(dfu_host_block(&h, odd[i].number, bench_new + DFU_BLOCK, odd[i].len),
                         odd[i].status);
        assert_memory_equal(spare(), before, FIXTURE_SLOT);
        /* after an error nothing is taken but CLRSTATUS */
        assert_false(dfu_host_request(&h, DFU_TO_DEVICE, DFU_DNLOAD, 1, DFU_BLOCK,
                                      bench_new + DFU_BLOCK, NULL));
        assert_memory_equal(spare(), before, FIXTURE_SLOT);
        dfu_host_idle(&h);
    }
    /* a short block where blocks are there already */
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, 3), DFU_OK);
    dfu_host_idle(&h);
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, 1), DFU_OK);
    assert_int_equal(dfu_host_block(&h, 1, bench_new + DFU_BLOCK, 100), DFU_ERR_ADDRESS);
}

static void ends_early_or_goes_on(void **state)
{
    (void)state;
    for (unsigned blocks = 1; blocks < DFU_HOST_BLOCKS; blocks++) {
        assert_int_equal(dfu_host_blocks(&h, bench_new, 0, blocks), DFU_OK);
        assert_int_equal(dfu_host_manifest(&h), DFU_ERR_NOTDONE);
        dfu_host_idle(&h);
    }
    /* the last block longer than what is left, and one behind it */
    assert_int_equal(dfu_host_blocks(&h, image, 0, DFU_HOST_BLOCKS - 1u), DFU_OK);
    assert_int_equal(
        dfu_host_block(&h, DFU_HOST_BLOCKS - 1u, image + 3u * DFU_BLOCK, FIXTURE_LINK_SIZE + 1u),
        DFU_ERR_ADDRESS);
    dfu_host_idle(&h);
    assert_int_equal(dfu_host_blocks(&h, image, 0, DFU_HOST_BLOCKS), DFU_OK);
    memcpy(before, spare(), FIXTURE_SLOT);
    assert_int_equal(dfu_host_block(&h, DFU_HOST_BLOCKS, image, 1), DFU_ERR_ADDRESS);
    assert_memory_equal(spare(), before, FIXTURE_SLOT);
    assert_int_equal(bench_start(&h.token), 0);
}

static void changed_body(void **state)
{
    (void)state;
    image[HUFU_IMAGE_HEADER_SIZE + 77u] ^= 0x20;
    assert_int_equal(dfu_host_blocks(&h, image, 0, DFU_HOST_BLOCKS), DFU_OK);
    assert_int_equal(dfu_host_manifest(&h), DFU_ERR_VERIFY);
    dfu_host_idle(&h);
    assert_int_equal(bench_start(&h.token), 0);
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, DFU_HOST_BLOCKS), DFU_OK);
    assert_int_equal(dfu_host_manifest(&h), DFU_OK);
    assert_int_equal(bench_start(&h.token), 1);
}

/* REQ: K3 - the issuer's word is asked for: errTARGET before anything is erased; with the admin
 * PIN's authorisation for this image it is taken, and the card's reset takes that back. */
static void issuers_policy(void **state)
{
    struct token *t = &h.token.token;
    uint8_t data[34] = {0};
    struct ready r;
    (void)state;
    host_ready(t, &r);
    assert_int_equal(host_device_auth(t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(bench_admin(&h.token, HUFU_INS_ADMIN_UPDATE_POLICY, 1, NULL, 0), SW_OK);
    memcpy(before, spare(), FIXTURE_SLOT);
    refused(DFU_ERR_TARGET);
    assert_int_equal(token_select(t, HUFU_AID_SKF), SW_OK);
    assert_int_equal(host_verify_pin(t, r.app, 0, ADMIN_PIN), SW_OK);
    data[0] = (uint8_t)(r.app >> 8);
    data[1] = (uint8_t)r.app;
    image_digest((const struct hufu_image *)(const void *)bench_new, data + 2);
    assert_int_equal(bench_admin(&h.token, HUFU_INS_ADMIN_UPDATE_AUTHORISE, 0, data, 34), SW_OK);
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, 2), DFU_OK);
    uint32_t len = 0;
    assert_int_equal(vault_card.power(NULL, false, NULL, &len), CCID_CARD_DONE);
    assert_int_equal(dfu_host_blocks(&h, bench_new, 2, 3), DFU_ERR_POR);
    dfu_host_idle(&h);
    assert_int_equal(dfu_host_block(&h, 0, bench_new, DFU_BLOCK), DFU_ERR_TARGET);
}

/* --- beside the card
 * ------------------------------------------------------------------------------ */

static const uint8_t random_command[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0, 32};
static uint8_t answer[HUFU_APDU_MAX];

static void power_card(bool on)
{
    uint32_t len = on ? CCID_ATR_MAX : 0;
    assert_int_equal(vault_card.power(NULL, on, answer, &len), CCID_CARD_DONE);
}

/* A command that comes while a step is at work waits for it, and the other way round; neither is
 * told anything but "busy". */
static void one_at_a_time(void **state)
{
    uint32_t len = sizeof answer;
    unsigned waited = 0;
    (void)state;
    power_card(true);
    assert_true(dfu_host_request(&h, DFU_TO_DEVICE, DFU_DNLOAD, 0, DFU_BLOCK, bench_new, NULL));
    assert_true(dfu_work(&h.dfu));
    assert_int_equal(vault_card.exchange(NULL, random_command, sizeof random_command, answer, &len),
                     CCID_CARD_BUSY);
    enum ccid_card_result result = CCID_CARD_BUSY;
    while (result == CCID_CARD_BUSY) {
        const bool update = dfu_work(&h.dfu);
        len = sizeof answer;
        result = vault_card.poll(NULL, answer, &len);
        if (update) {
            waited++;
            assert_int_equal(result, CCID_CARD_BUSY);
        }
    }
    assert_true(waited >= 2);
    assert_int_equal(result, CCID_CARD_DONE);
    assert_int_equal(len, 34);
    dfu_host_status(&h);
    assert_int_equal(h.state, DFU_DNLOAD_IDLE);
    /* a command at work: the block waits */
    static const uint8_t wrong_key[21] = {HUFU_CLA_SKF, HUFU_INS_DEV_AUTH, 0, 2, 16};
    uint8_t challenge[8];
    h.token.token.board.task.slice = 0;
    host_challenge(&h.token.token, challenge);
    h.token.token.board.task.slice = 1; /* spending a try writes */
    len = sizeof answer;
    result = vault_card.exchange(NULL, wrong_key, sizeof wrong_key, answer, &len);
    assert_int_equal(result, CCID_CARD_BUSY);
    assert_true(
        dfu_host_request(&h, DFU_TO_DEVICE, DFU_DNLOAD, 1, DFU_BLOCK, bench_new + DFU_BLOCK, NULL));
    while (result == CCID_CARD_BUSY) {
        assert_true(dfu_work(&h.dfu));
        assert_false(h.dfu.begun);
        len = sizeof answer;
        result = vault_card.poll(NULL, answer, &len);
    }
    assert_int_equal(result, CCID_CARD_DONE);
    dfu_host_work(&h);
    dfu_host_status(&h);
    assert_int_equal(h.state, DFU_DNLOAD_IDLE);
}

/* The reader switches the card in the midst of every step: the step is begun again. */
static void card_switched_meanwhile(void **state)
{
    (void)state;
    for (unsigned i = 0; i < DFU_HOST_BLOCKS; i++) {
        const uint32_t left = FIXTURE_IMAGE - i * DFU_BLOCK;
        assert_true(dfu_host_request(&h, DFU_TO_DEVICE, DFU_DNLOAD, (uint16_t)i,
                                     (uint16_t)(left < DFU_BLOCK ? left : DFU_BLOCK),
                                     bench_new + i * DFU_BLOCK, NULL));
        for (unsigned slices = 0; slices < 3 && dfu_work(&h.dfu); slices++) {
            power_card(slices % 2 == 0);
        }
        dfu_host_work(&h);
        dfu_host_status(&h);
        assert_int_equal(h.status, DFU_OK);
        assert_int_equal(h.state, DFU_DNLOAD_IDLE);
    }
    assert_true(dfu_host_request(&h, DFU_TO_DEVICE, DFU_DNLOAD, 0, 0, NULL, NULL));
    dfu_host_status(&h);
    h.token.token.board.task.slice = 1;
    while (dfu_work(&h.dfu)) {
        static unsigned times;
        if (times++ < 2) {
            power_card(true);
        }
    }
    dfu_host_status(&h);
    assert_int_equal(h.state, DFU_MANIFEST_WAIT_RESET);
    assert_memory_equal(spare(), bench_new, FIXTURE_IMAGE);
    assert_int_equal(bench_start(&h.token), 1);
}

/* Chained commands, an answer in parts and the challenge of a host do not notice a step between. */
static void dialogue_of_apdus(void **state)
{
    struct token *t = &h.token.token;
    uint8_t select[5 + HUFU_AID_LEN] = {0x10, 0xA4, 4, 0, 5};
    (void)state;
    h.token.token.board.task.slice = 0;
    memcpy(select + 5, HUFU_AID_SKF, HUFU_AID_LEN);
    assert_int_equal(token_raw(t, select, 10), SW_OK); /* first part of a chain */
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, 1), DFU_OK);
    select[0] = 0;
    select[4] = HUFU_AID_LEN - 5;
    memmove(select + 5, select + 10, HUFU_AID_LEN - 5);
    assert_int_equal(token_raw(t, select, 5 + HUFU_AID_LEN - 5), SW_OK);
    /* an answer in parts */
    static const uint8_t short_le[] = {HUFU_CLA_SKF, HUFU_INS_GET_DEV_INFO, 0, 0, 16};
    static const uint8_t more[] = {0, HUFU_INS_GET_RESPONSE, 0, 0, 16};
    assert_int_equal(token_raw(t, short_le, sizeof short_le) & 0xFF00, SW_MORE);
    assert_int_equal(dfu_host_blocks(&h, bench_new, 1, 2), DFU_OK);
    assert_int_equal(token_raw(t, more, sizeof more) & 0xFF00, SW_MORE);
    assert_int_equal(t->answer_len, 16);
    /* a challenge */
    uint8_t challenge[16] = {0}; /* sent back as it is: a try, if it still holds */
    assert_int_equal(dfu_host_blocks(&h, bench_new, 2, 3), DFU_OK);
    host_challenge(t, challenge);
    assert_int_equal(dfu_host_blocks(&h, bench_new, 3, DFU_HOST_BLOCKS), DFU_OK);
    assert_int_equal(token_skf(t, HUFU_INS_DEV_AUTH, 0, 2, challenge, 16) & 0xFFF0, SW_PIN_TRIES);
    assert_int_equal(dfu_host_manifest(&h), DFU_OK);
}

/* A wrong request in the midst of a step ends it; the token is what it was after a power cut there.
 */
static void error_in_a_step(void **state)
{
    (void)state;
    for (unsigned slices = 1; slices < 12; slices++) {
        assert_true(dfu_host_request(&h, DFU_TO_DEVICE, DFU_DNLOAD, 0, DFU_BLOCK, bench_new, NULL));
        for (unsigned i = 0; i < slices; i++) {
            (void)dfu_work(&h.dfu);
        }
        (void)dfu_host_request(&h, DFU_TO_DEVICE, DFU_DETACH, 0, 0, NULL, NULL);
        assert_false(vault_is_busy());
        dfu_host_idle(&h);
    }
    assert_int_equal(dfu_host_blocks(&h, bench_new, 0, DFU_HOST_BLOCKS), DFU_OK);
    assert_int_equal(dfu_host_manifest(&h), DFU_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_update, setup, teardown),
        cmocka_unit_test_setup_teardown(taken_up_again, setup, teardown),
        cmocka_unit_test_setup_teardown(cut_and_taken_up, setup, teardown),
        cmocka_unit_test_setup_teardown(headers, setup, teardown),
        cmocka_unit_test_setup_teardown(short_data_stage, setup, teardown),
        cmocka_unit_test_setup_teardown(blocks_out_of_order, setup, teardown),
        cmocka_unit_test_setup_teardown(ends_early_or_goes_on, setup, teardown),
        cmocka_unit_test_setup_teardown(changed_body, setup, teardown),
        cmocka_unit_test_setup_teardown(issuers_policy, setup, teardown),
        cmocka_unit_test_setup_teardown(one_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(card_switched_meanwhile, setup, teardown),
        cmocka_unit_test_setup_teardown(dialogue_of_apdus, setup, teardown),
        cmocka_unit_test_setup_teardown(error_in_a_step, setup, teardown),
    };
    return cmocka_run_group_tests(tests, bench_open_group, fixture_close);
}
