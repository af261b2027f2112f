/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vault's one error enum: 0 is success, everything else negative. Status words appear only in
 * apdu/status.c, which maps this table. On any error an output is unchanged or zeroed.
 */
#ifndef HUFU_VAULT_ERR_H
#define HUFU_VAULT_ERR_H

enum err {
    ERR_OK = 0,
    ERR_PARAM = -1,        /* an argument is out of its documented range */
    ERR_LENGTH = -2,       /* a length on the wire is wrong */
    ERR_DATA = -3,         /* a data field is malformed */
    ERR_NOT_FOUND = -4,    /* no such object */
    ERR_EXISTS = -5,       /* an object of that name exists */
    ERR_NO_SPACE = -6,     /* store, table or buffer full */
    ERR_INTEGRITY = -7,    /* a stored record cannot be authenticated */
    ERR_FLASH = -8,        /* the flash refused or did not keep what was written */
    ERR_ENTROPY = -9,      /* noise source failed or its health test did */
    ERR_VERIFY = -10,      /* signature, MAC, tag or comparison failed */
    ERR_DENIED = -11,      /* the security state does not allow it */
    ERR_LOCKED = -12,      /* PIN or key is locked */
    ERR_PIN = -13,         /* wrong PIN; tries left are reported beside */
    ERR_STATE = -14,       /* not in this lifecycle or session state */
    ERR_UNSUPPORTED = -15, /* algorithm or form not offered */
    ERR_SELFTEST = -16,    /* a self test failed: error state */
    ERR_CHALLENGE = -17,   /* no fresh challenge */
    ERR_POINT = -18,       /* a point is not on the curve, or is infinity */
    ERR_CRYPTO = -19,      /* an operation failed and must say no more */
    ERR_ABORTED = -20,
    ERR_INTERNAL = -21
};

#endif
