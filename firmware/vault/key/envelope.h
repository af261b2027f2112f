/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An enveloped encryption pair (data of ImportECCKeyPair after App . Cont, 2012 form):
 *   asymmetric algorithm 4 . symmetric algorithm 4 . bits 4 . C1.X 32 . C1.Y 32 . C3 32
 *   . C2 length 4 . C2 . bits 4 . public X 32 . Y 32 . cipher length 4 . [IV 16 for CBC] . cipher
 * The cipher's length is that of the cipher alone. Symmetric algorithm 0: the SM2 cipher holds the
 * pair itself, X || Y || d (C2 length 96, cipher length 0): the form of a CA that knows no
 * symmetric key (docs/envelopes.md).
 */
#ifndef HUFU_ENVELOPE_H
#define HUFU_ENVELOPE_H

#include "apdu/reader.h"
#include "crypto/sm4.h"
#include "key/key.h"
#include <stdint.h>

struct envelope {
    uint32_t symmetric;
    struct key_cipher wrapped; /* of the 16-byte symmetric key, or of the pair itself */
    const uint8_t *pub;        /* SM2_POINT */
    const uint8_t *iv;         /* NULL but for CBC */
    const uint8_t *cipher;
    uint32_t cipher_len;
};

/* Reads all of r. ERR_OK; ERR_LENGTH; ERR_DATA; WIRE_SYMMETRIC: algorithm not offered. */
int envelope_parse(struct reader *r, struct envelope *envelope);

/*
 * Opens it with the container's signing key, whose use is authorised first. Every failure after
 * parsing is the same WIRE_ENVELOPE and counted: a try is spent in the store before the key is
 * used; ten in a row lock the key's opening (ERR_LOCKED) until a new signing pair is made. [out] d:
 * equals the blob's public key; the caller wipes it and calls envelope_opened in its transaction.
 * ERR_OK; WIRE_ENVELOPE; ERR_LOCKED; WIRE_NO_KEY_PAIR: no signing pair; ERR_DENIED: key_authorise
 * says no, which costs no try; the store's errors.
 */
int envelope_open(struct key_use *use, const struct envelope *envelope, uint8_t d[SM2_SCALAR]);
/* Gives the tries back; inside the transaction that keeps the pair. */
int envelope_opened(uint16_t container);
/*
 * Ends the transaction that keeps what envelope_open gave. [in] err: how it went so far: ERR_OK is
 * committed; else all of it is undone, and if the store was full the tries are given back all the
 * same: the envelope was right. Returns err, or the store's error.
 */
int envelope_keep(uint16_t container, int err);

/* --- what an RSA pair's envelope (key/rsa_envelope.h) does alike --- */

/* Authorises the use and takes a try, before the key is used. ERR_OK; WIRE_NO_KEY_PAIR; ERR_LOCKED;
 * ERR_DENIED; the store's errors. */
int envelope_spend(struct key_use *use);
/* SM4-ECB, with iv CBC. plain may be cipher. ERR_OK; ERR_PARAM: not whole blocks. */
int envelope_decrypt(const uint8_t key[SM4_KEY], const uint8_t *iv, const uint8_t *cipher,
                     size_t len, uint8_t *plain);
/* The device's own failures keep their name; the envelope's have one, WIRE_ENVELOPE. */
int envelope_outcome(int err);

#endif
