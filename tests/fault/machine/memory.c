/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "memory.h"
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unicorn/unicorn.h>

/* A page that is written this often is cheaper copied than watched. */
#define HOT   32u
#define DIRTY 4096u

static struct memory *watched;
static struct {
    struct memory_region *region;
    uint32_t page;
} dirty[DIRTY];
static unsigned dirty_count;
static struct {
    struct memory_region *region;
    uint32_t page;
} hot[DIRTY];
static unsigned hot_count;

static void notice(struct memory_region *r, uint32_t page)
{
    if (dirty_count == DIRTY)
        abort();
    dirty[dirty_count].region = r;
    dirty[dirty_count++].page = page;
    if (mprotect(r->now + page * MEMORY_PAGE, MEMORY_PAGE, PROT_READ | PROT_WRITE) != 0)
        abort();
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    const uint8_t *where = info->si_addr;
    (void)context;
    for (unsigned i = 0; watched != NULL && i < watched->count; i++) {
        struct memory_region *r = &watched->region[i];
        if (where >= r->now && where < r->now + r->size) {
            notice(r, (uint32_t)(where - r->now) / MEMORY_PAGE);
            return;
        }
    }
    (void)signal(signal_number, SIG_DFL); /* a mistake of the campaign's own */
}

static _Noreturn void no_memory(void)
{
    fputs("no memory for the machine\n", stderr);
    exit(2);
}

static uint8_t *pages(uint32_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        no_memory();
    return p;
}

struct memory_region *memory_add(struct memory *m, uint32_t base, uint32_t size, uint32_t prot)
{
    if (m->count == MEMORY_REGIONS)
        no_memory();
    struct memory_region *r = &m->region[m->count++];
    *r = (struct memory_region){.base = base, .size = size, .prot = prot};
    r->now = pages(size);
    r->saved = pages(size);
    r->after = (prot & UC_PROT_EXEC) != 0 ? pages(size) : r->now;
    r->writes = calloc(size / MEMORY_PAGE, 1);
    if (r->writes == NULL)
        no_memory();
    return r;
}

static const struct memory_region *region_of(struct memory *m, uint32_t address, uint32_t len)
{
    for (unsigned i = 0; i < m->count; i++) {
        const struct memory_region *r = &m->region[i];
        if (address >= r->base && address - r->base <= r->size &&
            len <= r->size - (address - r->base))
            return r;
    }
    return NULL;
}

uint8_t *memory_at(struct memory *m, uint32_t address, uint32_t len)
{
    const struct memory_region *r = region_of(m, address, len);
    return r != NULL ? r->now + (address - r->base) : NULL;
}

uint8_t *memory_after(struct memory *m, uint32_t address, uint32_t len)
{
    const struct memory_region *r = region_of(m, address, len);
    return r != NULL ? r->after + (address - r->base) : NULL;
}

static void watch(struct memory_region *r, uint32_t page)
{
    if (r->writes[page] < HOT && ++r->writes[page] == HOT && hot_count < DIRTY) {
        hot[hot_count].region = r;
        hot[hot_count++].page = page;
        return;
    }
    if (r->writes[page] < HOT && mprotect(r->now + page * MEMORY_PAGE, MEMORY_PAGE, PROT_READ) != 0)
        abort();
}

static void first_save(struct memory *m)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    watched = m;
    dirty_count = 0;
    hot_count = 0;
    if (sigaction(SIGSEGV, &action, NULL) != 0)
        abort();
    for (unsigned i = 0; i < m->count; i++) {
        struct memory_region *r = &m->region[i];
        memcpy(r->saved, r->now, r->size);
        memset(r->writes, 0, r->size / MEMORY_PAGE);
        if ((r->prot & UC_PROT_WRITE) != 0 && mprotect(r->now, r->size, PROT_READ) != 0)
            abort();
    }
}

/* Copies what was written one way or the other. */
static void settle(bool back)
{
    for (unsigned i = 0; i < dirty_count + hot_count; i++) {
        const bool is_dirty = i < dirty_count;
        struct memory_region *r = is_dirty ? dirty[i].region : hot[i - dirty_count].region;
        const uint32_t page = is_dirty ? dirty[i].page : hot[i - dirty_count].page;
        uint8_t *now = r->now + page * MEMORY_PAGE, *saved = r->saved + page * MEMORY_PAGE;
        memcpy(back ? now : saved, back ? saved : now, MEMORY_PAGE);
    }
    const unsigned n = dirty_count;
    dirty_count = 0;
    for (unsigned i = 0; i < n; i++)
        watch(dirty[i].region, dirty[i].page);
}

void memory_save(struct memory *m)
{
    if (watched == m)
        settle(false);
    else
        first_save(m);
}

void memory_back(struct memory *m)
{
    (void)m;
    settle(true);
}
