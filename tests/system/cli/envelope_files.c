/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope_files DIR - makes the signing key of the token's container, and a pair enveloped for it
 * in every form, one file each (DIR/00 ...), and the pair's certificate DIR/enc.crt.
 */
#include "envelope_made.h"
#include "support/check.h"
#include <openssl/pem.h>
#include <string.h>

static void save(const char *dir, const char *name, const void *data, size_t len)
{
    char path[512];
    check(snprintf(path, sizeof path, "%s/%s", dir, name) < (int)sizeof path);
    check(pki_write_file(path, data, len, 0600) == PKI_OK);
}

int main(int argc, char **argv)
{
    static struct envelope_world e;
    uint8_t pub[64], data[MADE_ENVELOPE_MAX];
    hufu_token *token;
    uint16_t app, container;
    char *text;
    check(argc == 2 && getenv("HUFU_APP") != NULL && getenv("HUFU_CONTAINER") != NULL);
    check(hufu_open(NULL, &token) == HUFU_OK);
    check(hufu_app_open(token, getenv("HUFU_APP"), &app) == HUFU_OK);
    check(hufu_container_open(token, app, getenv("HUFU_CONTAINER"), &container) == HUFU_OK);
    check(hufu_pin_verify(token, app, HUFU_PIN_USER, getenv("HUFU_PIN"), NULL) == HUFU_OK);
    check(hufu_generate_sm2(token, app, container, pub) == HUFU_OK);
    check(hufu_logout(token, app) == HUFU_OK);
    hufu_close(token);
    envelope_world(&e, pub);
    for (unsigned kind = 0; kind < MADE_KINDS; kind++) {
        char name[8];
        snprintf(name, sizeof name, "%02u", kind);
        save(argv[1], name, data, envelope_made(&e, kind, data));
    }
    const struct made_cert what = {.name = "holder",
                                   .serial = 4712,
                                   .from = time(NULL) - DAY,
                                   .to = time(NULL) + DAY,
                                   .key_usage = "keyEncipherment,dataEncipherment,keyAgreement"};
    X509 *enc = made_certificate(&what, e.pair, e.w.ca, e.w.ca_key);
    BIO *memory = BIO_new(BIO_s_mem());
    check(PEM_write_bio_X509(memory, enc) == 1);
    long len = BIO_get_mem_data(memory, &text);
    save(argv[1], "enc.crt", text, (size_t)len);
    BIO_free(memory);
    X509_free(enc);
    envelope_world_free(&e);
    return 0;
}
