/* SPDX-License-Identifier: Apache-2.0 */
/* A container: a name inside an application; under its id hang two key pairs and two certificates.
 */
#ifndef HUFU_CONTAINER_H
#define HUFU_CONTAINER_H

#include "apdu/writer.h"
#include "object.h"
#include <stddef.h>
#include <stdint.h>

struct container {
    uint16_t app;
    uint8_t name_len; /* 1..CONTAINER_NAME_MAX */
    uint8_t name[CONTAINER_NAME_MAX];
};

/* Inside an open transaction. */
int container_put(uint16_t id, const struct container *c);
/* ERR_OK; WIRE_CONTAINER_ID; the store's errors. */
int container_get(uint16_t id, struct container *c);
/* ERR_OK; WIRE_CONTAINER_ID: none of this id, or another application's. */
int container_belongs(uint16_t id, uint16_t app);
/* ERR_OK; WIRE_CONTAINER_NAME. */
int container_find(uint16_t app, const uint8_t *name, size_t len, uint16_t *id);
int container_list(uint16_t app, struct writer *out);
int container_count(uint16_t app, unsigned *count);
/* [out] a free id; WIRE_CONTAINER_LIMIT: CONTAINERS_PER_APP are there. */
int container_new_id(uint16_t app, uint16_t *id);
/* Keys, certificates, counters and session keys with it, in one transaction. */
int container_delete(uint16_t id);
/* Those of an application that is gone. */
int container_delete_all(uint16_t app);

/* Is there an object of this kind under the container's id? ERR_OK; ERR_NOT_FOUND; ... */
int container_has(uint16_t id, enum object_type type);

#endif
