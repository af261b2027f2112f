/* SPDX-License-Identifier: Apache-2.0 */
/* The admin applet: status, self-test, reset (docs/gmt0017.md, "admin applet"). */
#ifndef HUFU_ADMIN_APPLET_H
#define HUFU_ADMIN_APPLET_H

#include "applet/applet.h"

#define ADMIN_FLAG_DEVELOPMENT 0x01u
#define ADMIN_FLAG_BARE        0x02u /* bare forms of PIN commands are served */

#define ADMIN_FLAG_PROVISIONED 0x04u /* a manufacturer gave it its serial number */

/* P1 of PROVISION */
#define ADMIN_PROVISION_DO  0u
#define ADMIN_PROVISION_DRY 1u

/* P1 of RESET */
#define ADMIN_RESET_DEVICE  0u /* by device authentication in this session */
#define ADMIN_RESET_PANEL   1u /* by the panel's OK button within 30 s */
#define ADMIN_RESET_DESTROY 2u /* destroys the token for good, by device authentication */

/* P1 of POLICY */
#define ADMIN_POLICY_CHANNEL 0u
#define ADMIN_POLICY_BARE    1u

/* UPDATE_INFO's flags; P1 of UPDATE_FINISH and UPDATE_POLICY; a reason of UPDATE_FINISH */
#define ADMIN_UPDATE_OURS       0x01u
#define ADMIN_UPDATE_TRIAL      0x02u
#define ADMIN_UPDATE_AUTHORISE  0x04u
#define ADMIN_FINISH_RESTART    1u
#define ADMIN_UPDATE_NEEDS_WORD 1u
#define ADMIN_WHY_DIGEST        8u /* IMAGE_WRONG_DIGEST */

/* P1 of UNLOCK_AUTHORITY */
#define ADMIN_UNLOCK_SET    0u
#define ADMIN_UNLOCK_ENABLE 1u
#define ADMIN_UNLOCK_REMOVE 2u

int admin_unlock_authority(struct call *call);
int admin_set_pin_rule(struct call *call);
int admin_status(struct call *call);
int admin_provision(struct call *call);
int admin_panel_test(struct call *call);
int admin_leave_factory(struct call *call);
int admin_transport_pin(struct call *call);
int admin_selftest(struct call *call);
int admin_reset(struct call *call);
int admin_policy(struct call *call);
int admin_raw_noise(struct call *call);
int admin_update_begin(struct call *call);
int admin_update_write(struct call *call);
int admin_update_finish(struct call *call);
int admin_update_info(struct call *call);
int admin_update_policy(struct call *call);
int admin_update_authorise(struct call *call);
int admin_attest(struct call *call);
int admin_read_identity(struct call *call);
int admin_write_identity(struct call *call);

#endif
