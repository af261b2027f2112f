/* SPDX-License-Identifier: Apache-2.0 */
#include "tests.h"

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_z_and_e),
        cmocka_unit_test(test_signature_vector),
        cmocka_unit_test(test_short_scalars),
        cmocka_unit_test(test_sign_encrypt),
        cmocka_unit_test(test_certificate),
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_profile),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_crl),
        cmocka_unit_test(test_ocsp),
        cmocka_unit_test(test_loading),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_enveloped_key_vector),
        cmocka_unit_test(test_enveloped_key_made),
        cmocka_unit_test(test_csr_response),
        cmocka_unit_test(test_attest),
        cmocka_unit_test_setup_teardown(test_envelope_every_form, envelope_setup,
                                        envelope_teardown),
        cmocka_unit_test_setup_teardown(test_envelope_truncated, envelope_setup, envelope_teardown),
        cmocka_unit_test_setup_teardown(test_envelope_as_text, envelope_setup, envelope_teardown),
        cmocka_unit_test_setup_teardown(test_envelope_by_address, envelope_setup,
                                        envelope_teardown),
        cmocka_unit_test_setup_teardown(test_envelope_refused_by_name, envelope_setup,
                                        envelope_teardown),
        cmocka_unit_test_setup_teardown(test_envelope_recipients, envelope_setup,
                                        envelope_teardown),
        cmocka_unit_test_setup_teardown(test_envelope_cfca_vector, envelope_setup,
                                        envelope_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
