/* SPDX-License-Identifier: Apache-2.0 */
#include "provision/sealed.h"

#include "util/hex.h"
#include "util/wipe.h"
#include <errno.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TEXT_MAX = 1024, FILE_LIMIT = 65536 };

int sealed_fill(struct sealed *s)
{
    size_t have = 0;
    uint8_t byte;
    while (have < SEALED_PIN_DIGITS) {
        if (RAND_priv_bytes(&byte, 1) != 1) {
            return PKI_ERR_MEMORY;
        }
        if (byte < 250) { /* every digit as likely as the next */
            s->transport_pin[have++] = (char)('0' + byte % 10);
        }
    }
    s->transport_pin[have] = '\0';
    return RAND_priv_bytes(s->device_key, sizeof s->device_key) == 1 ? PKI_OK : PKI_ERR_MEMORY;
}

/* A file that no disk ever sees. */
static FILE *memory_file(void)
{
    const int fd = memfd_create("sealed", MFD_CLOEXEC);
    FILE *f = fd >= 0 ? fdopen(fd, "w+b") : NULL;
    if (f == NULL && fd >= 0) {
        close(fd);
    }
    return f;
}

static int put_text(FILE *f, const struct sealed *s)
{
    char identity[2 * sizeof s->identity + 1], key[2 * sizeof s->device_key + 1];
    char text[TEXT_MAX];
    hex_encode(s->identity, sizeof s->identity, identity);
    hex_encode(s->device_key, sizeof s->device_key, key);
    const int len = snprintf(text, sizeof text,
                             HUFU_SEALED_FORM "\nserial: %s\nmanufacturer: %s\nidentity: %s\n"
                                              "device-key: %s\ntransport-pin: %s\n",
                             s->serial, s->maker, identity, key, s->transport_pin);
    const bool good = len > 0 && (size_t)len < sizeof text &&
                      pki_write_all(fileno(f), text, (size_t)len) == PKI_OK &&
                      fseek(f, 0, SEEK_SET) == 0;
    util_wipe(text, sizeof text);
    util_wipe(key, sizeof key);
    return good ? PKI_OK : PKI_ERR_IO;
}

int sealed_write(const struct sealed *s, X509 *issuer, const char *path)
{
    char *temporary = NULL;
    STACK_OF(X509) *to = sk_X509_new_null();
    FILE *clear = memory_file();
    int error =
        clear != NULL && to != NULL && sk_X509_push(to, issuer) > 0 ? PKI_OK : PKI_ERR_MEMORY;
    if (error == PKI_OK) {
        error = put_text(clear, s);
    }
    int fd = error == PKI_OK ? pki_temporary_file(path, 0600, &temporary) : -1;
    FILE *out = fd >= 0 ? fdopen(dup(fd), "wb") : NULL;
    if (error == PKI_OK) {
        error = out != NULL ? document_encrypt(clear, to, DOCUMENT_CMS, out, NULL) : PKI_ERR_IO;
    }
    if (out != NULL && fclose(out) != 0 && error == PKI_OK) {
        error = PKI_ERR_IO;
    }
    error = pki_finish_file(error, fd, temporary, path);
    if (clear != NULL) {
        fclose(clear);
    }
    sk_X509_free(to);
    return error;
}

/* --- reading ------------------------------------------------------------------------------ */

static bool line_of(const char *text, const char *name, char *out, size_t room)
{
    char head[32];
    (void)snprintf(head, sizeof head, "\n%s: ", name);
    const char *at = strstr(text, head);
    if (at == NULL) {
        return false;
    }
    at += strlen(head);
    const size_t len = strcspn(at, "\n");
    if (at[len] != '\n' || len >= room) {
        return false;
    }
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}

static int parse(const char *text, struct sealed *s)
{
    char identity[2 * sizeof s->identity + 1], key[2 * sizeof s->device_key + 1];
    const size_t form = strlen(HUFU_SEALED_FORM);
    const bool good = strncmp(text, HUFU_SEALED_FORM "\n", form + 1) == 0 &&
                      line_of(text, "serial", s->serial, sizeof s->serial) &&
                      strspn(s->serial, "0123456789") == HUFU_DEVICE_SERIAL &&
                      line_of(text, "manufacturer", s->maker, sizeof s->maker) &&
                      line_of(text, "identity", identity, sizeof identity) &&
                      hex_decode(identity, s->identity, sizeof s->identity) &&
                      line_of(text, "device-key", key, sizeof key) &&
                      hex_decode(key, s->device_key, sizeof s->device_key) &&
                      line_of(text, "transport-pin", s->transport_pin, sizeof s->transport_pin) &&
                      strlen(s->transport_pin) >= HUFU_PIN_MIN;
    util_wipe(key, sizeof key);
    if (!good) {
        util_wipe(s, sizeof *s);
    }
    return good ? PKI_OK : PKI_ERR_PARSE;
}

/* [out] text: TEXT_MAX bytes, NUL-terminated. */
static int read_text(FILE *f, char text[TEXT_MAX])
{
    rewind(f);
    const size_t len = fread(text, 1, TEXT_MAX - 1, f);
    text[len] = '\0';
    return ferror(f) ? PKI_ERR_IO : memchr(text, 0, len) != NULL ? PKI_ERR_PARSE : PKI_OK;
}

static int open_envelope(FILE *message, X509 *cert, EVP_PKEY *key, FILE *clear)
{
    struct document_decryptor decryptor;
    int detail = 0;
    struct document_software_key *k = document_software_key_new(key, &decryptor);
    if (k == NULL) {
        return PKI_ERR_MEMORY;
    }
    rewind(message);
    int error = document_decrypt(message, cert, &decryptor, clear, NULL, &detail);
    document_software_key_free(k);
    return error == PKI_OK && fflush(clear) != 0 ? PKI_ERR_IO : error;
}

int sealed_read(const char *path, X509 *cert, EVP_PKEY *key, struct sealed *s)
{
    char text[TEXT_MAX] = "";
    *s = (struct sealed){.serial = ""};
    FILE *message = fopen(path, "rbe"), *clear = memory_file();
    int error = message != NULL && clear != NULL ? read_text(message, text) : PKI_ERR_IO;
    if (error == PKI_OK && strncmp(text, HUFU_SEALED_FORM, strlen(HUFU_SEALED_FORM)) == 0) {
        error = parse(text, s);
    } else if (error == PKI_OK || error == PKI_ERR_PARSE) {
        error =
            key != NULL && cert != NULL ? open_envelope(message, cert, key, clear) : PKI_ERR_KEY;
        if (error == PKI_OK) {
            error = read_text(clear, text);
        }
        if (error == PKI_OK) {
            error = parse(text, s);
        }
    }
    util_wipe(text, sizeof text);
    const int why = errno;
    if (message != NULL) {
        fclose(message);
    }
    if (clear != NULL) {
        fclose(clear);
    }
    errno = why;
    return error;
}
