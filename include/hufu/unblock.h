/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The remote unlock's request as the token makes it, byte by byte (docs/unblock.md):
 *   version 1 . serial 24 . application id 2 . name 48, zero-padded . PIN type 1 . counter 4
 *   . nonce 16
 * The authority signs HUFU_UNBLOCK_LABEL, its closing zero, and the request; SM2 with SM3, default
 * id.
 */
#ifndef HUFU_UNBLOCK_H
#define HUFU_UNBLOCK_H

#define HUFU_UNBLOCK_VERSION 1u
#define HUFU_UNBLOCK_LABEL   "hufu unlock response"
#define HUFU_UNBLOCK_SERIAL  24u
#define HUFU_UNBLOCK_NAME    48u
#define HUFU_UNBLOCK_NONCE   16u
#define HUFU_UNBLOCK_REQUEST 96u
#define HUFU_UNBLOCK_SIGNED  (sizeof HUFU_UNBLOCK_LABEL + HUFU_UNBLOCK_REQUEST)

#endif
