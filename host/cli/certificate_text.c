/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/certificate_text.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

static void print_time(FILE *out, const char *label, const ASN1_TIME *time)
{
    struct tm tm;
    char text[32];
    if (ASN1_TIME_to_tm(time, &tm) == 1 &&
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &tm) > 0) {
        fprintf(out, "  %s %s\n", label, text);
    }
}

static void print_usage(FILE *out, X509 *cert)
{
    static const struct {
        uint32_t bit;
        const char *text;
    } names[] = {
        {KU_DIGITAL_SIGNATURE, N_("digital signature")},
        {KU_NON_REPUDIATION, N_("non-repudiation")},
        {KU_KEY_ENCIPHERMENT, N_("key encipherment")},
        {KU_DATA_ENCIPHERMENT, N_("data encipherment")},
        {KU_KEY_AGREEMENT, N_("key agreement")},
        {KU_KEY_CERT_SIGN, N_("certificate signing")},
        {KU_CRL_SIGN, N_("CRL signing")},
    };
    uint32_t usage = X509_get_key_usage(cert);
    const char *separator = "";
    if (usage == UINT32_MAX) {
        return; /* the extension is absent */
    }
    fprintf(out, "  %s ", _("key usage:  "));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((usage & names[i].bit) != 0) {
            fprintf(out, "%s%s", separator, _(names[i].text));
            separator = ", ";
        }
    }
    fputc('\n', out);
}

static void print_fingerprint(FILE *out, X509 *cert)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    if (X509_digest(cert, EVP_sm3(), digest, &n) == 1) {
        fprintf(out, "  %s ", _("SM3:        "));
        for (unsigned int i = 0; i < n; i++) {
            fprintf(out, "%02X", digest[i]);
        }
        fputc('\n', out);
    }
}

void certificate_time(const ASN1_TIME *at, char text[32])
{
    struct tm tm;
    text[0] = '\0';
    if (at != NULL && ASN1_TIME_to_tm(at, &tm) == 1) {
        (void)strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
    }
}

void certificate_text(FILE *out, const char *heading, X509 *cert)
{
    char *subject = pki_name_text(X509_get_subject_name(cert));
    char *issuer = pki_name_text(X509_get_issuer_name(cert));
    char *serial = pki_serial_text(cert);
    if (heading != NULL) {
        fprintf(out, "%s\n", heading);
    }
    fprintf(out, "  %s %s\n", _("subject:    "), subject != NULL ? subject : "?");
    fprintf(out, "  %s %s\n", _("issuer:     "), issuer != NULL ? issuer : "?");
    fprintf(out, "  %s %s\n", _("serial:     "), serial != NULL ? serial : "?");
    print_time(out, _("valid from: "), X509_get0_notBefore(cert));
    print_time(out, _("valid until:"), X509_get0_notAfter(cert));
    print_usage(out, cert);
    print_fingerprint(out, cert);
    free(subject);
    free(issuer);
    free(serial);
}
