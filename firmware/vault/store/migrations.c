/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps, in ascending order. There is none yet: format 1 is the only one that was ever written.
 * A new one brings its fixture (tests/unit/vault/format/format-N.txt), and the reader of the old
 * format stays for as long as MIGRATE_OLDEST says.
 */
#include "store/migrate.h"
#include <stddef.h>

const struct migrations migrations = {MIGRATE_OLDEST, MIGRATE_NEWEST, NULL, 0};
