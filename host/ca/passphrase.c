/* SPDX-License-Identifier: Apache-2.0 */
#include "passphrase.h"
#include "ca.h"
#include "util/i18n.h"
#include "util/secret.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static int from_environment(const char *variable, char text[PASSPHRASE_MAX + 1])
{
    char *value = getenv(variable);
    if (!value)
        return CA_ERR_ABSENT;
    size_t len = strlen(value);
    int error = len > PASSPHRASE_MAX ? CA_ERR_FORMAT : CA_OK;
    if (error == CA_OK)
        memcpy(text, value, len + 1);
    OPENSSL_cleanse(value, len); /* in place: /proc/PID/environ shows these very bytes */
    unsetenv(variable);
    return error;
}

static int from_file(const char *file, char text[PASSPHRASE_MAX + 1])
{
    enum secret_result result = secret_file(file, text, PASSPHRASE_MAX + 1);
    return result == SECRET_OK ? CA_OK : result == SECRET_IO ? CA_ERR_IO : CA_ERR_FORMAT;
}

static int checked(int error, char text[PASSPHRASE_MAX + 1])
{
    if (error == CA_OK && strlen(text) < PASSPHRASE_MIN)
        error = CA_ERR_FORMAT;
    if (error != CA_OK)
        OPENSSL_cleanse(text, PASSPHRASE_MAX + 1);
    return error;
}

int passphrase_read(const char *file, char text[PASSPHRASE_MAX + 1])
{
    memset(text, 0, PASSPHRASE_MAX + 1);
    return checked(file ? from_file(file, text) : from_environment("HUFU_CA_PASSPHRASE", text),
                   text);
}

int passphrase_officer(const char *file, char text[PASSPHRASE_MAX + 1])
{
    memset(text, 0, PASSPHRASE_MAX + 1);
    int error = file ? from_file(file, text) : from_environment("HUFU_CA_OFFICER_PASSPHRASE", text);
    if (!file && error == CA_ERR_ABSENT) {
        enum secret_result result =
            secret_prompt(_("Officer's passphrase: "), text, PASSPHRASE_MAX + 1);
        error = result == SECRET_OK            ? CA_OK
                : result == SECRET_NO_TERMINAL ? CA_ERR_ABSENT
                                               : CA_ERR_FORMAT;
    }
    return checked(error, text);
}
