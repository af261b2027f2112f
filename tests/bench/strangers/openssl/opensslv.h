/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for the header that OpenSSL's configuration writes: what its macros ask for. */
#ifndef OPENSSL_OPENSSLV_H
#define OPENSSL_OPENSSLV_H

#define OPENSSL_VERSION_MAJOR 3
#define OPENSSL_VERSION_MINOR 0

#endif
