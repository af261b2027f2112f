/* SPDX-License-Identifier: Apache-2.0 */
#include "entropy.h"
#include <string.h>
#include <sys/random.h>

int entropy_fill(struct entropy *e, struct vb_entropy *page)
{
    uint8_t block[VB_ENTROPY_BLOCK];

    for (unsigned i = 0; i < VB_ENTROPY_SLOTS; i++) {
        if (getrandom(block, sizeof block, 0) != (ssize_t)sizeof block)
            return -1;
        if (e->watch != NULL)
            e->watch(e->ctx, block);
        memcpy(page->slot[i].block, block, sizeof block);
        __atomic_store_n(&page->slot[i].sequence, ++e->sequence, __ATOMIC_RELEASE);
    }
    explicit_bzero(block, sizeof block);
    return 0;
}
