/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the bodies EST sends: base64 and multipart/mixed with two parts. */
#ifndef HUFU_EST_MULTIPART_H
#define HUFU_EST_MULTIPART_H

#include <stddef.h>
#include <stdint.h>

/* base64 with any white space. [out] *out (malloc). 0; -1: not base64. */
int est_base64_decode(const char *text, size_t len, uint8_t **out, size_t *out_len);
struct est_part {
    char type[128]; /* media type, lower case, blanks squeezed */
    const char *body;
    size_t len;
};
/* [in] content_type with its boundary parameter. Returns the number of parts (at most max), -1:
 * malformed. */
int est_multipart(const char *content_type, const char *body, size_t len, struct est_part *parts,
                  int max);

#endif
