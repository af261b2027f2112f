/* SPDX-License-Identifier: Apache-2.0 */
/* The channels there are: entry i belongs to session 1 + i. Internal to channel/ and its tests. */
#ifndef HUFU_CHANNEL_TABLE_H
#define HUFU_CHANNEL_TABLE_H

#include "channel/channel.h"
#include "session.h"

struct channel {
    uint32_t id;   /* 0: free */
    uint32_t next; /* the counter of its next command */
    uint32_t used; /* when, in records */
    struct channel_keys keys;
};
extern struct channel channel_table[SESSION_CHANNELS];

#endif
