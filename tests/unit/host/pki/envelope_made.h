/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enveloped key pairs in every form that pki/envelope.h knows, made by a writer of its own (bytes
 * and DER, none of the templates that read them), for the unit tests, the fuzzer and the native
 * vault.
 */
#ifndef HUFU_TEST_ENVELOPE_MADE_H
#define HUFU_TEST_ENVELOPE_MADE_H

#include "made.h"
#include "pki/envelope.h"

enum envelope_kind {
    MADE_SKF_64,       /* all 64 bytes of the field enciphered */
    MADE_SKF_32,       /* 32 of them, the rest empty */
    MADE_SKF_LEFT,     /* numbers left-aligned, all 64 enciphered */
    MADE_SKF_LEFT_32,  /* the same, 32 enciphered */
    MADE_SKF_BIG,      /* integers in the other byte order */
    MADE_SDF_384,      /* GM/T 0018-2012, C[16] */
    MADE_SDF_504,      /* the same, C[136] */
    MADE_SDF_LONG_384, /* unsigned long of 8 bytes */
    MADE_SDF_LONG_504,
    MADE_SDF_CIPHER,   /* GM/T 0016-2010: cipher, public key, wrapped key */
    MADE_SDF_PUBLIC,   /* public key, cipher, wrapped key */
    MADE_SDF_NARROW,   /* fields of 32 bytes */
    MADE_SM2_KEY,      /* GB/T 35276 */
    MADE_SM2_KEY_CBC,  /* with an IV, ECPrivateKey inside */
    MADE_CSR_RESPONSE, /* GM/T 0092 */
    MADE_GM,           /* GB/T 35275, wrapped key in DER */
    MADE_GM_KEY_ID,    /* recipient by key id, SM4 by its bare name */
    MADE_GM_RAW,       /* wrapped key C1 C3 C2 */
    MADE_GM_RAW_OLD,   /* wrapped key C1 C2 C3, with 04 */
    MADE_GM_SIGNED,    /* signedAndEnvelopedData, ECB */
    MADE_KM,           /* GM/T 0014 */
    MADE_CMS,          /* PKCS#8 inside */
    MADE_CMS_BER,      /* indefinite lengths, content in pieces */
    MADE_CMS_PACKAGE,  /* AsymmetricKeyPackage inside */
    MADE_CMP,          /* RFC 4210 */
    MADE_CFCA,         /* C1 C3 C2 */
    MADE_CFCA_OLD,     /* C1 C2 C3 */
    MADE_CFCA_TEXT,    /* 80 digits and base64 with commas */
    MADE_KINDS
};

#define MADE_ENVELOPE_MAX 8192u

struct envelope_world {
    struct made_world w;
    EVP_PKEY *recipient;    /* whose key opens it: public part is enough */
    EVP_PKEY *pair;         /* what is enveloped */
    X509 *recipient_cert;   /* names the recipient; self-made */
    uint8_t pub[64], d[32]; /* of the pair */
};
/* to: X || Y of the recipient. */
void envelope_world(struct envelope_world *e, const uint8_t to[64]);
void envelope_world_free(struct envelope_world *e);

/* [out] data: room for MADE_ENVELOPE_MAX. The message's length. */
size_t envelope_made(const struct envelope_world *e, enum envelope_kind kind, uint8_t *data);
enum pki_envelope_form envelope_made_form(enum envelope_kind kind);
/* Whether the form holds the public key of the pair. */
bool envelope_made_has_key(enum envelope_kind kind);

/* --- writing DER, for forms that are made to be refused ------------------------------------ */

struct der_out {
    uint8_t at[MADE_ENVELOPE_MAX];
    size_t len;
};
void der_raw(struct der_out *o, const void *data, size_t len);
void der_put(struct der_out *o, uint8_t tag, const void *data, size_t len);
void der_oid(struct der_out *o, const char *oid);
void der_number(struct der_out *o, unsigned value);
/* Puts tag and length around all that was written from `from` on. */
void der_wrap(struct der_out *o, size_t from, uint8_t tag);
/* SEQUENCE { oid, parameter }; NULL: none. */
void der_algorithm(struct der_out *o, const char *oid, const uint8_t *iv);

#endif
