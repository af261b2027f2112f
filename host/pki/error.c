/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/pki.h"
#include "util/i18n.h"

const char *pki_strerror(int error)
{
    switch (error) {
    case PKI_OK:
        return _("success");
    case PKI_ERR_PARSE:
        return _("neither PEM nor DER of the expected kind");
    case PKI_ERR_IO:
        return _("the file cannot be read or written");
    case PKI_ERR_SIGNATURE:
        return _("the signature does not verify");
    case PKI_ERR_KEY:
        return _("not a valid SM2 key");
    case PKI_ERR_CHAIN:
        return _("no path to a trusted root");
    case PKI_ERR_EXPIRED:
        return _("outside the period of validity");
    case PKI_ERR_PROFILE:
        return _("the certificate is not made for this use");
    case PKI_ERR_REVOKED:
        return _("the certificate is revoked");
    case PKI_ERR_UNKNOWN:
        return _("cannot be determined");
    case PKI_ERR_MEMORY:
        return _("out of memory");
    case PKI_ERR_NETWORK:
        return _("the network or the service does not answer");
    default:
        return _("unknown error");
    }
}
