/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates, GM/T 0016-2012 7.5.8 and 7.5.9. */
#include "skf/container.h"
#include "skf/error.h"

ULONG DEVAPI SKF_ImportCertificate(HCONTAINER hContainer, BOOL bSignFlag, BYTE *pbCert,
                                   ULONG ulCertLen)
{
    struct skf_object *object;
    if (pbCert == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (ulCertLen == 0 || ulCertLen > HUFU_CERT_MAX) {
        return SAR_INDATALENERR;
    }
    ULONG result = skf_enter_container(hContainer, &object);
    if (result != SAR_OK) {
        return result;
    }
    int error = hufu_import_cert(object->device->token, object->parent->id, object->id,
                                 bSignFlag != FALSE, pbCert, ulCertLen);
    skf_leave(object);
    return skf_error(error, SKF_ABOUT_CONTAINER);
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
