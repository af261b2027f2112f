/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms in which CAs hand out an enveloped SM2 key pair, told apart by what they hold and put
 * into the vault's terms (struct hufu_envelope) field by field. Nothing is decrypted and no key
 * enters the host's memory; what has no such framing is refused by name. docs/envelopes.md lists
 * the forms with their sources.
 */
#ifndef HUFU_PKI_ENVELOPE_H
#define HUFU_PKI_ENVELOPE_H

#include "hufu/hufu.h"
#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>

enum pki_envelope_form {
    PKI_ENVELOPE_NONE,
    PKI_ENVELOPE_SKF,          /* GM/T 0016 ENVELOPEDKEYBLOB, GM/T 0018-2018 EnvelopedECCKey */
    PKI_ENVELOPE_SDF,          /* GM/T 0018-2012 SDF_ENVELOPEDKEYBLOB and its relatives */
    PKI_ENVELOPE_SM2_KEY,      /* GB/T 35276 (GM/T 0009) SM2EnvelopedKey */
    PKI_ENVELOPE_CSR_RESPONSE, /* GM/T 0092 CSRResponse */
    PKI_ENVELOPE_GM_ENVELOPED, /* GB/T 35275 (GM/T 0010) envelopedData */
    PKI_ENVELOPE_GM_SIGNED,    /* GB/T 35275 signedAndEnvelopedData */
    PKI_ENVELOPE_KM_RESPONSE,  /* GM/T 0014 RetKeyRespond */
    PKI_ENVELOPE_CMS,          /* RFC 5652 EnvelopedData, PKCS#7 */
    PKI_ENVELOPE_CMP,          /* RFC 4210 EncryptedValue */
    PKI_ENVELOPE_CFCA          /* CFCA's own answer to a request with a second key */
};

/* What the caller knows beside the message; either may be NULL. */
struct pki_envelope_hint {
    const uint8_t *pub; /* X || Y of the pair, for forms that do not hold it */
    X509 *recipient;    /* whose key opens it, for messages to several */
};

struct pki_envelope {
    enum pki_envelope_form form;
    /* 2 where the form does not say whether C3 or C2 comes first (CFCA): the second is to be tried
     * when the token refuses the first. */
    unsigned count;
    struct hufu_envelope framing[2];
};

#define PKI_ENVELOPE_MAX 65536u /* bytes of a message */

/*
 * [in] data: binary, PEM, base64 or hexadecimal, told apart; one message and nothing else.
 * [out] out: zeroed on error but for its form, where that was recognised; *why: a reason to be
 * translated (N_), or NULL.
 * PKI_OK; PKI_ERR_PARSE: none of the forms, or one that is malformed; PKI_ERR_PROFILE: known, and
 * not for the token: *why names it; PKI_ERR_KEY: a point off the curve; PKI_ERR_MEMORY.
 */
int pki_envelope_read(const uint8_t *data, size_t len, const struct pki_envelope_hint *hint,
                      struct pki_envelope *out, const char **why);

/* The same where only an address is known (SKF_ImportECCKeyPair): a structure or DER, binary; no
 * byte is read that the form recognised so far does not have. */
int pki_envelope_read_at(const void *at, const struct pki_envelope_hint *hint,
                         struct pki_envelope *out, const char **why);

/* A name to be translated (N_). Never NULL. */
const char *pki_envelope_form_name(enum pki_envelope_form form);

#endif
