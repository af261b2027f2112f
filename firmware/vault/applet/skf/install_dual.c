/* SPDX-License-Identifier: Apache-2.0 */
/*
 * D0 InstallDual (Hufu's own): App . Cont . envelope length 2 . envelope . signing certificate
 * length 2 . DER . encryption certificate length 2 . DER. Pair and both certificates become visible
 * in one transaction, or nothing does.
 */
#include "applet/skf/skf.h"
#include "key/certificate.h"
#include "key/envelope.h"
#include "store/store.h"
#include <string.h>

struct part {
    const uint8_t *der;
    size_t len;
};

static void read_part(struct reader *r, struct part *p)
{
    p->len = reader_u16(r);
    p->der = reader_take(r, p->len);
}

/* Public data first: nothing is opened for certificates that do not fit. */
static int check(const struct call *call, const struct envelope *envelope, const struct part *sign,
                 const struct part *enc)
{
    uint8_t certified[SM2_POINT];
    int err = skf_check_certificate(call->container, true, sign->der, sign->len);
    if (err == ERR_OK) {
        err = certificate_public_key(enc->der, enc->len, certified);
    }
    if (err == ERR_OK && memcmp(certified, envelope->pub, SM2_POINT) != 0) {
        err = WIRE_MISMATCH;
    }
    return err;
}

static int keep(const struct call *call, const uint8_t d[SM2_SCALAR],
                const struct envelope *envelope, const struct part *sign, const struct part *enc)
{
    const uint16_t id = call->container;
    int err = store_begin();
    if (err == ERR_OK) {
        err = key_put_encryption(id, PIN_USER(call->app), d, envelope->pub);
    }
    if (err == ERR_OK) {
        err = store_put(OBJECT_SIGN_CERT, id, sign->der, sign->len);
    }
    if (err == ERR_OK) {
        err = store_put(OBJECT_ENC_CERT, id, enc->der, enc->len);
    }
    return envelope_keep(id, err);
}

int skf_install_dual(struct call *call)
{
    struct reader *r = &call->in;
    struct reader framed = reader_sub(r, reader_u16(r));
    struct part sign, enc;
    struct envelope envelope;
    uint8_t d[SM2_SCALAR];
    read_part(r, &sign);
    read_part(r, &enc);
    int err = reader_end(r);
    if (err == ERR_OK &&
        (sign.len < 1 || sign.len > CERTIFICATE_MAX || enc.len < 1 || enc.len > CERTIFICATE_MAX)) {
        err = ERR_DATA;
    }
    if (err == ERR_OK) {
        err = envelope_parse(&framed, &envelope);
    }
    if (err == ERR_OK) {
        err = check(call, &envelope, &sign, &enc);
    }
    if (err != ERR_OK) {
        return err;
    }
    struct key_use use = skf_key_use(call, OBJECT_SIGN_KEY, KEY_TO_OPEN_PAIR, NULL);
    err = envelope_open(&use, &envelope, d);
    if (err == ERR_OK) {
        err = keep(call, d, &envelope, &sign, &enc);
    }
    secret_wipe(d, sizeof d);
    return err;
}
