/* SPDX-License-Identifier: Apache-2.0 */
#include "attest/statement.h"
#include "apdu/status.h"
#include "device.h"
#include "err.h"
#include "hufu/image.h"
#include "hufu/oid.h"
#include "key/der.h"
#include "key/der_write.h"
#include "key/key.h"
#include "key/mode.h"
#include "key/rsa_key.h"
#include "update/update.h"
#include <string.h>

_Static_assert(KEY_MAY_SIGN == HUFU_ATTEST_MAY_SIGN &&
                   KEY_MAY_OPEN_PAIR == HUFU_ATTEST_MAY_OPEN_PAIR &&
                   KEY_MAY_DECRYPT == HUFU_ATTEST_MAY_DECRYPT,
               "the policy is told as it is");

enum { DER_BOOLEAN = 0x01, DER_PRINTABLE = 0x13 };

/* AlgorithmIdentifiers whole: id-ecPublicKey with each curve, rsaEncryption, and what the identity
 * keys sign with. */
static const uint8_t key_sm2[] = {0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
                                  0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D};
static const uint8_t key_p256[] = {0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
                                   0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
static const uint8_t key_rsa[] = {0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
                                  0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00};
static const uint8_t sign_sm2[] = {0x30, 0x0A, 0x06, 0x08, 0x2A, 0x81,
                                   0x1C, 0xCF, 0x55, 0x01, 0x83, 0x75};
static const uint8_t sign_p256[] = {0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86,
                                    0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};

static void put_ec_key(struct writer *w, const uint8_t algorithm[sizeof key_sm2],
                       const uint8_t pub[SM2_POINT])
{
    static const uint8_t uncompressed[] = {0x00, 0x04}; /* no unused bits; the point's form */
    const size_t at = w->len;
    writer_bytes(w, algorithm, sizeof key_sm2);
    const size_t bits = w->len;
    writer_bytes(w, uncompressed, sizeof uncompressed);
    writer_bytes(w, pub, SM2_POINT);
    der_write_end(w, bits, DER_BIT_STRING);
    der_write_end(w, at, DER_SEQUENCE);
}

static void put_rsa_key(struct writer *w, const struct rsa_key_public *pub)
{
    const size_t at = w->len;
    writer_bytes(w, key_rsa, sizeof key_rsa);
    const size_t bits = w->len;
    writer_u8(w, 0);
    const size_t key = w->len;
    der_write_integer(w, pub->n, pub->bits / 8u);
    der_write_u32(w, pub->e);
    der_write_end(w, key, DER_SEQUENCE);
    der_write_end(w, bits, DER_BIT_STRING);
    der_write_end(w, at, DER_SEQUENCE);
}

static void put_about(struct writer *w, const struct attestation *a, uint32_t uses, uint32_t pin,
                      uint32_t mode)
{
    der_write_u32(w, a->kind);
    der_write_u32(w, a->kind == HUFU_ATTEST_ENCRYPTION ? HUFU_ATTEST_ENVELOPED
                                                       : HUFU_ATTEST_GENERATED);
    der_write_u32(w, uses);
    der_write_u32(w, pin);
    der_write_u32(w, mode);
}

static int put_identity(struct writer *w, const struct attestation *a)
{
    uint8_t pub[SM2_POINT];
    int err = identity_key_public(a->algorithm, pub);
    if (err == ERR_OK) {
        put_about(w, a, HUFU_ATTEST_MAY_ATTEST, 0, 0);
        put_ec_key(w, a->algorithm == IDENTITY_SM2 ? key_sm2 : key_p256, pub);
    }
    return err;
}

/* A key's policy says once more of which kind it is: one that a fault passed off for the other
 * kind is not told of. */
static int check_policy(const struct attestation *a, uint8_t policy)
{
    const uint8_t want =
        a->kind == HUFU_ATTEST_SIGNING ? KEY_MAY_SIGN | KEY_MAY_OPEN_PAIR : KEY_MAY_DECRYPT;
    return policy == want ? ERR_OK : ERR_INTEGRITY;
}

static int put_rsa_pair(struct writer *w, const struct attestation *a, uint8_t mode)
{
    struct rsa_key_public pub;
    int err = rsa_key_public(
        a->container, a->kind == HUFU_ATTEST_SIGNING ? OBJECT_RSA_SIGN_KEY : OBJECT_RSA_ENC_KEY,
        &pub);
    if (err == ERR_OK) {
        err = check_policy(a, pub.policy);
    }
    if (err == ERR_OK) {
        put_about(w, a, pub.policy, pub.pin, mode);
        put_rsa_key(w, &pub);
    }
    return err == ERR_NOT_FOUND ? WIRE_NO_KEY_PAIR : err;
}

static int put_pair(struct writer *w, const struct attestation *a)
{
    struct key_about about;
    uint8_t mode = 0;
    int err = key_mode_get(a->container, &mode);
    if (err == ERR_OK) {
        err =
            key_describe(a->container,
                         a->kind == HUFU_ATTEST_SIGNING ? OBJECT_SIGN_KEY : OBJECT_ENC_KEY, &about);
        if (err == ERR_NOT_FOUND) {
            return put_rsa_pair(w, a, mode);
        }
    }
    if (err == ERR_OK) {
        err = check_policy(a, about.policy);
    }
    if (err == ERR_OK) {
        put_about(w, a, about.policy, about.pin, mode);
        put_ec_key(w, key_sm2, about.pub);
    }
    return err;
}

static int put_statement(struct writer *w, const struct attestation *a)
{
    struct update_info firmware;
    const uint8_t development = device_is_development() ? 0xFF : 0x00;
    const size_t at = w->len;
    int err = update_info(&firmware);
    if (err != ERR_OK) {
        return err;
    }
    der_write(w, DER_OID, HUFU_OID_ATTESTATION_STATEMENT_DER, HUFU_OID_LEAF_LEN);
    der_write_u32(w, HUFU_ATTEST_VERSION);
    der_write(w, DER_PRINTABLE, device_serial(), IDENTITY_SERIAL);
    der_write_u32(w, (uint32_t)device_lifecycle());
    der_write(w, DER_BOOLEAN, &development, 1);
    const size_t image = w->len;
    der_write_u32(w, firmware.version);
    der_write(w, DER_OCTET_STRING, firmware.digest, sizeof firmware.digest);
    der_write_end(w, image, DER_SEQUENCE);
    err = a->kind == HUFU_ATTEST_IDENTITY ? put_identity(w, a) : put_pair(w, a);
    der_write(w, DER_OCTET_STRING, a->challenge, HUFU_ATTEST_CHALLENGE);
    der_write_end(w, at, DER_SEQUENCE);
    return err;
}

int attestation_make(const struct attestation *a, struct writer *out)
{
    uint8_t sig[SM2_SIGNATURE];
    const size_t at = out->len;
    int err = put_statement(out, a);
    if (err == ERR_OK && out->full) {
        err = ERR_INTERNAL;
    }
    if (err == ERR_OK) {
        err = identity_key_sign(a->algorithm, STATEMENT_ATTESTATION, out->start + at, out->len - at,
                                sig);
    }
    if (err == ERR_OK) {
        writer_bytes(out, a->algorithm == IDENTITY_SM2 ? sign_sm2 : sign_p256, sizeof sign_sm2);
        const size_t bits = out->len;
        writer_u8(out, 0);
        const size_t pair = out->len;
        der_write_integer(out, sig, SM2_SCALAR);
        der_write_integer(out, sig + SM2_SCALAR, SM2_SCALAR);
        der_write_end(out, pair, DER_SEQUENCE);
        der_write_end(out, bits, DER_BIT_STRING);
        der_write_end(out, at, DER_SEQUENCE);
    }
    return err;
}
