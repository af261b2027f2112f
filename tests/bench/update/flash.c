/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_update IMAGE ROOTS - flash operations of a whole update with this image: the native vault,
 * the image running from slot A, another one's remains in slot B, as from the second update on.
 * Prints "NAME VALUE" lines; firmware's flash and the store's together. Exit: 0; 1 not taken.
 */
#include "fixture/token.h"
#include "hufu/virtual_board.h"
#include "image_check.h"
#include "roots_file.h"
#include "slots.h"
#include "store/store.h"
#include "support/check.h"
#include "vault.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK HUFU_IMAGE_HEADER_SIZE

static struct token token;
static struct board_flash firmware;
static unsigned restarts;

static void restart(void)
{
    restarts++;
}

static void send(uint8_t ins, uint8_t p1, const void *data, size_t len)
{
    const uint16_t sw = token_command(&token, HUFU_CLA_SKF, ins, p1, 0, data, len, NE_ALL);
    if (sw != SW_OK) {
        fprintf(stderr, "bench_update: %02X is answered %04X\n", ins, sw);
        exit(1);
    }
}

static void transfer(const uint8_t *image, uint32_t size)
{
    static uint8_t part[4 + BLOCK];
    send(HUFU_INS_ADMIN_UPDATE_BEGIN, 0, image, BLOCK);
    for (uint32_t at = BLOCK; at < size;) {
        const uint32_t n = size - at < BLOCK ? size - at : BLOCK;
        for (unsigned i = 0; i < 4; i++) {
            part[i] = (uint8_t)(at >> (24 - 8 * i));
        }
        memcpy(part + 4, image + at, n);
        send(HUFU_INS_ADMIN_UPDATE_WRITE, 0, part, 4 + n);
        at += n;
    }
    send(HUFU_INS_ADMIN_UPDATE_FINISH, 1, NULL, 0);
    vault_idle();
}

int main(int argc, char **argv)
{
    static uint8_t image[VB_FIRMWARE_SIZE / 2];
    struct hufu_image head;
    struct hufu_image_roots roots;
    FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
    const size_t size = in != NULL ? fread(image, 1, sizeof image, in) : 0;
    if (size <= BLOCK || roots_file_read(argv[2], &roots) != 0) {
        fprintf(stderr, "usage: bench_update IMAGE ROOTS\n");
        return 2;
    }
    (void)fclose(in);
    memcpy(&head, image, sizeof head);

    struct image_place places[HUFU_IMAGE_PARTS];
    char board[HUFU_IMAGE_BOARD + 1] = "";
    for (unsigned i = 0; i < HUFU_IMAGE_PARTS; i++) {
        places[i] = (struct image_place){head.head.part[i].kind, head.head.part[i].address,
                                         head.head.part[i].size};
    }
    memcpy(board, head.head.board, HUFU_IMAGE_BOARD);
    const struct image_token judged = {.board = board,
                                       .places = places,
                                       .place_count = head.head.part_count,
                                       .roots = &roots,
                                       .store_format = STORE_FORMAT};
    token_make(&token, 1);
    check(board_flash_init(&firmware, VB_FIRMWARE_SIZE, 1) == HAL_OK);
    const struct hal_flash flash = board_flash_hal(&firmware);
    memcpy(firmware.bytes, image, size);
    memset(firmware.bytes + slots_address(&flash, 1), 0x5A, size);
    token.board.hal.firmware =
        (struct hal_firmware){.flash = flash, .token = &judged, .restart = restart, .slot = 0};
    token_restart(&token);
    check(token_select(&token, HUFU_AID_ADMIN) == SW_OK);
    vault_idle(); /* a host has talked to it: the running image is confirmed */

    board_flash_reset_counters(&firmware);
    board_flash_reset_counters(&token.board.flash);
    transfer(image, (uint32_t)size);
    check(restarts == 1);
    check(memcmp(firmware.bytes + slots_address(&flash, 1), image, size) == 0);
    printf("flash_update_programs %u\n", firmware.programs + token.board.flash.programs);
    printf("flash_update_erases %u\n", firmware.erases + token.board.flash.erases);
    return 0;
}
