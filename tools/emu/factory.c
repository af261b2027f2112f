/* SPDX-License-Identifier: Apache-2.0 */
#include "factory.h"
#include "board.h"
#include "hufu/image.h"
#include "hufu/virtual_board.h"
#include "log.h"
#include "otp_row.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLOT_SIZE ((VB_FIRMWARE_SIZE - 2u * 4096u) / 2u)
#define FILE_MAX  (4u << 20)

static bool slot_filled(const uint8_t *memory, uint32_t slot)
{
    struct hufu_image_signed head;

    memcpy(&head, memory + VB_FIRMWARE + slot * SLOT_SIZE, sizeof head);
    return head.magic == HUFU_IMAGE_MAGIC;
}

/* The whole file, malloc; NULL with one line in error. */
static uint8_t *read_all(const char *path, size_t *len, char *error, size_t error_size)
{
    FILE *f = fopen(path, "rb");
    uint8_t *bytes = f != NULL ? malloc(FILE_MAX) : NULL;

    if (bytes == NULL) {
        (void)snprintf(error, error_size, "firmware image %s: %s (build it first)", path,
                       strerror(errno));
    } else {
        *len = fread(bytes, 1, FILE_MAX, f);
        if (*len == 0 || *len == FILE_MAX || ferror(f)) {
            (void)snprintf(error, error_size, "firmware image %s: cannot be read", path);
            free(bytes);
            bytes = NULL;
        }
    }
    if (f != NULL)
        fclose(f);
    return bytes;
}

/* Under another name first: a boot stage is there whole or not at all. */
static int write_boot(int dirfd, const uint8_t *bytes, size_t len)
{
    const int fd = openat(dirfd, "boot.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int bad = fd < 0 || write(fd, bytes, len) != (ssize_t)len || fsync(fd) != 0;

    if (fd >= 0 && close(fd) != 0)
        bad = 1;
    return bad || renameat(dirfd, "boot.new", dirfd, "boot.elf") != 0 ? -1 : 0;
}

int factory_flash(int dirfd, uint8_t *memory, const char *images, char *error, size_t error_size)
{
    char path[1024];
    uint8_t *boot, *image = NULL;
    size_t boot_len = 0, image_len = 0;
    int result = -1;

    if (faccessat(dirfd, "boot.elf", R_OK, 0) == 0 &&
        (slot_filled(memory, 0) || slot_filled(memory, 1)))
        return 0;
    (void)snprintf(path, sizeof path, "%s/boot.elf", images);
    boot = read_all(path, &boot_len, error, error_size);
    if (boot != NULL) {
        (void)snprintf(path, sizeof path, "%s/firmware.bin", images);
        image = read_all(path, &image_len, error, error_size);
    }
    if (image != NULL && image_len > SLOT_SIZE) {
        (void)snprintf(error, error_size, "firmware image %s: larger than a slot", path);
    } else if (image != NULL) {
        memset(memory + VB_FIRMWARE, 0xFF, VB_FIRMWARE_SIZE);
        memcpy(memory + VB_FIRMWARE, image, image_len);
        result = write_boot(dirfd, boot, boot_len);
        if (result != 0)
            (void)snprintf(error, error_size, "boot.elf: %s", strerror(errno));
        else
            log_line("firmware of %u bytes put into slot A", (unsigned)image_len);
    }
    free(boot);
    free(image);
    return result;
}

int factory_hold(int dirfd, char *error, size_t error_size)
{
    static const uint8_t mark = 0x80;
    struct board_otp otp;
    char path[64];
    int result = -1;

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d/otp.bin", dirfd);
    if (faccessat(dirfd, "flash.img", F_OK, 0) == 0 || faccessat(dirfd, "otp.bin", F_OK, 0) == 0) {
        (void)snprintf(error, error_size, "--factory is for a new token: this folder holds one");
        return -1;
    }
    if (board_otp_open(&otp, path) == HAL_OK)
        result = board_otp_burn(&otp, OTP_ROW_FACTORY * HAL_OTP_ROW, &mark, 1) == HAL_OK ? 0 : -1;
    if (result != 0)
        (void)snprintf(error, error_size, "otp.bin: %s", strerror(errno));
    board_otp_close(&otp);
    return result;
}
