/* SPDX-License-Identifier: Apache-2.0 */
#include "authority.h"
#include "audit.h"
#include "officer.h"
#include "pki/pki.h"
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

/* "HUFU user 3: zhang.san: lost his PIN" */
static void describe(const struct authority_order *o, const char *outcome, char *text, size_t size)
{
    (void)snprintf(text, size, "%s %s %u: %s: %s%s%s", o->request.name,
                   o->request.pin == 0 ? "admin" : "user", o->request.counter, o->applicant,
                   o->reason, outcome[0] != '\0' && o->reason[0] != '\0' ? "; " : "", outcome);
}

static int sign(struct ca *ca, const struct authority_order *order, uint8_t sig[64])
{
    int error = unblock_sign(ca->unlock_key, &order->request, sig);
    if (error == PKI_OK)
        error = unblock_verify(ca->unlock_key, &order->request, sig);
    return error == PKI_OK ? CA_OK : CA_ERR_CRYPTO;
}

int authority_answer(struct ca *ca, const struct authority_order *order, uint8_t sig[64])
{
    char actor[APPLICANT_ID_MAX + 16], detail[AUDIT_TEXT_MAX + 1];
    const char *reason = "";
    struct applicant holder;
    memset(sig, 0, 64);
    int error = storage_begin(ca->db);
    if (error != CA_OK)
        return error;
    int verdict = officer_check(ca, order->officer, OFFICER_UNLOCK, order->passphrase, &reason);
    if (verdict == CA_OK) {
        verdict = storage_applicant_get(ca->db, order->applicant, &holder);
        reason = verdict == CA_ERR_ABSENT ? "unknown applicant" : "";
    }
    if (verdict == CA_OK)
        verdict = sign(ca, order, sig);
    if (verdict == CA_OK || verdict == CA_ERR_AUTH || verdict == CA_ERR_ABSENT) {
        (void)snprintf(actor, sizeof actor, "officer %s", order->officer);
        describe(order, reason, detail, sizeof detail);
        error = audit_record(ca->db, actor, verdict == CA_OK ? "unblock" : "unblock refused",
                             order->request.serial, detail);
        if (error == CA_OK)
            error = audit_commit(ca);
    }
    storage_rollback(ca->db);
    error = verdict == CA_OK ? error : verdict;
    if (error != CA_OK)
        memset(sig, 0, 64);
    return error;
}

int authority_write_public(EVP_PKEY *key, const char *path)
{
    char *data;
    BIO *out = BIO_new(BIO_s_mem());
    int error = out != NULL && PEM_write_bio_PUBKEY(out, key) == 1 ? CA_OK : CA_ERR_CRYPTO;
    long len = error == CA_OK ? BIO_get_mem_data(out, &data) : 0;
    if (error == CA_OK && pki_write_file(path, data, (size_t)len, 0644) != PKI_OK)
        error = CA_ERR_IO;
    BIO_free(out);
    return error;
}
