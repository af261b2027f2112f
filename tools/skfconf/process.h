/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SKFCONF_PROCESS_H
#define SKFCONF_PROCESS_H

/* "skfconf --hold-lock LIBRARY DEVICE", which a check starts: locks, says so on its output, stays
 * until it is killed. */
#define PROCESS_HOLD_LOCK "--hold-lock"
int process_hold_lock(const char *library, char *device);

#endif
