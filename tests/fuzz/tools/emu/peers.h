/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile peers of hufu-emu, on the unit tests' scripted device: the input chooses packets of every
 * type with lawful and unlawful fields, cut and changed, and what the device does meanwhile.
 * Whatever comes, the server lives, and the next peer gets its device.
 */
#ifndef HUFU_FUZZ_PEERS_H
#define HUFU_FUZZ_PEERS_H

#include <stddef.h>
#include <stdint.h>

int hufu_fuzz_usbredir(const uint8_t *data, size_t size);
int hufu_fuzz_usbip(const uint8_t *data, size_t size);

#endif
