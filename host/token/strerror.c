/* SPDX-License-Identifier: Apache-2.0 */
#include "hufu/hufu.h"
#include "transport/pcsc.h"
#include "util/i18n.h"
#include <stdio.h>

/* With PC/SC's own code, which says what happened on the way there. */
static const char *transport_text(void)
{
    static _Thread_local char text[200];
    (void)snprintf(text, sizeof text,
                   _("the exchange with the token failed (PC/SC code %08lX); plug it in again"),
                   pcsc_last_code());
    return text;
}

const char *hufu_strerror(int error)
{
    static const char *const text[] = {
        [-HUFU_OK] = N_("no error"),
        [-HUFU_ERR_PARAM] = N_("a value is out of range"),
        [-HUFU_ERR_MEMORY] = N_("out of memory"),
        [-HUFU_ERR_NO_SERVICE] = N_("the smart card service (pcscd) does not answer; start it"),
        [-HUFU_ERR_NO_READER] = N_("no token found; plug one in"),
        [-HUFU_ERR_MANY_READERS] = N_("more than one token is plugged in; name one with --reader"),
        [-HUFU_ERR_REMOVED] = N_("the token was removed; plug it in and run the command again"),
        [-HUFU_ERR_PROTOCOL] = N_("the token's answer does not have the promised form"),
        [-HUFU_ERR_BUFFER] = N_("the buffer is too small"),
        [-HUFU_ERR_STATE] = N_("the token does not allow this in its present state"),
        [-HUFU_ERR_SELFTEST] = N_("the token failed its self test and refuses to work"),
        [-HUFU_ERR_PIN_WRONG] = N_("the PIN is wrong"),
        [-HUFU_ERR_PIN_LOCKED] = N_("the PIN is locked; unblock it with the admin PIN"),
        [-HUFU_ERR_PIN_FORM] = N_("a PIN has 6 to 16 bytes and no control characters"),
        [-HUFU_ERR_NOT_LOGGED_IN] = N_("not logged in: the PIN has to be given first"),
        [-HUFU_ERR_DEVICE_AUTH] = N_("the device key is wrong, locked or was not given"),
        [-HUFU_ERR_EXISTS] = N_("this name is already taken on the token"),
        [-HUFU_ERR_NOT_FOUND] = N_("there is nothing of this name on the token"),
        [-HUFU_ERR_NO_KEY] = N_("the container holds no such key"),
        [-HUFU_ERR_NO_CERT] = N_("the container holds no such certificate"),
        [-HUFU_ERR_NO_SPACE] = N_("the token is full; hufu key delete makes room"),
        [-HUFU_ERR_REFUSED] = N_("the token refused the data"),
        [-HUFU_ERR_UNSUPPORTED] = N_("the token does not support this"),
        [-HUFU_ERR_VERIFY] = N_("the signature does not verify"),
        [-HUFU_ERR_IO] = N_("the token could not store or read its data"),
        [-HUFU_ERR_INTERNAL] = N_("internal error"),
        [-HUFU_ERR_INTEGRITY] = N_("the token's memory is damaged or belongs to another token; "
                                   "nothing in it can be used"),
        [-HUFU_ERR_TIMEOUT] = N_("another process holds the token"),
        [-HUFU_ERR_CONTAINERS] = N_("the application holds all the containers it may have; hufu "
                                    "key delete makes room"),
        [-HUFU_ERR_TRUST] = N_("this is not the token known by its serial number, or somebody is "
                               "in between; hufu trust shows and accepts"),
        [-HUFU_ERR_UNKNOWN_TOKEN] = N_("this token was never met here; hufu trust accept takes it"),
        [-HUFU_ERR_TRUST_STORE] = N_("the folder of known tokens cannot be used (HUFU_TRUST_DIR, "
                                     "or ~/.local/state/hufu/pins)"),
        [-HUFU_ERR_REVOKED] = N_("its manufacturer revoked this token: somebody else may have its "
                                 "identity key"),
        [-HUFU_ERR_REVOCATION] = N_("the manufacturer's list of revoked tokens cannot be read, is "
                                    "out of date, partial, or not signed by it; hufu trust roots "
                                    "--crl takes a new one"),
        [-HUFU_ERR_NOT_CONFIRMED] = N_("not confirmed on the token's panel; nothing was done"),
        [-HUFU_ERR_PIN_LENGTH] = N_("the new PIN is shorter than the issuer's rule asks for; hufu "
                                    "pin status shows the rule"),
        [-HUFU_ERR_PIN_RULE] = N_("the new PIN does not follow the issuer's rule; hufu pin status "
                                  "shows the rule"),
        [-HUFU_ERR_BUSY] = N_("another program keeps the token for itself, most likely pcscd; stop "
                              "it or use --transport pcsc"),
        [-HUFU_ERR_ACCESS] = N_("no right to the token's USB device; install the udev rule "
                                "70-hufu.rules, or run as root"),
        [-HUFU_ERR_CANCELLED] = N_("cancelled; the token gave the command up"),
        [-HUFU_ERR_PIN_REUSED] = N_("the new PIN is the present one; choose another"),
        [-HUFU_ERR_NO_AUTHORITY] = N_("the token was given no unlock authority; the issuer gives "
                                      "it one with hufu pin authority"),
        [-HUFU_ERR_NO_REQUEST] = N_("the token waits for no response; hufu pin unblock --request "
                                    "makes a request"),
        [-HUFU_ERR_UNBLOCK_REFUSED] = N_("the response is not the unlock authority's answer to "
                                         "this token's last request"),
        [-HUFU_ERR_UNBLOCK_LOCKED] = N_("remote unlock is locked after five failures; the issuer "
                                        "enables it with hufu pin enable-unblock"),
        [-HUFU_ERR_IMAGE] = N_("the token does not take this firmware image"),
    };
    if (error == HUFU_ERR_TRANSPORT) {
        return transport_text();
    }
    if (error > 0 || error <= -(int)(sizeof text / sizeof text[0]) || text[-error] == NULL) {
        return _("unknown error");
    }
    return _(text[-error]);
}
