/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_TEST_CCID_FUZZ_H
#define HUFU_TEST_CCID_FUZZ_H
void test_random_hosts(void **state);
#endif
