/* SPDX-License-Identifier: Apache-2.0 */
/* An SKF application: a name, limits, two PINs, and the containers that name it. */
#ifndef HUFU_APPLICATION_H
#define HUFU_APPLICATION_H

#include "apdu/writer.h"
#include "object.h"
#include <stddef.h>
#include <stdint.h>

struct application {
    uint8_t name_len; /* 1..APP_NAME_MAX */
    uint8_t name[APP_NAME_MAX];
    uint32_t create_file_rights;
    uint8_t max_containers;
    uint8_t max_certificates;
    uint16_t max_files;
};

/* Bytes 21..FF, spaces inside; 1..max of them. ERR_OK; ERR_DATA. Applications and containers. */
int name_check(const uint8_t *name, size_t len, size_t max);

/* Inside an open transaction. */
int application_put(uint16_t id, const struct application *app);
/* ERR_OK; WIRE_APP_ID: none of this id; the store's errors. */
int application_get(uint16_t id, struct application *app);
int application_exists(uint16_t id);
/* ERR_OK; WIRE_APP_NAME: none of this name. app may be NULL. */
int application_find(const uint8_t *name, size_t len, uint16_t *id, struct application *app);
/* Every name, each closed by a NUL, then one more NUL. */
int application_list(struct writer *out);
/* [out] a free id; ERR_NO_SPACE: APP_MAX are there. */
int application_new_id(uint16_t *id);

/*
 * Removes the application with its PINs in one transaction, then its containers and files one by
 * one; what a cut leaves of them is invisible and goes at the next start (application_sweep).
 */
int application_delete(uint16_t id);
/* Removes containers and files whose application is gone. */
int application_sweep(void);

#endif
