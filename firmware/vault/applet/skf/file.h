/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file: a name inside an application, a fixed size, who may read and write it, and its data in
 * parts of the store. The record is what makes a file exist: its parts are there before it and go
 * after it, and parts without a record are swept at the next start.
 */
#ifndef HUFU_FILE_H
#define HUFU_FILE_H

#include "apdu/reader.h"
#include "apdu/writer.h"
#include "object.h"
#include "session.h"
#include <stddef.h>
#include <stdint.h>

/* Rights, GM/T 0016-2012 6.4; they can be joined. */
#define RIGHT_NEVER  0x00u
#define RIGHT_ADMIN  0x01u
#define RIGHT_USER   0x10u
#define RIGHT_ANYONE 0xFFu

/* One part of a file, and so the room a read needs beyond what it returns. */
#define FILE_PART 2048u

struct file {
    uint16_t app;
    uint8_t name_len; /* 1..FILE_NAME_MAX */
    uint8_t name[FILE_NAME_MAX];
    uint32_t size; /* 1..FILE_SIZE_MAX */
    uint32_t read_rights, write_rights;
};

/* Doubtful choice F4: a union of kinds that there are, or anyone. */
bool file_rights_good(uint32_t rights);
/* ERR_OK: the session has one of these rights in the application; ERR_DENIED. */
int file_right(const struct session *session, uint16_t app, uint32_t rights);

/* ERR_OK; WIRE_FILE_NAME: the application has none of this name; the store's errors. */
int file_find(uint16_t app, const uint8_t *name, size_t len, uint16_t *id, struct file *file);
int file_list(uint16_t app, struct writer *out);
int file_count(uint16_t app, unsigned *count);
/* All of its size is taken at once, filled with zeros.
 * [in] scratch: FILE_PART bytes. ERR_OK; ERR_NO_SPACE; the store's errors. */
int file_create(const struct file *file, uint8_t *scratch);
int file_delete(uint16_t id);
/* The most bytes that files can hold in what the store has free. A file of at most that size (and
 * FILE_SIZE_MAX) can be made, a longer one cannot. */
struct store_stats;
uint32_t file_space(const struct store_stats *stats);
/* Those of an application that is gone. */
int file_delete_all(uint16_t app);
/* Parts whose file is gone. */
int file_sweep(void);

/* [out] out: len bytes from offset; it must have room for len + FILE_PART. The range is inside the
 * file. ERR_OK; the store's errors. */
int file_read(uint16_t id, const struct file *file, uint32_t offset, uint8_t *out, size_t len);
/* The whole range in one transaction. [in] scratch: FILE_PART bytes. */
int file_write(uint16_t id, const struct file *file, uint32_t offset, const uint8_t *in, size_t len,
               uint8_t *scratch);

#endif
