/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a cut leaves behind the last commit is zeroed, and so is room lost until that sector comes
 * round again. Where room is short the newest sector H is therefore made anew: its committed part
 * is copied to the next sector S, H is erased, the part copied back, and S erased. Then a cut has
 * cost nothing.
 *
 *   1  copy H[0..used) to S, then the spare mark on S            H counts, whatever S holds
 *   2  marks of H zeroed, H erased, S copied back, H's open mark S counts
 *   3  marks of S zeroed, S erased                               H counts again
 *
 * Which of them counts can be told at any instant. Before step 2, H's granule `used` is firmly zero
 * (that was the loss); after it, it is blank. So with a spare mark on S, H counts if and only if it
 * is open and blank there; nothing is written to H while S may still show its mark (recover.c). A
 * mark that a cut may have left half programmed is programmed again before it is relied upon.
 */
#include "state.h"

static int copy(struct log *l, uint32_t from, uint32_t to, uint32_t used)
{
    uint32_t done = LOG_HEADER;
    uint32_t end = LOG_HEADER + used * GRANULE;
    int rc = ERR_OK;

    while (done < end && rc == ERR_OK) {
        uint32_t n = HAL_FLASH_PAGE - done % HAL_FLASH_PAGE;
        n = end - done < n ? end - done : n;
        rc = l->flash.read(l->flash.ctx, log_sector_addr(l, from) + done, l->page, n) == HAL_OK
                 ? log_program(l, log_sector_addr(l, to) + done, l->page, n)
                 : ERR_FLASH;
        done += n;
    }
    return rc;
}

/* Step 2 and 3: the spare mark is there, and counts. */
static int restore(struct log *l, uint32_t number, uint32_t used, uint32_t first)
{
    int rc = sector_mark_spare(l, number, used, first);

    if (rc == ERR_OK) {
        rc = sector_free(l, number);
    }
    if (rc == ERR_OK) {
        rc = copy(l, number + 1u, number, used);
    }
    if (rc == ERR_OK) {
        sector_doubt(l, log_place(l, number));
        rc = sector_refresh(l, number, first);
    }
    return rc == ERR_OK ? sector_free(l, number + 1u) : rc;
}

int repair_head(struct log *l, uint32_t used_end)
{
    uint32_t used = used_end - l->head * LOG_GRANULES;
    uint32_t spare = l->head + 1u;
    enum sector_state state;
    uint32_t number;
    uint32_t first;
    int rc = sector_inspect(l, log_place(l, l->head), &state, &number, &first);

    if (rc != ERR_OK || state != SECTOR_OPEN || number != l->head) {
        return rc != ERR_OK ? rc : ERR_FLASH;
    }
    if (spare - l->tail >= l->sectors) {
        return ERR_OK; /* nothing to do it with; README.md shows that this cannot be */
    }
    if (!sector_ready(l, log_place(l, spare))) {
        rc = sector_prepare(l, log_place(l, spare));
    }
    sector_doubt(l, log_place(l, spare));
    if (rc == ERR_OK) {
        rc = copy(l, l->head, spare, used);
    }
    if (rc == ERR_OK) {
        rc = sector_mark_spare(l, l->head, used, first);
    }
    if (rc == ERR_OK) {
        rc = restore(l, l->head, used, first);
    }
    if (rc == ERR_OK) {
        l->end = used_end;
    }
    return rc;
}

/* Whether the newest sector was copied back. */
static int is_back(const struct log *l, uint32_t head, uint32_t used, bool *yes)
{
    uint8_t seen[GRANULE];
    enum sector_state state;
    uint32_t number;
    uint32_t first;
    uint8_t all = 0xFF;
    int rc = sector_inspect(l, log_place(l, head), &state, &number, &first);

    *yes = false;
    if (rc != ERR_OK || state != SECTOR_OPEN || number != head) {
        return rc;
    }
    if (l->flash.read(l->flash.ctx, log_sector_addr(l, head) + LOG_HEADER + used * GRANULE, seen,
                      sizeof seen) != HAL_OK) {
        return ERR_FLASH;
    }
    for (size_t i = 0; i < sizeof seen; i++) {
        all &= seen[i];
    }
    *yes = all == 0xFF;
    return ERR_OK;
}

int repair_resume(struct log *l)
{
    for (uint32_t place = 0; place < l->sectors; place++) {
        struct spare_mark m;
        bool back;
        int rc = sector_read_spare(l, place, &m);

        if (rc == ERR_NOT_FOUND) {
            continue;
        }
        if (rc == ERR_OK) {
            rc = is_back(l, m.number, m.used, &back);
        }
        if (rc != ERR_OK) {
            return rc;
        }
        /* If H's mark cannot be made firm, S still counts. */
        if (back && sector_refresh(l, m.number, m.first) == ERR_OK) {
            return sector_free(l, m.number + 1u);
        }
        return restore(l, m.number, m.used, m.first); /* there is never a second */
    }
    return ERR_OK;
}
