/* SPDX-License-Identifier: Apache-2.0 */
/* What the five examples share: one way to fail, a device, files. Only skf.h and libc are used. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include "skf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An application shows its own text for each code; here the code is enough. */
static inline void need_ok(const char *call, ULONG code)
{
    if (code != SAR_OK) {
        fprintf(stderr, "%s: 0x%08X\n", call, code);
        exit(EXIT_FAILURE);
    }
}
#define NEED(call) need_ok(#call, call)

static inline void need_arguments(int argc, int needed, const char *usage)
{
    if (argc != needed) {
        fprintf(stderr, "usage: %s\n", usage);
        exit(2);
    }
}

/* HUFU_READER, else the first device there is. */
static inline DEVHANDLE connect_device(void)
{
    char names[4096], *name = getenv("HUFU_READER");
    ULONG size = sizeof names;
    DEVHANDLE device;
    if (name == NULL) {
        NEED(SKF_EnumDev(TRUE, names, &size));
        name = names;
    }
    NEED(SKF_ConnectDev(name, &device));
    return device;
}

/* The user's PIN, from HUFU_PIN: a real program asks for it and wipes it. */
static inline void log_in(HAPPLICATION application)
{
    ULONG tries_left = 0;
    ULONG code = SKF_VerifyPIN(application, USER_TYPE, getenv("HUFU_PIN"), &tries_left);
    if (code == SAR_PIN_INCORRECT) {
        fprintf(stderr, "the PIN is wrong; tries left: %u\n", tries_left);
    }
    need_ok("SKF_VerifyPIN", code);
}

static inline FILE *open_file(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return file;
}

/* Reads at most room bytes; a longer file is an error. */
static inline ULONG read_file(const char *path, BYTE *data, size_t room)
{
    FILE *file = open_file(path, "rb");
    size_t len = fread(data, 1, room, file);
    if (ferror(file) || fgetc(file) != EOF) {
        fprintf(stderr, "%s: cannot be read, or is too long\n", path);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    return (ULONG)len;
}

/* A file that was not written to its end is an error, too. */
static inline void write_end(const char *path, FILE *file)
{
    if (ferror(file) || fclose(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

#endif
