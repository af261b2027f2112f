/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void rig_open(struct rig *rig)
{
    char error[256] = "";
    memset(rig, 0, sizeof *rig);
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(rig->folder, sizeof rig->folder, "%s/hufu-rig-XXXXXX",
                   tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
    assert_non_null(mkdtemp(rig->folder));
    rig->dir = open(rig->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(rig->dir >= 0);
    rig->log = log_open(rig->dir);
    assert_true(rig->log >= 0);
    loop_init(&rig->loop);
    if (vboard_open(&rig->board, &rig->loop, rig->dir, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
}

void rig_close(struct rig *rig)
{
    static const char *const files[] = {"flash.img", "otp.bin", "boot.elf", "token.log"};
    vboard_close(&rig->board);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        (void)unlinkat(rig->dir, files[i], 0);
    }
    close(rig->log);
    close(rig->dir);
    assert_int_equal(rmdir(rig->folder), 0);
}

void rig_power_on(struct rig *rig, const char *images)
{
    char error[256] = "";
    rig->loop.leave = false;
    assert_int_equal(ftruncate(rig->log, 0), 0);
    if (vboard_power_on(&rig->board, images, rig->log, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
}

void rig_power_off(struct rig *rig)
{
    vboard_power_off(&rig->board);
}

static void read_log(struct rig *rig)
{
    const int fd = openat(rig->dir, "token.log", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    const ssize_t n = read(fd, rig->text, sizeof rig->text - 1u);
    close(fd);
    assert_true(n >= 0 && (size_t)n < sizeof rig->text - 1u);
    rig->text[n] = '\0';
}

bool rig_wait_for(struct rig *rig, const char *text, int ms)
{
    const long long end = loop_now() + ms;
    for (;;) {
        read_log(rig);
        if (strstr(rig->text, text) != NULL) {
            return true;
        }
        if (loop_now() >= end || rig->loop.leave) {
            return false;
        }
        (void)loop_turn(&rig->loop, -1, 20);
    }
}

void rig_run(struct rig *rig, int ms)
{
    const long long end = loop_now() + ms;
    while (loop_now() < end && !rig->loop.leave) {
        (void)loop_turn(&rig->loop, -1, 20);
    }
    read_log(rig);
}
