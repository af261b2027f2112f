/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two kinds of pages hold nothing of the process' own and are left out: those neither present nor
 * swapped, which it never touched (QEMU reserves a gigabyte), and those of a private mapping that
 * still are the file's (program code; once written to, such a page is the process' own).
 */
#include "memory.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define PRESENT (UINT64_C(1) << 63)
#define SWAPPED (UINT64_C(1) << 62)
#define OF_FILE (UINT64_C(1) << 61) /* or of memory that is shared */
#define BATCH   256u                /* pages */

struct source {
    int mem, pagemap;
    size_t page;
    FILE *out;
};

static int open_of(pid_t pid, const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* A device's page, or one unmapped meanwhile, cannot be read: 0 bytes. */
static long long copy_page(const struct source *s, uint64_t address)
{
    uint8_t bytes[65536];

    if (s->page > sizeof bytes ||
        pread(s->mem, bytes, s->page, (off_t)address) != (ssize_t)s->page) {
        return 0;
    }
    return fwrite(bytes, 1, s->page, s->out) == s->page ? (long long)s->page : -1;
}

static long long copy_range(const struct source *s, uint64_t from, uint64_t to, bool shared)
{
    uint64_t entry[BATCH];
    long long total = 0;

    while (from < to) {
        const uint64_t left = (to - from) / s->page;
        const size_t want = (left < BATCH ? left : BATCH) * sizeof entry[0];
        const off_t at = (off_t)(from / s->page * sizeof entry[0]);
        const ssize_t got = pread(s->pagemap, entry, want, at);

        if (got < (ssize_t)sizeof entry[0]) {
            return got < 0 ? -1 : total; /* [vsyscall] has no entries */
        }
        for (size_t i = 0; i < (size_t)got / sizeof entry[0]; i++, from += s->page) {
            if ((entry[i] & (PRESENT | SWAPPED)) != 0 && (shared || (entry[i] & OF_FILE) == 0)) {
                const long long n = copy_page(s, from);
                if (n < 0) {
                    return -1;
                }
                total += n;
            }
        }
    }
    return total;
}

long long memory_copy(pid_t pid, bool writable_only, FILE *out)
{
    struct source s = {.page = (size_t)sysconf(_SC_PAGESIZE), .out = out};
    char path[64], line[4400];
    long long total = 0, n = 0;
    FILE *maps;

    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    s.mem = open_of(pid, "mem");
    s.pagemap = open_of(pid, "pagemap");
    maps = fopen(path, "re");
    if (s.mem < 0 || s.pagemap < 0 || maps == NULL) {
        n = -1;
    }
    while (n >= 0 && fgets(line, sizeof line, maps) != NULL) {
        uint64_t from, to;
        char rights[5];

        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &from, &to, rights) == 3 &&
            rights[0] == 'r' && (!writable_only || rights[1] == 'w')) {
            n = copy_range(&s, from, to, rights[3] == 's');
            total += n;
        }
    }
    const int saved = errno;
    if (maps != NULL) {
        (void)fclose(maps);
    }
    if (s.mem >= 0) {
        (void)close(s.mem);
    }
    if (s.pagemap >= 0) {
        (void)close(s.pagemap);
    }
    errno = saved;
    return n < 0 || fflush(out) != 0 ? -1 : total;
}
