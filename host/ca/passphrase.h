/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The passphrase that opens the key files: first line of --passphrase-file, else
 * HUFU_CA_PASSPHRASE, which is then removed from the environment.
 */
#ifndef HUFU_CA_PASSPHRASE_H
#define HUFU_CA_PASSPHRASE_H

#define PASSPHRASE_MIN 8
#define PASSPHRASE_MAX 255

/* [in] file: NULL looks at the environment. [out] text: wiped by the caller.
 * CA_OK, CA_ERR_IO (file unreadable), CA_ERR_ABSENT (neither given), CA_ERR_FORMAT (length). */
int passphrase_read(const char *file, char text[PASSPHRASE_MAX + 1]);

/* An officer's own: file, else HUFU_CA_OFFICER_PASSPHRASE, else a prompt. The same values. */
int passphrase_officer(const char *file, char text[PASSPHRASE_MAX + 1]);

#endif
