/* SPDX-License-Identifier: Apache-2.0 */
/* The words for the modes of a container's keys. */
#ifndef HUFU_CLI_KEY_MODE_H
#define HUFU_CLI_KEY_MODE_H

/* login, once, panel, once+panel -> HUFU_KEY_*. An exit code, with a line that names option. */
int key_mode_parse(const char *command, const char *option, const char *word, unsigned *mode);
const char *key_mode_word(unsigned mode);

#endif
