/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_SKF_KEY_H
#define HUFU_SKF_KEY_H

#include "skf/handle.h"

/* As skf_enter, for a session key: one in the token has its container (object->parent) and
 * application still open. */
ULONG skf_enter_key(HANDLE handle, struct skf_object **object);

#endif
