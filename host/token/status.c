/* SPDX-License-Identifier: Apache-2.0 */
#include "token/token.h"

/* Status words of GM/T 0017 as reconstructed, ISO/IEC 7816-4, and their meaning to a caller. */
static const struct {
    uint16_t sw;
    int error;
} table[] = {
    {SW_OK, HUFU_OK},
    {SW_MEMORY_FAILURE, HUFU_ERR_IO},
    {SW_WRONG_LENGTH, HUFU_ERR_PARAM},
    {SW_KEYGEN_FAILED, HUFU_ERR_INTERNAL},
    {SW_SECURITY_STATUS, HUFU_ERR_NOT_LOGGED_IN},
    {SW_LOCKED, HUFU_ERR_PIN_LOCKED},
    {SW_DATA_INVALID, HUFU_ERR_REFUSED},
    {SW_CONDITIONS, HUFU_ERR_STATE},
    {SW_NOT_ALLOWED, HUFU_ERR_STATE},
    {SW_MAC_WRONG, HUFU_ERR_REFUSED},
    /* After a lost session the application is no longer open. */
    {SW_APP_NOT_OPEN, HUFU_ERR_NOT_LOGGED_IN},
    {SW_WRONG_DATA, HUFU_ERR_REFUSED},
    {SW_FUNC_UNSUPPORTED, HUFU_ERR_UNSUPPORTED},
    {SW_NOT_FOUND, HUFU_ERR_NOT_FOUND},
    {SW_NO_SPACE, HUFU_ERR_NO_SPACE},
    {SW_WRONG_P1P2, HUFU_ERR_PARAM},
    {SW_APP_NOT_FOUND, HUFU_ERR_NOT_FOUND},
    {SW_APP_EXISTS, HUFU_ERR_EXISTS},
    {SW_APP_ALREADY_OPEN, HUFU_ERR_STATE},
    {SW_APP_NAME_NOT_FOUND, HUFU_ERR_NOT_FOUND},
    {SW_SYMKEY_NOT_FOUND, HUFU_ERR_NO_KEY},
    {SW_DATA_ERROR, HUFU_ERR_REFUSED},
    {SW_CONTAINER_LIMIT, HUFU_ERR_CONTAINERS},
    {SW_CONTAINER_NOT_FOUND, HUFU_ERR_NOT_FOUND},
    {SW_FILE_EXISTS, HUFU_ERR_EXISTS},
    {SW_FILE_NOT_FOUND, HUFU_ERR_NOT_FOUND},
    {SW_OFFSET, HUFU_ERR_PARAM},
    {SW_NOT_CONFIRMED, HUFU_ERR_NOT_CONFIRMED},
    {SW_PIN_LENGTH, HUFU_ERR_PIN_LENGTH},
    {SW_PIN_RULE, HUFU_ERR_PIN_RULE},
    {SW_PIN_REUSED, HUFU_ERR_PIN_REUSED},
    {SW_ENCRYPT_FAILED, HUFU_ERR_REFUSED},
    {SW_AGREEMENT, HUFU_ERR_REFUSED},
    {SW_AGREEMENT_KEY, HUFU_ERR_REFUSED},
    {SW_CONTAINER_ID, HUFU_ERR_NOT_FOUND},
    {SW_NO_KEYPAIR, HUFU_ERR_NO_KEY},
    {SW_NO_CERT, HUFU_ERR_NO_CERT},
    {SW_WRITE_FAILED, HUFU_ERR_IO},
    {SW_VERIFY_FAILED, HUFU_ERR_VERIFY},
    {SW_SYM_ALG, HUFU_ERR_UNSUPPORTED},
    {SW_DECRYPT_FAILED, HUFU_ERR_REFUSED},
    {SW_SIGN_FAILED, HUFU_ERR_INTERNAL},
    {SW_DIGEST_ALG, HUFU_ERR_UNSUPPORTED},
    {SW_KEY_NOT_FOUND, HUFU_ERR_NO_KEY},
    {SW_WRONG_LE, HUFU_ERR_PARAM},
    {SW_INS_UNKNOWN, HUFU_ERR_UNSUPPORTED},
    {SW_CLA_UNKNOWN, HUFU_ERR_UNSUPPORTED},
    {SW_CONTAINER_EXISTS, HUFU_ERR_EXISTS},
    {SW_ERROR_STATE, HUFU_ERR_SELFTEST},
};

int status_error(unsigned sw, unsigned *tries)
{
    if ((sw & 0xFFF0u) == SW_PIN_TRIES) {
        if (tries != NULL) {
            *tries = sw & 0xFu;
        }
        /* The try that used up the last one has locked the PIN. */
        return (sw & 0xFu) == 0 ? HUFU_ERR_PIN_LOCKED : HUFU_ERR_PIN_WRONG;
    }
    if ((sw & 0xFFF0u) == SW_IMAGE) {
        if (tries != NULL) {
            *tries = sw & 0xFu;
        }
        return HUFU_ERR_IMAGE;
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].sw == sw) {
            if (table[i].error == HUFU_ERR_PIN_LOCKED && tries != NULL) {
                *tries = 0;
            }
            return table[i].error;
        }
    }
    return HUFU_ERR_PROTOCOL;
}

int status_device(int error)
{
    switch (error) {
    case HUFU_ERR_PIN_WRONG:
    case HUFU_ERR_PIN_LOCKED:
    case HUFU_ERR_NOT_LOGGED_IN:
        return HUFU_ERR_DEVICE_AUTH;
    default:
        return error;
    }
}
