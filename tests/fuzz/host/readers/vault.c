/* SPDX-License-Identifier: Apache-2.0 */
/* The vault's readers; apart from the host's, since OpenSSL has an ERR_STATE, too. */
#include "apdu/command.h"
#include "apdu/reader.h"
#include "err.h"
#include "key/certificate.h"
#include "key/envelope.h"
#include "key/private_key.h"
#include "key/rsa_envelope.h"
#include "key/rsa_private_key.h"
#include "readers.h"
#include "support/check.h"
#include <string.h>

static bool within(const void *at, size_t len, const uint8_t *data, size_t size)
{
    const uint8_t *p = at;
    return p >= data && p <= data + size && len <= (size_t)(data + size - p);
}

void readers_certificate(const uint8_t *data, size_t size)
{
    uint8_t pub[64];
    struct rsa_public rsa;
    (void)certificate_public_key(data, size, pub);
    (void)certificate_p256_key(data, size, pub);
    if (certificate_rsa_key(data, size, &rsa) == ERR_OK) {
        check(within(rsa.n, rsa.bits / 8u, data, size));
    }
}

void readers_private_key(const uint8_t *data, size_t size)
{
    static const uint32_t bits[] = {1024, 2048, 3072, 4096};
    static const uint8_t zero[32];
    uint8_t d[32];
    if (private_key_scalar(data, size, d) != ERR_OK) {
        check(memcmp(d, zero, sizeof d) == 0);
    }
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        struct rsa_private_key key;
        if (rsa_private_key_read(data, size, bits[i], &key) == ERR_OK) {
            check(within(key.n, bits[i] / 8u, data, size));
            check(within(key.p, bits[i] / 16u, data, size));
            check(within(key.q, bits[i] / 16u, data, size));
            check(within(key.d, key.d_len, data, size) && key.d_len <= bits[i] / 8u);
        }
    }
}

void readers_envelope(const uint8_t *data, size_t size)
{
    struct reader r;
    struct envelope envelope;
    struct rsa_envelope rsa;
    reader_init(&r, data, size);
    if (envelope_parse(&r, &envelope) == ERR_OK) {
        check(within(envelope.pub, 64, data, size));
        check(envelope.cipher_len == 0 || within(envelope.cipher, envelope.cipher_len, data, size));
        check(envelope.iv == NULL || within(envelope.iv, 16, data, size));
    }
    reader_init(&r, data, size);
    if (rsa_envelope_parse(&r, &rsa) == ERR_OK) {
        check(within(rsa.wrapped, rsa.wrapped_len, data, size));
        check(within(rsa.cipher, rsa.cipher_len, data, size));
        check(rsa.iv == NULL || within(rsa.iv, 16, data, size));
    }
}

void readers_command(const uint8_t *data, size_t size)
{
    struct command c;
    if (command_parse(data, size, &c) == ERR_OK) {
        check(size >= 4 && c.ne >= 1 && c.ne <= 0x10000u);
        check(c.lc == 0 ? c.data == NULL : within(c.data, c.lc, data, size));
    }
}
