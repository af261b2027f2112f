/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libhufu: typed calls to a Hufu token. The only host code that knows APDUs.
 *
 * Every function returns HUFU_OK (0) or a negative enum hufu_error; hufu_strerror gives one line in
 * the user's language. On error outputs are unchanged or zeroed. Byte strings are big-endian.
 * A handle is used by one thread at a time; different handles are independent. The library never
 * keeps a PIN: after a lost session calls answer HUFU_ERR_NOT_LOGGED_IN.
 */
#ifndef HUFU_HUFU_H
#define HUFU_HUFU_H

#include "hufu/token/application.h" /* applications, PINs, the issuer's rules for them, files */
#include "hufu/token/device.h"      /* the token as a whole, the factory, attestation */
#include "hufu/token/error.h"       /* what every function answers */
#include "hufu/token/firmware.h"    /* its firmware, and updates */
#include "hufu/token/key.h"         /* containers, SM2 and RSA pairs, signing, certificates */
#include "hufu/token/open.h"        /* finding tokens, opening one, having it alone, trusting it */
#include "hufu/token/session_key.h" /* session keys, agreement, ciphers, MACs */

#endif
