/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keysearch_replay TRACE ENTROPY DIR - lives the recorded token's life again in the native vault.
 *
 * DIR/state begins as a blank token; the noise is the recorded one, and so are power and commands.
 * Every answer must be byte-equal to the recorded one: then this vault holds the keys that the
 * recorded one held (whoever runs this compares flash.img and otp.bin too). Leaves DIR/secrets
 * (learn.h), DIR/montgomery.raw, and in DIR/public what of the key everybody may know. Exit: 0; 1
 * the lives differ, or a record is unusable; 2 usage.
 */
#include "board.h"
#include "channel/table.h"
#include "gate/gate.h"
#include "hufu/apdu.h"
#include "hufu/virtual_board.h"
#include "learn.h"
#include "vault.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MAX 65536u

struct replay {
    struct board board;
    bool plugged;
    const char *entropy;
    char state[512];
    uint8_t command[HUFU_APDU_MAX + 16u];
    uint8_t answer[ANSWER_MAX];
    uint32_t command_len, answer_len;
    bool waiting; /* a command ran, its recorded answer comes next */
    bool record;  /* it came in a channel, whose keys and counter these are */
    struct channel_keys keys;
    uint8_t counter[4];
    struct learn_seen seen;
    unsigned commands, plugs;
};

static int fail(const struct replay *r, const char *what)
{
    (void)fprintf(stderr, "replay: after %u commands: %s\n", r->commands, what);
    return -1;
}

static int power(struct replay *r, uint32_t op)
{
    uint8_t atr[VAULT_ATR_MAX];
    struct gate_io io = {.response = atr, .response_cap = sizeof atr};

    return hufu_gate_power(op, &io) == GATE_DONE ? 0 : fail(r, "no power");
}

static int exchange(struct replay *r, const uint8_t *command, uint32_t len)
{
    struct gate_io io = {.command = command,
                         .command_len = len,
                         .response = r->answer,
                         .response_cap = sizeof r->answer};
    int32_t e = hufu_gate_exchange(&io);

    while (e == GATE_BUSY) {
        e = hufu_gate_poll(&io);
    }
    r->answer_len = io.response_len;
    return e == GATE_DONE ? 0 : fail(r, "no answer");
}

/* Before a reader sees the token, the link asks for the serial number (firmware/link/card.c). */
static int link_asks(struct replay *r)
{
    static const uint8_t get_dev_info[] = {HUFU_CLA_SKF, HUFU_INS_GET_DEV_INFO, 0, 0, 0, 0, 0};

    return power(r, VAULT_POWER_ON) == 0 && exchange(r, get_dev_info, sizeof get_dev_info) == 0 &&
                   power(r, VAULT_POWER_OFF) == 0
               ? 0
               : -1;
}

/* blocks: how many had been delivered before; what an earlier power-on left over is lost. */
static int plug(struct replay *r, long blocks)
{
    if (r->plugged) {
        board_close(&r->board);
    }
    r->plugged = board_open(&r->board, r->state) == HAL_OK;
    if (!r->plugged || board_entropy_replay(&r->board.entropy, r->entropy) != HAL_OK ||
        fseek(r->board.entropy.replay, blocks * (long)HAL_ENTROPY_BLOCK, SEEK_SET) != 0) {
        return fail(r, strerror(errno));
    }
    r->plugs++;
    vault_start(&r->board.hal);
    return link_asks(r) == 0 ? power(r, VAULT_POWER_ON) : -1;
}

/* Pairs of digits to bytes. The number of bytes, or -1. */
static long from_hex(const char *text, uint8_t *out, size_t cap)
{
    size_t n = 0;

    for (; text[0] != '\0' && text[0] != '\n'; text += 2) {
        unsigned v;
        if (n == cap || sscanf(text, "%2x", &v) != 1) {
            return -1;
        }
        out[n++] = (uint8_t)v;
    }
    return (long)n;
}

/* By the length that is told: an SM2 cipher of a session key is shorter. */
static bool is_rsa_block(const struct replay *r, uint32_t at)
{
    const uint8_t *len = r->command + at + 8;
    return r->command_len >= at + 12u + LEARN_RSA_BYTES && len[0] == 0 && len[1] == 0 &&
           (uint32_t)(len[2] << 8 | len[3]) == LEARN_RSA_BYTES;
}

/*
 * GenRSAKeyPair:    App 2 . Cont 2 . bits 2 -> modulus . exponent 4
 * ImportSessionKey for an RSA pair: App 2 . Cont 2 . algorithm 4 . length 4 . block
 */
static int keep_rsa(struct replay *r, uint32_t at)
{
    const uint8_t *c = r->command;
    struct learn_seen *seen = &r->seen;

    if (c[1] == HUFU_INS_GEN_RSA_KEY_PAIR) {
        if (r->answer_len != LEARN_RSA_BYTES + 4u + 2u || seen->rsa_generated++ != 0) {
            return fail(r, "not one RSA pair of 2048 bits");
        }
        memcpy(seen->rsa_modulus, r->answer, LEARN_RSA_BYTES);
    }
    if (c[1] == HUFU_INS_IMPORT_SESSION_KEY && is_rsa_block(r, at)) {
        if (seen->rsa_blocks++ != 0) {
            return fail(r, "more than one session key for an RSA pair");
        }
        memcpy(seen->rsa_block, c + at + 12, LEARN_RSA_BYTES);
    }
    return 0;
}

/*
 * ECCSignData:      App 2 . Cont 2 . e 32 -> bits 4 . r 32 . s 32
 * ImportSessionKey: App 2 . Cont 2 . algorithm 4 . length 4 . bits 4 . C1 64 . C3 32 . length 4 .
 * C2
 */
static int keep(struct replay *r)
{
    const uint8_t *c = r->command, *a = r->answer;
    const uint32_t at = r->command_len > 4 && c[4] != 0 ? 5 : 7;
    struct learn_seen *seen = &r->seen;

    if ((c[0] & 0xF0u) != HUFU_CLA_SKF || r->answer_len < 2 || a[r->answer_len - 2] != 0x90) {
        return 0;
    }
    if (c[1] == HUFU_INS_ECC_SIGN_DATA && r->answer_len == 70 && r->command_len >= at + 36u) {
        if (seen->signatures == LEARN_SIGNATURES) {
            return fail(r, "more signatures than there is room for");
        }
        struct learn_signature *s = &seen->signature[seen->signatures++];
        memcpy(s->e, c + at + 4, 32);
        memcpy(s->r, a + 4, 32);
        memcpy(s->s, a + 36, 32);
    }
    if (c[1] == HUFU_INS_IMPORT_SESSION_KEY && !is_rsa_block(r, at) &&
        r->command_len >= at + 132u) {
        if (seen->envelopes == LEARN_ENVELOPES) {
            return fail(r, "more session keys than there is room for");
        }
        struct learn_envelope *e = &seen->envelope[seen->envelopes++];
        memcpy(e->c1, c + at + 16, 64);
        memcpy(e->c3, c + at + 80, 32);
        memcpy(e->c2, c + at + 116, 16);
    }
    return keep_rsa(r, at);
}

/* What a host process has not: STATUS of the admin applet tells how deep the board's stacks were
 * used, 12 bytes from 16 on; UPDATE_INFO which image runs. All else of an answer must agree, flash
 * programs and erases too. */
static void blank_the_boards(const struct replay *r, uint8_t *answer, uint32_t len)
{
    if (r->command[0] == HUFU_CLA_SKF && r->command[1] == HUFU_INS_ADMIN_STATUS && len == 34) {
        memset(answer + 16, 0, 12);
    }
    if (r->command[0] == HUFU_CLA_SKF && r->command[1] == HUFU_INS_ADMIN_UPDATE_INFO &&
        len == HUFU_UPDATE_INFO + 2) {
        memset(answer, 0, HUFU_UPDATE_INFO);
    }
}

/* Is the command a record of a channel that this vault has, too? */
static void look_for_channel(struct replay *r)
{
    const uint8_t *c = r->command, *data = c + (r->command_len > 4 && c[4] != 0 ? 5 : 7);
    r->record = false;
    if (r->command_len < 7 + HUFU_CHANNEL_HEAD + HUFU_CHANNEL_TAG || c[0] != HUFU_CLA_SKF ||
        c[1] != HUFU_INS_CHANNEL_RECORD) {
        return;
    }
    const uint32_t id =
        (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
    for (unsigned i = 0; id != 0 && i < SESSION_CHANNELS; i++) {
        if (channel_table[i].id == id) {
            r->record = true;
            r->keys = channel_table[i].keys;
            memcpy(r->counter, data + 4, sizeof r->counter);
        }
    }
}

static void decipher(const struct replay *r, uint8_t direction, uint8_t *data, size_t len)
{
    uint8_t counter[SM4_BLOCK] = {direction};
    struct sm4 sm4;
    memcpy(counter + 8, r->counter, sizeof r->counter);
    sm4_set_key(&sm4, r->keys.cipher);
    sm4_ctr(&sm4, counter, data, data, len);
}

/* Command and both answers as they were inside the record. */
static void take_out_of_record(struct replay *r, uint8_t *recorded)
{
    const bool extended = r->command[4] == 0;
    const uint32_t at = extended ? 7 : 5;
    const uint32_t lc = extended ? (uint32_t)r->command[5] << 8 | r->command[6] : r->command[4];
    if (r->answer_len < 2 + 2 + HUFU_CHANNEL_TAG) {
        return; /* refused */
    }
    r->command_len = lc - HUFU_CHANNEL_HEAD - HUFU_CHANNEL_TAG;
    memmove(r->command, r->command + at + HUFU_CHANNEL_HEAD, r->command_len);
    decipher(r, 1, r->command, r->command_len);
    r->answer_len -= 2 + HUFU_CHANNEL_TAG;
    decipher(r, 2, r->answer, r->answer_len);
    decipher(r, 2, recorded, r->answer_len);
}

static int event(struct replay *r, const char *line)
{
    if (strncmp(line, "! plug ", 7) == 0) {
        return plug(r, strtol(line + 7, NULL, 10));
    }
    if (strcmp(line, "! on\n") == 0) {
        return power(r, VAULT_POWER_ON);
    }
    return strcmp(line, "! off\n") == 0 ? power(r, VAULT_POWER_OFF) : fail(r, "unknown event");
}

static int step(struct replay *r, const char *line)
{
    static uint8_t recorded[ANSWER_MAX];
    long n;

    switch (line[0]) {
    case '!':
        return event(r, line);
    case '>':
        n = from_hex(line + 2, r->command, sizeof r->command);
        if (n <= 0 || r->waiting || !r->plugged) {
            return fail(r, "a command that cannot be read");
        }
        r->command_len = (uint32_t)n;
        r->waiting = true;
        look_for_channel(r);
        return exchange(r, r->command, r->command_len);
    case '<':
        n = from_hex(line + 2, recorded, sizeof recorded);
        if (!r->waiting || n != (long)r->answer_len) {
            return fail(r, "the answer has not the recorded one's length");
        }
        if (r->record) {
            take_out_of_record(r, recorded);
            n = (long)r->answer_len;
        }
        blank_the_boards(r, recorded, r->answer_len);
        blank_the_boards(r, r->answer, r->answer_len);
        if (memcmp(recorded, r->answer, (size_t)n) != 0) {
            return fail(r, "the answer is not the recorded one");
        }
        r->waiting = false;
        r->commands++;
        return keep(r);
    default:
        return fail(r, "a line that is no record");
    }
}

static FILE *create(const char *dir, const char *name)
{
    char path[600];
    const int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    const int fd =
        n < (int)sizeof path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

    return fd < 0 ? NULL : fdopen(fd, "wb");
}

static int finish(FILE *f, int rc)
{
    return f == NULL || fclose(f) != 0 ? -1 : rc;
}

static int write_secrets(struct replay *r, const char *dir)
{
    struct learn_key first;
    FILE *secrets = create(dir, "secrets"), *raw = create(dir, "montgomery.raw"),
         *open = create(dir, "public");
    int rc = secrets == NULL || raw == NULL || open == NULL ? -1 : 0;

    if (rc == 0) {
        rc = learn(&r->board, &r->seen, secrets, &first);
    }
    if (rc == 0) {
        (void)fwrite(first.montgomery, sizeof first.montgomery, 1, raw);
        (void)fprintf(open, "public x ");
        for (unsigned i = 0; i < sizeof first.pub_x; i++) {
            (void)fprintf(open, "%02x", first.pub_x[i]);
        }
        (void)fputc('\n', open);
    }
    return finish(open, finish(raw, finish(secrets, rc)));
}

int main(int argc, char **argv)
{
    static struct replay r;
    FILE *trace = argc == 4 ? fopen(argv[1], "re") : NULL;
    char *line = NULL;
    size_t size = 0;
    int rc = 0;

    if (trace == NULL ||
        snprintf(r.state, sizeof r.state, "%s/state", argv[3]) >= (int)sizeof r.state) {
        (void)fprintf(stderr, "usage: keysearch_replay TRACE ENTROPY DIR\n");
        return 2;
    }
    r.entropy = argv[2];
    while (rc == 0 && getline(&line, &size, trace) > 0) {
        rc = step(&r, line);
    }
    if (rc == 0 && (r.commands == 0 || r.waiting)) {
        rc = fail(&r, "the record ends too early");
    }
    if (rc == 0) {
        rc = write_secrets(&r, argv[3]);
    }
    if (r.plugged) {
        board_close(&r.board);
    }
    (void)fclose(trace);
    free(line);
    if (rc == 0) {
        (void)printf("replayed %u commands over %u power-ons: every answer equal\n", r.commands,
                     r.plugs);
    }
    return rc == 0 ? 0 : 1;
}
