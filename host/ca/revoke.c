/* SPDX-License-Identifier: Apache-2.0 */
#include "revoke.h"
#include "audit.h"
#include "crl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* certificateHold is left out: nothing here ends a hold. */
static const struct {
    const char *name;
    int reason;
} reasons[] = {{"unspecified", 0}, {"keyCompromise", 1},        {"affiliationChanged", 3},
               {"superseded", 4},  {"cessationOfOperation", 5}, {"privilegeWithdrawn", 9}};

int revoke_reason(const char *name)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcasecmp(name, reasons[i].name) == 0)
            return reasons[i].reason;
    return -1;
}

const char *revoke_reason_name(int reason)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].reason == reason)
            return reasons[i].name;
    return NULL;
}

/* Serial numbers are collected first: a table is not changed while it is walked. */
#define SERIALS_MAX 4096

struct collection {
    char (*serials)[SERIAL_MAX + 1];
    size_t count;
};

static int collect(void *ctx, const struct certificate_record *record)
{
    struct collection *c = ctx;
    if (record->revoked)
        return CA_OK;
    if (record->use == CERTIFICATE_CA || record->use == CERTIFICATE_SERVICE ||
        c->count == SERIALS_MAX)
        return CA_ERR_REFUSED;
    memcpy(c->serials[c->count++], record->serial, sizeof record->serial);
    return CA_OK;
}

static int gather(struct ca *ca, const struct revoke_order *order, struct collection *c)
{
    if (order->applicant)
        return storage_certificate_each(ca->db, order->applicant, collect, c);
    struct certificate_record record;
    int error = storage_certificate_get(ca->db, order->serial, &record);
    if (error != CA_OK)
        return error;
    if (order->lost && record.pair)
        error = storage_certificate_pair(ca->db, record.pair, collect, c);
    else
        error = collect(c, &record);
    certificate_record_clear(&record);
    return error;
}

static int apply(struct ca *ca, const struct revoke_order *order, const struct collection *c)
{
    int64_t now = (int64_t)time(NULL);
    int error = c->count ? CA_OK : CA_ERR_ABSENT;
    for (size_t i = 0; i < c->count && error == CA_OK; i++) {
        char detail[64];
        snprintf(detail, sizeof detail, "%s%s", revoke_reason_name(order->reason),
                 order->lost ? "; lost" : "");
        error = storage_certificate_revoke(ca->db, c->serials[i], now, order->reason);
        if (error == CA_OK)
            error = audit_record(ca->db, audit_operator(), "revoke", c->serials[i], detail);
    }
    if (error == CA_OK)
        error = crl_make_all(ca, false);
    return error == CA_OK ? audit_commit(ca) : error;
}

int revoke(struct ca *ca, const struct revoke_order *order, size_t *count)
{
    struct collection c = {calloc(SERIALS_MAX, SERIAL_MAX + 1), 0};
    int error = c.serials ? storage_begin(ca->db) : CA_ERR_MEMORY;
    if (error == CA_OK)
        error = gather(ca, order, &c);
    if (error == CA_OK)
        error = apply(ca, order, &c);
    storage_rollback(ca->db);
    *count = error == CA_OK ? c.count : 0;
    free(c.serials);
    return error;
}
