/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maker_tool ROOT.pem sm2|p256 - a manufacturer of the test's own gives the token that is here
 * (HUFU_READER, device key in HUFU_DEVKEY) an identity certificate, and writes its root; beside it
 * lists of revoked certificates: ROOT.pem.none nobody's (PEM, and DER as .der), .this this token's,
 * .late out of date, .false one that somebody else signed, .root the root's own, empty, and
 * .forged one in the root's name.
 * What must be refused is tried first. Exit 0, or 1 with a line.
 */
#include "hufu/hufu.h"
#include "maker.h"
#include "pki/pki.h"
#include "util/hex.h"
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(int error, int wanted, const char *what)
{
    if (error != wanted) {
        fprintf(stderr, "maker_tool: %s: %s (%d, not %d)\n", what, hufu_strerror(error), error,
                wanted);
        exit(1);
    }
}

/* The identity key, by what the token says of it: its signature shows that it has it. */
static EVP_PKEY *identity_key(hufu_token *token, unsigned algorithm, char serial[25])
{
    uint8_t challenge[HUFU_ATTEST_CHALLENGE] = {1, 2, 3}, statement[HUFU_ATTEST_MAX], *der = NULL;
    const struct hufu_attest_request request = {
        .algorithm = algorithm, .kind = HUFU_ATTEST_IDENTITY, .challenge = challenge};
    struct pki_attestation a;
    size_t len = sizeof statement, der_len = 0;
    need(hufu_attest(token, &request, statement, &len), HUFU_OK, "attest the identity");
    need(pki_attest_evidence(statement, len, NULL, 0, &der, &der_len), PKI_OK, "evidence");
    need(pki_attest_parse(der, der_len, &a), ATTEST_GOOD, "parse");
    need(memcmp(a.challenge, challenge, sizeof challenge), 0, "challenge");
    memcpy(serial, a.token, 25);
    EVP_PKEY *key = a.key;
    EVP_PKEY_up_ref(key);
    pki_attest_free(&a);
    free(der);
    return key;
}

static void write_root(const char *path, X509 *root)
{
    FILE *f = fopen(path, "w");
    need(f != NULL && PEM_write_X509(f, root) == 1 && fclose(f) == 0 ? 0 : -1, 0, path);
}

static void write_list(const char *root, const char *name, const struct maker *maker,
                       const struct maker_list *list)
{
    char path[4096];
    X509_CRL *crl = maker_crl(maker, list);
    (void)snprintf(path, sizeof path, "%s.%s", root, name);
    FILE *f = fopen(path, "w");
    const bool der = strcmp(name, "der") == 0;
    need(f != NULL && (der ? i2d_X509_CRL_fp(f, crl) : PEM_write_X509_CRL(f, crl)) == 1 &&
                 fclose(f) == 0
             ? 0
             : -1,
         0, path);
    X509_CRL_free(crl);
}

static void write_lists(const char *root, const struct maker *maker, X509 *cert, EVP_PKEY *other)
{
    static const struct maker_list nobody = {.revoked = NULL};
    write_list(root, "none", maker, &nobody);
    write_list(root, "der", maker, &nobody);
    write_list(root, "this", maker, &(const struct maker_list){.revoked = cert});
    write_list(root, "late", maker, &(const struct maker_list){.from = -7200, .to = -3600});
    write_list(root, "false", maker, &(const struct maker_list){.key = other});
    write_list(root, "root", maker, &(const struct maker_list){.root = true});
    write_list(root, "forged", maker, &(const struct maker_list){.root = true, .key = other});
}

int main(int argc, char **argv)
{
    struct maker maker;
    hufu_token *token = NULL;
    uint8_t device[16] = {0}, read[HUFU_IDENTITY_CHAIN_MAX];
    char serial[25] = "";
    const char *hex = getenv("HUFU_DEVKEY");
    if (argc != 3 || hex == NULL || !hex_decode(hex, device, sizeof device)) {
        fprintf(stderr, "usage: maker_tool ROOT.pem sm2|p256 (HUFU_DEVKEY)\n");
        return 2;
    }
    const unsigned algorithm =
        strcmp(argv[2], "p256") == 0 ? HUFU_IDENTITY_P256 : HUFU_IDENTITY_SM2;
    maker_make(&maker, algorithm);
    need(hufu_open(NULL, &token), HUFU_OK, "open");
    EVP_PKEY *key = identity_key(token, algorithm, serial), *other = maker_key(algorithm);
    const struct maker_order order = {.serial = serial, .key = key};
    const struct maker_order stranger = {.serial = serial, .key = other};
    X509 *cert = maker_identity(&maker, &order), *wrong = maker_identity(&maker, &stranger);
    size_t len = 0, wrong_len = 0, read_len = sizeof read;
    uint8_t *chain = maker_chain(&maker, cert, &len);
    uint8_t *wrong_chain = maker_chain(&maker, wrong, &wrong_len);
    need(hufu_identity_certificate_write(token, algorithm, chain, len), HUFU_ERR_DEVICE_AUTH,
         "write without the device key");
    need(hufu_device_auth(token, device), HUFU_OK, "device key");
    need(hufu_identity_certificate_write(token, algorithm, wrong_chain, wrong_len),
         HUFU_ERR_REFUSED, "write another key's");
    need(hufu_identity_certificate_write(token, algorithm, chain, len - 1), HUFU_ERR_REFUSED,
         "write half of one");
    need(hufu_identity_certificate_write(token, 2, chain, len), HUFU_ERR_PARAM, "algorithm 2");
    need(hufu_identity_certificate_write(token, algorithm, chain, len), HUFU_OK, "write");
    need(hufu_identity_certificate_read(token, algorithm, read, &read_len), HUFU_OK, "read");
    need(read_len == len && memcmp(read, chain, len) == 0 ? 0 : -1, 0, "what was written");
    read_len = 10;
    need(hufu_identity_certificate_read(token, algorithm, read, &read_len), HUFU_ERR_BUFFER,
         "read into too little");
    need(read_len == len ? 0 : -1, 0, "the length that is needed");
    write_root(argv[1], maker.root);
    write_lists(argv[1], &maker, cert, other);
    free(chain);
    free(wrong_chain);
    X509_free(cert);
    X509_free(wrong);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    hufu_close(token);
    maker_free(&maker);
    return 0;
}
