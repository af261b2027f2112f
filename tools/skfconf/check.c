/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "must.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void note(struct bench *b, const char *format, va_list args)
{
    size_t used = strlen(b->why);
    if (used + 1 < sizeof b->why) {
        int n = vsnprintf(b->why + used, sizeof b->why - used, format, args);
        used = n < 0 ? used : strlen(b->why);
        if (used + 2 < sizeof b->why) {
            memcpy(b->why + used, "\n", 2);
        }
    }
}

bool hold(struct bench *b, bool condition, const char *format, ...)
{
    if (!condition) {
        va_list args;
        va_start(args, format);
        note(b, format, args);
        va_end(args);
        b->failed = true;
    }
    return condition;
}

void skip(struct bench *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!b->failed && !b->skipped) {
        b->why[0] = '\0';
        note(b, format, args);
        b->skipped = true;
    }
    va_end(args);
}

static const char *shown(ULONG code, char room[16])
{
    const char *name = code_name(code);
    if (name == NULL) {
        snprintf(room, 16, "0x%08X", code);
    }
    return name == NULL ? room : name;
}

/* The words of a call without the pointer it goes through. */
static const char *words(const char *call)
{
    return strncmp(call, "skf.", 4) == 0 ? call + 4 : call;
}

bool want(struct bench *b, const char *call, ULONG got, ULONG wanted)
{
    char is[16], was[16];
    if (got == wanted) {
        return true;
    }
    if (got == SAR_NOTSUPPORTYETERR && wanted == SAR_OK) {
        skip(b, "not offered: %s gave SAR_NOTSUPPORTYETERR", words(call));
        return false;
    }
    return hold(b, false, "%s gave %s, not %s", words(call), shown(got, was), shown(wanted, is));
}

bool want_one_of(struct bench *b, const char *call, ULONG got, const ULONG *codes)
{
    char is[16], was[16];
    for (const ULONG *code = codes; *code != SAR_OK; code++) {
        if (got == *code) {
            return true;
        }
    }
    return hold(b, false, "%s gave %s, not %s", words(call), shown(got, was), shown(codes[0], is));
}

bool want_error(struct bench *b, const char *call, ULONG got)
{
    return hold(b, got != SAR_OK, "%s was not refused", words(call));
}

/* --- two-call length queries ---------------------------------------------------------------- */

#define BEHIND  64
#define FILLING 0xA5

/* The length told by a query; 0 when it told none. */
static ULONG ask(struct bench *b)
{
    ULONG len = 0;
    if (!want(b, "the length query", b->check->fill(b, NULL, &len), SAR_OK)) {
        return 0;
    }
    return hold(b, len != 0 && len < 1u << 20, "the length told is %u", len) ? len : 0;
}

static bool untouched(const BYTE *from, const BYTE *end)
{
    while (from < end && *from == FILLING) {
        from++;
    }
    return from == end;
}

void length_query(struct bench *b)
{
    ULONG len = ask(b), again = len + 1;
    if (len != 0) {
        want(b, "a second query", b->check->fill(b, NULL, &again), SAR_OK);
        hold(b, again == len, "asked again, the length is %u, not %u", again, len);
    }
}

/* A call with room bytes; *len is what it told. */
static ULONG call_with(struct bench *b, BYTE *buffer, size_t whole, ULONG room, ULONG *len)
{
    memset(buffer, FILLING, whole);
    *len = room;
    return b->check->fill(b, buffer, len);
}

void length_exact(struct bench *b)
{
    ULONG told = ask(b), len;
    if (told == 0) {
        return;
    }
    BYTE *buffer = must(malloc(told + BEHIND));
    if (want(b, "the call with the length told", call_with(b, buffer, told + BEHIND, told, &len),
             SAR_OK)) {
        hold(b, len <= told, "the length became %u, more than the %u told", len, told);
        hold(b, untouched(buffer + told, buffer + told + BEHIND),
             "bytes behind the buffer were written");
    }
    free(buffer);
}

static void too_small(struct bench *b, bool judge_length)
{
    ULONG told = ask(b), len;
    if (told <= 1) {
        return;
    }
    ULONG room = told - 1;
    BYTE *buffer = must(malloc(told + BEHIND));
    ULONG result = call_with(b, buffer, told + BEHIND, room, &len);
    if (judge_length) {
        hold(b, result != SAR_BUFFER_TOO_SMALL || len == told, "the length told is %u, not %u", len,
             told);
    } else {
        want(b, "the call with one byte less", result, SAR_BUFFER_TOO_SMALL);
        hold(b, untouched(buffer, buffer + told + BEHIND), "the buffer was written");
    }
    free(buffer);
}

void length_too_small(struct bench *b)
{
    too_small(b, false);
}

void length_told(struct bench *b)
{
    too_small(b, true);
}

void length_no_size(struct bench *b)
{
    BYTE buffer[64];
    want_error(b, "the call with a NULL length", b->check->fill(b, buffer, NULL));
}
