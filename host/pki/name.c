/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/pki.h"
#include <openssl/bn.h>
#include <stdlib.h>
#include <string.h>

char *pki_name_text(const X509_NAME *name)
{
    /* RFC 2253 order and escapes (control characters too: a name is printed on terminals), but
     * UTF-8 left readable. */
    const unsigned long form = (ASN1_STRFLGS_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) |
                               XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_DN_REV | XN_FLAG_FN_SN |
                               XN_FLAG_DUMP_UNKNOWN_FIELDS;
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL, *data;
    if (bio != NULL && X509_NAME_print_ex(bio, name, 0, form) >= 0) {
        long len = BIO_get_mem_data(bio, &data);
        text = malloc((size_t)len + 1);
        if (text != NULL) {
            if (len > 0)
                memcpy(text, data, (size_t)len);
            text[len] = 0;
        }
    }
    BIO_free(bio);
    return text;
}

char *pki_serial_text(X509 *cert)
{
    BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
    char *hex = n != NULL ? BN_bn2hex(n) : NULL;
    char *text = hex != NULL ? strdup(hex) : NULL;
    OPENSSL_free(hex);
    BN_free(n);
    return text;
}
