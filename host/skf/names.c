/* SPDX-License-Identifier: Apache-2.0 */
#include "skf/names.h"

#include <string.h>

static bool printable(const char *text, size_t len)
{
    bool good = true;
    for (size_t i = 0; i < len; i++) {
        good &= (unsigned char)text[i] >= 0x20 && text[i] != 0x7F;
    }
    return good;
}

ULONG skf_name_check(const char *name, size_t max)
{
    if (name == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    size_t len = strnlen(name, max + 1);
    if (len == 0 || len > max) {
        return SAR_NAMELENERR;
    }
    bool good = name[0] != ' ' && name[len - 1] != ' ' && printable(name, len);
    return good ? SAR_OK : SAR_INVALIDPARAMERR;
}

ULONG skf_pin_check(const char *pin)
{
    if (pin == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    size_t len = strnlen(pin, HUFU_PIN_MAX + 1);
    if (len < HUFU_PIN_MIN || len > HUFU_PIN_MAX) {
        return SAR_PIN_LEN_RANGE;
    }
    return printable(pin, len) ? SAR_OK : SAR_PIN_INVALID;
}

bool skf_rights_good(ULONG rights)
{
    return rights == SECURE_ANYONE_ACCOUNT ||
           (rights & ~(ULONG)(SECURE_ADM_ACCOUNT | SECURE_USER_ACCOUNT)) == 0;
}

ULONG skf_list_names(HANDLE handle, enum skf_kind kind, skf_list *list, char *names, ULONG *size,
                     enum skf_subject subject)
{
    struct skf_object *object;
    if (size == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter(handle, kind, &object);
    if (result != SAR_OK) {
        return result;
    }
    size_t len = *size;
    int error = list(object->device->token, object->id, names, &len);
    if (error == HUFU_OK || error == HUFU_ERR_BUFFER) {
        *size = (ULONG)len;
    }
    skf_leave(object);
    return skf_error(error, subject);
}
