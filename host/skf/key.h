/* SPDX-License-Identifier: Apache-2.0 */
/* Session keys as objects. */
#ifndef HUFU_SKF_KEY_H
#define HUFU_SKF_KEY_H

#include "skf/handle.h"

/* As skf_enter, for a session key: one in the token has its container (object->parent) and
 * application still open. */
ULONG skf_enter_key(HANDLE handle, struct skf_object **object);

/* A handle for session key `id` that the token has just made in the container, which is entered.
 * SAR_OK; SAR_MEMORYERR: no handle is left, and the key is gone again. */
ULONG skf_key_handle(struct skf_object *container, uint32_t alg, uint16_t id, HANDLE *handle);

/* Destroys the session keys of a container that is about to be closed: the token has few places,
 * and nobody could use them any more. */
void skf_drop_keys(struct skf_object *container);

#endif
