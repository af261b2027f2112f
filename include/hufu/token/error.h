/* SPDX-License-Identifier: Apache-2.0 */
/* What every function of libhufu answers. */
#ifndef HUFU_TOKEN_ERROR_H
#define HUFU_TOKEN_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

enum hufu_error {
    HUFU_OK = 0,
    HUFU_ERR_PARAM = -1,
    HUFU_ERR_MEMORY = -2,
    HUFU_ERR_NO_SERVICE = -3,   /* no PC/SC service */
    HUFU_ERR_NO_READER = -4,    /* no token found */
    HUFU_ERR_MANY_READERS = -5, /* more than one token and none named */
    HUFU_ERR_REMOVED = -6,      /* token pulled */
    HUFU_ERR_TRANSPORT = -7,
    HUFU_ERR_PROTOCOL = -8,   /* the answer does not have the promised form */
    HUFU_ERR_BUFFER = -9,     /* caller's buffer too small; needed length reported */
    HUFU_ERR_STATE = -10,     /* token not in this lifecycle state */
    HUFU_ERR_SELFTEST = -11,  /* token is in the error state */
    HUFU_ERR_PIN_WRONG = -12, /* tries left reported */
    HUFU_ERR_PIN_LOCKED = -13,
    HUFU_ERR_PIN_FORM = -14, /* length or characters */
    HUFU_ERR_NOT_LOGGED_IN = -15,
    HUFU_ERR_DEVICE_AUTH = -16, /* device key wrong or locked, or not authenticated */
    HUFU_ERR_EXISTS = -17,
    HUFU_ERR_NOT_FOUND = -18,
    HUFU_ERR_NO_KEY = -19,
    HUFU_ERR_NO_CERT = -20,
    HUFU_ERR_NO_SPACE = -21,
    HUFU_ERR_REFUSED = -22, /* the token refused the data (mismatch, bad envelope) */
    HUFU_ERR_UNSUPPORTED = -23,
    HUFU_ERR_VERIFY = -24, /* a signature did not verify */
    HUFU_ERR_IO = -25,
    HUFU_ERR_INTERNAL = -26,
    HUFU_ERR_INTEGRITY = -27,  /* error state: what is stored is damaged, or another token's */
    HUFU_ERR_TIMEOUT = -28,    /* another process held the token all the time */
    HUFU_ERR_CONTAINERS = -29, /* the application has all the containers it may have */
    /* the session channel */
    HUFU_ERR_TRUST = -32,         /* not the token known by this serial number, or no proof of it */
    HUFU_ERR_UNKNOWN_TOKEN = -33, /* strict: never met before */
    HUFU_ERR_TRUST_STORE = -34,   /* the known identities cannot be read or written */
    HUFU_ERR_REVOKED = -35,       /* its manufacturer revoked the token's certificate */
    HUFU_ERR_REVOCATION = -36,    /* lists of revoked tokens that do not do: hufu_trust_crls */
    /* the holder's consent and the issuer's PIN rule */
    HUFU_ERR_NOT_CONFIRMED = -40, /* the holder did not say yes on the token's panel */
    HUFU_ERR_PIN_LENGTH = -41,    /* the new PIN is shorter than the issuer's rule asks for */
    HUFU_ERR_PIN_RULE = -42,      /* the new PIN does not follow the issuer's rule */
    HUFU_ERR_PIN_REUSED = -43,    /* the new PIN is the present one */
    /* remote unlock */
    HUFU_ERR_NO_AUTHORITY = -44,    /* the token was given no unlock authority */
    HUFU_ERR_NO_REQUEST = -45,      /* no request is out */
    HUFU_ERR_UNBLOCK_REFUSED = -46, /* not the authority's word on this request; counted */
    HUFU_ERR_UNBLOCK_LOCKED = -47,  /* five failures: the issuer enables it again */
    HUFU_ERR_IMAGE = -48,           /* the firmware image is not taken; a reason is reported */
    /* USB without PC/SC */
    HUFU_ERR_BUSY = -60,   /* another program, pcscd as a rule, has claimed the token for itself */
    HUFU_ERR_ACCESS = -61, /* no right to the token's device node */
    HUFU_ERR_CANCELLED = -62 /* hufu_cancel: the token gave the command up */
};

/* One line: cause. Never NULL. */
const char *hufu_strerror(int error);

#ifdef __cplusplus
}
#endif
#endif
