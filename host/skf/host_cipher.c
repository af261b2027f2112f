/* SPDX-License-Identifier: Apache-2.0 */
#include "skf/host_cipher.h"

#include "util/wipe.h"
#include <limits.h>
#include <string.h>

#define MAC_PART 4096u

static const EVP_CIPHER *cipher_of(ULONG alg)
{
    switch (alg) {
    case SGD_SM4_ECB:
        return EVP_sm4_ecb();
    case SGD_SM4_CBC:
    case SGD_SM4_MAC:
        return EVP_sm4_cbc();
    case SGD_SM4_CFB:
        return EVP_sm4_cfb128();
    case SGD_SM4_OFB:
        return EVP_sm4_ofb();
    case SGD_SM4_CTR:
        return EVP_sm4_ctr();
    default:
        return NULL;
    }
}

bool host_cipher_knows(ULONG alg)
{
    return cipher_of(alg) != NULL;
}

bool host_cipher_is_stream(ULONG alg)
{
    return alg == SGD_SM4_CFB || alg == SGD_SM4_OFB || alg == SGD_SM4_CTR;
}

void host_cipher_wipe(struct host_cipher *c)
{
    EVP_CIPHER_CTX_free(c->ctx);
    util_wipe(c, sizeof *c);
}

/* libcrypto's padding stays off: it has none for CFB and OFB. */
static ULONG begin(struct host_cipher *c, const EVP_CIPHER *cipher, const BYTE *key, const BYTE *iv,
                   bool encrypt)
{
    host_cipher_wipe(c);
    c->ctx = EVP_CIPHER_CTX_new();
    c->encrypt = encrypt;
    return c->ctx != NULL && EVP_CipherInit_ex(c->ctx, cipher, NULL, key, iv, encrypt) == 1 &&
                   EVP_CIPHER_CTX_set_padding(c->ctx, 0) == 1
               ? SAR_OK
               : SAR_FAIL;
}

ULONG host_cipher_check(ULONG alg, const BLOCKCIPHERPARAM *param)
{
    if (param->IVLen > MAX_IV_LEN || param->PaddingType > PADDING_PKCS5) {
        return SAR_INVALIDPARAMERR;
    }
    if (alg == SGD_SM4_MAC) {
        return SAR_KEYUSAGEERR;
    }
    if (alg != SGD_SM4_ECB && param->IVLen != CIPHER_BLOCK) {
        return SAR_INDATALENERR;
    }
    if (host_cipher_is_stream(alg) && param->FeedBitLen != 0 &&
        param->FeedBitLen != CIPHER_BLOCK * 8) {
        return SAR_NOTSUPPORTYETERR;
    }
    return SAR_OK;
}

ULONG host_cipher_start(struct host_cipher *c, ULONG alg, const BYTE key[CIPHER_BLOCK],
                        const BLOCKCIPHERPARAM *param, bool encrypt)
{
    ULONG result = begin(c, cipher_of(alg), key, param->IV, encrypt);
    c->padding = param->PaddingType == PADDING_PKCS5;
    return result;
}

static bool step(struct host_cipher *c, const BYTE *in, size_t len, BYTE *out, size_t *got)
{
    int n = 0;
    if (len > INT_MAX - CIPHER_BLOCK || EVP_CipherUpdate(c->ctx, out, &n, in, (int)len) != 1) {
        return false;
    }
    *got = (size_t)n;
    return true;
}

ULONG host_cipher_update(struct host_cipher *c, const BYTE *in, size_t len, BYTE *out, size_t *got)
{
    *got = 0;
    if (len == 0) {
        return SAR_OK;
    }
    size_t before = c->encrypt || !c->padding ? 0 : c->held_len, n;
    memcpy(out, c->held, before);
    if (!step(c, in, len, out + before, &n)) {
        return SAR_FAIL;
    }
    c->taken += len;
    size_t all = before + n;
    if (!c->encrypt && c->padding) {
        /* Whole blocks that are not the last: another byte was taken in behind them. */
        size_t now = (size_t)((c->taken - 1) / CIPHER_BLOCK * CIPHER_BLOCK - c->given);
        c->held_len = all - now;
        memcpy(c->held, out + now, c->held_len);
        all = now;
    }
    c->given += all;
    *got = all;
    return SAR_OK;
}

/* The length of the text in the last block, or CIPHER_BLOCK: it has no right padding. */
static size_t unpadded(const BYTE block[CIPHER_BLOCK])
{
    BYTE pad = block[CIPHER_BLOCK - 1], wrong = 0;
    for (size_t i = 0; i < CIPHER_BLOCK; i++) {
        BYTE inside = (BYTE)(i + pad >= CIPHER_BLOCK);
        wrong |= (BYTE)(inside * (block[i] ^ pad));
    }
    return wrong != 0 || pad == 0 || pad > CIPHER_BLOCK ? CIPHER_BLOCK : CIPHER_BLOCK - pad;
}

ULONG host_cipher_finish(struct host_cipher *c, BYTE *out, size_t *got)
{
    ULONG result = SAR_OK;
    *got = 0;
    if (c->encrypt && c->padding) {
        BYTE fill[CIPHER_BLOCK];
        size_t pad = CIPHER_BLOCK - (size_t)(c->taken % CIPHER_BLOCK);
        memset(fill, (int)pad, pad);
        result = step(c, fill, pad, out, got) ? SAR_OK : SAR_FAIL;
    } else if (c->padding) {
        size_t len = c->held_len == CIPHER_BLOCK ? unpadded(c->held) : CIPHER_BLOCK;
        if (len == CIPHER_BLOCK) {
            result = SAR_DECRYPTPADERR;
        } else {
            memcpy(out, c->held, len);
            *got = len;
        }
    }
    host_cipher_wipe(c);
    return result;
}

ULONG host_mac_check(const BLOCKCIPHERPARAM *param)
{
    if (param->PaddingType != PADDING_NONE) {
        return SAR_INVALIDPARAMERR;
    }
    return param->IVLen == 0 || param->IVLen == CIPHER_BLOCK ? SAR_OK : SAR_INDATALENERR;
}

ULONG host_mac_start(struct host_cipher *c, const BYTE key[CIPHER_BLOCK],
                     const BLOCKCIPHERPARAM *param)
{
    static const BYTE zeros[CIPHER_BLOCK];
    return begin(c, EVP_sm4_cbc(), key, param->IVLen == 0 ? zeros : param->IV, true);
}

ULONG host_mac_update(struct host_cipher *c, const BYTE *in, size_t len)
{
    BYTE work[MAC_PART + CIPHER_BLOCK];
    bool good = true;
    for (size_t done = 0; good && done < len;) {
        size_t part = len - done < MAC_PART ? len - done : MAC_PART, n = 0;
        good = step(c, in + done, part, work, &n);
        if (good && n != 0) {
            memcpy(c->held, work + n - CIPHER_BLOCK, CIPHER_BLOCK);
        }
        done += part;
        c->taken += part;
    }
    util_wipe(work, sizeof work);
    return good ? SAR_OK : SAR_FAIL;
}
