/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files: there and back for the issuer alone, damaged ones, what chance there is in the
 * secrets. REQ: K1 T3 */
#include "provision/sealed.h"
#include "util/hex.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[128];
static EVP_PKEY *key, *other;
static X509 *cert;

static int setup(void **state)
{
    struct pki_signer signer;
    const char *base = getenv("TMPDIR");
    (void)state;
    (void)snprintf(path, sizeof path, "%.90s/hufu-sealed-XXXXXX", base ? base : "/tmp");
    const int fd = mkstemp(path);
    key = pki_sm2_generate();
    other = pki_sm2_generate();
    cert = X509_new();
    if (fd < 0 || key == NULL || other == NULL || cert == NULL) {
        return -1;
    }
    close(fd);
    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 7);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const uint8_t *)"Issuer", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    pki_signer_from_key(&signer, key);
    return pki_cert_sign(cert, key, &signer) == PKI_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    X509_free(cert);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    return unlink(path);
}

static void fill(struct sealed *s)
{
    *s = (struct sealed){.serial = "202611210010000100000000", .maker = "Example Works"};
    memset(s->identity, 0x5A, sizeof s->identity);
    assert_int_equal(sealed_fill(s), PKI_OK);
}

static void put_file(const void *data, size_t len)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void there_and_back(void **state)
{
    struct sealed s, back;
    struct stat st;
    uint8_t *file = NULL;
    size_t len = 0;
    char hex[33];
    (void)state;
    fill(&s);
    assert_int_equal(sealed_write(&s, cert, path), PKI_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(sealed_read(path, cert, key, &back), PKI_OK);
    assert_string_equal(back.serial, s.serial);
    assert_string_equal(back.maker, s.maker);
    assert_string_equal(back.transport_pin, s.transport_pin);
    assert_memory_equal(back.identity, s.identity, sizeof s.identity);
    assert_memory_equal(back.device_key, s.device_key, sizeof s.device_key);
    /* nothing of it stands there */
    assert_int_equal(pki_read_file(path, &file, &len, 65536), PKI_OK);
    hex_encode(s.device_key, sizeof s.device_key, hex);
    assert_null(memmem(file, len, hex, 32));
    assert_null(memmem(file, len, s.device_key, sizeof s.device_key));
    assert_null(memmem(file, len, s.transport_pin, strlen(s.transport_pin)));
    assert_null(memmem(file, len, s.serial, strlen(s.serial)));
    free(file);
    /* nobody else */
    assert_int_not_equal(sealed_read(path, cert, other, &back), PKI_OK);
    assert_int_equal(sealed_read(path, NULL, NULL, &back), PKI_ERR_KEY);
    assert_int_equal(back.device_key[0], 0);
    assert_int_equal(sealed_read("/nowhere", cert, key, &back), PKI_ERR_IO);
    assert_int_equal(sealed_write(&s, cert, "/nowhere/at/all"), PKI_ERR_IO);
}

static void cut_short(void **state)
{
    struct sealed s, back;
    uint8_t *file = NULL;
    size_t len = 0;
    (void)state;
    fill(&s);
    assert_int_equal(sealed_write(&s, cert, path), PKI_OK);
    assert_int_equal(pki_read_file(path, &file, &len, 65536), PKI_OK);
    for (size_t n = 0; n < len; n += 13) {
        put_file(file, n);
        assert_int_not_equal(sealed_read(path, cert, key, &back), PKI_OK);
        assert_int_equal(back.transport_pin[0], 0);
    }
    free(file);
}

/* What hufu decrypt makes of it is read as it is. */
static void opened_already(void **state)
{
    static const char good[] =
        "hufu factory 1\nserial: 202611210010000100000000\nmanufacturer: Example Works\n"
        "identity: "
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
        "device-key: 00112233445566778899aabbccddeeff\ntransport-pin: 12345678\n";
    struct sealed s;
    (void)state;
    put_file(good, sizeof good - 1);
    assert_int_equal(sealed_read(path, NULL, NULL, &s), PKI_OK);
    assert_string_equal(s.transport_pin, "12345678");
    assert_int_equal(s.device_key[15], 0xFF);
    /* a line less, a digit less, a line that does not end */
    for (size_t i = 15; i < sizeof good - 1; i++) {
        if (good[i - 1] == '\n') {
            char text[sizeof good];
            const size_t line = strcspn(good + i, "\n") + 1;
            memcpy(text, good, i);
            memcpy(text + i, good + i + line, sizeof good - i - line);
            put_file(text, strlen(text));
            assert_int_equal(sealed_read(path, NULL, NULL, &s), PKI_ERR_PARSE);
            assert_int_equal(s.device_key[15], 0);
        }
    }
    put_file(good, sizeof good - 2);
    assert_int_equal(sealed_read(path, NULL, NULL, &s), PKI_ERR_PARSE);
    put_file("hufu factory 1\0", 16);
    assert_int_equal(sealed_read(path, NULL, NULL, &s), PKI_ERR_KEY);
    put_file("hufu factory 2\n", 15);
    assert_int_equal(sealed_read(path, NULL, NULL, &s), PKI_ERR_KEY);
}

/* Every digit as often as the next: 16,000 digits in ten classes, six deviations wide. */
static void chance(void **state)
{
    unsigned seen[10] = {0};
    struct sealed a, b;
    (void)state;
    fill(&a);
    for (unsigned i = 0; i < 2000; i++) {
        fill(&b);
        assert_int_equal(strlen(b.transport_pin), SEALED_PIN_DIGITS);
        assert_int_equal(strspn(b.transport_pin, "0123456789"), SEALED_PIN_DIGITS);
        assert_memory_not_equal(a.device_key, b.device_key, sizeof a.device_key);
        for (unsigned d = 0; d < SEALED_PIN_DIGITS; d++) {
            seen[b.transport_pin[d] - '0']++;
        }
        a = b;
    }
    for (unsigned d = 0; d < 10; d++) {
        assert_in_range(seen[d], 1600 - 230, 1600 + 230);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(cut_short),
        cmocka_unit_test(opened_already),
        cmocka_unit_test(chance),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
