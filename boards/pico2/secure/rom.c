/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of the boot ROM, found by its own table (datasheet, "Bootrom APIs"). They use the
 * redundancy coprocessor, which protect.c leaves to the secure world. */
#include "board.h"

#define TABLE_LOOKUP 0x16u /* halfword: the look-up function's address */
#define SECURE_ARM   0x0004u
#define CODE_OTP     ('O' | 'A' << 8)

typedef void *lookup(uint32_t code, uint32_t mask);
typedef int otp_access(uint32_t *rows, uint32_t bytes, uint32_t command);

int rom_otp_access(uint32_t *rows, uint32_t bytes, uint32_t command)
{
    /* Through a register, or the compiler takes an address so low for a mistake. */
    uint32_t at = TABLE_LOOKUP;
    __asm volatile("" : "+r"(at));
    lookup *const find = (lookup *)(uintptr_t) * (const volatile uint16_t *)at;
    otp_access *const access = (otp_access *)(uintptr_t)find(CODE_OTP, SECURE_ARM);
    return access == NULL ? -1 : access(rows, bytes, command);
}
