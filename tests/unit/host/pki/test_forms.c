/* SPDX-License-Identifier: Apache-2.0 */
/* Files, names, SM2EnvelopedKey and CSRResponse. REQ: K6 */
#include "hufu/apdu.h"
#include "tests.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void test_loading(void **state)
{
    (void)state;
    struct made_world w;
    made_world(&w);
    char path[] = "/tmp/hufu-pki-XXXXXX";
    int fd = mkstemp(path), error;
    assert_true(fd >= 0);
    close(fd);
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, w.root);
    PEM_write_bio_X509(bio, w.ca);
    char *text;
    long len = BIO_get_mem_data(bio, &text);
    assert_int_equal(pki_write_file(path, text, (size_t)len, 0644), PKI_OK);
    STACK_OF(X509) *certs = pki_load_certs(path, &error);
    assert_non_null(certs);
    assert_int_equal(sk_X509_num(certs), 2);
    sk_X509_pop_free(certs, X509_free);
    X509 *one = pki_load_cert(path, &error);
    assert_int_equal(X509_cmp(one, w.root), 0);
    X509_free(one);
    text[len / 4] = '!';
    assert_null(pki_parse_certs((uint8_t *)text, (size_t)len));
    BIO_free(bio);
    uint8_t *der = NULL;
    int n = i2d_X509(w.ca, &der);
    assert_int_equal(pki_write_file(path, der, (size_t)n, 0644), PKI_OK);
    certs = pki_load_certs(path, &error);
    assert_int_equal(sk_X509_num(certs), 1);
    sk_X509_pop_free(certs, X509_free);
    uint8_t *longer = malloc((size_t)n + 1);
    memcpy(longer, der, (size_t)n);
    longer[n] = 0;
    assert_null(pki_parse_cert(longer, (size_t)n + 1));
    free(longer);
    OPENSSL_free(der);
    PKCS7 *p7 = PKCS7_new();
    PKCS7_set_type(p7, NID_pkcs7_signed);
    PKCS7_content_new(p7, NID_pkcs7_data);
    PKCS7_add_certificate(p7, w.root);
    PKCS7_add_certificate(p7, w.ca);
    der = NULL;
    n = i2d_PKCS7(p7, &der);
    certs = pki_parse_certs(der, (size_t)n);
    assert_int_equal(sk_X509_num(certs), 2);
    sk_X509_pop_free(certs, X509_free);
    OPENSSL_free(der);
    PKCS7_free(p7);
    unlink(path);
    assert_null(pki_load_cert(path, &error));
    assert_int_equal(error, PKI_ERR_IO);
    made_world_free(&w);
}

void test_names(void **state)
{
    (void)state;
    struct made_world w;
    made_world(&w);
    char *text = pki_name_text(X509_get_subject_name(w.sign));
    assert_string_equal(text, "CN=张三, O=虎符, C=CN");
    free(text);
    text = pki_serial_text(w.sign);
    assert_string_equal(text, "03E9");
    free(text);
    /* A name cannot drive the terminal. */
    X509_NAME *name = X509_NAME_new();
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)"a\x1b[2J", -1, -1, 0);
    text = pki_name_text(name);
    assert_null(strchr(text, '\x1b'));
    free(text);
    X509_NAME_free(name);
    for (int e = 0; e >= -12; e--)
        assert_true(strlen(pki_strerror(e)) > 0);
    made_world_free(&w);
}

void test_files(void **state)
{
    (void)state;
    char dir[] = "/tmp/hufu-pki-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/f", dir);
    uint8_t *data;
    size_t len;
    struct stat st;
    assert_int_equal(pki_write_file(path, "abc", 3, 0600), PKI_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(pki_read_file(path, &data, &len, 3), PKI_OK);
    assert_int_equal(len, 3);
    assert_memory_equal(data, "abc", 3);
    free(data);
    assert_int_equal(pki_read_file(path, &data, &len, 2), PKI_ERR_PARSE);
    assert_int_equal(pki_read_file(dir, &data, &len, 100), PKI_ERR_IO);
    unlink(path);
    snprintf(path, sizeof path, "%s/none/f", dir);
    assert_int_equal(pki_write_file(path, "abc", 3, 0600), PKI_ERR_IO);
    assert_int_equal(pki_read_file(path, &data, &len, 100), PKI_ERR_IO);
    /* A name that is a folder: refused, nothing left beside it. */
    snprintf(path, sizeof path, "%s/sub", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(pki_write_file(path, "abc", 3, 0600), PKI_ERR_IO);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

/* What is no file keeps its place, and gets all of the output or nothing. */
void test_streams(void **state)
{
    (void)state;
    char dir[] = "/tmp/hufu-pki-XXXXXX", path[64], said[8] = "", *temporary = NULL;
    uint8_t *data;
    size_t len;
    struct stat st;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/pipe", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(reader >= 0);
    assert_int_equal(pki_check_output(path), PKI_OK);
    int fd = pki_temporary_file(path, 0600, &temporary);
    assert_int_equal(pki_write_all(fd, "abc", 3), PKI_OK);
    assert_int_equal(pki_finish_file(PKI_ERR_SIGNATURE, fd, temporary, path), PKI_ERR_SIGNATURE);
    assert_int_equal(read(reader, said, sizeof said), 0);
    assert_int_equal(pki_write_file(path, "abc", 3, 0600), PKI_OK);
    assert_int_equal(read(reader, said, sizeof said), 3);
    assert_memory_equal(said, "abc", 3);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    close(reader);
    assert_int_equal(unlink(path), 0);
    /* A descriptor's name leads to its file (/dev/stdout). */
    snprintf(path, sizeof path, "%s/f", dir);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    assert_int_equal(pki_write_file(path, "xyz", 3, 0600), PKI_OK);
    close(fd);
    snprintf(path, sizeof path, "%s/f", dir);
    assert_int_equal(pki_read_file(path, &data, &len, 3), PKI_OK);
    assert_int_equal(len, 3);
    assert_memory_equal(data, "xyz", 3);
    free(data);
    if (stat("/dev/full", &st) == 0 && S_ISCHR(st.st_mode)) {
        assert_int_equal(pki_write_file("/dev/full", "abc", 3, 0600), PKI_ERR_IO);
        assert_int_equal(errno, ENOSPC);
        assert_int_equal(stat("/dev/full", &st), 0);
        assert_true(S_ISCHR(st.st_mode));
    }
    /* Places where nothing is spent in vain. */
    assert_int_equal(pki_check_output(dir), PKI_ERR_IO);
    assert_int_equal(errno, EISDIR);
    snprintf(path, sizeof path, "%s/none/f", dir);
    assert_int_equal(pki_check_output(path), PKI_ERR_IO);
    assert_int_equal(errno, ENOENT);
    snprintf(path, sizeof path, "%s/f", dir);
    assert_int_equal(pki_check_output(path), PKI_OK);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

/* An SM2EnvelopedKey of GM/T 0009 made of the numbers of GB/T 32918.5: recipient and nonce of its
 * signature example, the key of its key exchange wrapped. */
static const char vector[] =
    "3081f0300c06082a811ccf5501680105003079022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f64"
    "0ecd2e149a73022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df004204423b448"
    "d18b4a1a86b0e264e928007803243a5a8d9d0b0e8953bfe4e928adcf041045c54abc791125fbc9bae9ecc8a6555903"
    "420004160e12897df4edb61dd812feb96748fbd3ccf4ffe26aa6f6db9540af49c942324a7dad08bb9a459531694beb"
    "20aa489d6649975e1bfcf8c4741b78b4b223007f0321005270f9fa4295a5179a0bd7269ac3a97d30d60b1a40a4cabb"
    "20496f651a9fd899";

void test_enveloped_key_vector(void **state)
{
    (void)state;
    uint8_t der[256], want[64];
    size_t len = made_hex(vector, der, sizeof der);
    struct hufu_envelope k;
    assert_int_equal(pki_enveloped_key_parse(der, len, &k), PKI_OK);
    assert_int_equal(k.sym_alg, SGD_SM4_ECB_ID);
    made_hex("04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
             "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0",
             want, 64);
    assert_memory_equal(k.c1, want, 64);
    made_hex("4423B448D18B4A1A86B0E264E928007803243A5A8D9D0B0E8953BFE4E928ADCF", want, 32);
    assert_memory_equal(k.c3, want, 32);
    made_hex("45C54ABC791125FBC9BAE9ECC8A65559", want, 16);
    assert_int_equal(k.c2_len, 16);
    assert_memory_equal(k.c2, want, 16);
    made_hex("5270F9FA4295A5179A0BD7269AC3A97D30D60B1A40A4CABB20496F651A9FD899", want, 32);
    assert_int_equal(k.cipher_len, 32);
    assert_memory_equal(k.cipher, want, 32);
    made_hex("160E12897DF4EDB61DD812FEB96748FBD3CCF4FFE26AA6F6DB9540AF49C94232", want, 32);
    assert_memory_equal(k.pub, want, 32);
    for (size_t i = 0; i < len; i++)
        assert_int_not_equal(pki_enveloped_key_parse(der, i, &k), PKI_OK);
    /* A point off the curve is refused before anything is sent to the token. */
    der[40] ^= 1;
    assert_int_equal(pki_enveloped_key_parse(der, len, &k), PKI_ERR_KEY);
    assert_int_equal(k.c2_len, 0);
}

void test_enveloped_key_made(void **state)
{
    (void)state;
    EVP_PKEY *recipient = pki_sm2_generate(), *pair = pki_sm2_generate();
    uint8_t *der, key[64], d[32], want[32], xy[64];
    size_t len, key_len = sizeof key;
    struct hufu_envelope k;
    assert_int_equal(pki_enveloped_key_make(recipient, pair, &der, &len), PKI_OK);
    assert_int_equal(pki_enveloped_key_parse(der, len, &k), PKI_OK);
    pki_sm2_xy(pair, xy);
    assert_memory_equal(k.pub, xy, 64);
    /* Opened as the vault would: SM2, then SM4-ECB. The SM2Cipher is the second element. */
    const uint8_t *p = der + 3 + 14;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, recipient, NULL);
    EVP_PKEY_decrypt_init(ctx);
    assert_int_equal(EVP_PKEY_decrypt(ctx, key, &key_len, p, (size_t)p[1] + 2), 1);
    assert_int_equal(key_len, 16);
    EVP_PKEY_CTX_free(ctx);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int n;
    EVP_DecryptInit_ex(c, EVP_sm4_ecb(), NULL, key, NULL);
    EVP_CIPHER_CTX_set_padding(c, 0);
    assert_int_equal(EVP_DecryptUpdate(c, d, &n, k.cipher, 32), 1);
    EVP_CIPHER_CTX_free(c);
    BIGNUM *scalar = NULL;
    EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_PRIV_KEY, &scalar);
    BN_bn2binpad(scalar, want, 32);
    assert_memory_equal(d, want, 32);
    BN_free(scalar);
    free(der);
    EVP_PKEY_free(recipient);
    EVP_PKEY_free(pair);
}

void test_csr_response(void **state)
{
    (void)state;
    struct made_world w;
    made_world(&w);
    struct pki_csr_response in = {0}, out;
    uint8_t *der;
    size_t len;
    in.sign_certs = sk_X509_new_null();
    in.enc_certs = sk_X509_new_null();
    sk_X509_push(in.sign_certs, w.sign);
    sk_X509_push(in.enc_certs, w.enc);
    assert_int_equal(pki_csr_response_make(&in, &der, &len), PKI_OK);
    assert_int_equal(pki_csr_response_parse(der, len, &out), PKI_OK);
    assert_null(out.enveloped_key);
    assert_non_null(out.enc_certs);
    pki_csr_response_free(&out);
    free(der);
    pki_enveloped_key_make(w.sign_key, w.enc_key, &in.enveloped_key, &in.enveloped_key_len);
    assert_int_equal(pki_csr_response_make(&in, &der, &len), PKI_OK);
    assert_int_equal(pki_csr_response_parse(der, len, &out), PKI_OK);
    assert_int_equal(X509_cmp(sk_X509_value(out.sign_certs, 0), w.sign), 0);
    assert_int_equal(X509_cmp(sk_X509_value(out.enc_certs, 0), w.enc), 0);
    assert_int_equal(out.enveloped_key_len, in.enveloped_key_len);
    assert_memory_equal(out.enveloped_key, in.enveloped_key, in.enveloped_key_len);
    pki_csr_response_free(&out);
    for (size_t i = 0; i < len; i += 3)
        assert_int_not_equal(pki_csr_response_parse(der, i, &out), PKI_OK);
    /* Base64, as authorities send it. */
    uint8_t *text = malloc(len * 2);
    int n = EVP_EncodeBlock(text, der, (int)len);
    assert_int_equal(pki_csr_response_parse(text, (size_t)n, &out), PKI_OK);
    pki_csr_response_free(&out);
    free(text);
    free(der);
    free(in.enveloped_key);
    sk_X509_free(in.sign_certs);
    sk_X509_free(in.enc_certs);
    made_world_free(&w);
}
