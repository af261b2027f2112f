/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_TEST_PKI_TESTS_H
#define HUFU_TEST_PKI_TESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs the four above it */

#include "made.h"

void test_z_and_e(void **state);
void test_signature_vector(void **state);
void test_short_scalars(void **state);
void test_sign_encrypt(void **state);
void test_certificate(void **state);
void test_request(void **state);
void test_profile(void **state);
void test_chain(void **state);
void test_crl(void **state);
void test_ocsp(void **state);
void test_loading(void **state);
void test_names(void **state);
void test_files(void **state);
void test_streams(void **state);
void test_enveloped_key_vector(void **state);
void test_enveloped_key_made(void **state);
void test_csr_response(void **state);
int envelope_setup(void **state);
int envelope_teardown(void **state);
void test_envelope_every_form(void **state);
void test_envelope_truncated(void **state);
void test_envelope_as_text(void **state);
void test_envelope_by_address(void **state);
void test_envelope_refused_by_name(void **state);
void test_envelope_recipients(void **state);
void test_envelope_cfca_vector(void **state);
void test_attest(void **state);

#endif
