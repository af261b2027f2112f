/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of an exported audit log and of its checkpoints (audit.h), written and read. */
#ifndef HUFU_CA_AUDIT_FORM_H
#define HUFU_CA_AUDIT_FORM_H

#include "ca.h"

#define AUDIT_LINE_MAX      (8 * AUDIT_TEXT_MAX + 256)
#define CHECKPOINT_TEXT_MAX 192
#define CHECKPOINT_LINE_MAX 384

struct audit_checkpoint {
    int64_t count, time;
    uint8_t head[32];
    uint8_t signature[72];
    size_t signature_len;
};

void audit_row_write(const struct audit_row *row, char line[AUDIT_LINE_MAX]);
/* [in] line is changed. CA_OK, CA_ERR_FORMAT. */
int audit_row_read(char *line, struct audit_row *row);

/* What is signed. */
void checkpoint_text(const struct audit_checkpoint *point, char text[CHECKPOINT_TEXT_MAX]);
void checkpoint_write(const struct audit_checkpoint *point, char line[CHECKPOINT_LINE_MAX]);
int checkpoint_read(char *line, struct audit_checkpoint *point);

#endif
