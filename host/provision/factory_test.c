/* SPDX-License-Identifier: Apache-2.0 */
#include "provision/station.h"

#include "hufu/attest.h"
#include "hufu/usb_id.h"
#include "util/i18n.h"
#include <dirent.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRANSPORT_KEY ((const uint8_t *)"1234567812345678")

static void said(const struct station *s, hufu_token *token, const char *serial, const char *test,
                 const char *text)
{
    s->step(s->ctx, hufu_reader(token), serial, test, text);
}

/*
 * 65,536 bits as the noise source gives them: 44 to 56 of a hundred set, as many changes from bit
 * to bit, no block twice. An even source passes but for a chance far below 10^-9; a source that is
 * stuck, dead or far from even does not. Finer tests are the vault's, all along, and a
 * laboratory's (hufu random --raw).
 */
static int noise(const struct station *s, hufu_token *token, const char *serial,
                 struct provision_failure *f)
{
    enum { BYTES = 8192, BLOCK = 32 };
    uint8_t sample[BYTES];
    unsigned ones = 0, changes = 0, repeated = 0;
    char text[96];
    int error = hufu_device_auth(token, TRANSPORT_KEY);
    if (error == HUFU_OK) {
        error = hufu_raw_noise(token, sample, sizeof sample);
    }
    if (error != HUFU_OK) {
        return provision_fail_token(f, error, _("noise source"));
    }
    for (size_t i = 0, last = 0; i < 8u * BYTES; i++) {
        const size_t bit = sample[i / 8] >> (7 - i % 8) & 1u;
        ones += (unsigned)bit;
        changes += i > 0 && bit != last;
        last = bit;
    }
    for (size_t i = BLOCK; i < BYTES; i += BLOCK) {
        repeated += memcmp(sample + i, sample + i - BLOCK, BLOCK) == 0;
    }
    (void)snprintf(text, sizeof text, _("%u of 65536 bits set, %u changes"), ones, changes);
    said(s, token, serial, "noise", text);
    const bool good =
        ones > 29000 && ones < 36500 && changes > 29000 && changes < 36500 && repeated == 0;
    return good ? PROVISION_OK
                : provision_fail(f, PROVISION_ERR_TOKEN, _("the noise source is not even: %s"),
                                 text);
}

static bool read_word(const char *device, const char *name, char *out, size_t room)
{
    char path[512];
    (void)snprintf(path, sizeof path, "/sys/bus/usb/devices/%s/%s", device, name);
    FILE *f = fopen(path, "re");
    const bool good = f != NULL && fgets(out, (int)room, f) != NULL;
    if (f != NULL) {
        fclose(f);
    }
    if (good) {
        out[strcspn(out, "\n")] = '\0';
    }
    return good;
}

/* Devices that call themselves Hufu must have the ids of this build; a reader that is not on this
 * machine's USB (a virtual one) shows none. */
static int usb_ids(const struct station *s, hufu_token *token, const char *serial,
                   struct provision_failure *f)
{
    char vendor[16], product[16], name[128], want[16], text[64];
    unsigned seen = 0, other = 0;
    DIR *dir = opendir("/sys/bus/usb/devices");
    (void)snprintf(want, sizeof want, "%04x:%04x", HUFU_USB_VID, HUFU_USB_PID);
    for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
        char have[40];
        if (!read_word(e->d_name, "product", name, sizeof name) || strstr(name, "Hufu") == NULL ||
            !read_word(e->d_name, "idVendor", vendor, sizeof vendor) ||
            !read_word(e->d_name, "idProduct", product, sizeof product)) {
            continue;
        }
        (void)snprintf(have, sizeof have, "%s:%s", vendor, product);
        seen++;
        other += strcmp(have, want) != 0;
    }
    if (dir != NULL) {
        closedir(dir);
    }
    (void)snprintf(text, sizeof text, "%s", seen == 0 ? _("none on this machine's USB") : want);
    said(s, token, serial, "usb", text);
    return other == 0 ? PROVISION_OK
                      : provision_fail(f, PROVISION_ERR_TOKEN,
                                       _("a token shows other USB ids than %s"), want);
}

/* What is in the token now, by a challenge that nobody could foresee. */
static int identity(const struct station *s, hufu_token *token, struct provision_failure *f)
{
    int error = PROVISION_OK;
    for (unsigned i = 0; error == PROVISION_OK && i < 2; i++) {
        uint8_t challenge[HUFU_ATTEST_CHALLENGE], chain[HUFU_IDENTITY_CHAIN_MAX];
        struct identity_proof proof;
        size_t len = sizeof chain;
        if (RAND_bytes(challenge, sizeof challenge) != 1) {
            return provision_fail_token(f, HUFU_ERR_INTERNAL, NULL);
        }
        error = identity_prove(token, i, challenge, &proof, f);
        if (error == PROVISION_OK) {
            const int e = hufu_identity_certificate_read(token, i, chain, &len);
            error = e == HUFU_OK ? identity_judge(s, &proof, chain, len, f)
                                 : provision_fail_token(f, e, _("identity certificate"));
        }
    }
    return error;
}

int factory_test(const struct station *s, hufu_token *token, const char *serial,
                 struct provision_failure *f)
{
    int error = hufu_selftest(token);
    if (error != HUFU_OK) {
        return provision_fail_token(f, error, _("self test"));
    }
    said(s, token, serial, "selftest", NULL);
    error = noise(s, token, serial, f);
    if (error == PROVISION_OK) {
        error = usb_ids(s, token, serial, f);
    }
    if (error == PROVISION_OK && s->panel) {
        said(s, token, serial, "panel", _("press OK on the token"));
        const int e = hufu_factory_panel(token);
        error = e == HUFU_OK ? PROVISION_OK : provision_fail_token(f, e, _("panel"));
    }
    if (error == PROVISION_OK) {
        error = identity(s, token, f);
    }
    if (error == PROVISION_OK) {
        said(s, token, serial, "attestation", NULL);
    }
    return error;
}
