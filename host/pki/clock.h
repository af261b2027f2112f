/* SPDX-License-Identifier: Apache-2.0 */
/* ASN.1 times as time_t, and how far two clocks may differ. Private to host/pki and host/document.
 */
#ifndef HUFU_PKI_CLOCK_H
#define HUFU_PKI_CLOCK_H

#include <openssl/asn1.h>
#include <stdbool.h>
#include <time.h>

#define PKI_CLOCK_SKEW 300 /* seconds */

/* false: not a time. */
static inline bool pki_time(const ASN1_TIME *in, time_t *out)
{
    struct tm tm;
    if (in == NULL || ASN1_TIME_to_tm(in, &tm) != 1)
        return false;
    *out = timegm(&tm);
    return true;
}

#endif
