/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/verify_report.h"

#include "cli/documents.h"
#include "util/i18n.h"
#include <stdlib.h>

static const char *word(int status)
{
    return status == PKI_OK ? _("good") : document_strerror(status);
}

/* "good" in every language: programs compare it. */
static const char *plain_word(int status)
{
    return status == PKI_OK ? "good" : document_strerror(status);
}

static void line(const char *label, const char *value)
{
    printf("  %s: %s\n", label, value != NULL ? value : "?");
}

/* "good, as of 2026-01-01T00:00:00Z", or since when and why not. */
static void answer_line(const char *label, bool have, const struct pki_revocation *r)
{
    char when[32];
    if (!have) {
        line(label, _("no usable answer"));
        return;
    }
    documents_time(r->revoked ? r->when : r->this_update, when);
    printf("  %s: ", label);
    if (r->revoked) {
        printf(_("REVOKED at %s, reason: %s\n"), when,
               r->reason >= 0 ? OCSP_crl_reason_str(r->reason) : _("none given"));
    } else {
        printf(_("good, as of %s\n"), when);
    }
}

static void answer_json(struct json *j, const char *key, bool have, const struct pki_revocation *r)
{
    char when[32];
    json_object(j, key);
    json_text(j, "status", !have ? "unknown" : r->revoked ? "revoked" : "good");
    if (have && r->revoked) {
        documents_time(r->when, when);
        json_text(j, "revoked_at", when);
        json_text(j, "reason", r->reason >= 0 ? OCSP_crl_reason_str(r->reason) : NULL);
    }
    if (have) {
        documents_time(r->this_update, when);
        json_text(j, "this_update", when);
        documents_time(r->next_update, when);
        json_text(j, "next_update", when);
    }
    json_end(j);
}

static void names_of(X509 *cert, char **subject, char **issuer, char **serial)
{
    *subject = pki_name_text(X509_get_subject_name(cert));
    *issuer = pki_name_text(X509_get_issuer_name(cert));
    *serial = pki_serial_text(cert);
}

static void who(const struct document_signer *signer)
{
    char *subject, *issuer, *serial, when[32];
    names_of(signer->cert, &subject, &issuer, &serial);
    printf(_("  signed by: %s (serial %s, issued by %s)\n"), subject, serial, issuer);
    if (signer->has_time) {
        documents_time(signer->time, when);
        printf(_("  signed at: %s, as the signer states\n"), when);
    } else {
        line(_("signed at"), _("not stated"));
    }
    free(subject);
    free(issuer);
    free(serial);
}

static void chain_line(const struct document_judgement *j)
{
    printf("  %s: %s", _("chain"), word(j->chain));
    for (int i = 1; i < sk_X509_num(j->path); i++) {
        char *name = pki_name_text(X509_get_subject_name(sk_X509_value(j->path, i)));
        printf("%s %s", i == 1 ? "," : " <", name != NULL ? name : "?");
        free(name);
    }
    putchar('\n');
}

static void revocation_lines(const struct document_judgement *j)
{
    for (size_t i = 0; i < j->checked; i++) {
        const struct document_status *status = &j->status[i];
        if (i > 0) {
            char *name = pki_name_text(X509_get_subject_name(status->cert));
            line(_("issuer"), name);
            free(name);
        }
        if (status->names_ocsp || status->have_ocsp) {
            answer_line("OCSP", status->have_ocsp, &status->ocsp);
        }
        if (status->names_crl || status->have_crl) {
            answer_line("CRL", status->have_crl, &status->crl);
        }
        if (!status->names_ocsp && !status->names_crl) {
            line(_("revocation"), _("the certificate names nobody to ask"));
        }
    }
    if (j->checked == 0) {
        line(_("revocation"), _("not asked for: the chain leads to no trusted root"));
    }
}

static void signer_text(const struct verify_report *r, const struct document_signer *signer,
                        const struct document_judgement *j, int verdict)
{
    if (j != NULL) {
        who(signer);
    }
    line(_("signature"), word(signer->status));
    if (j == NULL) {
        return;
    }
    chain_line(j);
    line(_("validity"), word(j->validity));
    line(_("key usage"), j->profile == PKI_OK ? _("good") : j->profile_reason);
    revocation_lines(j);
    if (r->trust->asserted) {
        char when[32];
        documents_time(r->trust->at, when);
        printf(_("  judged for: %s, which is the verifier's own assertion%s\n"), when,
               j->set_aside ? _("; the revocation is later than that") : "");
    }
    line(_("result"), word(verdict));
}

static void signer_json(struct verify_report *r, const struct document_signer *signer,
                        const struct document_judgement *j, int verdict)
{
    struct json *out = &r->json;
    char *subject, *issuer, *serial, when[32];
    json_object(out, NULL);
    json_text(out, "signature", plain_word(signer->status));
    if (j != NULL) {
        names_of(signer->cert, &subject, &issuer, &serial);
        json_text(out, "subject", subject);
        json_text(out, "issuer", issuer);
        json_text(out, "serial", serial);
        free(subject);
        free(issuer);
        free(serial);
        if (signer->has_time) {
            documents_time(signer->time, when);
            json_text(out, "signing_time", when);
        }
        json_text(out, "chain", plain_word(j->chain));
        json_text(out, "validity", plain_word(j->validity));
        json_text(out, "key_usage", j->profile == PKI_OK ? "good" : j->profile_reason);
        json_array(out, "revocation");
        for (size_t i = 0; i < j->checked; i++) {
            char *name = pki_name_text(X509_get_subject_name(j->status[i].cert));
            json_object(out, NULL);
            json_text(out, "subject", name);
            if (j->status[i].names_ocsp || j->status[i].have_ocsp) {
                answer_json(out, "ocsp", j->status[i].have_ocsp, &j->status[i].ocsp);
            }
            if (j->status[i].names_crl || j->status[i].have_crl) {
                answer_json(out, "crl", j->status[i].have_crl, &j->status[i].crl);
            }
            json_end(out);
            free(name);
        }
        json_end(out);
        json_bool(out, "revocation_later_than_asserted_time", j->set_aside);
    }
    json_bool(out, "good", verdict == PKI_OK);
    json_end(out);
}

void verify_report_start(struct verify_report *r, bool as_json, const char *path,
                         const struct document_signatures *s, const struct document_trust *trust)
{
    char when[32];
    *r = (struct verify_report){.as_json = as_json, .signatures = s, .trust = trust};
    if (!as_json) {
        printf(_("%s: %zu signature(s), form %s\n"), path, s->count,
               s->form == DOCUMENT_GM ? "GM/T 0010" : "RFC 5652");
        return;
    }
    json_start(&r->json, stdout);
    json_object(&r->json, NULL);
    json_text(&r->json, "file", path);
    json_text(&r->json, "form", s->form == DOCUMENT_GM ? "gm" : "cms");
    documents_time(trust->at, when);
    json_text(&r->json, "judged_for", when);
    json_bool(&r->json, "asserted_by_verifier", trust->asserted);
    json_array(&r->json, "signers");
}

void verify_report_signer(struct verify_report *r, const struct document_signer *signer,
                          const struct document_judgement *j, int verdict)
{
    if (r->as_json) {
        signer_json(r, signer, j, verdict);
    } else {
        signer_text(r, signer, j, verdict);
    }
}

void verify_report_end(struct verify_report *r, int verdict)
{
    if (!r->as_json) {
        return;
    }
    json_end(&r->json);
    json_text(&r->json, "verdict",
              verdict == PKI_OK            ? "good"
              : verdict == PKI_ERR_UNKNOWN ? "unknown"
                                           : "refused");
    json_end(&r->json);
}
