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
        cmocka_unit_test(test_enveloped_key_vector),
        cmocka_unit_test(test_enveloped_key_made),
        cmocka_unit_test(test_csr_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
