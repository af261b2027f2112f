/* SPDX-License-Identifier: Apache-2.0 */
/* The access condition of a table row, checked before its handler runs. */
#ifndef HUFU_ACCESS_H
#define HUFU_ACCESS_H

#include "applet/applet.h"

/*
 * Reads the noun ids that `need` asks for from the front of the data into the call, finds the nouns
 * and checks the rights. ERR_OK; ERR_DENIED; WIRE_APP_ID; WIRE_CONTAINER_ID; the store's errors.
 */
int access_check(struct call *call, unsigned need);
/* The rights among them once more, when the handler is about to run. SECURE_TRUE: they are there.
 */
secure_bool access_holds(const struct call *call, unsigned need);

/* ERR_OK: the session has the right that hangs on this PIN; decided twice. ERR_DENIED. */
int access_right(const struct session *session, uint16_t pin);

#endif
