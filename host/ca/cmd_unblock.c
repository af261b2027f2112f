/* SPDX-License-Identifier: Apache-2.0 */
#include "authority.h"
#include "command.h"
#include "passphrase.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_LIMIT = 65536 };

static int read_request(const char *path, struct unblock_request *request)
{
    uint8_t *data = NULL;
    size_t len = 0;
    int error = pki_read_file(path, &data, &len, REQUEST_LIMIT);
    if (error != PKI_OK)
        return ca_fail(EXIT_INVALID, "%s: %s", path, strerror(errno));
    error = unblock_read_text(data, len, request, NULL);
    free(data);
    return error == PKI_OK
               ? EXIT_GOOD
               : ca_fail(EXIT_INVALID, _("%s: not an unlock request, or damaged on its way"), path);
}

static int write_response(const char *path, const struct unblock_request *request,
                          const uint8_t sig[64])
{
    char text[UNBLOCK_TEXT];
    if (unblock_write_text(request, sig, text) != PKI_OK)
        return ca_fail_error(CA_ERR_MEMORY, _("response"));
    if (!path) {
        fputs(text, stdout);
        return EXIT_GOOD;
    }
    if (pki_write_file(path, text, strlen(text), 0644) != PKI_OK)
        return ca_fail(EXIT_INVALID, "%s: %s", path, strerror(errno));
    printf(_("token %s, application %s, %s PIN, request %u: answered in %s\n"), request->serial,
           request->name, request->pin == 0 ? _("admin") : _("user"), request->counter, path);
    return EXIT_GOOD;
}

static int answer(struct ca *ca, const struct authority_order *order, const char *out)
{
    uint8_t sig[64];
    int error = authority_answer(ca, order, sig);
    switch (error) {
    case CA_OK:
        return write_response(out, &order->request, sig);
    case CA_ERR_AUTH:
        return ca_fail(EXIT_INVALID, _("officer or passphrase not accepted; after five wrong ones "
                                       "hufu-ca officer passphrase is needed"));
    default:
        return ca_fail_error(error, error == CA_ERR_ABSENT ? order->applicant : order->officer);
    }
}

int cmd_unblock(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    struct authority_order order = {.reason = ""};
    const char *in = NULL, *out = NULL, *file = NULL;
    char passphrase[PASSPHRASE_MAX + 1];
    const struct option_spec specs[] = {{"officer", &order.officer, NULL},
                                        {"officer-passphrase-file", &file, NULL},
                                        {"applicant", &order.applicant, NULL},
                                        {"reason", &order.reason, NULL},
                                        {"request", &in, NULL},
                                        {"out", &out, NULL}};
    int code = options_parse(argc, argv, &common, specs, 6);
    if (code != EXIT_GOOD)
        return code;
    if (!order.officer || !order.applicant || !in)
        return ca_fail(EXIT_USAGE, _("--officer ID, --applicant ID and --request FILE are needed"));
    if (strlen(order.officer) > APPLICANT_ID_MAX || strlen(order.applicant) > APPLICANT_ID_MAX)
        return ca_fail(EXIT_INVALID, _("a field is too long"));
    code = read_request(in, &order.request);
    if (code != EXIT_GOOD)
        return code;
    int error = passphrase_officer(file, passphrase);
    if (error != CA_OK)
        return ca_fail(EXIT_USAGE, _("no officer's passphrase: give --officer-passphrase-file FILE "
                                     "or set HUFU_CA_OFFICER_PASSPHRASE"));
    order.passphrase = passphrase;
    code = command_open(&common, CA_KEY_UNLOCK | CA_KEY_AUDIT, &ca);
    if (code == EXIT_GOOD) {
        code = answer(&ca, &order, out);
        ca_close(&ca);
    }
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    return code;
}
