/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function for each thing that the check of the disassembly must find. Compiled for the
 * firmware's core with the firmware's options by disassembly.sh, never run. fault_none has nothing.
 */
#include <stddef.h>
#include <stdint.h>

struct entry {
    uint32_t words[4];
};

uint32_t fault_none(uint32_t secret, uint32_t other);
uint32_t fault_divide(uint32_t secret, uint32_t by);
int32_t fault_divide_signed(int32_t secret, int32_t by);
uint64_t fault_divide_long(uint64_t secret, uint64_t by);
uint32_t fault_variable(uint32_t secret);
uint32_t fault_jump_table(uint32_t secret, volatile uint32_t *out);
uint8_t fault_table(const uint8_t *table, uint32_t secret);
uint32_t fault_table_of_entries(const struct entry *table, uint32_t secret);
void fault_table_write(uint8_t *table, uint32_t secret);
void fault_branch(uint32_t secret, volatile uint32_t *out);
void fault_loop(uint32_t secret, volatile uint32_t *out);
uint32_t fault_conditional(uint32_t secret, uint32_t a, uint32_t b);
int fault_call(const void *secret, const void *other, size_t len);
uint32_t fault_indirect(uint32_t (*const *table)(void), uint32_t secret);
int memcmp(const void *a, const void *b, size_t len);

uint32_t fault_none(uint32_t secret, uint32_t other)
{
    return (uint32_t)((uint64_t)secret * other >> 32) + (secret ^ other);
}

uint32_t fault_divide(uint32_t secret, uint32_t by)
{
    return secret / by;
}

int32_t fault_divide_signed(int32_t secret, int32_t by)
{
    return secret % by;
}

uint64_t fault_divide_long(uint64_t secret, uint64_t by)
{
    return secret / by;
}

/* A coprocessor answers when it likes. */
uint32_t fault_variable(uint32_t secret)
{
    uint32_t r;
    __asm__ volatile("mcr p0, #0, %1, c0, c0, #0\n\tmrc p0, #0, %0, c0, c0, #0"
                     : "=r"(r)
                     : "r"(secret));
    return r;
}

uint32_t fault_jump_table(uint32_t secret, volatile uint32_t *out)
{
    switch (secret) {
    case 0:
        *out = 17;
        return *out;
    case 1:
        out[1] = 3;
        return 5;
    case 2:
        out[2] = out[9];
        return out[3];
    case 3:
        out[7] = 1;
        return 1;
    case 4:
        return out[2] * 3u;
    case 5:
        return out[1] + out[5];
    default:
        return 0;
    }
}

uint8_t fault_table(const uint8_t *table, uint32_t secret)
{
    return table[secret];
}

/* The compiler makes an address first. */
uint32_t fault_table_of_entries(const struct entry *table, uint32_t secret)
{
    const struct entry *e = &table[secret];
    return e->words[1] ^ e->words[3];
}

void fault_table_write(uint8_t *table, uint32_t secret)
{
    table[secret] = 1;
}

void fault_branch(uint32_t secret, volatile uint32_t *out)
{
    if ((secret & 4u) != 0) {
        out[0] = 1;
        out[1] = out[2];
        out[3] = out[4];
        out[5] = out[6];
        out[7] = out[8];
    }
}

void fault_loop(uint32_t secret, volatile uint32_t *out)
{
    do {
        *out = secret;
        secret >>= 1;
    } while (secret != 0);
}

uint32_t fault_conditional(uint32_t secret, uint32_t a, uint32_t b)
{
    return secret == 7u ? a : b;
}

int fault_call(const void *secret, const void *other, size_t len)
{
    return memcmp(secret, other, len);
}

uint32_t fault_indirect(uint32_t (*const *table)(void), uint32_t secret)
{
    return table[secret & 1u]() + 1u;
}
