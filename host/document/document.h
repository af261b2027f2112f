/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of any size signed and enveloped with SM2, SM3 and SM4: SignedData and EnvelopedData in
 * the national form (GM/T 0010-2012 = GB/T 35275-2017: its content-type OIDs, PKCS#7 1.5 structure)
 * and in the form of RFC 5652. Contents are read as streams and never held in memory; what a
 * message says about itself (certificates, attributes, recipients) is bounded.
 *
 * Functions return PKI_OK, a negative enum pki_error, or one of enum document_error;
 * document_strerror knows both. On error outputs are empty.
 *
 * EnvelopedData hides a document and does not authenticate it: who needs that signs first.
 */
#ifndef HUFU_DOCUMENT_H
#define HUFU_DOCUMENT_H

#include "pki/pki.h"
#include <stdio.h>

enum document_error {
    DOCUMENT_ERR_CHANGED = -50,    /* the content is not the content that was signed */
    DOCUMENT_ERR_NO_CONTENT = -51, /* the signature is detached and no content was given */
    DOCUMENT_ERR_NO_SIGNER = -52,  /* no signature, or the signer's certificate is not in it */
    DOCUMENT_ERR_ALGORITHM = -53,  /* an algorithm other than SM2, SM3 and SM4-CBC */
    DOCUMENT_ERR_RECIPIENT = -54,  /* enveloped for other certificates */
    DOCUMENT_ERR_DECRYPT = -55,    /* wrong key, or the message is damaged */
    DOCUMENT_ERR_DEVICE = -56,     /* signer or decryptor failed; its own error is in *detail */
    DOCUMENT_ERR_TRUNCATED = -57   /* the message ends early, or bytes follow it */
};
const char *document_strerror(int error);

enum document_form { DOCUMENT_GM, DOCUMENT_CMS };

/* Called now and then while a content is read; total 0: not known. May be NULL everywhere. */
struct document_progress {
    void (*step)(void *ctx, uint64_t done, uint64_t total);
    void *ctx;
};

/* --- signing ------------------------------------------------------------------------------- */

struct document_sign {
    enum document_form form;
    X509 *cert;             /* the signer's; put into the message */
    STACK_OF(X509) *others; /* further certificates to put in; may be NULL */
    const struct pki_signer *signer;
    time_t time; /* the signing time to state */
    const struct document_progress *progress;
};
/* Detached SignedData over content with the signed attributes contentType, signingTime,
 * messageDigest = SM3(content) and signing-certificate-v2 (SM3 in the national form, SHA-256 in the
 * other). [out] *der: malloc; *detail (may be NULL): the signer's own error. */
int document_sign(FILE *content, const struct document_sign *how, uint8_t **der, size_t *len,
                  int *detail);

/* --- verifying ----------------------------------------------------------------------------- */

#define DOCUMENT_MAX_SIGNERS 16
#define DOCUMENT_MAX_MESSAGE (64u << 20) /* a signature, embedded content included */

struct document_signer {
    int status; /* PKI_OK: this certificate's key signed this content */
    X509 *cert; /* NULL: not in the message */
    bool has_time;
    time_t time;         /* as the signer states it: not trusted */
    uint8_t *attributes; /* DER SET as it was signed; NULL: the content itself was signed */
    size_t attributes_len;
    uint8_t *signature; /* DER SEQUENCE { r, s } */
    size_t signature_len;
};
struct document_signatures {
    enum document_form form;
    bool embedded; /* the message carries the content */
    size_t count;
    struct document_signer signer[DOCUMENT_MAX_SIGNERS];
    STACK_OF(X509) *certs; /* all certificates of the message */
};
/* message: PEM, DER or BER. content NULL: the embedded one. PKI_OK: every signature is good (the
 * certificates are not judged yet). On another code of a single signature `out` still tells which;
 * otherwise it is empty. Free with document_signatures_free in every case. */
int document_verify(const uint8_t *message, size_t len, FILE *content,
                    const struct document_progress *progress, struct document_signatures *out);
void document_signatures_free(struct document_signatures *s);

/* Where revocation answers come from; NULL in document_trust: pki_fetch_revocation. */
struct document_revocation_source {
    int (*ask)(void *ctx, X509 *cert, X509 *issuer, struct pki_revocation *ocsp, bool *have_ocsp,
               struct pki_revocation *crl, bool *have_crl);
    void *ctx;
};
struct document_trust {
    STACK_OF(X509) *roots;
    STACK_OF(X509) *untrusted; /* those of the message */
    time_t at;                 /* the time to judge for */
    bool asserted; /* `at` is the verifier's own assertion: a later revocation is no bar */
    const struct document_revocation_source *source;
};

#define DOCUMENT_MAX_PATH 8
struct document_status {
    X509 *cert;                 /* owned by path */
    bool names_ocsp, names_crl; /* the certificate says where to ask */
    bool have_ocsp, have_crl;   /* and a usable answer came */
    struct pki_revocation ocsp, crl;
};
struct document_judgement {
    int verdict;  /* PKI_OK, or the first of the reasons below */
    int chain;    /* of pki_verify_chain, validity apart */
    int validity; /* PKI_OK or PKI_ERR_EXPIRED */
    int profile;
    const char *profile_reason;
    int revocation;       /* PKI_OK, _REVOKED or _UNKNOWN */
    bool set_aside;       /* revoked after `at`, which the verifier asserted */
    STACK_OF(X509) *path; /* leaf first */
    size_t checked;       /* certificates whose revocation was asked for */
    struct document_status status[DOCUMENT_MAX_PATH];
};
/* Judges the certificate of one signature: path, validity, key usage, and revocation by OCSP and
 * CRL of every certificate of the path below its root; one that is itself in `roots` and names no
 * source of revocation is taken as it is. Returns j->verdict. */
int document_judge(X509 *cert, const struct document_trust *trust, struct document_judgement *j);
void document_judgement_free(struct document_judgement *j);

/* --- enveloping ---------------------------------------------------------------------------- */

/* EnvelopedData for one or more certificates: a fresh SM4 key, CBC, definite lengths. The
 * content's size must be known: pass a regular file (document_spool makes one). */
int document_encrypt(FILE *content, STACK_OF(X509) *recipients, enum document_form form, FILE *out,
                     const struct document_progress *progress);
/* The content itself when it is a regular file, else a nameless temporary file with its bytes. */
FILE *document_spool(FILE *content);

/* Something that decrypts: a software key, or the token, which keeps the session key inside.
 * Each returns 0 or its own non-zero error; unwrap returns DOCUMENT_ERR_DECRYPT when C3 does not
 * fit, and the next form of the ciphertext is tried. */
struct document_decryptor {
    void *ctx;
    int (*unwrap)(void *ctx, const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                  size_t c2_len, const uint8_t iv[16]);
    /* SM4-CBC without padding; len is a multiple of 16; out has room for len + 16. */
    int (*update)(void *ctx, const uint8_t *in, size_t len, uint8_t *out, size_t *out_len);
    int (*final)(void *ctx, uint8_t *out, size_t *out_len); /* room for 16 */
};
/* Decrypts what was enveloped for cert. message: BER, DER or PEM. out is complete and true to the
 * padding only when PKI_OK is returned: write it to a file that is put in place afterwards. */
int document_decrypt(FILE *message, X509 *cert, const struct document_decryptor *decryptor,
                     FILE *out, const struct document_progress *progress, int *detail);

struct document_software_key;
/* A decryptor for a private key in memory. */
struct document_software_key *document_software_key_new(EVP_PKEY *key,
                                                        struct document_decryptor *decryptor);
void document_software_key_free(struct document_software_key *k);

#endif
