/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer's entry to a body (HUFU_FUZZ_BODY) that the seeded tests may call as well. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int HUFU_FUZZ_BODY(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition of the fixtures that does not hold ends in abort(), which libFuzzer reports. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return setenv("CMOCKA_TEST_ABORT", "1", 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return HUFU_FUZZ_BODY(data, size);
}
