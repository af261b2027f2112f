/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and values that GM/T 0016-2012 fixes (clauses 6.2 to 6.4, Annex A). */
#include "skf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void sizes(void **state)
{
    (void)state;
    assert_int_equal(sizeof(ULONG), 4);
    assert_int_equal(sizeof(LONG), 4);
    assert_int_equal(sizeof(BOOL), 4);
    assert_int_equal(sizeof(VERSION), 2);
    assert_int_equal(sizeof(DEVINFO), 294);
    assert_int_equal(sizeof(RSAPUBLICKEYBLOB), 268);
    assert_int_equal(sizeof(RSAPRIVATEKEYBLOB), 1164);
    assert_int_equal(sizeof(ECCPUBLICKEYBLOB), 132);
    assert_int_equal(sizeof(ECCPRIVATEKEYBLOB), 68);
    assert_int_equal(sizeof(ECCCIPHERBLOB), 165);
    assert_int_equal(sizeof(ECCSIGNATUREBLOB), 128);
    assert_int_equal(sizeof(BLOCKCIPHERPARAM), 44);
    assert_int_equal(sizeof(ENVELOPEDKEYBLOB), 373);
    assert_int_equal(sizeof(FILEATTRIBUTE), 44);
    assert_int_equal(offsetof(DEVINFO, AlgSymCap), 198);
    assert_int_equal(offsetof(ENVELOPEDKEYBLOB, PubKey), 76);
    assert_int_equal(offsetof(ENVELOPEDKEYBLOB, ECCCipherBlob), 208);
}

static void values(void **state)
{
    (void)state;
    assert_int_equal(SAR_PIN_INCORRECT, 0x0A000024);
    assert_int_equal(SAR_REACH_MAX_CONTAINER_COUNT, 0x0A000032);
    assert_int_equal(SGD_SM2_1, 0x00020200);
    assert_int_equal(SGD_SM3_SM2, SGD_SM3 | SGD_SM2_1);
    assert_int_equal(SECURE_ANYONE_ACCOUNT, 0xFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes), cmocka_unit_test(values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
