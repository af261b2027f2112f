/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include <string.h>

static struct choices *dice;

static unsigned roll(unsigned n)
{
    return choose(dice, n);
}

static const uint8_t known[] = {0x02, 0x04, 0x14, 0x1C, 0x22, 0x26, 0x28, 0x40, 0x42, 0x44,
                                0x46, 0x4A, 0x4C, 0x4E, 0x50, 0x70, 0x72, 0x74, 0x88, 0xA0,
                                0xAC, 0xAE, 0xB0, 0xB2, 0xC4, 0xD0, 0xA4, 0xC0};

static size_t random_command(const struct ready *r, const struct commands_host *host, uint8_t *c)
{
    static const uint8_t classes[] = {0x80, 0x80, 0x80, 0x80, 0x84, 0x90, 0x00, 0x94, 0xFF};
    static const unsigned lengths[] = {0, 4, 8, 16, 40, 400};
    size_t len = lengths[roll(6)], n = 0;
    len = len < 40 ? len : roll((unsigned)len);
    c[n++] = classes[roll(sizeof classes)];
    c[n++] = roll(6) == 0 ? (uint8_t)roll(256) : known[roll(sizeof known)];
    c[n++] = (uint8_t)roll(3);
    c[n++] = (uint8_t)roll(2);
    c[n++] = 0;
    if (len > 0) {
        c[n++] = (uint8_t)(len >> 8);
        c[n++] = (uint8_t)len;
    }
    for (size_t i = 0; i < len; i++) {
        c[n++] = (uint8_t)(choices_left(dice) > 0 && roll(3) == 0 ? roll(256) : 0);
    }
    if (len >= 4 && roll(4) != 0) { /* ids that exist */
        const uint16_t container = roll(8) == 0 ? host->neighbour : r->container;
        memcpy(c + 7,
               (const uint8_t[]){(uint8_t)(r->app >> 8), (uint8_t)r->app, (uint8_t)(container >> 8),
                                 (uint8_t)container},
               4);
    }
    if (roll(2) != 0) {
        c[n++] = 0;
        c[n++] = (uint8_t)(roll(2) != 0 ? roll(8) : roll(256));
    }
    return n;
}

/* A good InstallDual, to be spoilt. */
static size_t good_install(const struct ready *r, const struct commands_host *host, uint8_t *c)
{
    uint8_t env[1024], sc[1024], ec[1024];
    size_t n = object_envelope(r->pub, host->pub, host->d, 32, roll(2), env);
    size_t sl = object_certificate(r->pub, 1, sc), el = object_certificate(host->pub, 2, ec);
    size_t len = 4 + 2 + n + 2 + sl + 2 + el, at = 7;
    const uint8_t head[] = {0x80, 0xD0, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len};
    memcpy(c, head, sizeof head);
    memcpy(c + at, (const uint8_t[]){0, (uint8_t)r->app, 0, (uint8_t)r->container}, 4);
    at += 4;
    const uint8_t *parts[3] = {env, sc, ec};
    const size_t lens[3] = {n, sl, el};
    for (unsigned i = 0; i < 3; i++) {
        c[at++] = (uint8_t)(lens[i] >> 8);
        c[at++] = (uint8_t)lens[i];
        memcpy(c + at, parts[i], lens[i]);
        at += lens[i];
    }
    return at;
}

static size_t spoil(uint8_t *c, size_t n)
{
    for (unsigned i = roll(4); i > 0; i--) {
        c[roll((unsigned)n)] ^= (uint8_t)(1u << roll(8));
    }
    if (roll(4) == 0) {
        n = roll((unsigned)n) + 1;
    }
    return n;
}

size_t commands_next(struct choices *choices, const struct ready *r,
                     const struct commands_host *host, uint8_t *c)
{
    dice = choices;
    size_t n = roll(8) == 0 ? good_install(r, host, c) : random_command(r, host, c);
    return roll(3) == 0 ? spoil(c, n) : n;
}
