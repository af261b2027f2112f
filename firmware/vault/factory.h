/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a manufacturer is with a token, in one row of the one-time memory (OTP_ROW_FACTORY): byte
 * 0 has the marks, bits burnt from the left without a gap, bytes 1 to 31 the manufacturer's name.
 *
 *   none     nobody's: the first start gives root key and serial number, a development token
 *   held     a factory burnt the first mark: the token waits for PROVISION
 *   open     serial number and name are given; root key and store are made at once or at the next
 *            start, and the factory's commands are served until LOCK
 *   closed   out of the factory, for good
 *
 * A mark is one bit, so a cut leaves either of two states; name and serial number are burnt before
 * the mark that says so, and a torn burn is completed by the same command again.
 */
#ifndef HUFU_VAULT_FACTORY_H
#define HUFU_VAULT_FACTORY_H

#include "hal.h"
#include "identity.h"

#define FACTORY_NAME (HAL_OTP_ROW - 1u) /* bytes of UTF-8 at most */

enum factory { FACTORY_NONE = 0, FACTORY_HELD = 1, FACTORY_OPEN = 2, FACTORY_CLOSED = 3 };

/* [out] state; name: NUL-terminated, empty where none is given.
 * ERR_OK; ERR_INTEGRITY: marks that no order of burning leaves; ERR_FLASH. */
int factory_read(const struct hal_otp *otp, enum factory *state, char name[FACTORY_NAME + 1u]);

/* Whether serial number and name may be burnt. [in] name: 1 to FACTORY_NAME bytes, no control
 * characters. ERR_OK; ERR_DATA; ERR_EXISTS: others stand there; ERR_FLASH. */
int factory_fits(const struct hal_otp *otp, const uint8_t serial[IDENTITY_SERIAL],
                 const uint8_t *name, size_t name_len);
/* Burns both and then the mark of `open`. Errors as factory_fits. */
int factory_open(const struct hal_otp *otp, const uint8_t serial[IDENTITY_SERIAL],
                 const uint8_t *name, size_t name_len);
/* Burns the mark of `closed`. The row stays unlocked: burning more of it opens nothing, it is then
 * no state at all. ERR_OK; ERR_FLASH. */
int factory_close(const struct hal_otp *otp);

#endif
