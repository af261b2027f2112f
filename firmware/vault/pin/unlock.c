/* SPDX-License-Identifier: Apache-2.0 */
#include "pin/unlock.h"
#include "apdu/reader.h"
#include "apdu/writer.h"
#include "crypto/sm3.h"
#include "err.h"
#include "pin/tries.h"
#include "random/random.h"
#include "store/store.h"
#include "wipe.h"
#include <string.h>

enum { VERSION = 1, RECORD = 1 + 4 + 4 + 4 + 1 + UNLOCK_NONCE };
/* Two values of pending that no few bits turn into one another. */
enum { PENDING = 0x3A, NOTHING = 0xC5 };

static const char label[] = HUFU_UNBLOCK_LABEL; /* its closing zero belongs to it */

#define TRIES(pin) ((uint16_t)(TRIES_UNLOCK | (pin)))

/* --- the authority -------------------------------------------------------------------------- */

int unlock_authority_put(const uint8_t pub[SM2_POINT])
{
    int err = sm2_check_point(pub);
    return err == ERR_OK ? store_put_one(OBJECT_UNLOCK_KEY, OBJECT_SINGLE, pub, SM2_POINT) : err;
}

int unlock_authority(uint8_t pub[SM2_POINT])
{
    size_t len = 0;
    int err = store_get(OBJECT_UNLOCK_KEY, OBJECT_SINGLE, pub, SM2_POINT, &len);
    return err == ERR_NO_SPACE || (err == ERR_OK && len != SM2_POINT) ? ERR_INTEGRITY : err;
}

int unlock_authority_remove(void)
{
    int err = store_begin();
    if (err == ERR_OK) {
        err = store_delete(OBJECT_UNLOCK_KEY, OBJECT_SINGLE);
    }
    return err == ERR_OK ? store_commit() : err;
}

/* --- the record ----------------------------------------------------------------------------- */

static void encode(const struct unlock_log *log, uint8_t record[RECORD])
{
    struct writer w;
    writer_init(&w, record, RECORD);
    writer_u8(&w, VERSION);
    writer_u32(&w, log->requests);
    writer_u32(&w, log->attempts);
    writer_u32(&w, log->unlocks);
    writer_u8(&w, log->pending ? PENDING : NOTHING);
    writer_bytes(&w, log->nonce, UNLOCK_NONCE);
}

int unlock_log_get(uint16_t pin, struct unlock_log *log)
{
    uint8_t record[RECORD] = {0};
    struct reader r;
    size_t len = 0;
    memset(log, 0, sizeof *log);
    int err = store_get(OBJECT_UNLOCK, pin, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    if (err != ERR_OK) {
        return err == ERR_NO_SPACE ? ERR_INTEGRITY : err;
    }
    reader_init(&r, record, len);
    const uint8_t version = reader_u8(&r);
    log->requests = reader_u32(&r);
    log->attempts = reader_u32(&r);
    log->unlocks = reader_u32(&r);
    const uint8_t pending = reader_u8(&r);
    reader_copy(&r, log->nonce, UNLOCK_NONCE);
    log->pending = pending == PENDING;
    if (reader_end(&r) != ERR_OK || version != VERSION ||
        (pending != PENDING && pending != NOTHING)) {
        memset(log, 0, sizeof *log);
        return ERR_INTEGRITY;
    }
    return ERR_OK;
}

int unlock_tries(uint16_t pin, uint8_t *left)
{
    struct tries t;
    int err = tries_get(TRIES(pin), &t);
    *left = err == ERR_OK ? t.left : err == ERR_NOT_FOUND ? UNLOCK_TRIES : 0;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int unlock_enable(uint16_t pin)
{
    int err = store_begin();
    if (err == ERR_OK) {
        err = tries_put(TRIES(pin), UNLOCK_TRIES);
    }
    return err == ERR_OK ? store_commit() : err;
}

int unlock_delete(uint16_t pin)
{
    int err = store_delete(OBJECT_UNLOCK, pin);
    return err == ERR_OK ? store_delete(OBJECT_TRIES, TRIES(pin)) : err;
}

/* --- the challenge -------------------------------------------------------------------------- */

static void build(const struct unlock_subject *s, const struct unlock_log *log,
                  uint8_t request[UNLOCK_REQUEST])
{
    struct writer w;
    writer_init(&w, request, UNLOCK_REQUEST);
    writer_u8(&w, HUFU_UNBLOCK_VERSION);
    writer_text(&w, s->serial, HUFU_UNBLOCK_SERIAL);
    writer_u16(&w, s->app);
    writer_bytes(&w, s->name, s->name_len);
    writer_zero(&w, APP_NAME_MAX - s->name_len);
    writer_u8(&w, s->type);
    writer_u32(&w, log->requests);
    writer_bytes(&w, log->nonce, UNLOCK_NONCE);
}

/* A counter of failures is there from the first challenge on. */
static int put_challenge(uint16_t pin, const struct unlock_log *log)
{
    uint8_t record[RECORD];
    struct tries t;
    int known = tries_get(TRIES(pin), &t);
    int err = known == ERR_OK || known == ERR_NOT_FOUND ? store_begin() : known;
    if (err == ERR_OK && known == ERR_NOT_FOUND) {
        err = tries_put(TRIES(pin), UNLOCK_TRIES);
    }
    if (err == ERR_OK) {
        encode(log, record);
        err = store_put(OBJECT_UNLOCK, pin, record, sizeof record);
    }
    return err == ERR_OK ? store_commit() : err;
}

int unlock_request(const struct unlock_subject *subject, uint8_t request[UNLOCK_REQUEST])
{
    struct unlock_log log;
    uint8_t pub[SM2_POINT], left = 0;
    int err = unlock_authority(pub);
    if (err == ERR_OK) {
        err = unlock_tries(subject->pin, &left);
    }
    if (err == ERR_OK && left == 0) {
        err = ERR_LOCKED;
    }
    if (err == ERR_OK) {
        err = unlock_log_get(subject->pin, &log);
    }
    if (err == ERR_OK && log.requests == UINT32_MAX) {
        err = ERR_STATE;
    }
    if (err == ERR_OK) {
        err = random_key_bytes(log.nonce, sizeof log.nonce);
    }
    if (err == ERR_OK) {
        log.requests++;
        log.pending = true;
        err = put_challenge(subject->pin, &log);
    }
    if (err == ERR_OK) {
        build(subject, &log, request);
    }
    return err;
}

/* --- the answer ----------------------------------------------------------------------------- */

/* One pass of the decision on what the store says now. */
static int decide(const struct unlock_subject *subject, const uint8_t sig[SM2_SIGNATURE],
                  volatile secure_bool *verdict)
{
    uint8_t pub[SM2_POINT], request[UNLOCK_REQUEST], e[SM3_DIGEST], z[SM3_DIGEST];
    struct unlock_log log;
    struct sm3 sm3;
    int err = unlock_authority(pub);
    if (err == ERR_OK) {
        err = unlock_log_get(subject->pin, &log);
    }
    if (err == ERR_OK && !log.pending) {
        err = ERR_STATE;
    }
    if (err == ERR_OK) {
        err = sm2_z(pub, SM2_DEFAULT_ID, SM2_DEFAULT_ID_LEN, z);
    }
    if (err != ERR_OK) {
        return err;
    }
    build(subject, &log, request);
    sm3_init(&sm3);
    sm3_update(&sm3, z, sizeof z);
    sm3_update(&sm3, label, sizeof label);
    sm3_update(&sm3, request, sizeof request);
    sm3_final(&sm3, e);
    if (sm2_verify(pub, e, sig) == ERR_OK) {
        *verdict = SECURE_TRUE;
    }
    return ERR_OK;
}

/* The attempt is written down, then the failure is spent: a cut in between counts one attempt too
 * many, and gives nothing away. */
static int spend(uint16_t pin, uint8_t *left)
{
    struct unlock_log log;
    uint8_t record[RECORD];
    struct tries t;
    int err = unlock_log_get(pin, &log);
    if (err == ERR_OK && !log.pending) {
        return ERR_STATE;
    }
    if (err == ERR_OK) {
        err = unlock_tries(pin, left);
    }
    if (err == ERR_OK && *left == 0) {
        err = ERR_LOCKED;
    }
    if (err == ERR_OK) {
        log.attempts += log.attempts < UINT32_MAX ? 1u : 0u;
        encode(&log, record);
        err = store_put_one(OBJECT_UNLOCK, pin, record, sizeof record);
    }
    if (err == ERR_OK) {
        err = tries_spend(TRIES(pin), &t);
        *left = err == ERR_OK ? t.left : 0;
    }
    return err == ERR_NOT_FOUND ? ERR_INTEGRITY : err;
}

int unlock_prove(const struct unlock_subject *subject, const uint8_t sig[SM2_SIGNATURE],
                 uint8_t *left, struct pin_proof *proof)
{
    struct tries before, after;
    uint8_t pub[SM2_POINT];
    proof->first = SECURE_FALSE;
    proof->second = SECURE_FALSE;
    proof->pin = subject->pin;
    int err = unlock_authority(pub);
    if (err == ERR_OK) {
        err = tries_get(TRIES(subject->pin), &before);
        err = err == ERR_NOT_FOUND ? ERR_STATE : err; /* it comes with the first challenge */
    }
    if (err == ERR_OK) {
        err = spend(subject->pin, left);
    }
    /* As in pin_prove: it is gone by what the store says, and each step needs those before it. */
    if (err == ERR_OK) {
        err = tries_get(TRIES(subject->pin), &after);
    }
    if (err == ERR_OK) {
        err = ERR_FLASH;
        if (before.left != 0 && after.left == before.left - 1) {
            err = decide(subject, sig, &proof->first);
        }
    }
    if (err == ERR_OK) {
        err = ERR_PIN;
        if (proof->first == SECURE_TRUE) {
            err = decide(subject, sig, &proof->second);
        }
    }
    if (err == ERR_OK) {
        err = ERR_PIN;
        if (proof->first == SECURE_TRUE && pin_proven(proof, subject->pin) == SECURE_TRUE) {
            err = ERR_OK;
        }
    }
    return err;
}

int unlock_done(uint16_t pin)
{
    struct unlock_log log;
    uint8_t record[RECORD];
    int err = unlock_log_get(pin, &log);
    if (err == ERR_OK) {
        log.pending = false;
        log.unlocks += log.unlocks < UINT32_MAX ? 1u : 0u;
        memset(log.nonce, 0, sizeof log.nonce);
        encode(&log, record);
        err = store_put(OBJECT_UNLOCK, pin, record, sizeof record);
    }
    return err == ERR_OK ? tries_put(TRIES(pin), UNLOCK_TRIES) : err;
}
