/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL beside the vault's err.h: OpenSSL has a type named ERR_STATE, the vault an error. */
#ifndef HUFU_TESTS_OPENSSL_H
#define HUFU_TESTS_OPENSSL_H

#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#undef ERR_STATE

#endif
