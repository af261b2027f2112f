/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#ifdef HUFU_TEST_HOOKS

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 32u

static FILE *create(const char *path)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    return fd < 0 ? NULL : fdopen(fd, "ab");
}

static void on_block(void *ctx, const uint8_t *block)
{
    struct record *r = ctx;

    (void)fwrite(block, 1, BLOCK, r->entropy);
    (void)fflush(r->entropy);
}

int record_open(struct record *r, const struct emu_options *options, struct token *token)
{
    *r = (struct record){0};
    if (options->trace != NULL && (r->trace = create(options->trace)) == NULL)
        return -1;
    if (options->entropy_record == NULL)
        return 0;
    if (options->native || (r->entropy = create(options->entropy_record)) == NULL)
        return -1;
    token_board_watch(token, on_block, r);
    return 0;
}

void record_plug(struct record *r)
{
    struct stat st = {0};

    if (r->trace == NULL)
        return;
    if (r->entropy != NULL)
        (void)fstat(fileno(r->entropy), &st); /* earlier runs' blocks are in the file too */
    (void)fprintf(r->trace, "! plug %lld\n", (long long)st.st_size / BLOCK);
    (void)fflush(r->trace);
}

void record_card(struct record *r, bool on)
{
    if (r->trace == NULL)
        return;
    (void)fprintf(r->trace, "! %s\n", on ? "on" : "off");
    (void)fflush(r->trace);
}

void record_apdu(struct record *r, char direction, const uint8_t *bytes, size_t len)
{
    if (r->trace == NULL)
        return;
    (void)fprintf(r->trace, "%c ", direction);
    for (size_t i = 0; i < len; i++)
        (void)fprintf(r->trace, "%02X", bytes[i]);
    (void)fputc('\n', r->trace);
    (void)fflush(r->trace);
}

void record_close(struct record *r)
{
    if (r->entropy != NULL)
        (void)fclose(r->entropy);
    if (r->trace != NULL)
        (void)fclose(r->trace);
}

#else

int record_open(struct record *r, const struct emu_options *options, struct token *token)
{
    (void)token;
    *r = (struct record){0};
    return options->trace != NULL || options->entropy_record != NULL ? -1 : 0;
}

void record_plug(struct record *r)
{
    (void)r;
}

void record_card(struct record *r, bool on)
{
    (void)r;
    (void)on;
}

void record_apdu(struct record *r, char direction, const uint8_t *bytes, size_t len)
{
    (void)r;
    (void)direction;
    (void)bytes;
    (void)len;
}

void record_close(struct record *r)
{
    (void)r;
}

#endif
