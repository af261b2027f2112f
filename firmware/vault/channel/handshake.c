/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E0 OPEN. Step 1 (P1 = 1): version 1 . host's ephemeral point 64 -> id 4 . token's ephemeral point
 * 64 . channel key 64 . serial 24 . identity key 64 . certificate 64 . tag 32. Step 2 (P1 = 2): id
 * 4 . tag 32. One handshake waits at a time: its two steps follow one another within one PC/SC
 * transaction, and a new first step takes the place of an unfinished one.
 *
 * Both secrets enter the keys: the ephemeral one makes past records unreadable to whoever learns
 * the channel key later, the static one can be computed by its owner alone.
 */
#include "channel/channel.h"
#include "channel/channel_key.h"
#include "crypto/bytes.h"
#include "device.h"
#include "identity.h"
#include "key/key.h"
#include "random/random.h"
#include <string.h>

static const char transcript_label[] = "hufu channel 1";
static const char token_label[] = "hufu channel 1 token";
static const char host_label[] = "hufu channel 1 host";

static struct {
    uint32_t id; /* 0: none */
    struct channel_keys keys;
    uint8_t confirm[SM3_DIGEST]; /* the tag that the host owes */
} opening;

struct derived {
    struct channel_keys keys;
    uint8_t confirm[SM3_DIGEST]; /* key of both confirmations */
};
_Static_assert(sizeof(struct derived) == SM4_KEY + 2 * SM3_DIGEST, "bytes alone: filled by a KDF");

void channel_forget_opening(void)
{
    secret_wipe(&opening, sizeof opening);
}

static int fresh_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return random_key_bytes(out, len);
}

static const struct sm2_rng fresh = {fresh_bytes, NULL};

/* ee . es . transcript -> the keys. */
static int agree(const uint8_t ephemeral[SM2_SCALAR], const uint8_t fixed[SM2_SCALAR],
                 const uint8_t peer[SM2_POINT], const uint8_t transcript[SM3_DIGEST],
                 struct derived *out)
{
    uint8_t z[2 * SM2_POINT + SM3_DIGEST];
    int err = sm2_ecdh(ephemeral, peer, &key_rng, z);
    if (err == ERR_OK) {
        err = sm2_ecdh(fixed, peer, &key_rng, z + SM2_POINT);
    }
    if (err == ERR_OK) {
        memcpy(z + 2 * SM2_POINT, transcript, SM3_DIGEST);
        sm3_kdf(z, sizeof z, (uint8_t *)out, sizeof *out);
    }
    secret_wipe(z, sizeof z);
    return err;
}

static void confirmation(const struct derived *d, const char *label, size_t label_len,
                         const uint8_t transcript[SM3_DIGEST], uint8_t tag[SM3_DIGEST])
{
    struct hmac_sm3 mac;
    hmac_sm3_init(&mac, d->confirm, sizeof d->confirm);
    hmac_sm3_update(&mac, label, label_len);
    hmac_sm3_update(&mac, transcript, SM3_DIGEST);
    hmac_sm3_final(&mac, tag);
    secret_wipe(&mac, sizeof mac);
}

/* All that the token says before its tag. */
static void write_hello(struct writer *w, uint32_t id, const uint8_t ephemeral[SM2_POINT],
                        const struct channel_key *key)
{
    writer_u32(w, id);
    writer_bytes(w, ephemeral, SM2_POINT);
    writer_bytes(w, key->pub, SM2_POINT);
    writer_bytes(w, device_serial(), IDENTITY_SERIAL);
    writer_bytes(w, key->identity, SM2_POINT);
    writer_bytes(w, key->certificate, SM2_SIGNATURE);
}

static void transcript_of(const uint8_t *first, size_t first_len, const uint8_t *second,
                          size_t second_len, uint8_t transcript[SM3_DIGEST])
{
    struct sm3 hash;
    sm3_init(&hash);
    sm3_update(&hash, transcript_label, sizeof transcript_label - 1);
    sm3_update(&hash, first, first_len);
    sm3_update(&hash, second, second_len);
    sm3_final(&hash, transcript);
}

static int first_step(struct call *call)
{
    const struct command *c = call->command;
    struct channel_key key;
    struct derived derived;
    uint8_t d[SM2_SCALAR], pub[SM2_POINT], transcript[SM3_DIGEST], tag[SM3_DIGEST];
    channel_forget_opening();
    if (c->lc != HUFU_CHANNEL_HELLO) {
        return ERR_LENGTH;
    }
    uint8_t version = reader_u8(&call->in);
    const uint8_t *peer = reader_take(&call->in, SM2_POINT);
    if (version != HUFU_CHANNEL_VERSION) {
        return ERR_UNSUPPORTED;
    }
    int err = sm2_check_point(peer);
    if (err == ERR_OK) {
        err = channel_key_load(&key);
    }
    if (err == ERR_OK) {
        err = sm2_generate(&fresh, d, pub);
    }
    if (err == ERR_OK) {
        opening.id = channel_fresh_id();
        const uint8_t *hello = call->out.start;
        write_hello(&call->out, opening.id, pub, &key);
        transcript_of(c->data, c->lc, hello, call->out.len, transcript);
        err = agree(d, key.d, peer, transcript, &derived);
    }
    if (err == ERR_OK) {
        confirmation(&derived, token_label, sizeof token_label - 1, transcript, tag);
        writer_bytes(&call->out, tag, sizeof tag);
        confirmation(&derived, host_label, sizeof host_label - 1, transcript, opening.confirm);
        opening.keys = derived.keys;
    } else {
        channel_forget_opening();
    }
    secret_wipe(&key, sizeof key);
    secret_wipe(d, sizeof d);
    secret_wipe(&derived, sizeof derived);
    return err;
}

/* A handshake has one second step, right or wrong. */
static int second_step(struct call *call)
{
    if (call->command->lc != 4u + SM3_DIGEST) {
        return ERR_LENGTH;
    }
    const uint32_t id = reader_u32(&call->in);
    const uint8_t *tag = reader_take(&call->in, SM3_DIGEST);
    int err = WIRE_CHANNEL;
    if (opening.id != 0 && opening.id == id &&
        secret_equal(tag, opening.confirm, SM3_DIGEST) == SECURE_TRUE) {
        channel_add(opening.id, &opening.keys);
        err = ERR_OK;
    }
    channel_forget_opening();
    return err;
}

int channel_command_open(struct call *call)
{
    switch (call->command->p1) {
    case 1:
        return first_step(call);
    case 2:
        return second_step(call);
    default:
        return WIRE_P1P2;
    }
}
