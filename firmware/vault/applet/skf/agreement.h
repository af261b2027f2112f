/* SPDX-License-Identifier: Apache-2.0 */
/* What the three commands of key agreement do alike: GB/T 32918.3 with the container's encryption
 * pair, a 16-byte key, no confirmation. */
#ifndef HUFU_SKF_AGREEMENT_H
#define HUFU_SKF_AGREEMENT_H

#include "applet/applet.h"
#include "key/context.h"

#define AGREEMENT_ID_MAX 32u /* GM/T 0016-2012 7.6.14 */

/* bits 4 . X . Y. NULL: marks the reader bad, or other bits. */
const uint8_t *agreement_point(struct reader *r);
/* length 4 . ID -> Z with pub. ERR_OK; ERR_LENGTH; ERR_DATA: no ID, or too long a one. */
int agreement_id(struct reader *r, const uint8_t **id, size_t *len);
/* Our own half. [in] id. [out] own, r_pub. ERR_OK; WIRE_NO_KEY_PAIR; ERR_DENIED; ... */
int agreement_begin(const struct call *call, const uint8_t *id, size_t len, struct agreement *half,
                    uint8_t r_pub[SM2_POINT]);
/* The key with what the other side sent; a session key of the container is answered.
 * ERR_OK; WIRE_AGREEMENT_KEY; ERR_NO_SPACE; ... */
int agreement_finish(struct call *call, const struct agreement *half, bool initiator,
                     const uint8_t pub[SM2_POINT], const uint8_t r_pub[SM2_POINT],
                     const uint8_t *id, size_t len);

#endif
