/* SPDX-License-Identifier: Apache-2.0 */
/* Containers, their key pairs and certificates. */
#ifndef HUFU_TOKEN_KEY_H
#define HUFU_TOKEN_KEY_H

#include "hufu/token/open.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HUFU_NAME_MAX 64u /* container; application names are at most 48 bytes */
#define HUFU_CERT_MAX 4096u

int hufu_container_create(hufu_token *token, uint16_t app, const char *name, uint16_t *container);
int hufu_container_open(hufu_token *token, uint16_t app, const char *name, uint16_t *container);
int hufu_container_close(hufu_token *token, uint16_t app, uint16_t container);
int hufu_container_delete(hufu_token *token, uint16_t app, const char *name);
int hufu_container_list(hufu_token *token, uint16_t app, char *names, size_t *len);

struct hufu_container_info {
    uint8_t type;                 /* 0 empty, 1 RSA, 2 SM2 */
    uint32_t sign_bits, enc_bits; /* 0: no such key pair */
    bool sign_cert, enc_cert;
};
int hufu_container_info(hufu_token *token, uint16_t app, const char *name,
                        struct hufu_container_info *info);

/* SM2 signing pair, made in the vault. [out] pub X || Y. */
int hufu_generate_sm2(hufu_token *token, uint16_t app, uint16_t container, uint8_t pub[64]);
int hufu_public_key(hufu_token *token, uint16_t app, uint16_t container, bool sign,
                    uint8_t pub[64]);

/*
 * RSA pairs of containers. Numbers are big-endian; bits: 2048, 3072 or 4096 (1024 is not offered).
 * HUFU_ERR_NO_KEY: the container has no such pair, or it is an SM2 pair.
 */
#define HUFU_RSA_MAX         512u  /* bytes of a modulus */
#define HUFU_RSA_CONTENT_MAX 2432u /* of an enciphered private key */
struct hufu_rsa_public {
    uint32_t bits;
    uint32_t e;
    uint8_t n[HUFU_RSA_MAX]; /* bits / 8 of them */
};
/* Signing pair, made in the vault: seconds to minutes. HUFU_ERR_STATE: something depends on the
 * pair that is there, or it is an SM2 pair. */
int hufu_generate_rsa(hufu_token *token, uint16_t app, uint16_t container, uint32_t bits,
                      struct hufu_rsa_public *pub);
int hufu_rsa_public_key(hufu_token *token, uint16_t app, uint16_t container, bool sign,
                        struct hufu_rsa_public *pub);
/* PKCS#1 v1.5 over data as it is, a DigestInfo usually, of at most bits / 8 - 11 bytes.
 * [out] sig: *sig_len bytes, the modulus's length. */
int hufu_rsa_sign(hufu_token *token, uint16_t app, uint16_t container, const uint8_t *data,
                  size_t len, uint8_t sig[HUFU_RSA_MAX], size_t *sig_len);
/* HUFU_OK; HUFU_ERR_VERIFY. Needs no login. sig: pub->bits / 8 bytes. */
int hufu_rsa_verify(hufu_token *token, const struct hufu_rsa_public *pub, const uint8_t *data,
                    size_t len, const uint8_t *sig);
/* An encryption pair: RSAPrivateKey (PKCS#1), or PKCS#8 around it, padded (PKCS#5 or zeros) and
 * enciphered with SM4, whose key comes in PKCS#1 v1.5 under the container's signing key.
 * HUFU_ERR_REFUSED: it does not open, or is no key; HUFU_ERR_PIN_LOCKED: ten failures in a row. */
struct hufu_rsa_envelope {
    uint32_t sym_alg; /* SGD_SM4_ECB or SGD_SM4_CBC */
    uint32_t bits;    /* of the pair inside */
    const uint8_t *wrapped;
    size_t wrapped_len;
    uint8_t iv[16]; /* SGD_SM4_CBC alone */
    const uint8_t *cipher;
    size_t cipher_len;
};
int hufu_import_rsa_pair(hufu_token *token, uint16_t app, uint16_t container,
                         const struct hufu_rsa_envelope *envelope);
/* Session keys as hufu_import_session_key and hufu_export_session_key give them, wrapped in PKCS#1
 * v1.5. A block that is none is not told from a right one: it yields a key that nobody knows. */
int hufu_rsa_import_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                                const uint8_t *wrapped, size_t len, uint16_t *key);
int hufu_rsa_export_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                                const struct hufu_rsa_public *pub, uint8_t wrapped[HUFU_RSA_MAX],
                                uint16_t *key);

/*
 * What the use of a container's private keys needs beside the login (HUFU_KEY_*, joined). Setting
 * it needs the user PIN; once there is a key the mode gets stricter only, else HUFU_ERR_STATE.
 * A use that needs a fresh PIN answers HUFU_ERR_NOT_LOGGED_IN, one that the holder did not confirm
 * within 30 s HUFU_ERR_NOT_CONFIRMED.
 */
#define HUFU_KEY_PER_LOGIN 0u
#define HUFU_KEY_ONCE      1u /* each verification of the PIN is good for one use */
#define HUFU_KEY_PANEL     2u /* each use is confirmed on the token's panel */
int hufu_key_mode(hufu_token *token, uint16_t app, uint16_t container, unsigned *mode);
int hufu_set_key_mode(hufu_token *token, uint16_t app, uint16_t container, unsigned mode);

/* Sign e = SM3(Z || M). [out] sig r || s. */
int hufu_sign_digest(hufu_token *token, uint16_t app, uint16_t container, const uint8_t e[32],
                     uint8_t sig[64]);

/* The same over a message of at most HUFU_MESSAGE_MAX bytes with the signer's id (1 to 64 bytes):
 * Z and digest are made in the token. */
#define HUFU_MESSAGE_MAX 8192u
#define HUFU_ID_MAX      64u
int hufu_sign_message(hufu_token *token, uint16_t app, uint16_t container, const uint8_t *id,
                      size_t id_len, const uint8_t *message, size_t len, uint8_t sig[64]);
/* Verification in the token, of e or of a message. HUFU_ERR_VERIFY; HUFU_ERR_REFUSED: pub is no
 * point of the curve. */
int hufu_verify_digest(hufu_token *token, const uint8_t pub[64], const uint8_t e[32],
                       const uint8_t sig[64]);
int hufu_verify_message(hufu_token *token, const uint8_t pub[64], const uint8_t *id, size_t id_len,
                        const uint8_t *message, size_t len, const uint8_t sig[64]);
/* SM2 encryption in the token for any key. len 1 to HUFU_MESSAGE_MAX; [out] c1, c3, c2 (len). */
int hufu_encrypt_for(hufu_token *token, const uint8_t pub[64], const uint8_t *in, size_t len,
                     uint8_t c1[64], uint8_t c3[32], uint8_t *c2);

/* Hashing in the token, one at a time for a handle; hashes hold no secret, so that libskf makes its
 * own on the host. alg: SGD_SM3, SGD_SHA1, SGD_SHA256; pub NULL: plain; else SM3 begins with
 * Z(id, pub). [out] hash: 32 bytes, 20 for SHA-1. */
int hufu_digest_init(hufu_token *token, uint32_t alg, const uint8_t *pub, const uint8_t *id,
                     size_t id_len);
int hufu_digest_update(hufu_token *token, const uint8_t *in, size_t in_len);
int hufu_digest_final(hufu_token *token, uint8_t hash[32], size_t *len);

/* An enveloped SM2 pair in the vault's terms (built by re-framing alone, never by decrypting;
 * docs/envelopes.md). */
#define HUFU_ENVELOPE_DIRECT 0u /* sym_alg: no symmetric key, C2 is X || Y || d */
struct hufu_envelope {
    uint32_t sym_alg;       /* SGD_SM4_ECB, SGD_SM4_CBC or HUFU_ENVELOPE_DIRECT */
    uint8_t iv[16];         /* for CBC */
    uint8_t c1[64], c3[32]; /* SM2 cipher of the symmetric key for the signing key */
    uint8_t c2[96];
    size_t c2_len;       /* 16; 96 when direct */
    uint8_t pub[64];     /* the pair's public key */
    uint8_t cipher[256]; /* the private key under the symmetric key */
    size_t cipher_len;   /* 0 when direct */
};
int hufu_import_pair(hufu_token *token, uint16_t app, uint16_t container,
                     const struct hufu_envelope *envelope);
/* Pair and both certificates in one transaction of the token. */
int hufu_install_dual(hufu_token *token, uint16_t app, uint16_t container,
                      const struct hufu_envelope *envelope, const uint8_t *sign_cert,
                      size_t sign_cert_len, const uint8_t *enc_cert, size_t enc_cert_len);
int hufu_import_cert(hufu_token *token, uint16_t app, uint16_t container, bool sign,
                     const uint8_t *der, size_t len);
/* *len in/out; der NULL asks for the length. */
int hufu_export_cert(hufu_token *token, uint16_t app, uint16_t container, bool sign, uint8_t *der,
                     size_t *len);

#ifdef __cplusplus
}
#endif
#endif
