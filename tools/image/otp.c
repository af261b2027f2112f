/* SPDX-License-Identifier: Apache-2.0 */
/* otp KEY.pem [--json]: the rows of an RP2350's one-time memory that provisioning would burn. A dry
 * run by nature: this program has no way to a board. */
#include "files.h"
#include "otp_plan.h"
#include "rom_block.h"
#include "rp2350.h"
#include <stdio.h>
#include <string.h>

static void print_table(const uint8_t digest[32])
{
    struct otp_plan_row row;
    puts("row    value     form  what");
    for (unsigned n = 0; otp_plan(digest, n, &row); n++)
        printf("0x%03x  0x%0*x%s  %s   %s\n", (unsigned)row.row, row.ecc ? 4 : 6,
               (unsigned)row.value, row.ecc ? "  " : "", row.ecc ? "ecc" : "raw", row.what);
    puts("Nothing was burnt. Burning is for good; a closed board starts signed images alone.");
}

/* As `picotool otp load` takes it: rows by page and place. */
static void print_json(const uint8_t digest[32])
{
    struct otp_plan_row row;
    for (unsigned n = 0; otp_plan(digest, n, &row); n++)
        printf("%s\n  \"%u:%u\": {\"ecc\": %s, \"value\": \"0x%0*x\"}", n == 0 ? "{" : ",",
               (unsigned)row.row / 64, (unsigned)row.row % 64, row.ecc ? "true" : "false",
               row.ecc ? 4 : 6, (unsigned)row.value);
    puts("\n}");
}

int otp_command(int argc, char **argv)
{
    uint8_t digest[32];
    const int json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc != 1 && !json)
        return 2;
    EVP_PKEY *key = rom_key_read(argv[0]);
    const int bad = key == NULL || rom_key_digest(key, digest) != 0;
    EVP_PKEY_free(key);
    if (bad)
        return fail(argv[0], "no private key on secp256k1");
    (json ? print_json : print_table)(digest);
    return 0;
}
