/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client half of RFC 7030 over libcurl: TLS is always verified, bodies and times are bounded,
 * redirects are not followed, the code travels in HTTP Basic inside TLS alone.
 */
#ifndef HUFU_EST_CLIENT_H
#define HUFU_EST_CLIENT_H

#include "enroll/enroll.h"
#include "hufu/attest.h"
#include <openssl/x509.h>

struct est {
    const char *url;
    const char *tls_ca;
    const char *user, *password; /* NULL for cacerts */
    const char *type;            /* of a request's body; NULL: PKCS#10 */
};

/* GET /cacerts. [out] *certs. ENROLL_OK or ENROLL_ERR_{NETWORK,TLS,REFUSED,ANSWER}. */
int est_cacerts(const struct est *est, STACK_OF(X509) **certs, struct enroll_failure *f);
/* GET /csrattrs. [out] *asked: the CA asks for an attestation that answers challenge; a CA without
 * csrattrs asks for none. ENROLL_OK or ENROLL_ERR_{NETWORK,TLS,REFUSED,ANSWER}. */
int est_csrattrs(const struct est *est, uint8_t challenge[HUFU_ATTEST_CHALLENGE], bool *asked,
                 struct enroll_failure *f);
/* POST /simpleenroll. [out] *cert. */
int est_simpleenroll(const struct est *est, const uint8_t *request, size_t len, X509 **cert,
                     struct enroll_failure *f);
/* POST /serverkeygen in this project's form (docs/est.md). [out] *envelope (malloc), *cert. */
int est_serverkeygen(const struct est *est, const uint8_t *request, size_t len, uint8_t **envelope,
                     size_t *envelope_len, X509 **cert, struct enroll_failure *f);

/* POST of any operation of hufu-ca's HTTPS, the body in base64. [out] *answer: malloc, a zero byte
 * follows. */
int est_post(const struct est *est, const char *operation, const uint8_t *request, size_t len,
             char **answer, size_t *answer_len, struct enroll_failure *f);

#endif
