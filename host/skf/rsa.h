/* SPDX-License-Identifier: Apache-2.0 */
/* RSA public keys between the interface's structure and libhufu's. */
#ifndef HUFU_SKF_RSA_H
#define HUFU_SKF_RSA_H

#include "hufu/hufu.h"
#include "skf.h"
#include <stdbool.h>

/* SAR_OK; SAR_RSAMODULUSLENERR: the structure has no room for it. */
ULONG rsa_put_public(RSAPUBLICKEYBLOB *blob, const struct hufu_rsa_public *pub);
/* A number shorter than its field may stand on either side. SAR_OK; SAR_RSAMODULUSLENERR: not a
 * length that the token takes; SAR_INDATAERR: no key. */
ULONG rsa_take_public(const RSAPUBLICKEYBLOB *blob, struct hufu_rsa_public *pub);
/* Is that as long as an RSA block? Then it may not be an ECCCIPHERBLOB. */
bool rsa_may_be_wrapped(ULONG len);

#endif
