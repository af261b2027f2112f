/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include "err.h"
#include "wipe.h"

#include <string.h>

static int result(int rc)
{
    return rc == 0 ? ERR_OK : ERR_INTERNAL;
}

int digest_init(struct digest *d, unsigned kind)
{
    memset(d, 0, sizeof *d);
    d->kind = (uint8_t)kind;
    switch (kind) {
    case DIGEST_SM3:
        sm3_init(&d->of.sm3);
        return ERR_OK;
    case DIGEST_SHA1:
        mbedtls_sha1_init(&d->of.sha1);
        return result(mbedtls_sha1_starts(&d->of.sha1));
    case DIGEST_SHA256:
        mbedtls_sha256_init(&d->of.sha256);
        return result(mbedtls_sha256_starts(&d->of.sha256, 0));
    default:
        return ERR_UNSUPPORTED;
    }
}

int digest_update(struct digest *d, const void *data, size_t len)
{
    if (len == 0) {
        return ERR_OK;
    }
    switch (d->kind) {
    case DIGEST_SM3:
        sm3_update(&d->of.sm3, data, len);
        return ERR_OK;
    case DIGEST_SHA1:
        return result(mbedtls_sha1_update(&d->of.sha1, data, len));
    default:
        return result(mbedtls_sha256_update(&d->of.sha256, data, len));
    }
}

int digest_final(struct digest *d, uint8_t out[DIGEST_MAX], size_t *len)
{
    int rc = ERR_OK;
    *len = d->kind == DIGEST_SHA1 ? 20 : DIGEST_MAX;
    switch (d->kind) {
    case DIGEST_SM3:
        sm3_final(&d->of.sm3, out);
        break;
    case DIGEST_SHA1:
        rc = result(mbedtls_sha1_finish(&d->of.sha1, out));
        break;
    default:
        rc = result(mbedtls_sha256_finish(&d->of.sha256, out));
        break;
    }
    secret_wipe(d, sizeof *d);
    return rc;
}
