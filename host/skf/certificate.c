/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates, GM/T 0016-2012 7.5.8 and 7.5.9. */
#include "skf/container.h"
#include "skf/error.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <string.h>

#define PEM_MAX 16384u

/* The DER in a PEM certificate, to be freed with OPENSSL_free; NULL when it is none. The standard
 * does not say the form; some clients pass the file as they have it. */
static unsigned char *der_of_pem(const BYTE *pem, ULONG pem_len, long *der_len)
{
    unsigned char *der = NULL;
    BIO *bio = pem_len > PEM_MAX ? NULL : BIO_new_mem_buf(pem, (int)pem_len);
    if (bio != NULL &&
        PEM_bytes_read_bio(&der, der_len, NULL, PEM_STRING_X509, bio, NULL, NULL) != 1) {
        der = NULL;
    }
    BIO_free(bio);
    return der;
}

/* DER begins with a SEQUENCE; tools write notes before the armour. */
static bool is_pem(const BYTE *cert, ULONG len)
{
    static const char begin[] = "-----BEGIN ";
    const ULONG all = len < PEM_MAX ? len : PEM_MAX;
    for (ULONG i = 0; i + sizeof begin <= all && cert[0] != 0x30; i++) {
        if (memcmp(cert + i, begin, sizeof begin - 1) == 0) {
            return true;
        }
    }
    return false;
}

static ULONG import_der(HCONTAINER container, bool sign, const BYTE *cert, size_t len)
{
    struct skf_object *object;
    if (len == 0 || len > HUFU_CERT_MAX) {
        return SAR_INDATALENERR;
    }
    ULONG result = skf_enter_container(container, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error =
        hufu_import_cert(object->device->token, object->parent->id, object->id, sign, cert, len);
    skf_leave(object);
    return skf_error(error, SKF_ABOUT_CONTAINER);
}

ULONG DEVAPI SKF_ImportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbCert,
                                   ULONG ulCertLen)
{
    long len = 0;
    if (pbCert == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (!is_pem(pbCert, ulCertLen)) {
        return import_der(hContainer, bSignFlag != FALSE, pbCert, ulCertLen);
    }
    unsigned char *der = der_of_pem(pbCert, ulCertLen, &len);
    ULONG result =
        der == NULL ? SAR_INDATAERR : import_der(hContainer, bSignFlag != FALSE, der, (size_t)len);
    OPENSSL_free(der);
    return result;
}

ULONG DEVAPI SKF_ExportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbCert,
                                   ULONG *pulCertLen)
{
    struct skf_object *object;
    if (pulCertLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    size_t len = *pulCertLen;
    int error = hufu_export_cert(object->device->token, object->parent->id, object->id,
                                 bSignFlag != FALSE, pbCert, &len);
    if (error == HUFU_OK || error == HUFU_ERR_BUFFER) {
        *pulCertLen = (ULONG)len;
    }
    skf_leave(object);
    return skf_error(error, SKF_ABOUT_CONTAINER);
}
