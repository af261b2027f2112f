/* SPDX-License-Identifier: Apache-2.0 */
/* Status answers (RFC 6960): SM2 with SM3 and the default id, certID hashed with SHA-1 or SM3, the
 * nonce given back. Each answer reads the records anew. */
#ifndef HUFU_CA_OCSP_H
#define HUFU_CA_OCSP_H

#include "ca.h"
#include <pthread.h>

#define OCSP_REQUEST_MAX 8192
#define OCSP_SINGLES_MAX 16

/* lock guards ca->db; it is not held while signing. Always gives an answer, an OCSP error included;
 * CA_ERR_CRYPTO when not even that. [out] *der: OPENSSL_free. */
int ocsp_answer(struct ca *ca, pthread_mutex_t *lock, const uint8_t *request, size_t len,
                uint8_t **der, size_t *der_len);

#endif
