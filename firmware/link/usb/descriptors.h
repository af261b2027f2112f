/* SPDX-License-Identifier: Apache-2.0 */
/* The token's USB descriptors. */
#ifndef HUFU_LINK_DESCRIPTORS_H
#define HUFU_LINK_DESCRIPTORS_H

#include <stddef.h>

/* The serial number string, at most DESCRIPTOR_SERIAL_MAX printable ASCII characters; what is not
 * printable ends it. Before the device connects. */
#define DESCRIPTOR_SERIAL_MAX 32u
void descriptors_set_serial(const char *serial, size_t len);

#endif
