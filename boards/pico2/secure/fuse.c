/* SPDX-License-Identifier: Apache-2.0 */
#include "board.h"

/* A board that was provisioned in part stays with its rows: falling back to flash would bring an
 * identity from before back to life. */
void fuse_reading_hal(struct hal_otp *hal)
{
    if (otp_provisioned()) {
        otp_reading_hal(hal);
    } else {
        fuse_flash_reading_hal(hal);
    }
}

void fuse_hal(struct hal_otp *hal)
{
    if (otp_provisioned()) {
        otp_hal(hal);
    } else {
        fuse_flash_hal(hal);
    }
}
