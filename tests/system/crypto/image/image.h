/* SPDX-License-Identifier: Apache-2.0 */
/* A bare image for mps2-an505 that exercises the crypto library and counts instructions. */
#ifndef HUFU_TESTS_CRYPTO_IMAGE_H
#define HUFU_TESTS_CRYPTO_IMAGE_H

#include <stdint.h>

int test_same(void);
int test_mont_same(void); /* 1: the assembly and C differ */
int test_vectors(void);
int test_counts(uint32_t runs, int planted);

/* RSA's arithmetic on fresh secrets. */
void mont_secrets(void);
void mont_do_exp(void);
void mont_do_inverse(void);
void mont_do_r2(void);

/* Reproducible; takes the same number of instructions for each byte. */
void image_random(void *out, uint32_t len);

/* The program; its result is QEMU's exit status. */
int image_main(void);

void image_print(const char *text);
void image_print_number(uint32_t v);
void image_command_line(char *out, uint32_t size);
_Noreturn void image_exit(int status);

/* Under -icount shift=6 each instruction takes 64 ns and the timer ticks each 50 ns, downwards. */
uint32_t image_ticks(void);
uint32_t image_instructions(uint32_t from, uint32_t to);

#endif
