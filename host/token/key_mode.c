/* SPDX-License-Identifier: Apache-2.0 */
/* What the use of a container's private keys needs beside the login (docs/gmt0017.md). */
#include "token/token.h"

int hufu_key_mode(hufu_token *token, uint16_t app, uint16_t container, unsigned *mode)
{
    if (mode == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[1];
    container_command(&c, HUFU_INS_GET_KEY_MODE, 0, 0, app, container);
    int error = token_answer(token, &c, answer, sizeof answer);
    if (error == HUFU_OK) {
        *mode = answer[0];
    }
    return error;
}

int hufu_set_key_mode(hufu_token *token, uint16_t app, uint16_t container, unsigned mode)
{
    if (mode > (HUFU_KEY_ONCE | HUFU_KEY_PANEL)) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_SET_KEY_MODE, 0, 0, app, container);
    put8(&c.data, (uint8_t)mode);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}
