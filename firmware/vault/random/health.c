/* SPDX-License-Identifier: Apache-2.0 */
#include "random/health.h"

#include "err.h"
#include "wipe.h"

void health_init(struct health *h)
{
    *h = (struct health){0};
}

static bool repeated(struct health *h, uint8_t byte)
{
    if (h->run != 0 && byte == h->last) {
        h->run++;
    } else {
        h->run = 1;
        h->last = byte;
    }
    return h->run >= HEALTH_RCT_CUTOFF;
}

static bool disproportionate(struct health *h, uint8_t byte)
{
    if (h->window == 0) {
        h->first = byte;
        h->matches = 0;
    }
    h->matches = (uint16_t)(h->matches + (byte == h->first));
    bool bad = h->matches >= HEALTH_APT_CUTOFF;
    h->window = (uint16_t)((h->window + 1u) % HEALTH_APT_WINDOW);
    return bad;
}

int health_feed(struct health *h, const uint8_t *raw, size_t len)
{
    for (size_t i = 0; i < len && !h->failed; i++) {
        bool bad = repeated(h, raw[i]);
        bad = disproportionate(h, raw[i]) || bad;
        h->failed = bad;
    }
    return h->failed ? ERR_ENTROPY : ERR_OK;
}

uint32_t health_poker(const uint8_t sample[HEALTH_SAMPLE])
{
    uint32_t n[4] = {0};
    for (unsigned i = 0; i < HEALTH_SAMPLE; i++) {
        for (unsigned shift = 0; shift < 8; shift += 2) {
            /* Compared, not indexed: the sample is about to become a secret. */
            uint32_t pair = (uint32_t)sample[i] >> shift & 3u;
            n[0] += ((pair ^ 0u) - 1u) >> 31;
            n[1] += ((pair ^ 1u) - 1u) >> 31;
            n[2] += ((pair ^ 2u) - 1u) >> 31;
            n[3] += ((pair ^ 3u) - 1u) >> 31;
        }
    }
    uint32_t sum = n[0] * n[0] + n[1] * n[1] + n[2] * n[2] + n[3] * n[3];
    secret_wipe(n, sizeof n);
    return sum;
}
