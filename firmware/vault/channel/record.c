/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of channels, and records: SM4-CTR, then HMAC-SM3 over direction, id, counter and
 * ciphertext. The counter block is direction 1 . 0 x 7 . counter 4 . block 4, so that no block
 * repeats under one key: a counter is used once in each direction, and a record is far shorter than
 * 2^32 blocks.
 */
#include "apdu/reader.h"
#include "channel/table.h"
#include "crypto/bytes.h"
#include <string.h>

enum direction { TO_TOKEN = 1, TO_HOST = 2 };

struct channel channel_table[SESSION_CHANNELS];

static uint32_t now; /* records taken: what "least recently used" goes by */
static uint32_t last_id;

void channel_start(void)
{
    secret_wipe(channel_table, sizeof channel_table);
    now = 0;
    last_id = 0;
}

static struct session *session_of(const struct channel *c)
{
    return session_at(1u + (unsigned)(c - channel_table));
}

static struct channel *find(uint32_t id)
{
    for (unsigned i = 0; id != 0 && i < SESSION_CHANNELS; i++) {
        if (channel_table[i].id == id) {
            return &channel_table[i];
        }
    }
    return NULL;
}

uint32_t channel_fresh_id(void)
{
    do {
        last_id++;
    } while (last_id == 0 || find(last_id) != NULL);
    return last_id;
}

static bool older(const struct channel *a, const struct channel *b)
{
    return now - a->used > now - b->used;
}

/*
 * Whoever only opens sessions cannot end those that somebody logged in to. But the token never
 * hears of a process that died logged in: were such sessions safe for good, all newcomers would end
 * each other in the few places left before they can log in. So the newcomers' places are at least
 * IDLE_KEPT; below that the least recently used makes room, whatever it holds.
 */
#define IDLE_KEPT 4u

static struct channel *make_room(void)
{
    struct channel *oldest = NULL, *idle = NULL;
    unsigned idles = 0;
    for (unsigned i = 0; i < SESSION_CHANNELS; i++) {
        struct channel *c = &channel_table[i];
        if (c->id == 0) {
            return c;
        }
        if (oldest == NULL || older(c, oldest)) {
            oldest = c;
        }
        if (session_has_any(session_of(c)) != SECURE_TRUE) {
            idles++;
            idle = idle == NULL || older(c, idle) ? c : idle;
        }
    }
    return idles >= IDLE_KEPT ? idle : oldest;
}

void channel_add(uint32_t id, const struct channel_keys *keys)
{
    struct channel *c = make_room();
    session_end(session_of(c));
    c->id = id;
    c->next = 0;
    c->used = ++now;
    c->keys = *keys;
}

void channel_forget(unsigned session)
{
    if (session >= 1u && session <= SESSION_CHANNELS) {
        secret_wipe(&channel_table[session - 1u], sizeof channel_table[0]);
    }
}

/* --- records -------------------------------------------------------------------------------- */

static void crypt(const struct channel_record *r, enum direction direction, uint8_t *data,
                  size_t len)
{
    uint8_t counter[SM4_BLOCK] = {(uint8_t)direction};
    struct sm4 sm4;
    store_be32(counter + 8, r->counter);
    sm4_set_key(&sm4, r->keys.cipher);
    sm4_ctr(&sm4, counter, data, data, len);
    sm4_wipe(&sm4);
}

static void tag_of(const struct channel_record *r, enum direction direction, const uint8_t *data,
                   size_t len, uint8_t tag[SM3_DIGEST])
{
    struct hmac_sm3 mac;
    uint8_t head[1 + HUFU_CHANNEL_HEAD] = {(uint8_t)direction};
    store_be32(head + 1, r->id);
    store_be32(head + 5, r->counter);
    hmac_sm3_init(&mac, r->keys.mac, sizeof r->keys.mac);
    hmac_sm3_update(&mac, head, sizeof head);
    hmac_sm3_update(&mac, data, len);
    hmac_sm3_final(&mac, tag);
    secret_wipe(&mac, sizeof mac);
}

static int authenticate(const struct channel_record *r, const uint8_t *data)
{
    uint8_t tag[SM3_DIGEST];
    tag_of(r, TO_TOKEN, data + r->at, r->len, tag);
    secure_bool same = secret_equal(tag, data + r->at + r->len, HUFU_CHANNEL_TAG);
    secret_wipe(tag, sizeof tag);
    return same == SECURE_TRUE ? ERR_OK : WIRE_CHANNEL;
}

int channel_record_open(uint8_t *data, size_t len, struct channel_record *record)
{
    struct reader in;
    memset(record, 0, sizeof *record);
    if (len < HUFU_CHANNEL_HEAD + HUFU_CHANNEL_TAG) {
        return WIRE_CHANNEL;
    }
    reader_init(&in, data, len);
    record->id = reader_u32(&in);
    record->counter = reader_u32(&in);
    record->at = HUFU_CHANNEL_HEAD;
    record->len = len - HUFU_CHANNEL_HEAD - HUFU_CHANNEL_TAG;
    struct channel *c = find(record->id);
    if (c == NULL || c->next != record->counter) {
        return WIRE_CHANNEL;
    }
    record->keys = c->keys;
    int err = authenticate(record, data);
    if (err != ERR_OK) {
        secret_wipe(record, sizeof *record);
        return err;
    }
    /* Spent before the command is read: whatever becomes of it, no record is taken twice. */
    c->next++;
    c->used = ++now;
    record->session = session_of(c);
    crypt(record, TO_TOKEN, data + record->at, record->len);
    return ERR_OK;
}

size_t channel_record_seal(const struct channel_record *record, uint8_t *data, size_t len)
{
    uint8_t tag[SM3_DIGEST];
    crypt(record, TO_HOST, data, len);
    tag_of(record, TO_HOST, data, len, tag);
    memcpy(data + len, tag, HUFU_CHANNEL_TAG);
    secret_wipe(tag, sizeof tag);
    return len + HUFU_CHANNEL_TAG;
}

void channel_record_done(const struct channel_record *record)
{
    struct channel *c = find(record->id);
    if (c != NULL && record->counter == HUFU_CHANNEL_LAST) {
        session_end(session_of(c));
    }
}

int channel_command_close(struct call *call)
{
    session_end(call->session);
    return ERR_OK;
}
