/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command APDU, taken apart (ISO/IEC 7816-3 12.1: cases 1, 2S, 3S, 4S, 2E, 3E, 4E).
 */
#ifndef HUFU_COMMAND_H
#define HUFU_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct command {
    uint8_t cla, ins, p1, p2;
    bool extended; /* Lc or Le came in extended form */
    bool has_le;
    const uint8_t *data; /* NULL when lc is 0 */
    uint32_t lc;
    uint32_t ne; /* most answer bytes asked for: Le with 0 read as 256 or 65536; without Le the
                    largest of its form, since common hosts leave Le out and expect the answer */
};

/*
 * [in] apdu, len  [out] command, pointing into apdu.
 * ERR_OK; ERR_LENGTH: shorter than a header, or Lc and Le do not add up to len.
 */
int command_parse(const uint8_t *apdu, size_t len, struct command *command);

#endif
