/* SPDX-License-Identifier: Apache-2.0 */
#include "key/context.h"

#include "wipe.h"

#include <string.h>

static struct context pool[CONTEXTS];
static uint32_t last_handle;

struct context *context_find(enum context_kind kind, unsigned session, uint16_t container,
                             uint32_t id)
{
    for (unsigned i = 0; i < CONTEXTS; i++) {
        if (pool[i].kind == kind && pool[i].session == session && pool[i].container == container &&
            pool[i].id == id) {
            return &pool[i];
        }
    }
    return NULL;
}

/* Agreements have no command that gives one up: the session's oldest makes room. */
static struct context *oldest_agreement(unsigned session)
{
    struct context *oldest = NULL;
    for (unsigned i = 0; i < CONTEXTS; i++) {
        if (pool[i].kind == CONTEXT_AGREEMENT && pool[i].session == session &&
            (oldest == NULL || last_handle - pool[i].id > last_handle - oldest->id)) {
            oldest = &pool[i];
        }
    }
    return oldest;
}

struct context *context_new(enum context_kind kind, unsigned session, uint16_t container,
                            uint32_t id)
{
    struct context *c = context_find(kind, session, container, id);
    for (unsigned i = 0; c == NULL && i < CONTEXTS; i++) {
        c = pool[i].kind == CONTEXT_FREE ? &pool[i] : NULL;
    }
    c = c == NULL ? oldest_agreement(session) : c;
    if (c != NULL) {
        context_wipe(c);
        c->kind = (uint8_t)kind;
        c->session = (uint8_t)session;
        c->container = container;
        c->id = id;
    }
    return c;
}

uint32_t context_handle(void)
{
    last_handle += last_handle == UINT32_MAX ? 2 : 1;
    return last_handle;
}

void context_wipe(struct context *c)
{
    secret_wipe(c, sizeof *c);
}

void context_wipe_session(unsigned session)
{
    for (unsigned i = 0; i < CONTEXTS; i++) {
        if (pool[i].session == session) {
            context_wipe(&pool[i]);
        }
    }
}

void context_wipe_container(unsigned session, uint16_t container)
{
    for (unsigned i = 0; i < CONTEXTS; i++) {
        if (pool[i].container == container &&
            (session == CONTEXT_ANY_SESSION || pool[i].session == session)) {
            context_wipe(&pool[i]);
        }
    }
}
