/* SPDX-License-Identifier: Apache-2.0 */
/* Operations whose number of instructions must not depend on their secrets. */
#ifndef HUFU_TESTS_CRYPTO_COUNTS_H
#define HUFU_TESTS_CRYPTO_COUNTS_H

#include <stdint.h>

struct operation {
    const char *name;
    void (*prepare)(void); /* new secrets */
    void (*run)(void);
};

/* What the vault does with secrets beside the crypto library. */
extern const struct operation vault_operations[];
extern const uint32_t vault_operation_count;
int vault_operations_failed(void);

#endif
