/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeds FILE FOLDER - writes each input of a text file as a file of the folder, which is made.
 *
 * An input is a paragraph: hexadecimal digits, spaces and line ends between them as one likes; "+N"
 * repeats the byte before it N more times; "~N" adds N pseudo-random bytes, other ones in each
 * input; what follows # in a line is a comment. Exit: 0; 1 cannot be read or written; 2 wrong form.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SEED_MAX 65536u

static unsigned char seed[SEED_MAX];
static size_t seed_len;
static unsigned count;

static unsigned char any(void)
{
    static unsigned long long state = 0x9E3779B97F4A7C15u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned char)(state >> 32);
}

static int give(const char *folder)
{
    char path[4096];
    if (seed_len == 0) {
        return 0;
    }
    (void)snprintf(path, sizeof path, "%s/seed-%03u", folder, count++);
    FILE *out = fopen(path, "wb");
    const int good = out != NULL && fwrite(seed, 1, seed_len, out) == seed_len;
    seed_len = 0;
    return (out == NULL || fclose(out) == 0) && good ? 0 : -1;
}

/* One line's bytes. 0; -1: wrong form. */
static int take(char *line)
{
    line[strcspn(line, "#")] = '\0';
    for (char *p = line; *p != '\0';) {
        char *end = p;
        if (isspace((unsigned char)*p)) {
            p++;
        } else if (*p == '+' || *p == '~') {
            const unsigned long n = strtoul(p + 1, &end, 10);
            if (end == p + 1 || n > SEED_MAX - seed_len || (*p == '+' && seed_len == 0)) {
                return -1;
            }
            for (unsigned long i = 0; i < n; i++, seed_len++) {
                seed[seed_len] = *p == '+' ? seed[seed_len - 1] : any();
            }
            p = end;
        } else {
            char two[3] = {p[0], p[1], '\0'};
            const unsigned long v = strtoul(two, &end, 16);
            if (end != two + 2 || seed_len == SEED_MAX) {
                return -1;
            }
            seed[seed_len++] = (unsigned char)v;
            p += 2;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    char line[4096];
    if (argc != 3) {
        fprintf(stderr, "usage: seeds FILE FOLDER\n");
        return 2;
    }
    FILE *in = fopen(argv[1], "r");
    if (in == NULL || (mkdir(argv[2], 0700) != 0 && errno != EEXIST)) {
        perror(in == NULL ? argv[1] : argv[2]);
        return 1;
    }
    int status = 0;
    for (unsigned n = 1; status == 0 && fgets(line, sizeof line, in) != NULL; n++) {
        const int empty = line[strspn(line, " \t\r\n")] == '\0';
        if (empty ? give(argv[2]) != 0 : take(line) != 0) {
            fprintf(stderr, "%s:%u: %s\n", argv[1], n, empty ? strerror(errno) : "not hexadecimal");
            status = empty ? 1 : 2;
        }
    }
    if (status == 0 && give(argv[2]) != 0) {
        perror(argv[2]);
        status = 1;
    }
    (void)fclose(in);
    return status;
}
