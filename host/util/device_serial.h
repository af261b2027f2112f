/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a token's serial number, for whoever gives numbers: the station and its CA. */
#ifndef HUFU_UTIL_DEVICE_SERIAL_H
#define HUFU_UTIL_DEVICE_SERIAL_H

#include <stdbool.h>

/* 24 digits that begin with a day, YYYYMMDD, from 2020 on (GB/T 33560-2017 7.5.5). */
bool device_serial_good(const char *text);

#endif
