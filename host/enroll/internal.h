/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of host/enroll share: the failure helper, one function per step. */
#ifndef HUFU_ENROLL_INTERNAL_H
#define HUFU_ENROLL_INTERNAL_H

#include "enroll/enroll.h"
#include "enroll/state.h"
#include "pki/pki.h"

/* Writes the reason and returns code. */
int enroll_fail(struct enroll_failure *f, enum enroll_error code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int enroll_fail_token(struct enroll_failure *f, int hufu_error, const char *what);

/* --- key.c -------------------------------------------------------------------------------- */

/* Finds or makes the signing pair. [out] pub. ENROLL_ERR_OCCUPIED if certificates are there. */
int enroll_find_key(const struct enroll_params *p, uint8_t pub[64], struct enroll_failure *f);
/* A use of the key was refused with error since its PIN must be fresh, and it is now: try again. */
bool enroll_logged_in_again(const struct enroll_params *p, int error);
/* An AttestationEvidence as an attribute of the request; der NULL: none. */
struct enroll_shown {
    uint8_t *der;
    size_t len;
};
/* [out] *der (malloc): PKCS#10 over pub, signed in the token with the default id. */
int enroll_make_request(const struct enroll_params *p, const uint8_t pub[64],
                        const struct enroll_shown *shown, uint8_t **der, size_t *len,
                        struct enroll_failure *f);

/* --- attest.c ----------------------------------------------------------------------------- */

/* [out] shown: what the token says of the container's signing key, malloc; der NULL: its maker gave
 * it no identity certificate. */
int enroll_attest(const struct enroll_params *p, const uint8_t challenge[32],
                  struct enroll_shown *shown, struct enroll_failure *f);

/* --- check.c ------------------------------------------------------------------------------ */

/* What a certificate may chain to: only `roots` is trusted, `others` merely helps the path. */
struct enroll_trust {
    STACK_OF(X509) *roots, *others;
};
/* The signing certificate against key, subject, profile and chain. */
int enroll_check_sign(X509 *cert, const uint8_t pub[64], const char *subject,
                      const struct enroll_trust *trust, struct enroll_failure *f);
/* The encryption certificate against the envelope's key, the signing certificate's subject, profile
 * and chain. */
int enroll_check_encrypt(X509 *cert, const struct hufu_envelope *envelope, X509 *sign_cert,
                         const struct enroll_trust *trust, struct enroll_failure *f);
/* The self-signed certificate of chain (borrowed), NULL when there is none or more than one. */
X509 *enroll_find_root(STACK_OF(X509) *chain);

/* --- subject.c ------------------------------------------------------------------------------ */

/* "C=CN, O=x, CN=y" (or with slashes) as a name in that order; NULL: malformed. */
X509_NAME *enroll_parse_subject(const char *text);

/* --- install.c ---------------------------------------------------------------------------- */

/* Re-frames the SM2EnvelopedKey for the vault (no decryption here) and installs all three. */
int enroll_install(const struct enroll_params *p, const struct hufu_envelope *envelope,
                   X509 *sign_cert, X509 *enc_cert, struct enroll_failure *f);
/* true: the container already holds exactly these two certificates. */
bool enroll_installed(const struct enroll_params *p, X509 *sign_cert, X509 *enc_cert);

#endif
