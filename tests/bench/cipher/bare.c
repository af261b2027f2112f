/* SPDX-License-Identifier: Apache-2.0 */
#include "bare.h"

#include <winscard.h>

static SCARDCONTEXT context;
static SCARDHANDLE card;

int bare_open(const char *reader)
{
    DWORD protocol;
    return SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS ||
           SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol) !=
               SCARD_S_SUCCESS;
}

int bare_send(const uint8_t *command, size_t len, uint8_t *answer, size_t *answer_len)
{
    DWORD have = *answer_len;
    LONG code = SCardTransmit(card, SCARD_PCI_T1, command, len, NULL, answer, &have);
    *answer_len = have;
    return code != SCARD_S_SUCCESS;
}

void bare_close(void)
{
    SCardDisconnect(card, SCARD_LEAVE_CARD);
    SCardReleaseContext(context);
}
