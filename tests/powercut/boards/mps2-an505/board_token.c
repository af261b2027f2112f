/* SPDX-License-Identifier: Apache-2.0 */
/* The fixture's commands (fixture/token.h) for the emulated token behind the bench's bus. */
#include "bench.h"
#include "fixture/token.h"
#include "support/check.h"
#include <string.h>

uint16_t token_raw(struct token *t, const uint8_t *command, size_t len)
{
    static uint8_t answer[CCID_MESSAGE_MAX];
    const unsigned sw = bench_apdu(command, len, answer, &t->answer_len);

    check(t->answer_len <= sizeof t->answer);
    memcpy(t->answer, answer, t->answer_len);
    return (uint16_t)sw;
}
