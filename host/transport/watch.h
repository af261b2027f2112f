/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cards coming and going, over a PC/SC context of its own. Nothing that happens between two calls
 * is lost: what the watch last told is compared with what is, and a card pulled and put back in
 * the meantime shows in PC/SC's count of events.
 */
#ifndef HUFU_WATCH_H
#define HUFU_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct watch;

/* What is there now is the state to compare with. HUFU_OK; HUFU_ERR_NO_SERVICE; HUFU_ERR_MEMORY;
 * HUFU_ERR_TRANSPORT. Release with watch_close. */
int watch_open(struct watch **watch);
void watch_close(struct watch *watch); /* NULL is accepted */

/* The next change, which stays the next until watch_done. Waits at most `ms`. [out] *reader: its
 * name, valid until the next call; *present.
 * HUFU_OK; HUFU_ERR_STATE: no change, or watch_cancel; others: as above, and the watch is of no
 * more use. */
int watch_next(struct watch *watch, unsigned ms, const char **reader, bool *present);
void watch_done(struct watch *watch);

/* Ends a wait in another thread; the only function that may be called meanwhile. */
void watch_cancel(struct watch *watch);

#endif
