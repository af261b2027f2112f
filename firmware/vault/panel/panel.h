/* SPDX-License-Identifier: Apache-2.0 */
/* What the panel shows: the name of the token and one line of state. */
#ifndef HUFU_PANEL_H
#define HUFU_PANEL_H

enum panel_state { PANEL_READY, PANEL_SIGNING, PANEL_CONFIRM_RESET, PANEL_ERROR, PANEL_DESTROYED };

/* Draws the label (or "HUFU") and the state's line; the last error when there is one. A panel that
 * fails stops nothing. */
void panel_show(enum panel_state state);

#endif
