/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM2 key agreement. The two sides talk over standard output and input in hexadecimal digits:
 * public and temporary key from the initiator, the same from the responder, then a MAC from each,
 * so that both know that the other has the same key. examples/skf/agree.c speaks the same.
 */
#include "cli/skf/noun.h"

#include "hufu/apdu.h"
#include "util/hex.h"
#include "util/i18n.h"
#include <stdio.h>
#include <string.h>

#define POINT      64u
#define BLOCK      16u
#define DEFAULT_ID "1234567812345678"

struct choice {
    struct skf_cipher_options cipher;
    const char *id, *peer_id, *encrypt, *decrypt, *out;
};

/* --- the line to the peer --------------------------------------------------------------------- */

static void send(const uint8_t *data, size_t len)
{
    char text[2 * POINT + 1];
    hex_encode(data, len, text);
    printf("%s\n", text);
    fflush(stdout);
}

/* len bytes of two hexadecimal digits each, white space before them passed over. */
static int receive(uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char digits[3];
        if (scanf("%2s", digits) != 1 || !hex_decode(digits, data + i, 1)) {
            return cli_fail(CLI_INVALID, _("the peer's message is too short"));
        }
    }
    return CLI_GOOD;
}

static int receive_peer(uint8_t pub[POINT], uint8_t temporary[POINT])
{
    int code = receive(pub, POINT);
    return code == CLI_GOOD ? receive(temporary, POINT) : code;
}

/* --- the agreement ---------------------------------------------------------------------------- */

static int fail(int error, const struct skf_call *call)
{
    return error == HUFU_ERR_REFUSED
               ? cli_fail(CLI_INVALID, _("the peer's key is not a point of the curve"))
               : cli_fail_token(error, call->cli->container);
}

static int initiate(struct skf_call *call, const struct choice *c, const uint8_t own[POINT],
                    uint16_t *key)
{
    const struct cli_session *s = &call->s;
    uint8_t temporary[POINT], pub[POINT], peer[POINT];
    uint32_t agreement;
    int error = hufu_agreement_begin(s->token, s->app, s->container, SGD_SM4_CBC_ID,
                                     (const uint8_t *)c->id, strlen(c->id), temporary, &agreement);
    if (error != HUFU_OK) {
        return fail(error, call);
    }
    send(own, POINT);
    send(temporary, POINT);
    int code = receive_peer(pub, peer);
    if (code != CLI_GOOD) {
        return code;
    }
    const struct hufu_party responder = {pub, peer, (const uint8_t *)c->peer_id,
                                         strlen(c->peer_id)};
    error = hufu_agreement_finish(s->token, s->app, s->container, agreement, &responder, key);
    return error == HUFU_OK ? CLI_GOOD : fail(error, call);
}

static int respond(struct skf_call *call, const struct choice *c, const uint8_t own[POINT],
                   uint16_t *key)
{
    const struct cli_session *s = &call->s;
    uint8_t temporary[POINT], pub[POINT], peer[POINT];
    int code = receive_peer(pub, peer);
    if (code != CLI_GOOD) {
        return code;
    }
    const struct hufu_party initiator = {pub, peer, (const uint8_t *)c->peer_id,
                                         strlen(c->peer_id)};
    int error = hufu_agreement_respond(s->token, s->app, s->container, SGD_SM4_CBC_ID, &initiator,
                                       (const uint8_t *)c->id, strlen(c->id), temporary, key);
    if (error != HUFU_OK) {
        return fail(error, call);
    }
    send(own, POINT);
    send(temporary, POINT);
    return CLI_GOOD;
}

static int mac_of(const struct skf_call *call, uint16_t key, int filler, uint8_t mac[BLOCK])
{
    const struct cli_session *s = &call->s;
    uint8_t block[BLOCK];
    memset(block, filler, sizeof block);
    int error = hufu_mac_init(s->token, s->app, s->container, key, NULL);
    return error == HUFU_OK
               ? hufu_mac(s->token, s->app, s->container, key, block, sizeof block, mac)
               : error;
}

static int confirm(const struct skf_call *call, uint16_t key, bool initiator)
{
    uint8_t mac[BLOCK], expected[BLOCK];
    int error = mac_of(call, key, initiator ? 1 : 2, mac);
    if (error == HUFU_OK) {
        send(mac, sizeof mac);
        error = mac_of(call, key, initiator ? 2 : 1, expected);
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    int code = receive(mac, sizeof mac);
    return code != CLI_GOOD ? code
           : memcmp(mac, expected, sizeof mac) == 0
               ? CLI_GOOD
               : cli_fail(CLI_INVALID, _("the peer has another key"));
}

static int agree(struct skf_call *call, const struct choice *c, bool initiator)
{
    struct skf_cipher cipher;
    uint8_t own[POINT];
    uint16_t key = 0;
    const char *file = c->encrypt != NULL ? c->encrypt : c->decrypt;
    int code = skf_cipher_parse(call, &c->cipher, &cipher);
    if (code == CLI_GOOD &&
        ((file == NULL) != (c->out == NULL) || (c->encrypt != NULL && c->decrypt != NULL) ||
         (file != NULL && cipher.needs_iv && !cipher.iv_given))) {
        code = cli_fail_usage(call->command,
                              _("--encrypt FILE or --decrypt FILE goes with -o OUT and --iv HEX"));
    }
    if (code == CLI_GOOD) {
        int error = hufu_public_key(call->s.token, call->s.app, call->s.container, false, own);
        code = error == HUFU_OK ? cli_login(call->cli, &call->s, HUFU_PIN_USER)
                                : cli_fail_token(error, call->cli->container);
    }
    if (code == CLI_GOOD) {
        code = initiator ? initiate(call, c, own, &key) : respond(call, c, own, &key);
    }
    if (code == CLI_GOOD) {
        code = confirm(call, key, initiator);
        cipher.quiet = true; /* the peer reads there, and may have gone */
        if (code == CLI_GOOD && file != NULL) {
            code = skf_cipher_file(call, key, c->encrypt != NULL, &cipher, file, c->out);
        }
        (void)hufu_destroy_session_key(call->s.token, call->s.app, call->s.container, key);
    }
    return code;
}

static int run_initiator(struct skf_call *call, const void *choice)
{
    return agree(call, choice, true);
}

static int run_responder(struct skf_call *call, const void *choice)
{
    return agree(call, choice, false);
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {.id = DEFAULT_ID, .peer_id = DEFAULT_ID};
    const struct cli_option options[] = {{.name = "alg", .value = &c.cipher.alg},
                                         {.name = "iv", .value = &c.cipher.iv},
                                         {.name = "padding", .value = &c.cipher.padding},
                                         {.name = "id", .value = &c.id},
                                         {.name = "peer-id", .value = &c.peer_id},
                                         {.name = "encrypt", .value = &c.encrypt},
                                         {.name = "decrypt", .value = &c.decrypt},
                                         {.name = "output", .value = &c.out, .letter = 'o'},
                                         {0}};
    static const struct skf_verb verbs[] = {
        {.name = "initiate", .needs = SKF_CONTAINER, .run = run_initiator},
        {.name = "respond", .needs = SKF_CONTAINER, .run = run_responder},
        {0}};
    return skf_run(cli, argc, argv, verbs, options, &c);
}

const struct cli_command skf_agreement = {
    .name = "skf agreement",
    .summary = N_("key agreement with a peer"),
    .help = N_(
        "usage: hufu skf agreement initiate [--id TEXT] [--peer-id TEXT]\n"
        "                [--encrypt FILE | --decrypt FILE] [-o OUT] [--iv HEX] [--alg ALG]\n"
        "       hufu skf agreement respond ... (the same options)\n\n"
        "Agrees on a session key with the encryption pair of --container and a peer that reads\n"
        "standard output and answers on standard input, in lines of hexadecimal digits: public\n"
        "and temporary key of each side, the initiator first, then a MAC of each side under the\n"
        "key. The key stays in the token and can encrypt or decrypt one file. Ids have 1 to 32\n"
        "bytes, 1234567812345678 by default. Whose public key it is that comes is for the\n"
        "caller to make sure. Needs the user PIN.\n"
        "SKF_GenerateAgreementDataWithECC, SKF_GenerateAgreementDataAndKeyWithECC,\n"
        "SKF_GenerateKeyWithECC.\n\n"
        "Examples:\n"
        "  hufu skf agreement initiate <from-peer >to-peer\n"
        "  hufu skf agreement respond --decrypt letter.enc --iv HEX -o letter <from >to\n"),
    .run = run,
};
