/* SPDX-License-Identifier: Apache-2.0 */
/* hufu pin unblock --request and --response (docs/unblock.md). */
#include "cli/pin_parts.h"

#include "pki/pki.h"
#include "pki/unblock.h"
#include "util/i18n.h"
#include "util/wipe.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESPONSE_LIMIT = 65536 };

int pin_request(struct cli *cli, struct cli_session *s, const struct pin_sources *from)
{
    uint8_t bytes[HUFU_UNBLOCK_REQUEST];
    struct unblock_request request;
    char text[UNBLOCK_TEXT];
    const unsigned pin = from->admin ? HUFU_PIN_ADMIN : HUFU_PIN_USER;
    int error = hufu_unblock_request(s->token, s->app, pin, bytes);
    if (error == HUFU_OK && (unblock_read(bytes, &request) != PKI_OK ||
                             unblock_write_text(&request, NULL, text) != PKI_OK)) {
        error = HUFU_ERR_PROTOCOL;
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, cli->app);
    }
    if (from->output == NULL) {
        fputs(text, stdout);
        return CLI_GOOD;
    }
    if (pki_write_file(from->output, text, strlen(text), 0644) != PKI_OK) {
        return cli_fail(CLI_INVALID, "%s: %s", from->output, strerror(errno));
    }
    return cli_done(cli, "request", from->output,
                    _("request %u of token %s is in %s; the unlock authority answers it"),
                    request.counter, request.serial, from->output);
}

static int read_response(const char *path, struct unblock_request *request, uint8_t sig[64])
{
    uint8_t *data = NULL;
    size_t len = 0;
    if (pki_read_file(path, &data, &len, RESPONSE_LIMIT) != PKI_OK) {
        return cli_fail(CLI_INVALID, "%s: %s", path, strerror(errno));
    }
    int error = unblock_read_text(data, len, request, sig);
    free(data);
    return error == PKI_OK ? CLI_GOOD
                           : cli_fail(CLI_INVALID,
                                      _("%s: not an unlock response, or damaged on its way"), path);
}

/* What can be seen to be wrong from here need not cost a failure in the token. */
static int check_response(const struct cli *cli, struct cli_session *s, const char *path,
                          const struct unblock_request *request)
{
    struct hufu_info info;
    struct hufu_pin_state state;
    int error = hufu_dev_info(s->token, &info);
    if (error == HUFU_OK) {
        error = hufu_pin_state(s->token, s->app, request->pin, &state);
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, cli->app);
    }
    if (strcmp(info.serial, request->serial) != 0) {
        return cli_fail(CLI_INVALID, _("%s is for token %s, this one is %s"), path, request->serial,
                        info.serial);
    }
    if (strcmp(cli->app, request->name) != 0) {
        return cli_fail(CLI_INVALID, _("%s is for application %s, not %s"), path, request->name,
                        cli->app);
    }
    if (!state.pending || state.requests != request->counter) {
        return cli_fail(CLI_INVALID,
                        _("%s answers request %u, which is used or was replaced; hufu pin unblock "
                          "--request makes a new one"),
                        path, request->counter);
    }
    return CLI_GOOD;
}

static int fail_respond(int error, unsigned left)
{
    return error == HUFU_ERR_UNBLOCK_REFUSED
               ? cli_fail(CLI_TOKEN,
                          dngettext("hufu", "%s; %u failure left", "%s; %u failures left", left),
                          hufu_strerror(error), left)
               : cli_fail_token(error, NULL);
}

int pin_respond(struct cli *cli, struct cli_session *s, const struct pin_sources *from)
{
    struct unblock_request request = {0};
    uint8_t sig[64];
    char new_pin[CLI_PIN_ROOM];
    unsigned left = 0;
    int code = read_response(from->response, &request, sig);
    if (code == CLI_GOOD) {
        code = check_response(cli, s, from->response, &request);
    }
    if (code == CLI_GOOD) {
        code = cli_read_pin(from->new_pin_file, "HUFU_NEW_PIN", _("New PIN: "), true, new_pin);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_unblock_respond(s->token, s->app, request.pin, sig, new_pin, &left);
    util_wipe(new_pin, sizeof new_pin);
    if (error != HUFU_OK) {
        return fail_respond(error, left);
    }
    return cli_done(cli, "unblocked", request.pin == HUFU_PIN_USER ? "user" : "admin", "%s",
                    request.pin == HUFU_PIN_USER ? _("the user PIN is unblocked and replaced")
                                                 : _("the admin PIN is unblocked and replaced"));
}
