/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"
#include "audit.h"
#include "device_request.h"
#include "issue.h"
#include "officer.h"
#include "pki/pki.h"
#include "profile.h"
#include "sign.h"
#include "util/device_serial.h"
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SM2, P256, ALGORITHMS };

static int refuse(struct device_answer *answer, const char *why)
{
    answer->why = why;
    return CA_ERR_REFUSED;
}

/* The row of an act, done or refused, and the commit. Errors that are nobody's verdict leave none.
 */
static int record(struct ca *ca, int error, const char *act, const char *station,
                  const char *serial, const char *why)
{
    char actor[APPLICANT_ID_MAX + 16], what[64];
    if (error != CA_OK && error != CA_ERR_REFUSED && error != CA_ERR_AUTH)
        return error;
    (void)snprintf(actor, sizeof actor, "station %s", station);
    (void)snprintf(what, sizeof what, "%s%s", act, error == CA_OK ? "" : " refused");
    int written = audit_record(ca->db, actor, what, serial, why != NULL ? why : "");
    if (written == CA_OK)
        written = audit_commit(ca);
    return written == CA_OK ? error : written;
}

static int check_station(struct ca *ca, const char *station, const char *passphrase,
                         struct device_answer *answer, const char **reason)
{
    int error = strlen(station) <= APPLICANT_ID_MAX
                    ? officer_check(ca, station, OFFICER_STATION, passphrase, reason)
                    : CA_ERR_AUTH;
    if (error == CA_ERR_AUTH)
        answer->why = "station or passphrase not accepted";
    return error;
}

/* --- the number ------------------------------------------------------------------------------- */

static int reserve(struct ca *ca, const char *station, const char *serial, const char *order,
                   struct device_answer *answer)
{
    struct device_record d;
    int error = storage_device_get(ca->db, serial, &d);
    if (error == CA_OK)
        return strcmp(d.station, station) == 0 && strcmp(d.order, order) == 0
                   ? CA_OK
                   : refuse(answer, "this serial number is given already");
    if (error != CA_ERR_ABSENT)
        return error;
    memset(&d, 0, sizeof d);
    memcpy(d.serial, serial, DEVICE_SERIAL + 1);
    memcpy(d.order, order, DEVICE_ORDER + 1);
    memcpy(d.station, station, strlen(station) + 1);
    d.reserved = (int64_t)time(NULL);
    return storage_device_add(ca->db, &d);
}

int device_reserve(struct ca *ca, const char *station, const char *passphrase, const char *serial,
                   const char *order, struct device_answer *answer)
{
    const char *reason = NULL;
    *answer = (struct device_answer){NULL, NULL};
    if (!device_serial_good(serial) || strlen(order) != DEVICE_ORDER ||
        strspn(order, "0123456789abcdef") != DEVICE_ORDER) {
        answer->why = "a serial number is 24 digits, its first eight a day; an order 32 hex digits";
        return CA_ERR_FORMAT;
    }
    int error = storage_begin(ca->db);
    if (error != CA_OK)
        return error;
    error = check_station(ca, station, passphrase, answer, &reason);
    if (error == CA_OK)
        error = reserve(ca, station, serial, order, answer);
    error = record(ca, error, "device reserve", station, serial, reason ? reason : answer->why);
    storage_rollback(ca->db);
    return error;
}

/* --- the certificates ------------------------------------------------------------------------- */

static X509_NAME *subject_of(X509 *issuer, const char *serial)
{
    char organization[NAME_TEXT_MAX + 1] = "", common[64];
    X509_NAME *name = X509_NAME_new(), *above = X509_get_subject_name(issuer);
    (void)X509_NAME_get_text_by_NID(above, NID_organizationName, organization, sizeof organization);
    (void)snprintf(common, sizeof common, "Token %s", serial);
    if (name && profile_name_add(name, NID_organizationName, organization) == CA_OK &&
        profile_name_add(name, NID_commonName, common) == CA_OK)
        return name;
    X509_NAME_free(name);
    return NULL;
}

static int issue_one(struct ca *ca, int which, const struct device_request *request, X509 **cert)
{
    X509 *issuer = which == SM2 ? ca->issuing : ca->p256_issuing;
    X509_NAME *subject = subject_of(issuer, request->serial);
    const struct profile_request profile = {.kind = PROFILE_IDENTITY,
                                            .subject = subject,
                                            .key = request->key[which],
                                            .issuer = issuer,
                                            .config = &ca->config,
                                            .p256 = which == P256,
                                            .token = request->serial,
                                            .development = request->development,
                                            .now = time(NULL),
                                            .days = DEVICE_IDENTITY_YEARS * 365};
    *cert = subject ? profile_build(&profile) : NULL;
    X509_NAME_free(subject);
    int error = *cert ? CA_OK : CA_ERR_CRYPTO;
    if (error == CA_OK)
        error = which == SM2 ? sign_cert(*cert, ca->issuing_key)
                             : sign_cert_p256(*cert, ca->p256_issuing_key);
    return error == CA_OK ? issue_store(ca->db, *cert, request->serial, 0, CERTIFICATE_IDENTITY)
                          : error;
}

static int issue_pair(struct ca *ca, const struct device_request *request, struct device_record *d,
                      X509 *certs[ALGORITHMS])
{
    int error = CA_OK;
    for (int i = 0; i < ALGORITHMS && error == CA_OK; i++) {
        error = issue_one(ca, i, request, &certs[i]);
        if (error == CA_OK)
            error = profile_serial_text(X509_get0_serialNumber(certs[i]), d->cert[i]);
        memcpy(d->key[i], request->xy[i], sizeof d->key[i]);
    }
    d->issued = (int64_t)time(NULL);
    return error == CA_OK ? storage_device_update(ca->db, d) : error;
}

/* The certificates that were made for it before. */
static int same_again(struct ca *ca, const struct device_record *d, X509 *certs[ALGORITHMS])
{
    int error = CA_OK;
    for (int i = 0; i < ALGORITHMS && error == CA_OK; i++) {
        struct certificate_record kept = {.der = NULL};
        error = storage_certificate_get(ca->db, d->cert[i], &kept);
        const uint8_t *der = kept.der;
        if (error == CA_OK)
            certs[i] = d2i_X509(NULL, &der, (long)kept.der_len);
        certificate_record_clear(&kept);
        if (error == CA_OK && !certs[i])
            error = CA_ERR_FORMAT;
    }
    return error;
}

static int certify(struct ca *ca, const char *station, const struct device_request *request,
                   X509 *certs[ALGORITHMS], struct device_answer *answer)
{
    struct device_record d;
    if (request->development && strcmp(ca->config.development, "yes") != 0)
        return refuse(answer, "a development token: its memory is not physical");
    int error = storage_device_get(ca->db, request->serial, &d);
    if (error == CA_ERR_ABSENT)
        return refuse(answer, "this serial number was not reserved here");
    if (error != CA_OK)
        return error;
    if (d.issued != 0)
        return memcmp(d.key, request->xy, sizeof d.key) == 0
                   ? same_again(ca, &d, certs)
                   : refuse(answer, "another token has this serial number");
    /* Or one station's passphrase would be worth every number that the others are about to use. */
    if (strcmp(d.station, station) != 0)
        return refuse(answer, "another station reserved this serial number");
    for (int i = 0; i < ALGORITHMS; i++) {
        error = storage_certificate_foreign(ca->db, request->xy[i], request->serial);
        if (error != CA_ERR_ABSENT)
            return error == CA_OK ? refuse(answer, "another certificate is for this key") : error;
    }
    return issue_pair(ca, request, &d, certs);
}

static int write_answer(struct ca *ca, X509 *certs[ALGORITHMS], struct device_answer *answer)
{
    X509 *all[] = {certs[SM2], ca->issuing, certs[P256], ca->p256_issuing};
    char *data = NULL;
    BIO *out = BIO_new(BIO_s_mem());
    bool good = out != NULL;
    for (size_t i = 0; i < sizeof all / sizeof all[0] && good; i++)
        good = PEM_write_bio_X509(out, all[i]) == 1;
    long len = good ? BIO_get_mem_data(out, &data) : 0;
    answer->pem = len > 0 ? strndup(data, (size_t)len) : NULL;
    BIO_free(out);
    return answer->pem ? CA_OK : CA_ERR_MEMORY;
}

int device_certify(struct ca *ca, const char *station, const char *passphrase, const uint8_t *der,
                   size_t len, struct device_answer *answer)
{
    const char *reason = NULL;
    struct device_request request;
    X509 *certs[ALGORITHMS] = {NULL, NULL};
    *answer = (struct device_answer){NULL, NULL};
    int error = device_request_read(der, len, &request, &answer->why);
    if (error != CA_OK)
        return error;
    error = storage_begin(ca->db);
    if (error == CA_OK) {
        error = check_station(ca, station, passphrase, answer, &reason);
        if (error == CA_OK)
            error = certify(ca, station, &request, certs, answer);
        if (error == CA_OK)
            error = write_answer(ca, certs, answer);
        error = record(ca, error, "device certify", station, request.serial,
                       reason ? reason : answer->why);
        storage_rollback(ca->db);
    }
    for (int i = 0; i < ALGORITHMS; i++)
        X509_free(certs[i]);
    device_request_clear(&request);
    if (error != CA_OK) {
        free(answer->pem);
        answer->pem = NULL;
    }
    return error;
}
