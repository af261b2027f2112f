/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_TEST_DOCUMENT_TESTS_H
#define HUFU_TEST_DOCUMENT_TESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above it */

#include "document.h"
#include "document/forms.h"
#include "made.h"

/* A growing byte string in a temporary file. */
FILE *file_of(const void *data, size_t len);
uint8_t *bytes_of(FILE *f, size_t *len);
uint8_t *some_bytes(size_t len);
/* Signs data as w->sign, the CA's certificate included. */
uint8_t *signed_by(struct made_world *w, enum document_form form, const void *data, size_t len,
                   size_t *message_len);
int verify_bytes(const uint8_t *message, size_t len, const void *data, size_t data_len);
/* The message encoded again after a change to its parsed form; frees m. */
uint8_t *encode_message(DOCUMENT_SIGNED_MESSAGE *m, size_t *len);
DOCUMENT_SIGNED_MESSAGE *decode_message(const uint8_t *message, size_t len);
/* TLV with the given contents; malloc. parts: pairs of pointer and length, NULL ends. */
uint8_t *tlv(uint8_t tag, size_t *len, ...);

void test_sign_verify(void **state);
void test_sign_wrong_key(void **state);
void test_signed_variants(void **state);
void test_signed_without_attributes(void **state);
void test_signed_embedded(void **state);
void test_signed_flips(void **state);
void test_signed_attributes_checked(void **state);
void test_judge(void **state);
void test_judge_revocation(void **state);
void test_encrypt_decrypt(void **state);
void test_enveloped_variants(void **state);
void test_enveloped_raw_keys(void **state);
void test_enveloped_ber(void **state);
void test_enveloped_damaged(void **state);
void test_enveloped_key_id(void **state);
void test_ber_limits(void **state);

#endif
