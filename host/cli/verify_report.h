/* SPDX-License-Identifier: Apache-2.0 */
/* What hufu verify says, as lines or as one JSON object. */
#ifndef HUFU_CLI_VERIFY_REPORT_H
#define HUFU_CLI_VERIFY_REPORT_H

#include "document/document.h"
#include "util/json.h"

struct verify_report {
    bool as_json;
    struct json json;
    const struct document_signatures *signatures;
    const struct document_trust *trust;
};

void verify_report_start(struct verify_report *r, bool as_json, const char *path,
                         const struct document_signatures *s, const struct document_trust *trust);
/* j NULL: the signer's certificate is not known. */
void verify_report_signer(struct verify_report *r, const struct document_signer *signer,
                          const struct document_judgement *j, int verdict);
void verify_report_end(struct verify_report *r, int verdict);

#endif
