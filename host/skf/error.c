/* SPDX-License-Identifier: Apache-2.0 */
#include "skf/error.h"

#include "hufu/hufu.h"
#include <stddef.h>

/* clang-format off */
#define SAME(code) {code, code, code}
/* clang-format on */

static const struct {
    int error;
    ULONG code[3]; /* by enum skf_subject */
} table[] = {
    {HUFU_OK, SAME(SAR_OK)},
    {HUFU_ERR_PARAM, SAME(SAR_INVALIDPARAMERR)},
    {HUFU_ERR_MEMORY, SAME(SAR_MEMORYERR)},
    {HUFU_ERR_NO_SERVICE, SAME(SAR_NOTINITIALIZEERR)},
    {HUFU_ERR_NO_READER, SAME(SAR_DEVICE_REMOVED)},
    {HUFU_ERR_MANY_READERS, SAME(SAR_INVALIDPARAMERR)},
    {HUFU_ERR_REMOVED, SAME(SAR_DEVICE_REMOVED)},
    {HUFU_ERR_TRANSPORT, SAME(SAR_FAIL)},
    {HUFU_ERR_PROTOCOL, SAME(SAR_UNKNOWNERR)},
    {HUFU_ERR_BUFFER, SAME(SAR_BUFFER_TOO_SMALL)},
    {HUFU_ERR_STATE, SAME(SAR_FAIL)},
    {HUFU_ERR_SELFTEST, SAME(SAR_FAIL)},
    {HUFU_ERR_PIN_WRONG, SAME(SAR_PIN_INCORRECT)},
    {HUFU_ERR_PIN_LOCKED, SAME(SAR_PIN_LOCKED)},
    {HUFU_ERR_PIN_FORM, SAME(SAR_PIN_LEN_RANGE)},
    {HUFU_ERR_NOT_LOGGED_IN, SAME(SAR_USER_NOT_LOGGED_IN)},
    {HUFU_ERR_DEVICE_AUTH, SAME(SAR_USER_NOT_LOGGED_IN)},
    {HUFU_ERR_EXISTS, {SAR_FAIL, SAR_APPLICATION_EXISTS, SAR_CONTAINER_EXIST}},
    {HUFU_ERR_NOT_FOUND,
     {SAR_INVALIDPARAMERR, SAR_APPLICATION_NOT_EXISTS, SAR_CONTAINER_NOT_FOUND}},
    {HUFU_ERR_NO_KEY, SAME(SAR_KEYNOTFOUNTERR)},
    {HUFU_ERR_NO_CERT, SAME(SAR_CERTNOTFOUNTERR)},
    {HUFU_ERR_NO_SPACE, SAME(SAR_NO_ROOM)},
    {HUFU_ERR_REFUSED, SAME(SAR_INDATAERR)},
    {HUFU_ERR_UNSUPPORTED, SAME(SAR_NOTSUPPORTYETERR)},
    {HUFU_ERR_VERIFY, SAME(SAR_FAIL)},
    {HUFU_ERR_IO, SAME(SAR_WRITEFILEERR)},
    {HUFU_ERR_INTERNAL, SAME(SAR_FAIL)},
};

ULONG skf_error(int hufu_error, enum skf_subject subject)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].error == hufu_error) {
            return table[i].code[subject];
        }
    }
    return SAR_UNKNOWNERR;
}
