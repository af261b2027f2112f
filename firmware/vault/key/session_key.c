/* SPDX-License-Identifier: Apache-2.0 */
#include "key/session_key.h"
#include "err.h"
#include "hufu/apdu.h"
#include "wipe.h"
#include <stdbool.h>
#include <string.h>

struct session_key {
    uint16_t id; /* 0: free */
    uint16_t container;
    uint8_t session;
    uint8_t active; /* enum session_key_work */
    uint8_t padding;
    uint8_t held; /* bytes in block; of a stream, bytes of it used */
    uint32_t alg;
    uint8_t key[SM4_KEY];
    uint8_t iv[SM4_BLOCK];
    uint8_t block[SM4_BLOCK];
};

static struct session_key keys[SESSION_KEYS];
static uint16_t last_id;

void session_keys_start(void)
{
    secret_wipe(keys, sizeof keys);
    last_id = 0;
}

static struct session_key *by_id(uint16_t id)
{
    for (unsigned i = 0; i < SESSION_KEYS; i++) {
        if (keys[i].id == id) {
            return &keys[i];
        }
    }
    return NULL;
}

/* Ids go round, so that a host's stale id does not soon name another key. */
static uint16_t fresh_id(void)
{
    do {
        last_id++;
    } while (last_id == 0 || by_id(last_id) != NULL);
    return last_id;
}

int session_key_new(unsigned session, uint16_t container, const uint8_t key[SM4_KEY], uint16_t *id)
{
    struct session_key *k = by_id(0);
    unsigned own = 0;
    for (unsigned i = 0; i < SESSION_KEYS; i++) {
        own += keys[i].id != 0 && keys[i].session == session ? 1u : 0u;
    }
    if (k == NULL || own >= SESSION_KEYS_EACH) {
        return ERR_NO_SPACE;
    }
    uint16_t fresh = fresh_id();
    memset(k, 0, sizeof *k);
    k->container = container;
    k->session = (uint8_t)session;
    memcpy(k->key, key, SM4_KEY);
    k->id = fresh;
    *id = fresh;
    return ERR_OK;
}

uint16_t session_key_id(const struct session_key *key)
{
    return key->id;
}

struct session_key *session_key_find(unsigned session, uint16_t container, uint16_t id)
{
    struct session_key *k = id != 0 ? by_id(id) : NULL;
    return k != NULL && k->session == session && k->container == container ? k : NULL;
}

void session_key_destroy(struct session_key *key)
{
    struct context *mac = context_find(CONTEXT_MAC, key->session, key->container, key->id);
    if (mac != NULL) {
        context_wipe(mac);
    }
    secret_wipe(key, sizeof *key);
}

void session_key_wipe_session(unsigned session)
{
    for (unsigned i = 0; i < SESSION_KEYS; i++) {
        if (keys[i].session == session) {
            session_key_destroy(&keys[i]);
        }
    }
}

void session_key_wipe_container(uint16_t container)
{
    for (unsigned i = 0; i < SESSION_KEYS; i++) {
        if (keys[i].container == container) {
            session_key_destroy(&keys[i]);
        }
    }
}

void session_key_wipe_owned(unsigned session, uint16_t container)
{
    for (unsigned i = 0; i < SESSION_KEYS; i++) {
        if (keys[i].session == session && keys[i].container == container) {
            session_key_destroy(&keys[i]);
        }
    }
}

static bool is_stream(const struct session_key *key)
{
    return key->alg == SGD_SM4_CFB_ID || key->alg == SGD_SM4_OFB_ID || key->alg == SGD_SM4_CTR_ID;
}

/* What gives out as much as it takes in. A stream that ends in padding is decrypted by blocks, as
 * ECB and CBC are: its last block must stay back. */
static bool flows(const struct session_key *key)
{
    return is_stream(key) && (key->padding == PADDING_NONE || key->active == KEY_ENCRYPTS);
}

void session_key_start(struct session_key *key, enum session_key_work work, uint32_t alg,
                       const uint8_t *iv, enum session_key_padding padding)
{
    key->alg = alg;
    key->padding = (uint8_t)padding;
    key->held = 0;
    memset(key->iv, 0, SM4_BLOCK);
    if (iv != NULL) {
        memcpy(key->iv, iv, SM4_BLOCK);
    }
    key->active = (uint8_t)work;
}

/* The counter of CTR: 128 bits, big-endian. */
static void count(uint8_t counter[SM4_BLOCK])
{
    unsigned i = SM4_BLOCK;
    do {
        i--;
    } while (++counter[i] == 0 && i > 0);
}

/* CFB and OFB over 128 bits, and CTR: iv is the register, mask its encryption, *used how far that
 * is used. */
static void stream(struct session_key *key, const struct sm4 *sm4, uint8_t mask[SM4_BLOCK],
                   uint8_t *used, const uint8_t *in, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (*used == 0) {
            sm4_encrypt_block(sm4, key->iv, mask);
            if (key->alg == SGD_SM4_CTR_ID) {
                count(key->iv);
            }
        }
        uint8_t from = in[i], to = from ^ mask[*used];
        if (key->alg == SGD_SM4_OFB_ID) {
            key->iv[*used] = mask[*used];
        } else if (key->alg == SGD_SM4_CFB_ID) {
            key->iv[*used] = key->active == KEY_ENCRYPTS ? to : from;
        }
        out[i] = to;
        *used = (uint8_t)((*used + 1) % SM4_BLOCK);
    }
}

static void whole_blocks(struct session_key *key, const struct sm4 *sm4, const uint8_t *in,
                         uint8_t *out, size_t len)
{
    const bool cbc = key->alg == SGD_SM4_CBC_ID;
    if (is_stream(key)) {
        uint8_t mask[SM4_BLOCK], used = 0;
        stream(key, sm4, mask, &used, in, out, len);
        secret_wipe(mask, sizeof mask);
    } else if (key->active == KEY_ENCRYPTS) {
        (void)(cbc ? sm4_cbc_encrypt(sm4, key->iv, in, out, len)
                   : sm4_ecb_encrypt(sm4, in, out, len));
    } else {
        (void)(cbc ? sm4_cbc_decrypt(sm4, key->iv, in, out, len)
                   : sm4_ecb_decrypt(sm4, in, out, len));
    }
}

static void blocks(struct session_key *key, const struct sm4 *sm4, const uint8_t *in, size_t len,
                   struct writer *out)
{
    /* To take padding off, the last whole block stays back: it may be the one that is cut. */
    size_t keep = key->padding == PADDING_PKCS5 && key->active == KEY_DECRYPTS ? 1 : 0;
    if (key->held != 0) {
        size_t n = SM4_BLOCK - key->held;
        n = n < len ? n : len;
        memcpy(key->block + key->held, in, n);
        key->held = (uint8_t)(key->held + n);
        in += n;
        len -= n;
        if (key->held == SM4_BLOCK && (len != 0 || keep == 0)) {
            uint8_t *p = writer_reserve(out, SM4_BLOCK);
            whole_blocks(key, sm4, key->block, p, SM4_BLOCK);
            key->held = 0;
        }
    }
    if (key->held == 0 && len != 0) {
        size_t whole = (len - keep) / SM4_BLOCK * SM4_BLOCK;
        if (whole != 0) {
            uint8_t *p = writer_reserve(out, whole);
            whole_blocks(key, sm4, in, p, whole);
        }
        key->held = (uint8_t)(len - whole);
        memcpy(key->block, in + whole, key->held);
    }
}

int session_key_update(struct session_key *key, enum session_key_work work, const uint8_t *in,
                       size_t len, struct writer *out)
{
    if (key->active != work) {
        return ERR_STATE;
    }
    size_t most = flows(key) ? len : (key->held + len) / SM4_BLOCK * SM4_BLOCK;
    if (writer_room(out) < most) {
        return ERR_LENGTH;
    }
    struct sm4 sm4;
    sm4_set_key(&sm4, key->key);
    if (!flows(key)) {
        blocks(key, &sm4, in, len, out);
    } else if (len != 0) {
        stream(key, &sm4, key->block, &key->held, in, writer_reserve(out, len), len);
    }
    sm4_wipe(&sm4);
    return ERR_OK;
}

static int unpad_last(struct session_key *key, struct writer *out)
{
    uint8_t plain[SM4_BLOCK];
    struct sm4 sm4;
    sm4_set_key(&sm4, key->key);
    whole_blocks(key, &sm4, key->block, plain, SM4_BLOCK);
    sm4_wipe(&sm4);
    uint8_t pad = plain[SM4_BLOCK - 1], diff = 0;
    if (pad >= 1 && pad <= SM4_BLOCK) {
        for (unsigned i = SM4_BLOCK - pad; i < SM4_BLOCK; i++) {
            diff |= (uint8_t)(plain[i] ^ pad);
        }
    } else {
        diff = 1;
    }
    if (diff == 0) {
        writer_bytes(out, plain, (size_t)SM4_BLOCK - pad);
    }
    secret_wipe(plain, sizeof plain);
    return diff == 0 ? ERR_OK : ERR_CRYPTO;
}

/* held counts the bytes of the last block in every mode: those that wait for the rest of it, or
 * those of the mask that are used. */
static int pad_last(struct session_key *key, struct writer *out)
{
    const size_t pad = SM4_BLOCK - key->held;
    uint8_t *p = writer_reserve(out, flows(key) ? pad : SM4_BLOCK);
    if (p == NULL) {
        return ERR_LENGTH;
    }
    struct sm4 sm4;
    sm4_set_key(&sm4, key->key);
    if (flows(key)) {
        uint8_t fill[SM4_BLOCK];
        memset(fill, (int)pad, pad);
        stream(key, &sm4, key->block, &key->held, fill, p, pad);
    } else {
        memset(key->block + key->held, (int)pad, pad);
        whole_blocks(key, &sm4, key->block, p, SM4_BLOCK);
    }
    sm4_wipe(&sm4);
    return ERR_OK;
}

int session_key_final(struct session_key *key, enum session_key_work work, struct writer *out)
{
    int err = ERR_OK;
    if (key->active != work) {
        return ERR_STATE;
    }
    if (key->padding == PADDING_PKCS5 && work == KEY_ENCRYPTS) {
        err = pad_last(key, out);
    } else if (key->padding == PADDING_PKCS5) {
        err = key->held == SM4_BLOCK ? unpad_last(key, out) : ERR_CRYPTO;
    } else if (key->held != 0 && !flows(key)) {
        err = ERR_CRYPTO;
    }
    key->active = KEY_IDLE;
    key->held = 0;
    secret_wipe(key->block, sizeof key->block);
    secret_wipe(key->iv, sizeof key->iv);
    return err;
}

void session_key_mac_update(const struct session_key *key, struct mac *mac, const uint8_t *in,
                            size_t len)
{
    struct sm4 sm4;
    sm4_set_key(&sm4, key->key);
    for (size_t i = 0; i < len; i++) {
        mac->chain[mac->held++] ^= in[i];
        if (mac->held == SM4_BLOCK) {
            sm4_encrypt_block(&sm4, mac->chain, mac->chain);
            mac->held = 0;
            mac->begun = 1;
        }
    }
    sm4_wipe(&sm4);
}
