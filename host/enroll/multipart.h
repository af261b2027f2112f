/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the bodies EST sends: multipart/mixed with two parts. */
#ifndef HUFU_EST_MULTIPART_H
#define HUFU_EST_MULTIPART_H

#include <stddef.h>

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
