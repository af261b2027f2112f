/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM2 certificates, requests, CRLs and OCSP on OpenSSL 3.0's libcrypto, with the distinguishing id
 * 1234567812345678 set on every operation (OpenSSL's default id is empty; X509_CRL and OCSP have no
 * place to give one, so their TBS bytes are verified here directly).
 *
 * Returns PKI_OK or a negative enum pki_error. Objects returned are the caller's to free.
 */
#ifndef HUFU_PKI_H
#define HUFU_PKI_H

#include "hufu/hufu.h"
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define PKI_SM2_ID     "1234567812345678"
#define PKI_SM2_ID_LEN 16u

#define OID_SM2_WITH_SM3 "1.2.156.10197.1.501"
#define OID_SM2_CURVE    "1.2.156.10197.1.301"

enum pki_error {
    PKI_OK = 0,
    PKI_ERR_PARSE = -1,     /* neither PEM nor DER of the expected kind */
    PKI_ERR_IO = -2,        /* file cannot be read or written */
    PKI_ERR_SIGNATURE = -3, /* does not verify */
    PKI_ERR_KEY = -4,       /* not an SM2 key on the right curve, or a bad point */
    PKI_ERR_CHAIN = -5,     /* no path to a trusted root */
    PKI_ERR_EXPIRED = -6,   /* outside validity at the time asked */
    PKI_ERR_PROFILE = -7,   /* key usage, basic constraints or prescribed contents */
    PKI_ERR_REVOKED = -8,
    PKI_ERR_UNKNOWN = -9, /* cannot be determined */
    PKI_ERR_MEMORY = -10,
    PKI_ERR_NETWORK = -11
};
const char *pki_strerror(int error);

/* --- raw SM2 ------------------------------------------------------------------------------ */

/* [in] xy 64 bytes. NULL: not on the curve. */
EVP_PKEY *pki_sm2_public(const uint8_t xy[64]);
int pki_sm2_xy(const EVP_PKEY *key, uint8_t xy[64]);
/* The same of a key on SM2's curve or on P-256. */
int pki_ec_xy(const EVP_PKEY *key, uint8_t xy[64]);
EVP_PKEY *pki_sm2_generate(void);
/* Z(id default, key). e = SM3(Z || data). */
int pki_sm2_z(const EVP_PKEY *key, uint8_t z[32]);
/* Z with another distinguishing id, at most 8191 bytes (its length in bits has 16). */
int pki_sm2_z_id(const EVP_PKEY *key, const void *id, size_t id_len, uint8_t z[32]);
int pki_sm2_digest(const EVP_PKEY *key, const void *data, size_t len, uint8_t e[32]);
/* r || s  <->  DER SEQUENCE{r, s}. der has room for 72 bytes. */
int pki_sig_to_der(const uint8_t rs[64], uint8_t *der, size_t *len);
int pki_sig_from_der(const uint8_t *der, size_t len, uint8_t rs[64]);
/* Verify DER signature over data with the default id. PKI_OK / PKI_ERR_SIGNATURE / PKI_ERR_KEY. */
int pki_sm2_verify(EVP_PKEY *key, const void *data, size_t len, const uint8_t *sig, size_t sig_len);
/* Sign with a software key (the CA's). sig has room for 72. */
int pki_sm2_sign(EVP_PKEY *key, const void *data, size_t len, uint8_t *sig, size_t *sig_len);
/* The same over e, already made by pki_sm2_digest or in parts. */
int pki_sm2_verify_digest(EVP_PKEY *key, const uint8_t e[32], const uint8_t *sig, size_t sig_len);
int pki_sm2_sign_digest(EVP_PKEY *key, const uint8_t e[32], uint8_t *sig, size_t *sig_len);
/* SM2Cipher of GM/T 0009 (DER), order C1 C3 C2. *out is allocated (OPENSSL_malloc). */
int pki_sm2_encrypt(EVP_PKEY *key, const uint8_t *in, size_t len, uint8_t **out, size_t *out_len);

/* Something that signs: a software key, or the token. sign gets e = SM3(Z || M), gives r || s and
 * returns 0, or a non-zero error that the caller gets back through *detail. */
struct pki_signer {
    int (*sign)(void *ctx, const uint8_t e[32], uint8_t rs[64]);
    void *ctx;
};
/* Wraps a software key as a signer. */
void pki_signer_from_key(struct pki_signer *signer, EVP_PKEY *key);

/* --- reading ------------------------------------------------------------------------------ */

/* File or memory, PEM or DER detected. */
X509 *pki_load_cert(const char *path, int *error);
X509 *pki_parse_cert(const uint8_t *data, size_t len);
STACK_OF(X509) *pki_load_certs(const char *path, int *error); /* PEM bundle, DER, or PKCS#7 */
STACK_OF(X509) *pki_parse_certs(const uint8_t *data, size_t len);
X509_CRL *pki_parse_crl(const uint8_t *data, size_t len);
/* DER, PEM with any number of them, or a folder of such files (names with a dot in front apart). */
STACK_OF(X509_CRL) *pki_load_crls(const char *path, int *error);
X509_REQ *pki_parse_req(const uint8_t *data, size_t len);
int pki_read_file(const char *path, uint8_t **data, size_t *len, size_t limit); /* malloc */
/* Written beside, fsynced, renamed into place; mode e.g. 0644. A device or a pipe keeps its place
 * and is written to when all is there. */
int pki_write_file(const char *path, const void *data, size_t len, unsigned mode);
/* The same in steps, for output of any size. pki_temporary_file: descriptor of a new file beside
 * path, nameless where the file system offers that, or -1 with errno; *temporary is the name it
 * gets on the way (NULL: path is a device or a pipe, the file is in memory). pki_finish_file closes
 * fd, frees the name, and puts the file into place if all went well so far (error is PKI_OK), or
 * else removes it. error, or PKI_ERR_IO with errno; without a file (fd -1) error as it came. */
int pki_temporary_file(const char *path, unsigned mode, char **temporary);
int pki_write_all(int fd, const void *data, size_t len);
int pki_finish_file(int error, int fd, char *temporary, const char *path);
/* Whether path looks like a place for output, before something is spent for it: PKI_OK, or
 * PKI_ERR_IO with errno (a folder, no right to write). Writing can fail all the same. */
int pki_check_output(const char *path);

/* --- signing of ASN.1 objects with any signer ---------------------------------------------- */

/* Sets the algorithm (SM2 with SM3, no parameters) and the signature. key is the signer's public
 * key. [out] *detail: the signer's own error, may be NULL. */
int pki_req_sign(X509_REQ *req, EVP_PKEY *key, const struct pki_signer *signer, int *detail);
int pki_cert_sign(X509 *cert, EVP_PKEY *key, const struct pki_signer *signer);
int pki_crl_sign(X509_CRL *crl, EVP_PKEY *key, const struct pki_signer *signer);
/* OCSP answer with a software key; responder's certificate is put into it. */
int pki_ocsp_sign(OCSP_BASICRESP *basic, X509 *responder, EVP_PKEY *key);

int pki_req_verify(X509_REQ *req);
int pki_cert_verify_by(X509 *cert, EVP_PKEY *issuer_key);
int pki_crl_verify_by(X509_CRL *crl, EVP_PKEY *issuer_key);
int pki_ocsp_verify_by(OCSP_BASICRESP *basic, EVP_PKEY *responder_key);

/* --- judging ------------------------------------------------------------------------------ */

enum pki_usage {
    PKI_USAGE_SIGN,
    PKI_USAGE_ENCRYPT,
    PKI_USAGE_CA,
    PKI_USAGE_OCSP,
    /* Manufacturers of tokens (attest.h), whose keys may be on P-256 as well. */
    PKI_USAGE_IDENTITY,
    PKI_USAGE_MAKER
};

/* Requirement C1/C2: version, names, serial, validity, key, key usage for this use, extensions of
 * GM/T 0015. why (may be NULL) gets a static, translated reason. */
int pki_check_profile(X509 *cert, enum pki_usage usage, const char **why);

/* Path from cert over untrusted (may be NULL) to a certificate in roots, each signature with the
 * default id, validity at `at`. [out] *chain leaf first (may be NULL). */
int pki_verify_chain(X509 *cert, STACK_OF(X509) *untrusted, STACK_OF(X509) *roots, time_t at,
                     STACK_OF(X509) **chain);

/* The same for an identity certificate: its authorities may be on P-256. */
int pki_verify_maker_chain(X509 *cert, STACK_OF(X509) *untrusted, STACK_OF(X509) *roots, time_t at,
                           STACK_OF(X509) **chain);

struct pki_revocation {
    bool revoked;
    time_t when;
    int reason; /* CRLReason, -1 not given */
    time_t this_update, next_update;
    const char *source; /* "CRL" or "OCSP" */
};
/* The issuer signs the CRL; stale (nextUpdate passed at now) is PKI_ERR_UNKNOWN. PKI_OK: r is
 * filled, and r->revoked says which; also for the two below. */
int pki_check_crl(X509 *cert, X509 *issuer, X509_CRL *crl, time_t now, struct pki_revocation *r);
/*
 * A verified path, leaf first and root last, by lists that were given (docs/attestation.md, "Lists
 * of revoked certificates"). Of the lists in an authority's name the newest that it signed counts;
 * an authority in whose name there is none says nothing. [out] *revoked one of the path is on its
 * list. PKI_OK; PKI_ERR_UNKNOWN: not revoked by what can be told, but an authority's list is out of
 * date, partial, or not signed by it.
 */
int pki_check_crls(const STACK_OF(X509) *chain, const STACK_OF(X509_CRL) *crls, time_t now,
                   bool *revoked);
/* Whether lists are worth keeping, before any path is there. PKI_OK; PKI_ERR_PROFILE: partial;
 * PKI_ERR_EXPIRED: out of date; PKI_ERR_SIGNATURE: in the name of one of `roots`, not signed by
 * it. */
int pki_check_lists(const STACK_OF(X509_CRL) *crls, const STACK_OF(X509) *roots, time_t now);
/* One line about what it, or pki_load_crls, answered; translated. */
const char *pki_lists_text(int error);
/* Build a request and judge an answer (responder = issuer or delegated with OCSPSigning). */
int pki_ocsp_request(X509 *cert, X509 *issuer, uint8_t **der, size_t *len);
int pki_check_ocsp(X509 *cert, X509 *issuer, const uint8_t *resp, size_t len, time_t now,
                   struct pki_revocation *r);
/* One HTTP(S) GET, or POST of body when it is not NULL, with bounded size and time. */
int pki_fetch(const char *url, const char *content_type, const void *body, size_t body_len,
              size_t limit, uint8_t **answer, size_t *answer_len);
/* Fetches OCSP (AIA) and CRL (CDP) named in cert over HTTP. PKI_OK with r filled; PKI_ERR_UNKNOWN:
 * no usable answer from either. */
int pki_fetch_revocation(X509 *cert, X509 *issuer, struct pki_revocation *ocsp, bool *have_ocsp,
                         struct pki_revocation *crl, bool *have_crl);

/* "CN=..., O=..., C=CN" UTF-8; malloc. Hex upper case; malloc. */
char *pki_name_text(const X509_NAME *name);
char *pki_serial_text(X509 *cert);

/* --- SM2EnvelopedKey (GM/T 0009-2012) and CSRResponse (GM/T 0092-2020) ----------------------- */

/* The other forms in which CAs deliver a pair: envelope.h. */
int pki_enveloped_key_parse(const uint8_t *der, size_t len, struct hufu_envelope *out);
/* Wrap private key d for recipient (KMC side): fresh SM4 key, ECB, no padding. *der malloc. */
int pki_enveloped_key_make(EVP_PKEY *recipient, EVP_PKEY *pair, uint8_t **der, size_t *len);

struct pki_csr_response {
    STACK_OF(X509) *sign_certs;
    uint8_t *enveloped_key; /* DER, malloc; NULL: absent */
    size_t enveloped_key_len;
    STACK_OF(X509) *enc_certs; /* NULL: absent */
};
int pki_csr_response_parse(const uint8_t *data, size_t len, struct pki_csr_response *out);
int pki_csr_response_make(const struct pki_csr_response *in, uint8_t **der, size_t *len);
void pki_csr_response_free(struct pki_csr_response *r);

#endif
