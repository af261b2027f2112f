/* SPDX-License-Identifier: Apache-2.0 */
#include "tests.h"

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sign_verify),
        cmocka_unit_test(test_sign_wrong_key),
        cmocka_unit_test(test_signed_variants),
        cmocka_unit_test(test_signed_without_attributes),
        cmocka_unit_test(test_signed_embedded),
        cmocka_unit_test(test_signed_flips),
        cmocka_unit_test(test_signed_attributes_checked),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_judge_revocation),
        cmocka_unit_test(test_encrypt_decrypt),
        cmocka_unit_test(test_enveloped_variants),
        cmocka_unit_test(test_enveloped_raw_keys),
        cmocka_unit_test(test_enveloped_ber),
        cmocka_unit_test(test_enveloped_damaged),
        cmocka_unit_test(test_enveloped_key_id),
        cmocka_unit_test(test_ber_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
