/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing DER from front to back: an element is begun by remembering where the writer stands, and
 * closed by putting tag and length before what was written since, which moves up.
 */
#ifndef HUFU_DER_WRITE_H
#define HUFU_DER_WRITE_H

#include "apdu/writer.h"

/* Wraps what stands behind `at` (an earlier w->len) into one element of at most 65535 bytes. */
void der_write_end(struct writer *w, size_t at, uint8_t tag);
void der_write(struct writer *w, uint8_t tag, const void *contents, size_t len);
/* A non-negative INTEGER: big-endian bytes, with any number of leading zeros. len at least 1. */
void der_write_integer(struct writer *w, const uint8_t *bytes, size_t len);
void der_write_u32(struct writer *w, uint32_t value);

#endif
