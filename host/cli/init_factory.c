/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/init_factory.h"

#include "provision/station.h"
#include "util/i18n.h"
#include "util/secret.h"
#include "util/wipe.h"
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PASSPHRASE_ROOM = 256 };

/* For PEM_read_PrivateKey, called when the key is encrypted. */
static int passphrase(char *out, int room, int writing, void *ctx)
{
    (void)writing;
    if (room < PASSPHRASE_ROOM) {
        return -1;
    }
    const enum secret_result r = secret_from(ctx, "HUFU_ISSUER_PASSPHRASE",
                                             _("Issuer's passphrase: "), out, PASSPHRASE_ROOM);
    return r == SECRET_OK ? (int)strlen(out) : -1;
}

static int load_key(const struct init_factory *o, EVP_PKEY **key)
{
    FILE *f = fopen(o->key_file, "re");
    if (f == NULL) {
        return cli_fail(CLI_INVALID, "%s: %s", o->key_file, strerror(errno));
    }
    *key = PEM_read_PrivateKey(f, NULL, passphrase, (void *)o->passphrase_file);
    fclose(f);
    return *key != NULL
               ? CLI_GOOD
               : cli_fail(CLI_INVALID, _("%s: no private key in PEM, or another passphrase"),
                          o->key_file);
}

/* Another identity that is known by this number stays: an envelope says nothing of its maker, and
 * only hufu trust replaces what is known. */
static int know(const struct sealed *s)
{
    uint8_t known[64];
    int error = hufu_trust_read(s->serial, known);
    if (error == HUFU_ERR_NOT_FOUND) {
        error = hufu_trust_accept(s->serial, s->identity);
    } else if (error == HUFU_OK && CRYPTO_memcmp(known, s->identity, sizeof known) != 0) {
        error = HUFU_ERR_TRUST;
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, s->serial);
}

int init_factory_open(struct init_factory *o)
{
    EVP_PKEY *key = NULL;
    X509 *cert = NULL;
    int error = PKI_OK, code = CLI_GOOD;
    if ((o->key_file == NULL) != (o->cert_file == NULL)) {
        return cli_fail_usage("init", _("--issuer-key and --issuer-cert go together"));
    }
    if (o->cert_file != NULL && (cert = pki_load_cert(o->cert_file, &error)) == NULL) {
        code = cli_fail(CLI_INVALID, "%s: %s", o->cert_file, pki_strerror(error));
    }
    if (code == CLI_GOOD && o->key_file != NULL) {
        code = load_key(o, &key);
    }
    if (code == CLI_GOOD) {
        error = sealed_read(o->file, cert, key, &o->sealed);
        if (error == PKI_ERR_KEY && key == NULL) {
            code = cli_fail_usage("init", _("%s is sealed; give --issuer-key and --issuer-cert"),
                                  o->file);
        } else if (error != PKI_OK) {
            code = cli_fail(CLI_INVALID, "%s: %s", o->file,
                            error == PKI_ERR_IO ? strerror(errno) : document_strerror(error));
        }
    }
    EVP_PKEY_free(key);
    X509_free(cert);
    if (code == CLI_GOOD) {
        code = know(&o->sealed);
    }
    return code;
}

static int check_maker(const struct init_factory *o, hufu_token *token)
{
    int error = PKI_OK;
    struct station station = {.roots = pki_load_certs(o->roots_file, &error)};
    uint8_t challenge[HUFU_ATTEST_CHALLENGE], chain[HUFU_IDENTITY_CHAIN_MAX];
    size_t len = sizeof chain;
    struct identity_proof proof;
    struct provision_failure failure;
    if (station.roots == NULL) {
        return cli_fail(CLI_INVALID, "%s: %s", o->roots_file, pki_strerror(error));
    }
    int code = CLI_GOOD;
    error = RAND_bytes(challenge, sizeof challenge) == 1 ? HUFU_OK : HUFU_ERR_INTERNAL;
    if (error == HUFU_OK) {
        error = hufu_identity_certificate_read(token, HUFU_IDENTITY_SM2, chain, &len);
    }
    if (error != HUFU_OK) {
        code = cli_fail_token(error, o->sealed.serial);
    } else if (identity_prove(token, HUFU_IDENTITY_SM2, challenge, &proof, &failure) != 0 ||
               identity_judge(&station, &proof, chain, len, &failure) != 0) {
        code = cli_fail(CLI_TOKEN, "%s: %s", o->sealed.serial, failure.text);
    }
    sk_X509_pop_free(station.roots, X509_free);
    return code;
}

int init_factory_check(const struct init_factory *o, hufu_token *token)
{
    char serial[33];
    uint8_t identity[64];
    int error = hufu_identity(token, serial, identity);
    if (error == HUFU_OK && strcmp(serial, o->sealed.serial) != 0) {
        return cli_fail(CLI_INVALID, _("%s is for token %s, and this one is %s"), o->file,
                        o->sealed.serial, serial);
    }
    if (error == HUFU_OK && CRYPTO_memcmp(identity, o->sealed.identity, sizeof identity) != 0) {
        error = HUFU_ERR_TRUST;
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, o->sealed.serial);
    }
    return o->roots_file != NULL ? check_maker(o, token) : CLI_GOOD;
}
