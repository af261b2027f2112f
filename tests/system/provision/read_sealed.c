/* SPDX-License-Identifier: Apache-2.0 */
/* read_sealed FILE CERT KEY - device key (hexadecimal) and transport PIN of a sealed file, a line
 * each: what a test looks for where it must not be. */
#include "provision/sealed.h"
#include "util/hex.h"
#include <openssl/pem.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct sealed s;
    char key_text[33];
    int error = 0;
    if (argc != 4) {
        return 2;
    }
    X509 *cert = pki_load_cert(argv[2], &error);
    FILE *f = fopen(argv[3], "re");
    EVP_PKEY *key = f != NULL ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
    if (cert == NULL || key == NULL || sealed_read(argv[1], cert, key, &s) != PKI_OK) {
        return 1;
    }
    hex_encode(s.device_key, sizeof s.device_key, key_text);
    printf("%s\n%s\n", key_text, s.transport_pin);
    EVP_PKEY_free(key);
    X509_free(cert);
    fclose(f);
    return 0;
}
