/* SPDX-License-Identifier: Apache-2.0 */
/* otp KEY.pem: the rows of an RP2350's one-time memory that provisioning would burn. A dry run by
 * nature: this program has no way to a board. */
#include "files.h"
#include "otp_plan.h"
#include "rom_block.h"
#include "rp2350.h"
#include <stdio.h>

int otp_command(int argc, char **argv)
{
    uint8_t digest[32];
    struct otp_plan_row row;
    if (argc != 1)
        return 2;
    EVP_PKEY *key = rom_key_read(argv[0]);
    const int bad = key == NULL || rom_key_digest(key, digest) != 0;
    EVP_PKEY_free(key);
    if (bad)
        return fail(argv[0], "no private key on secp256k1");
    puts("row    value     form  what");
    for (unsigned n = 0; otp_plan(digest, n, &row); n++)
        printf("0x%03x  0x%0*x%s  %s   %s\n", (unsigned)row.row, row.ecc ? 4 : 6,
               (unsigned)row.value, row.ecc ? "  " : "", row.ecc ? "ecc" : "raw", row.what);
    puts("Nothing was burnt. Burning is for good; a closed board starts signed images alone.");
    return 0;
}
