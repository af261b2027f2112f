/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"
#include "util/i18n.h"

const char *document_strerror(int error)
{
    switch (error) {
    case DOCUMENT_ERR_CHANGED:
        return _("the content is not the content that was signed");
    case DOCUMENT_ERR_NO_CONTENT:
        return _("the signature is detached: the signed file is needed");
    case DOCUMENT_ERR_NO_SIGNER:
        return _("there is no signature, or the signer's certificate is not in it");
    case DOCUMENT_ERR_ALGORITHM:
        return _("an algorithm is used that is not supported");
    case DOCUMENT_ERR_RECIPIENT:
        return _("the message is encrypted for other certificates");
    case DOCUMENT_ERR_DECRYPT:
        return _("the key does not fit or the message is damaged");
    case DOCUMENT_ERR_DEVICE:
        return _("the key's device failed");
    case DOCUMENT_ERR_TRUNCATED:
        return _("the message is cut short, or other bytes follow it");
    default:
        return pki_strerror(error);
    }
}
