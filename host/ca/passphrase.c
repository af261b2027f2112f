/* SPDX-License-Identifier: Apache-2.0 */
#include "passphrase.h"
#include "ca.h"
#include "util/secret.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static int from_environment(char text[PASSPHRASE_MAX + 1])
{
    char *value = getenv("HUFU_CA_PASSPHRASE");
    if (!value)
        return CA_ERR_ABSENT;
    size_t len = strlen(value);
    int error = len > PASSPHRASE_MAX ? CA_ERR_FORMAT : CA_OK;
    if (error == CA_OK)
        memcpy(text, value, len + 1);
    OPENSSL_cleanse(value, len); /* in place: /proc/PID/environ shows these very bytes */
    unsetenv("HUFU_CA_PASSPHRASE");
    return error;
}

int passphrase_read(const char *file, char text[PASSPHRASE_MAX + 1])
{
    memset(text, 0, PASSPHRASE_MAX + 1);
    int error;
    if (file) {
        enum secret_result result = secret_file(file, text, PASSPHRASE_MAX + 1);
        error = result == SECRET_OK ? CA_OK : result == SECRET_IO ? CA_ERR_IO : CA_ERR_FORMAT;
    } else {
        error = from_environment(text);
    }
    if (error == CA_OK && strlen(text) < PASSPHRASE_MIN)
        error = CA_ERR_FORMAT;
    if (error != CA_OK)
        OPENSSL_cleanse(text, PASSPHRASE_MAX + 1);
    return error;
}
