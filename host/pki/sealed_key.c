/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/sealed_key.h"

#include <openssl/pkcs12.h>
#include <string.h>

X509_SIG *pki_seal_key(const EVP_PKEY *key, const char *passphrase)
{
    X509_SIG *sealed = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    X509_ALGOR *scheme =
        PKCS5_pbe2_set_iv(EVP_sm4_cbc(), PKI_SEAL_ITERATIONS, NULL, 16, NULL, NID_hmacWithSHA256);
    if (info != NULL && scheme != NULL) {
        sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), info, scheme);
    }
    if (sealed == NULL) {
        X509_ALGOR_free(scheme); /* else sealed owns it */
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    return sealed;
}
