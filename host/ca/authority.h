/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unlock authority (docs/unblock.md): answers a token's request when an officer of that role
 * says for whom. Every answer, and every refusal, is in the audit log before it leaves. No PIN
 * ever comes here.
 */
#ifndef HUFU_CA_AUTHORITY_H
#define HUFU_CA_AUTHORITY_H

#include "ca.h"
#include "pki/unblock.h"

struct authority_order {
    const char *officer, *passphrase; /* his own */
    const char *applicant;            /* the holder whom he identified */
    const char *reason;               /* his words, for the log; may be empty */
    struct unblock_request request;
};

/* Needs CA_KEY_UNLOCK and CA_KEY_AUDIT. [out] sig r || s.
 * CA_OK; CA_ERR_AUTH: officer or passphrase; CA_ERR_ABSENT: no such applicant; CA_ERR_CRYPTO; the
 * errors of storage.h. */
int authority_answer(struct ca *ca, const struct authority_order *order, uint8_t sig[64]);

/* The public half as PEM (SubjectPublicKeyInfo) into a new file of mode 0644. CA_OK; CA_ERR_IO;
 * CA_ERR_CRYPTO. */
int authority_write_public(EVP_PKEY *key, const char *path);

#endif
