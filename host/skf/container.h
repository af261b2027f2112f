/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_SKF_CONTAINER_H
#define HUFU_SKF_CONTAINER_H

#include "skf/handle.h"

/* As skf_enter, for a container whose application is still open (object->parent). */
ULONG skf_enter_container(HCONTAINER handle, struct skf_object **object);

#endif
