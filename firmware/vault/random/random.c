/* SPDX-License-Identifier: Apache-2.0 */
#include "random/random.h"

#include "crypto/bytes.h"
#include "err.h"
#include "random/drbg.h"
#include "random/health.h"
#include "wipe.h"

#include <string.h>

/* A seed takes 256 bits of min-entropy: one sample of 64 bytes at the H of health.h. */
_Static_assert(HEALTH_SAMPLE % HAL_ENTROPY_BLOCK == 0, "a sample is whole blocks");

static struct {
    const struct hal_entropy *source; /* NULL: stopped */
    struct health health;
    struct drbg drbg;
    uint8_t last[HAL_ENTROPY_BLOCK]; /* the block before, to refuse its twin */
    secure_bool good;                /* anything else is the error state */
} g;

/* The error latch: what was made so far is forgotten, and nothing more is given out. */
static int fail(void)
{
    secret_wipe(&g, sizeof g);
    g.good = SECURE_FALSE;
    return ERR_ENTROPY;
}

/* One sample through the continuous tests. ERR_OK; ERR_ENTROPY: the source or a test failed. */
static int read_sample(uint8_t sample[HEALTH_SAMPLE])
{
    for (size_t at = 0; at < HEALTH_SAMPLE; at += HAL_ENTROPY_BLOCK) {
        uint8_t *block = sample + at;
        if (g.source->read(g.source->ctx, block) != HAL_OK) {
            return ERR_ENTROPY;
        }
        /* A source that repeats a block is broken, not unlucky: 2^-128 even at H. */
        if (secret_equal(block, g.last, HAL_ENTROPY_BLOCK) != SECURE_FALSE) {
            return ERR_ENTROPY;
        }
        memcpy(g.last, block, HAL_ENTROPY_BLOCK);
    }
    return health_feed(&g.health, sample, HEALTH_SAMPLE);
}

/* A sample that may be used: single-use test, drawn again at most HEALTH_REPEATS times. */
static int seed_sample(uint8_t sample[HEALTH_SAMPLE])
{
    for (unsigned i = 0; i <= HEALTH_REPEATS; i++) {
        if (read_sample(sample) != ERR_OK) {
            break;
        }
        if (health_poker(sample) <= HEALTH_POKER_USE) {
            return ERR_OK;
        }
    }
    secret_wipe(sample, HEALTH_SAMPLE);
    return ERR_ENTROPY;
}

static int startup_tests(void)
{
    uint8_t sample[HEALTH_SAMPLE];
    int rc = ERR_ENTROPY;
    for (unsigned set = 0; set <= HEALTH_REPEATS && rc != ERR_OK; set++) {
        unsigned passes = 0;
        for (unsigned i = 0; i < HEALTH_STARTUP_SET; i++) {
            if (read_sample(sample) != ERR_OK) {
                secret_wipe(sample, sizeof sample);
                return ERR_ENTROPY;
            }
            passes += health_poker(sample) <= HEALTH_POKER_STARTUP;
        }
        rc = passes >= HEALTH_STARTUP_PASSES ? ERR_OK : ERR_ENTROPY;
    }
    secret_wipe(sample, sizeof sample);
    return rc;
}

int random_start(const struct hal_entropy *source, const uint8_t *serial, size_t serial_len)
{
    uint8_t entropy[HEALTH_SAMPLE], nonce[HEALTH_SAMPLE];
    secret_wipe(&g, sizeof g);
    g.good = SECURE_FALSE;
    if (source == NULL || source->read == NULL) {
        return ERR_ENTROPY;
    }
    g.source = source;
    health_init(&g.health);
    int rc = startup_tests();
    if (rc == ERR_OK) {
        rc = seed_sample(entropy);
    }
    if (rc == ERR_OK) {
        rc = seed_sample(nonce);
    }
    if (rc != ERR_OK) {
        secret_wipe(entropy, sizeof entropy);
        return fail();
    }
    drbg_instantiate(&g.drbg, entropy, sizeof entropy, nonce, sizeof nonce, serial, serial_len);
    g.good = SECURE_TRUE;
    secret_wipe(entropy, sizeof entropy);
    secret_wipe(nonce, sizeof nonce);
    return ERR_OK;
}

static int reseed(const void *additional, size_t len)
{
    uint8_t entropy[HEALTH_SAMPLE];
    if (g.good != SECURE_TRUE || g.source == NULL || seed_sample(entropy) != ERR_OK) {
        return fail();
    }
    drbg_reseed(&g.drbg, entropy, sizeof entropy, additional, len);
    secret_wipe(entropy, sizeof entropy);
    return ERR_OK;
}

int random_set_boot_counter(uint32_t boot_counter)
{
    static const char label[] = "hufu boot counter";
    uint8_t additional[sizeof label + 4];
    memcpy(additional, label, sizeof label);
    store_be32(additional + sizeof label, boot_counter);
    return reseed(additional, sizeof additional);
}

int random_bytes(uint8_t *out, size_t len)
{
    size_t done = 0;
    int rc = g.good == SECURE_TRUE ? ERR_OK : fail();
    while (rc == ERR_OK && done < len) {
        size_t n = len - done < DRBG_MAX_REQUEST ? len - done : DRBG_MAX_REQUEST;
        rc = drbg_generate(&g.drbg, NULL, 0, out + done, n);
        if (rc == ERR_STATE) {
            rc = reseed(NULL, 0);
            continue;
        }
        done += n;
    }
    if (rc != ERR_OK) {
        secret_wipe(out, len);
        return fail();
    }
    return ERR_OK;
}

int random_key_bytes(uint8_t *out, size_t len)
{
    int rc = reseed(NULL, 0);
    if (rc != ERR_OK) {
        secret_wipe(out, len);
        return rc;
    }
    return random_bytes(out, len);
}

int random_raw(uint8_t *out, size_t len)
{
    if (len % HAL_ENTROPY_BLOCK != 0) {
        return ERR_PARAM;
    }
    int rc = g.good == SECURE_TRUE && g.source != NULL ? ERR_OK : fail();
    for (size_t at = 0; rc == ERR_OK && at < len; at += HAL_ENTROPY_BLOCK) {
        if (g.source->read(g.source->ctx, out + at) != HAL_OK) {
            rc = fail();
        }
    }
    if (rc != ERR_OK) {
        secret_wipe(out, len);
    } else if (len != 0) {
        /* A source that gives the laboratory's last block once more as seed is refused. */
        memcpy(g.last, out + len - HAL_ENTROPY_BLOCK, HAL_ENTROPY_BLOCK);
    }
    return rc;
}

void random_stop(void)
{
    (void)fail();
}
