/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4 on the host, for keys that came in clear: ECB, CBC, CFB-128, OFB and CTR in parts of any
 * length, with PKCS#5 padding or none in every mode, and CBC-MAC.
 */
#ifndef HUFU_SKF_HOST_CIPHER_H
#define HUFU_SKF_HOST_CIPHER_H

#include "skf.h"
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

#define CIPHER_BLOCK 16u

struct host_cipher {
    EVP_CIPHER_CTX *ctx; /* NULL: not started */
    bool encrypt, padding;
    uint64_t taken, given;
    /* Decryption with padding: what may yet turn out to be padding. CBC-MAC: the last block. */
    BYTE held[CIPHER_BLOCK];
    size_t held_len;
};

/* Whether the algorithm is one of those above; SGD_SM4_MAC is, but has a MAC only. */
bool host_cipher_knows(ULONG alg);
/* Modes that take any length without padding. */
bool host_cipher_is_stream(ULONG alg);

/* Whether an operation can begin so, on the host or in the token. SAR_OK; SAR_INVALIDPARAMERR:
 * neither padding nor none, or an IV too long for its field; SAR_INDATALENERR: IV of another length
 * than the mode's; SAR_KEYUSAGEERR: a key for MACs alone; SAR_NOTSUPPORTYETERR: other feedback than
 * 128 bits (0 counts as 128). */
ULONG host_cipher_check(ULONG alg, const BLOCKCIPHERPARAM *param);
/* Starts anew what was checked. SAR_OK or SAR_FAIL. */
ULONG host_cipher_start(struct host_cipher *c, ULONG alg, const BYTE key[CIPHER_BLOCK],
                        const BLOCKCIPHERPARAM *param, bool encrypt);
/* out has room for len + 2 blocks. SAR_OK or SAR_FAIL. */
ULONG host_cipher_update(struct host_cipher *c, const BYTE *in, size_t len, BYTE *out, size_t *got);
/* out has room for 2 blocks; what was taken in is whole blocks where the mode asks for it. SAR_OK,
 * SAR_DECRYPTPADERR or SAR_FAIL. */
ULONG host_cipher_finish(struct host_cipher *c, BYTE *out, size_t *got);
void host_cipher_wipe(struct host_cipher *c);

/* CBC-MAC. The IV is 16 bytes, or none: zeros. SAR_OK; SAR_INVALIDPARAMERR: padding;
 * SAR_INDATALENERR: another IV. */
ULONG host_mac_check(const BLOCKCIPHERPARAM *param);
/* After the check. */
ULONG host_mac_start(struct host_cipher *c, const BYTE key[CIPHER_BLOCK],
                     const BLOCKCIPHERPARAM *param);
ULONG host_mac_update(struct host_cipher *c, const BYTE *in, size_t len);

#endif
