/* SPDX-License-Identifier: Apache-2.0 */
/* 02 SetLabel: label of at most 31 bytes (GM/T 0016 7.1.8). No right is named by the standard. */
#include "applet/skf/application.h"
#include "applet/skf/skf.h"
#include "issuer.h"
#include "panel/panel.h"

int skf_set_label(struct call *call)
{
    const struct command *c = call->command;
    uint8_t label[ISSUER_LABEL];
    size_t len = c->lc;
    reader_copy(&call->in, label, len);
    /* A host may send its field padded with zeros. */
    while (len > 0 && label[len - 1] == 0) {
        len--;
    }
    int err = name_check(label, len, ISSUER_LABEL - 1);
    if (err == ERR_OK) {
        err = issuer_set_label(label, len);
    }
    if (err == ERR_OK) {
        panel_show(PANEL_READY); /* it stands there */
    }
    return err;
}
