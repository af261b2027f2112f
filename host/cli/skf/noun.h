/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `hufu skf NOUN VERB`: one file per noun, each with a table of verbs and a `const struct
 * cli_command skf_NOUN`; nouns.def lists them. They stand on libhufu like the other subcommands,
 * which do the work wherever they already can (.same). Data is read and written whole: these verbs
 * show single calls; documents of any size are for sign, verify, encrypt and decrypt.
 */
#ifndef HUFU_CLI_SKF_NOUN_H
#define HUFU_CLI_SKF_NOUN_H

#include "cli/cli.h"
#include <openssl/evp.h>

#define HUFU_NOUN(name) extern const struct cli_command skf_##name;
#include "cli/skf/nouns.def"
#undef HUFU_NOUN

/* What a verb works on: opened, and given back, by skf_run. */
struct skf_call {
    struct cli *cli;
    struct cli_session s;
    const char *command; /* "skf file", for usage errors */
    char **operands;
    int count;
};

enum skf_needs { SKF_NOTHING, SKF_TOKEN, SKF_APP, SKF_CONTAINER };

struct skf_verb {
    const char *name; /* NULL ends the table */
    int least, most;  /* operands */
    enum skf_needs needs;
    int (*run)(struct skf_call *call, const void *choice);
    const struct cli_command *same; /* another subcommand has this verb: it gets the whole line */
};

/* Parses options into choice, finds the verb, opens what it needs and runs it. */
int skf_run(struct cli *cli, int argc, char **argv, const struct skf_verb *verbs,
            const struct cli_option *options, const void *choice);

/* --- what verbs share; a function that failed has printed its line -------------------------- */

/* "not without --yes". */
int skf_confirmed(const struct skf_call *call, bool yes);
/* Device authentication with the key in the file, else HUFU_DEVKEY. */
int skf_device_auth(struct skf_call *call, const char *key_file);

/* A whole file of at most SKF_FILE_MAX bytes; *data is the caller's (free). */
#define SKF_FILE_MAX (64u << 20)
int skf_read(const char *path, uint8_t **data, size_t *len);
/* A key pair's public half: certificate or SubjectPublicKeyInfo, PEM or DER, of SM2. */
int skf_read_public(const char *path, EVP_PKEY **key);
/* The same of SM2 or RSA. */
int skf_read_any_public(const char *path, EVP_PKEY **key);
/* Z of the public key in a file and an id (NULL: the default one). */
int skf_read_z(const char *path, const char *id, uint8_t z[32]);

/* The result of a verb: into the file of -o; without one a line of hexadecimal digits. With --json
 * {"output": path} or {key: digits}. */
int skf_give(const struct cli *cli, const char *path, const char *key, const uint8_t *data,
             size_t len);
/* The same for text. */
int skf_give_text(const struct cli *cli, const char *path, const char *key, const char *text);

/* Names as the library lists them, one a line; with --json an array. Frees names. */
int skf_give_names(const struct cli *cli, char *names);
/* A number from 0 to most. otherwise: text is NULL. */
int skf_number(const struct skf_call *call, const char *option, const char *text,
               unsigned long most, unsigned long otherwise, unsigned long *value);

/* Rights: NULL is otherwise; else words of "none user admin anyone" joined by commas. */
int skf_rights(const struct skf_call *call, const char *option, const char *text,
               uint32_t otherwise, uint32_t *rights);

/* --- a session key at work (session.c) -------------------------------------------------------- */

/* Options of session and agreement; skf_cipher_parse judges them. */
struct skf_cipher_options {
    const char *alg, *iv, *padding;
};
struct skf_cipher {
    uint32_t alg;
    uint8_t iv[16];
    bool needs_iv, iv_given, padding;
    bool quiet; /* standard output is somebody else's */
};
int skf_cipher_parse(const struct skf_call *call, const struct skf_cipher_options *options,
                     struct skf_cipher *cipher);
/* A file through a session key of the call's container, to the file out; says what it did. An IV
 * that encryption needs and was not given comes from the token. */
int skf_cipher_file(struct skf_call *call, uint16_t key, bool encrypt, struct skf_cipher *cipher,
                    const char *path, const char *out);

/* --- RSA pairs (rsa.c): libhufu's errors ------------------------------------------------------ */

#define SKF_RSA_SIGNATURE_MAX HUFU_RSA_MAX
int skf_rsa_generate(struct skf_call *call, unsigned long bits, EVP_PKEY **key);
/* HUFU_ERR_NO_KEY: none, or it is of SM2. */
int skf_rsa_public(struct skf_call *call, bool sign, EVP_PKEY **key);
/* PKCS#1 v1.5 with SHA-256, whose value is given. */
int skf_rsa_sign(struct skf_call *call, const uint8_t hash[32], uint8_t sig[SKF_RSA_SIGNATURE_MAX],
                 size_t *sig_len);
bool skf_rsa_verify(EVP_PKEY *key, const uint8_t hash[32], const uint8_t *sig, size_t sig_len);
/* A fresh session key and its PKCS#1 block for an RSA key. HUFU_ERR_UNSUPPORTED: a size that tokens
 * do not offer. */
int skf_rsa_make_session_key(struct skf_call *call, uint32_t alg, const EVP_PKEY *to,
                             uint8_t block[HUFU_RSA_MAX], size_t *len, uint16_t *key);
/* An encryption pair: the file of an RSAPrivateKey under SM4 (CBC with iv, ECB where it is NULL),
 * the file of that SM4 key's PKCS#1 block. Returns an exit code. */
int skf_rsa_import(struct skf_call *call, const char *cipher, const char *wrapped, const char *iv,
                   unsigned long bits);

/* Hash of a file, after z where that is not NULL. [out] out: EVP_MAX_MD_SIZE bytes. */
int skf_digest_file(const char *path, const EVP_MD *md, const uint8_t *z, uint8_t *out,
                    unsigned *len);

#endif
