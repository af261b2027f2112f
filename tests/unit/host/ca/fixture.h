/* SPDX-License-Identifier: Apache-2.0 */
/* A CA in a temporary folder, applicants, codes and requests for the tests of host/ca. */
#ifndef HUFU_TEST_CA_FIXTURE_H
#define HUFU_TEST_CA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ca.h"
#include "code.h"

#define FIXTURE_PASSPHRASE "unit test passphrase"

struct fixture {
    char dir[128]; /* the CA's folder, inside a temporary one */
    struct ca ca;
};
/* cmocka group set-up and tear-down; *state is the struct fixture. */
int fixture_setup(void **state);
/* A manufacturer's CA. */
int fixture_setup_manufacturer(void **state);
int fixture_teardown(void **state);

/* Records an applicant named like the id and gives it a code. */
void fixture_applicant(struct ca *ca, const char *id, char code[CODE_TEXT]);

/* A new code for an applicant that is recorded already. */
void fixture_code(struct ca *ca, const char *id, char code[CODE_TEXT]);

/* A request signed with key; subject parts NULL: empty subject. [out] *len. free(). */
uint8_t *fixture_request(EVP_PKEY *key, const char *organization, const char *name, size_t *len);
/* The same with an extension request for a key usage ("critical,keyCertSign"). */
uint8_t *fixture_request_usage(EVP_PKEY *key, const char *usage, size_t *len);

/* The same with an attestation, `times` over; of an empty subject. */
uint8_t *fixture_request_shown(EVP_PKEY *key, const uint8_t *evidence, size_t evidence_len,
                               unsigned times, size_t *len);

#endif
