/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mbed TLS's LMS takes its hash from PSA Crypto. These are the four functions of that interface it
 * calls, straight over its own SHA-256: the rest of PSA (key store, drivers, start-up state) is of
 * no use to a verifier and would be most of the boot stage.
 */
#include <mbedtls/sha256.h>
#include <psa/crypto.h>

static mbedtls_sha256_context *context(psa_hash_operation_t *operation)
{
    return &operation->MBEDTLS_PRIVATE(ctx).mbedtls_ctx.MBEDTLS_PRIVATE(ctx).sha256;
}

psa_status_t psa_hash_setup(psa_hash_operation_t *operation, psa_algorithm_t alg)
{
    if (alg != PSA_ALG_SHA_256) {
        return PSA_ERROR_NOT_SUPPORTED;
    }
    mbedtls_sha256_init(context(operation));
    return mbedtls_sha256_starts(context(operation), 0) == 0 ? PSA_SUCCESS
                                                             : PSA_ERROR_CORRUPTION_DETECTED;
}

psa_status_t psa_hash_update(psa_hash_operation_t *operation, const uint8_t *input, size_t len)
{
    return mbedtls_sha256_update(context(operation), input, len) == 0
               ? PSA_SUCCESS
               : PSA_ERROR_CORRUPTION_DETECTED;
}

psa_status_t psa_hash_finish(psa_hash_operation_t *operation, uint8_t *hash, size_t hash_size,
                             size_t *hash_length)
{
    if (hash_size < PSA_HASH_LENGTH(PSA_ALG_SHA_256)) {
        return PSA_ERROR_BUFFER_TOO_SMALL;
    }
    if (mbedtls_sha256_finish(context(operation), hash) != 0) {
        return PSA_ERROR_CORRUPTION_DETECTED;
    }
    *hash_length = PSA_HASH_LENGTH(PSA_ALG_SHA_256);
    return PSA_SUCCESS;
}

psa_status_t psa_hash_abort(psa_hash_operation_t *operation)
{
    mbedtls_sha256_free(context(operation));
    return PSA_SUCCESS;
}

/* Named by an adapter that shares a source file with what LMS needs; a verifier draws nothing. */
psa_status_t psa_generate_random(uint8_t *output, size_t output_size)
{
    (void)output;
    (void)output_size;
    return PSA_ERROR_NOT_SUPPORTED;
}
