/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's memory with one saved state beside it. What a run writes is noticed page by page
 * (the pages are read-only for the host until they are written), so that going back costs what was
 * touched and not what there is. A region that the guest cannot write is not watched.
 */
#ifndef HUFU_FAULT_MEMORY_H
#define HUFU_FAULT_MEMORY_H

#include <stdint.h>

#define MEMORY_PAGE    4096u
#define MEMORY_REGIONS 12u

struct memory_region {
    uint32_t base, size; /* whole pages */
    uint32_t prot;       /* UC_PROT_* */
    uint8_t *now, *saved;
    uint8_t *after;  /* what a run after a fault finds there: now, or of code a copy of its own */
    uint8_t *writes; /* of a page: how often it was noticed */
};

/* One per process: the pages are watched by a signal handler. */
struct memory {
    struct memory_region region[MEMORY_REGIONS];
    unsigned count;
};

struct memory_region *memory_add(struct memory *m, uint32_t base, uint32_t size, uint32_t prot);
/* len bytes of memory at a guest's address; NULL: not all of them are there. */
uint8_t *memory_at(struct memory *m, uint32_t address, uint32_t len);
/* The same of what a run after a fault finds there. */
uint8_t *memory_after(struct memory *m, uint32_t address, uint32_t len);
/* From here on memory_back goes back to what is there now. */
void memory_save(struct memory *m);
/* Back to the saved state. */
void memory_back(struct memory *m);

#endif
