/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "must.h"
#include <stdio.h>
#include <string.h>

const char *const heading_names[HEADINGS] = {"application", "interface", "security",
                                             "compatibility", "interoperability"};

static bool fails(const struct report *r, const struct result *one)
{
    return one->outcome == BAD || (r->strict && one->outcome == MISSING);
}

static void print_lines(const char *text)
{
    for (const char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        printf("#   %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
}

static void print_tap(const struct report *r, const struct result *one)
{
    const struct function_info *f = &functions[one->check->function];
    printf("%s %zu - %s %s: %s [%s]", fails(r, one) ? "not ok" : "ok", r->count, f->clause, f->name,
           one->check->text, heading_names[one->check->heading]);
    if (one->outcome == MISSING && r->strict) {
        printf(" # missing: %.*s", (int)strcspn(one->why, "\n"), one->why);
    } else if (one->outcome == SKIPPED || one->outcome == MISSING) {
        printf(" # SKIP %.*s", (int)strcspn(one->why, "\n"), one->why);
    }
    putchar('\n');
    if (one->outcome == BAD) {
        print_lines(one->why);
    }
    fflush(stdout);
}

void report_add(struct report *r, const struct clause *clause, const struct check *check,
                enum outcome outcome, const char *why)
{
    if (r->count == r->room) {
        r->room = r->room * 2 + 64;
        r->results = must(realloc(r->results, r->room * sizeof *r->results));
    }
    struct result *one = &r->results[r->count++];
    *one = (struct result){.check = check, .clause = clause, .outcome = outcome};
    one->why = must(strdup(why));
    if (!r->json) {
        print_tap(r, one);
    }
}

/* --- sums ------------------------------------------------------------------------------------- */

struct sum {
    const char *number, *title;
    size_t of[OUTCOMES];
};

static void add_up(struct sum *sum, const struct result *one)
{
    sum->of[one->outcome]++;
}

/* The clauses that had checks, in order; their number. */
static size_t by_clause(const struct report *r, struct sum *sums, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct clause *clause = r->results[i].clause;
        if (count == 0 || sums[count - 1].title != clause->title) {
            must_be(count < room);
            sums[count++] = (struct sum){.number = clause->number, .title = clause->title};
        }
        add_up(&sums[count - 1], &r->results[i]);
    }
    return count;
}

static void by_heading(const struct report *r, struct sum sums[HEADINGS])
{
    for (int h = 0; h < HEADINGS; h++) {
        sums[h] = (struct sum){.number = "", .title = heading_names[h]};
    }
    for (size_t i = 0; i < r->count; i++) {
        add_up(&sums[r->results[i].check->heading], &r->results[i]);
    }
}

static void print_sums(const struct sum *sums, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        printf("# %-5s %-32s %4zu ok %4zu not ok %4zu skipped %4zu not offered\n", sums[i].number,
               sums[i].title, sums[i].of[GOOD], sums[i].of[BAD], sums[i].of[SKIPPED],
               sums[i].of[MISSING]);
    }
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void print_string(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < ' ') {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static const char *const outcome_names[OUTCOMES] = {"ok", "not ok", "skipped", "not offered"};

static void print_json_sums(const char *name, const struct sum *sums, size_t count)
{
    printf(",\n  \"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        printf("%s\n    {\"clause\": \"%s\", \"title\": \"%s\"", i == 0 ? "" : ",", sums[i].number,
               sums[i].title);
        for (int o = 0; o < OUTCOMES; o++) {
            printf(", \"%s\": %zu", outcome_names[o], sums[i].of[o]);
        }
        putchar('}');
    }
    fputs("\n  ]", stdout);
}

static void print_json(const struct report *r, const char *library, const struct bench *b,
                       const char *bail)
{
    struct sum sums[16], headings[HEADINGS];
    fputs("{\n  \"library\": ", stdout);
    print_string(library);
    fputs(",\n  \"device\": ", stdout);
    print_string(b->device == NULL ? "" : b->device);
    fputs(",\n  \"functions\": [", stdout);
    for (size_t i = 0; i < FN_COUNT; i++) {
        printf("%s\n    {\"clause\": \"%s\", \"name\": \"%s\", \"offered\": %s}", i == 0 ? "" : ",",
               functions[i].clause, functions[i].name,
               api_offers((enum function)i) ? "true" : "false");
    }
    fputs("\n  ],\n  \"checks\": [", stdout);
    for (size_t i = 0; i < r->count; i++) {
        const struct result *one = &r->results[i];
        const struct function_info *f = &functions[one->check->function];
        printf(
            "%s\n    {\"clause\": \"%s\", \"function\": \"%s\", \"heading\": \"%s\", \"check\": ",
            i == 0 ? "" : ",", f->clause, f->name, heading_names[one->check->heading]);
        print_string(one->check->text);
        printf(", \"outcome\": \"%s\", \"why\": ", outcome_names[one->outcome]);
        print_string(one->why);
        putchar('}');
    }
    fputs("\n  ]", stdout);
    print_json_sums("clauses", sums, by_clause(r, sums, ROWS(sums)));
    by_heading(r, headings);
    print_json_sums("headings", headings, HEADINGS);
    if (bail != NULL) {
        fputs(",\n  \"stopped\": ", stdout);
        print_string(bail);
    }
    printf(",\n  \"good\": %s\n}\n", report_bad(r) == 0 && bail == NULL ? "true" : "false");
}

void report_end(struct report *r, const char *library, const struct bench *b, const char *bail)
{
    struct sum sums[16], headings[HEADINGS];
    if (r->json) {
        print_json(r, library, b, bail);
        return;
    }
    if (bail != NULL) {
        printf("Bail out! %s\n", bail);
    }
    printf("1..%zu\n# by clause of GM/T 0016\n", r->count);
    print_sums(sums, by_clause(r, sums, ROWS(sums)));
    puts("# by heading of GM/T 0063");
    by_heading(r, headings);
    print_sums(headings, HEADINGS);
    printf("# %zu checks, %zu not ok\n", r->count, report_bad(r));
}

size_t report_bad(const struct report *r)
{
    size_t bad = 0;
    for (size_t i = 0; i < r->count; i++) {
        bad += fails(r, &r->results[i]);
    }
    return bad;
}

void report_free(struct report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->results[i].why);
    }
    free(r->results);
}
