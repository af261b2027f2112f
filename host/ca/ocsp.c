/* SPDX-License-Identifier: Apache-2.0 */
#include "ocsp.h"
#include "profile.h"
#include "sign.h"
#include <openssl/ocsp.h>
#include <time.h>

#define NONCE_MAX 32 /* RFC 8954 */

static int encode(int status, OCSP_BASICRESP *basic, uint8_t **der, size_t *der_len)
{
    OCSP_RESPONSE *response = OCSP_response_create(status, basic);
    *der = NULL;
    int len = response ? i2d_OCSP_RESPONSE(response, der) : 0;
    OCSP_RESPONSE_free(response);
    *der_len = (size_t)len;
    return len > 0 ? CA_OK : CA_ERR_CRYPTO;
}

/* Does the certID name our issuing CA, under the hash it was made with? */
static bool of_issuer(X509 *issuer, OCSP_CERTID *id, ASN1_INTEGER *serial)
{
    ASN1_OBJECT *hash = NULL;
    OCSP_id_get0_info(NULL, &hash, NULL, NULL, id);
    int nid = OBJ_obj2nid(hash);
    if (nid != NID_sha1 && nid != NID_sm3 && nid != NID_sha256)
        return false;
    OCSP_CERTID *own = OCSP_cert_id_new(EVP_get_digestbynid(nid), X509_get_subject_name(issuer),
                                        X509_get0_pubkey_bitstr(issuer), serial);
    bool same = own && OCSP_id_issuer_cmp(own, id) == 0;
    OCSP_CERTID_free(own);
    return same;
}

struct status {
    int status, reason;
    int64_t when;
};

static int look_up(struct ca *ca, pthread_mutex_t *lock, const ASN1_INTEGER *serial,
                   struct status *out)
{
    char text[SERIAL_MAX + 1];
    struct certificate_record record;
    *out = (struct status){V_OCSP_CERTSTATUS_UNKNOWN, 0, 0};
    if (profile_serial_text(serial, text) != CA_OK)
        return CA_OK;
    pthread_mutex_lock(lock);
    int error = storage_certificate_get(ca->db, text, &record);
    pthread_mutex_unlock(lock);
    if (error == CA_OK && record.use != CERTIFICATE_CA) {
        out->status = record.revoked ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD;
        out->reason = record.reason ? record.reason : -1;
        out->when = record.revoked;
    }
    certificate_record_clear(&record);
    return error == CA_ERR_ABSENT ? CA_OK : error;
}

static int add_single(struct ca *ca, pthread_mutex_t *lock, OCSP_BASICRESP *basic, OCSP_CERTID *id)
{
    ASN1_INTEGER *serial = NULL;
    struct status status = {V_OCSP_CERTSTATUS_UNKNOWN, 0, 0};
    OCSP_id_get0_info(NULL, NULL, NULL, &serial, id);
    int error = of_issuer(ca->issuing, id, serial) ? look_up(ca, lock, serial, &status) : CA_OK;
    if (error != CA_OK)
        return error;
    time_t now = time(NULL);
    ASN1_TIME *this_update = ASN1_TIME_set(NULL, now);
    ASN1_TIME *next_update = ASN1_TIME_set(NULL, now + CA_OCSP_MINUTES * 60);
    ASN1_TIME *when = status.when ? ASN1_TIME_set(NULL, (time_t)status.when) : NULL;
    bool good = this_update && next_update &&
                OCSP_basic_add1_status(basic, id, status.status, status.reason, when, this_update,
                                       next_update) != NULL;
    ASN1_TIME_free(this_update);
    ASN1_TIME_free(next_update);
    ASN1_TIME_free(when);
    return good ? CA_OK : CA_ERR_CRYPTO;
}

static bool nonce_good(OCSP_REQUEST *request)
{
    int at = OCSP_REQUEST_get_ext_by_NID(request, NID_id_pkix_OCSP_Nonce, -1);
    if (at < 0)
        return true;
    int len = ASN1_STRING_length(X509_EXTENSION_get_data(OCSP_REQUEST_get_ext(request, at)));
    return len >= 1 && len <= NONCE_MAX + 2; /* with its OCTET STRING header */
}

int ocsp_answer(struct ca *ca, pthread_mutex_t *lock, const uint8_t *bytes, size_t len,
                uint8_t **der, size_t *der_len)
{
    const uint8_t *at = bytes;
    OCSP_REQUEST *request = len <= OCSP_REQUEST_MAX ? d2i_OCSP_REQUEST(NULL, &at, (long)len) : NULL;
    int count = request ? OCSP_request_onereq_count(request) : 0;
    if (!request || at != bytes + len || count < 1 || count > OCSP_SINGLES_MAX ||
        !nonce_good(request)) {
        OCSP_REQUEST_free(request);
        return encode(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, NULL, der, der_len);
    }
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    int error = basic ? CA_OK : CA_ERR_MEMORY;
    for (int i = 0; i < count && error == CA_OK; i++)
        error =
            add_single(ca, lock, basic, OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, i)));
    if (error == CA_OK && OCSP_copy_nonce(basic, request) < 0)
        error = CA_ERR_CRYPTO;
    if (error == CA_OK)
        error = sign_ocsp(basic, ca->ocsp, ca->ocsp_key);
    error = error == CA_OK ? encode(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic, der, der_len)
                           : encode(OCSP_RESPONSE_STATUS_TRYLATER, NULL, der, der_len);
    OCSP_BASICRESP_free(basic);
    OCSP_REQUEST_free(request);
    return error;
}
