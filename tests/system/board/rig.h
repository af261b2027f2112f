/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual board in a temporary folder, for tests that judge what its two worlds print. */
#ifndef HUFU_TEST_RIG_H
#define HUFU_TEST_RIG_H

#include "vboard.h"
#include <stdbool.h>
#include <stddef.h>

#define RIG_LOG 65536u

struct rig {
    struct loop loop;
    struct vboard board;
    char folder[64];
    int dir;
    int log;
    char text[RIG_LOG]; /* the log so far, NUL-terminated */
};

/* A fresh blank token. Fails the test if it cannot be had. */
void rig_open(struct rig *rig);
/* Power off, folder removed. */
void rig_close(struct rig *rig);

/* Starts the images of a folder. Fails the test if QEMU does not start. */
void rig_power_on(struct rig *rig, const char *images);
void rig_power_off(struct rig *rig);

/* Serves the board until its log holds the text; false: not within ms, or the board ended. */
bool rig_wait_for(struct rig *rig, const char *text, int ms);
/* Serves it for ms whatever happens. */
void rig_run(struct rig *rig, int ms);

#endif
