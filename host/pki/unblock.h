/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remote unlock on paper (docs/unblock.md): requests and responses as text, the statement that the
 * unlock authority signs, and its public key as it is handed over.
 *
 * Text is PEM (RFC 7468) of type HUFU UNLOCK REQUEST: the request, then the first 4 bytes of SM3
 * over it, against errors of copying; HUFU UNLOCK RESPONSE: request, signature r || s, 4 bytes.
 * Header lines are for people and are not read.
 */
#ifndef HUFU_PKI_UNBLOCK_H
#define HUFU_PKI_UNBLOCK_H

#include "hufu/unblock.h"
#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

struct unblock_request {
    uint8_t bytes[HUFU_UNBLOCK_REQUEST];
    /* what they say */
    char serial[HUFU_UNBLOCK_SERIAL + 1];
    uint16_t app;
    char name[HUFU_UNBLOCK_NAME + 1];
    uint8_t pin; /* 0 admin, 1 user */
    uint32_t counter;
};

/* PKI_OK; PKI_ERR_PARSE: not a request of this version. */
int unblock_read(const uint8_t bytes[HUFU_UNBLOCK_REQUEST], struct unblock_request *request);

/* Text of at most UNBLOCK_TEXT bytes, NUL included. sig NULL: a request, else the response. */
#define UNBLOCK_TEXT 1024u
int unblock_write_text(const struct unblock_request *request, const uint8_t *sig,
                       char text[UNBLOCK_TEXT]);
/* sig NULL: a request is expected, else a response. PKI_OK; PKI_ERR_PARSE. */
int unblock_read_text(const void *text, size_t len, struct unblock_request *request,
                      uint8_t sig[64]);

/* Signs, and judges as the token does. PKI_OK; PKI_ERR_SIGNATURE; PKI_ERR_KEY. */
int unblock_sign(EVP_PKEY *authority, const struct unblock_request *request, uint8_t sig[64]);
int unblock_verify(EVP_PKEY *authority, const struct unblock_request *request,
                   const uint8_t sig[64]);

/* The authority's public key out of a file: a certificate, or a SubjectPublicKeyInfo, PEM or DER.
 * [out] xy. PKI_OK; PKI_ERR_IO; PKI_ERR_PARSE; PKI_ERR_KEY: not of SM2. */
int unblock_load_authority(const char *path, uint8_t xy[64]);

#endif
