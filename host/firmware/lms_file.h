/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An LMS private key as a file. A one-time key that signs twice gives the whole key away, so the
 * leaf is spent before a signature exists: the file is locked, the next leaf written and synced
 * (file, then witness), and only then the signature made.
 *
 * A copy would spend the same leaves again. The key therefore knows the file it is in (inode and
 * time of birth) and a witness beside the user's state, which counts along: a file that was copied,
 * or put back from a copy, disagrees with one of them and is refused. What nothing here can see is
 * a whole machine that is set back, disk and all; docs/update.md says so.
 */
#ifndef HUFU_FIRMWARE_LMS_FILE_H
#define HUFU_FIRMWARE_LMS_FILE_H

#include "lms_tree.h"
#include <stdbool.h>

#define LMS_FILE_LEAVES    1024u
#define LMS_FILE_SIGNATURE 1452u

enum lms_file_result {
    LMS_FILE_OK = 0,
    LMS_FILE_IO = -1,        /* errno says why */
    LMS_FILE_FORM = -2,      /* not such a file, or damaged */
    LMS_FILE_COPY = -3,      /* another file than the key was made in */
    LMS_FILE_RESTORED = -4,  /* an older state than the witness has seen, or no witness */
    LMS_FILE_EXHAUSTED = -5, /* every leaf is spent */
    LMS_FILE_BUSY = -6,      /* another process signs at this moment */
    LMS_FILE_EXISTS = -7,    /* creating: there is a file already */
    LMS_FILE_OPEN_MODE = -8, /* others than its owner can read it */
};

/*
 * A fresh key (SHA256_M32_H10, SHA256_N32_W8). [in] witness a folder that exists and is not beside
 * the key in any backup. test: the key says so wherever it signs.
 */
enum lms_file_result lms_file_create(const char *path, const char *witness, bool test,
                                     lms_progress progress, void *ctx);

/* Removes a key that has signed nothing, with its witness; of what is no such key, or a copy, the
 * file alone. One that has signed stays. */
void lms_file_discard(const char *path, const char *witness);

struct lms_file_info {
    uint8_t public_key[LMS_PUBLIC];
    uint32_t left; /* leaves not spent */
    bool test;
};
/* Public facts; nothing is locked. */
enum lms_file_result lms_file_read(const char *path, struct lms_file_info *info);

/* Spends a leaf and signs. [out] signature; *left after it. */
enum lms_file_result lms_file_sign(const char *path, const char *witness, const void *message,
                                   size_t len, uint8_t signature[LMS_FILE_SIGNATURE],
                                   uint32_t *left);

/* One line, translated. */
const char *lms_file_text(enum lms_file_result result);

#endif
