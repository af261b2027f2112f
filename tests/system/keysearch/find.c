/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keysearch_find [--every] [--except GROUP]... SECRETS FILE... - looks for every secret in every
 * form in the files. A line for each needle found: file, offset, secret, form; and one that says
 * how much was searched. Folders are searched with all that is in them.
 *   --except GROUP  secrets of that group may be there
 *   --every         each needle must be found at least once: the control of the search itself
 * Exit: 0 none found (--every: all found), 1 otherwise, 2 usage or a file that cannot be read.
 */
#include "needles.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A bit for each value that the first four bytes of some needle hash to: almost every position is
 * dismissed by one look; the rest by a short chain. */
#define HASH_BITS 20u
#define NONE      UINT32_MAX

struct search {
    struct needles needles;
    uint8_t filter[1u << (HASH_BITS - 3u)];
    uint32_t *head; /* 1 << HASH_BITS */
    uint32_t *next; /* a needle each */
    unsigned *seen; /* number of the last file it was found in */
    bool quiet;
    unsigned long long bytes, hits;
    unsigned files;
};

static uint32_t hash(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v * 2654435761u >> (32u - HASH_BITS);
}

static int prepare(struct search *s)
{
    s->head = malloc((1u << HASH_BITS) * sizeof *s->head);
    s->next = malloc(s->needles.count * sizeof *s->next);
    s->seen = calloc(s->needles.count, sizeof *s->seen);
    if (s->head == NULL || s->next == NULL || s->seen == NULL) {
        return -1;
    }
    memset(s->head, 0xFF, (1u << HASH_BITS) * sizeof *s->head);
    for (uint32_t i = 0; i < s->needles.count; i++) {
        const uint32_t h = hash(s->needles.list[i].bytes);
        s->filter[h / 8] |= (uint8_t)(1u << h % 8);
        s->next[i] = s->head[h];
        s->head[h] = i;
    }
    return 0;
}

static void look(struct search *s, const char *path, const uint8_t *bytes, size_t len)
{
    s->files++;
    for (size_t at = 0; at + sizeof(uint32_t) <= len; at++) {
        const uint32_t h = hash(bytes + at);
        if ((s->filter[h / 8] >> h % 8 & 1u) == 0) {
            continue;
        }
        for (uint32_t i = s->head[h]; i != NONE; i = s->next[i]) {
            const struct needle *n = &s->needles.list[i];
            if (n->len <= len - at && memcmp(n->bytes, bytes + at, n->len) == 0) {
                s->hits++;
                if (!s->quiet && s->seen[i] != s->files) {
                    (void)printf("FOUND %s at %zu: %s, %s, piece %u\n", path, at, n->name, n->form,
                                 n->piece);
                }
                s->seen[i] = s->files;
            }
        }
    }
    s->bytes += len;
}

static int visit(struct search *s, const char *path);

static int visit_folder(struct search *s, const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *e;
    int rc = folder == NULL ? -1 : 0;

    while (rc == 0 && (e = readdir(folder)) != NULL) {
        char inside[4096];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        rc = snprintf(inside, sizeof inside, "%s/%s", path, e->d_name) < (int)sizeof inside
                 ? visit(s, inside)
                 : -1;
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return rc;
}

static int visit(struct search *s, const char *path)
{
    struct stat st;
    int rc = -1;

    if (lstat(path, &st) != 0) {
        return -1;
    }
    if (S_ISDIR(st.st_mode)) {
        return visit_folder(s, path);
    }
    if (!S_ISREG(st.st_mode) || st.st_size == 0) {
        return 0; /* a socket, a FIFO, an empty file */
    }
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes =
        fd < 0 ? MAP_FAILED : mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes != MAP_FAILED) {
        look(s, path, bytes, (size_t)st.st_size);
        (void)munmap(bytes, (size_t)st.st_size);
        rc = 0;
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return rc;
}

static void leave_out(struct needles *n, const char *group)
{
    size_t kept = 0;
    for (size_t i = 0; i < n->count; i++) {
        if (strcmp(n->list[i].group, group) != 0) {
            n->list[kept++] = n->list[i];
        }
    }
    n->count = kept;
}

static int judge_every(const struct search *s)
{
    size_t missed = 0;
    for (size_t i = 0; i < s->needles.count; i++) {
        if (s->seen[i] == 0) {
            missed++;
            (void)printf("MISSED %s, %s, piece %u\n", s->needles.list[i].name,
                         s->needles.list[i].form, s->needles.list[i].piece);
        }
    }
    (void)printf("control: %zu of %zu needles found where they were planted\n",
                 s->needles.count - missed, s->needles.count);
    return missed == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"every", no_argument, NULL, 'a'},
                                            {"except", required_argument, NULL, 'x'},
                                            {NULL, 0, NULL, 0}};
    static struct search s;
    const char *except[8];
    unsigned excepts = 0;
    bool every = false;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'a') {
            every = true;
        } else if (c == 'x' && excepts < sizeof except / sizeof except[0]) {
            except[excepts++] = optarg;
        } else {
            return 2;
        }
    }
    if (argc - optind < 2 || needles_read(&s.needles, argv[optind]) != 0) {
        (void)fprintf(stderr, "usage: keysearch_find [--every] [--except GROUP] SECRETS FILE...\n");
        return 2;
    }
    for (unsigned i = 0; i < excepts; i++) {
        leave_out(&s.needles, except[i]);
    }
    s.quiet = every;
    if (prepare(&s) != 0) {
        return 2;
    }
    for (int i = optind + 1; i < argc; i++) {
        if (visit(&s, argv[i]) != 0) {
            (void)fprintf(stderr, "keysearch_find: %s: %s\n", argv[i], strerror(errno));
            return 2;
        }
    }
    if (every) {
        return judge_every(&s);
    }
    (void)printf("searched %llu bytes in %u files for %zu needles: %llu found\n", s.bytes, s.files,
                 s.needles.count, s.hits);
    return s.hits == 0 ? 0 : 1;
}
