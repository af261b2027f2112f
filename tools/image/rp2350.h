/* SPDX-License-Identifier: Apache-2.0 */
/* hufu-image's commands for the RP2350. Each takes what follows its name; returns an exit code, 2
 * for wrong usage. */
#ifndef HUFU_IMAGE_RP2350_H
#define HUFU_IMAGE_RP2350_H

/* rom-key KEY.pem */
int rom_key_command(int argc, char **argv);
/* rom-sign KEY.pem PROGRAM@HEX OUT */
int rom_sign_command(int argc, char **argv);
/* uf2 OUT PIECE@HEX... */
int uf2_command(int argc, char **argv);
/* otp KEY.pem [--json] */
int otp_command(int argc, char **argv);

#define RP2350_USAGE                                                                               \
    "       hufu-image rom-key KEY.pem\n"                                                          \
    "       hufu-image rom-sign KEY.pem PROGRAM@HEX OUT\n"                                         \
    "       hufu-image uf2 OUT PIECE@HEX...   (PIECE: a file, or blank:BYTES)\n"                   \
    "       hufu-image otp KEY.pem [--json]\n"

#endif
