/* SPDX-License-Identifier: Apache-2.0 */
/* Names, and lists of them, of applications, containers and files alike. */
#ifndef HUFU_SKF_NAMES_H
#define HUFU_SKF_NAMES_H

#include "skf/error.h"
#include "skf/handle.h"

/*
 * SAR_OK; SAR_INVALIDPARAMERR: NULL, or what the token takes in no name (control characters, spaces
 * at the ends); SAR_NAMELENERR: empty, or longer than max bytes, a name without its NUL included
 * (nothing behind max bytes is read).
 */
ULONG skf_name_check(const char *name, size_t max);

/* SAR_OK; SAR_INVALIDPARAMERR: NULL; SAR_PIN_LEN_RANGE: not 6 to 16 bytes (nothing behind the 17th
 * is read); SAR_PIN_INVALID: control characters. */
ULONG skf_pin_check(const char *pin);

/* Rights to files (6.4): a union of the administrator and the user, nobody, or anyone. */
bool skf_rights_good(ULONG rights);

/* The multi-string that `list` gives for an object of that kind, with the length query.
 * SAR_INVALIDPARAMERR: size is NULL; skf_enter's. */
typedef int skf_list(hufu_token *token, uint16_t id, char *names, size_t *len);
ULONG skf_list_names(HANDLE handle, enum skf_kind kind, skf_list *list, char *names, ULONG *size,
                     enum skf_subject subject);

#endif
