/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for the header that nettle's configuration writes: plain C, on a little-endian machine. */
#ifndef HUFU_BENCH_NETTLE_CONFIG_H
#define HUFU_BENCH_NETTLE_CONFIG_H

#endif
