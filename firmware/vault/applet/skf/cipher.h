/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of session keys do alike. */
#ifndef HUFU_SKF_CIPHER_H
#define HUFU_SKF_CIPHER_H

#include "applet/applet.h"
#include "key/session_key.h"

struct cipher_parameters {
    uint32_t alg;
    uint8_t iv[SM4_BLOCK];
    uint32_t iv_len;
    uint32_t padding;
    uint32_t feedback;
};

/* algorithm 4 . parameters, to the end of the data. ERR_OK; ERR_LENGTH; ERR_DATA. */
int cipher_parameters(struct reader *r, struct cipher_parameters *p);
/* Key . algorithm 4 . parameters. */
int cipher_init(struct call *call, enum session_key_work work);
/* Key . data. */
int cipher_update(struct call *call, enum session_key_work work);
/* The same, and the end of the work. */
int cipher_final(struct call *call, enum session_key_work work);
/* SM4 in a mode that session keys are for, or its MAC. */
bool cipher_algorithm(uint32_t alg);
/* Hands a new session key out: its id. */
int cipher_new_key(struct call *call, const uint8_t key[SM4_KEY]);

#endif
