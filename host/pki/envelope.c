/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/envelope.h"
#include "envelope_parts.h"
#include "forms.h"
#include "util/base64.h"
#include "util/hex.h"
#include "util/i18n.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* CFCA puts 80 digits before its base64: 64 that are the same every time, 16 with its length. */
#define CFCA_MARK     "0000000000000001000000000000000100000000000000000000000000000000"
#define CFCA_MARK_LEN 64u
#define CFCA_HEAD_LEN 80u

static bool is_text(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isprint(data[i]) && !isspace(data[i]))
            return false;
    return true;
}

/* The text without white space and commas; NULL: memory. */
static char *squeeze(const uint8_t *data, size_t len)
{
    char *text = malloc(len + 1);
    size_t n = 0;
    for (size_t i = 0; text != NULL && i < len; i++)
        if (!isspace(data[i]) && data[i] != ',')
            text[n++] = (char)data[i];
    if (text != NULL)
        text[n] = '\0';
    return text;
}

static uint8_t *from_hex(const char *text, size_t *len)
{
    *len = strlen(text) / 2;
    uint8_t *out = malloc(*len + 1);
    if (out != NULL && hex_decode(text, out, *len))
        return out;
    free(out);
    return NULL;
}

/* [out] *plain: the message in binary, malloc. */
static int to_binary(const uint8_t *data, size_t len, uint8_t **plain, size_t *plain_len)
{
    char *text = squeeze(data, len);
    if (text == NULL)
        return PKI_ERR_MEMORY;
    const char *body = text;
    int error = PKI_ERR_PARSE;
    *plain = NULL;
    if (strstr(text, "-----BEGIN") != NULL) {
        error = pki_to_der(data, len, plain, plain_len);
    } else {
        if (strncmp(body, CFCA_MARK, CFCA_MARK_LEN) == 0 && strlen(body) > CFCA_HEAD_LEN)
            body += CFCA_HEAD_LEN;
        *plain = strlen(body) % 2 == 0 ? from_hex(body, plain_len) : NULL;
        if (*plain == NULL)
            *plain = base64_decode(body, strlen(body), plain_len);
        error = *plain != NULL ? PKI_OK : PKI_ERR_PARSE;
    }
    free(text);
    return error;
}

static int read_binary(const struct envelope_reading *r, const uint8_t *data, size_t len)
{
    int error =
        data[0] == 0x30 ? envelope_read_asn1(r, data, len) : envelope_read_struct(r, data, len);
    if (error == PKI_ERR_PROFILE && *r->why == NULL) /* envelope_sm4 knows no reason */
        *r->why = N_("the private key is enciphered with an algorithm other than SM4 in ECB or CBC "
                     "mode");
    if (error != PKI_OK) {
        enum pki_envelope_form form = r->out->form;
        memset(r->out, 0, sizeof *r->out);
        r->out->form = form;
    }
    return error;
}

static void begin(struct pki_envelope *out, const char **why)
{
    memset(out, 0, sizeof *out);
    *why = NULL;
}

int pki_envelope_read(const uint8_t *data, size_t len, const struct pki_envelope_hint *hint,
                      struct pki_envelope *out, const char **why)
{
    const struct envelope_reading r = {hint, out, why};
    uint8_t *plain = NULL;
    size_t plain_len = 0;
    begin(out, why);
    if (data == NULL || len == 0 || len > PKI_ENVELOPE_MAX)
        return PKI_ERR_PARSE;
    if (!is_text(data, len))
        return read_binary(&r, data, len);
    int error = to_binary(data, len, &plain, &plain_len);
    if (error == PKI_OK)
        error = read_binary(&r, plain, plain_len);
    free(plain);
    return error;
}

/* The whole length that a DER header names; 0: none that is taken. */
static size_t der_len(const uint8_t *at)
{
    if (at[1] < 0x80)
        return at[1] + 2u;
    if (at[1] == 0x81)
        return at[2] + 3u;
    return at[1] == 0x82 ? ((size_t)at[2] << 8 | at[3]) + 4u : 0;
}

int pki_envelope_read_at(const void *at, const struct pki_envelope_hint *hint,
                         struct pki_envelope *out, const char **why)
{
    const struct envelope_reading r = {hint, out, why};
    const uint8_t *data = at;
    begin(out, why);
    size_t len = data[0] == 0x30 ? der_len(data) : envelope_struct_len(data);
    return len > 0 && len <= PKI_ENVELOPE_MAX ? read_binary(&r, data, len) : PKI_ERR_PARSE;
}

const char *pki_envelope_form_name(enum pki_envelope_form form)
{
    static const char *const names[] = {
        [PKI_ENVELOPE_NONE] = N_("no form of an enveloped key that is known here"),
        [PKI_ENVELOPE_SKF] = N_("ENVELOPEDKEYBLOB of GM/T 0016"),
        [PKI_ENVELOPE_SDF] = N_("enveloped key structure of GM/T 0018"),
        [PKI_ENVELOPE_SM2_KEY] = N_("SM2EnvelopedKey of GB/T 35276"),
        [PKI_ENVELOPE_CSR_RESPONSE] = N_("CSRResponse of GM/T 0092"),
        [PKI_ENVELOPE_GM_ENVELOPED] = N_("enveloped data of GB/T 35275"),
        [PKI_ENVELOPE_GM_SIGNED] = N_("signed and enveloped data of GB/T 35275"),
        [PKI_ENVELOPE_KM_RESPONSE] = N_("key response of GM/T 0014"),
        [PKI_ENVELOPE_CMS] = N_("CMS enveloped data"),
        [PKI_ENVELOPE_CMP] = N_("CMP encrypted value"),
        [PKI_ENVELOPE_CFCA] = N_("CFCA's form"),
    };
    return (size_t)form < sizeof names / sizeof names[0] ? names[form] : names[PKI_ENVELOPE_NONE];
}
