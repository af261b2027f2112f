/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/admin/admin.h"
#include "crypto/sm2.h"
#include "factory.h"
#include "hufu/apdu.h"
#include "hufu/attest.h"
#include "hufu/image.h"
#include "pin/pin_key.h"
#include "update/update.h"

static const struct route routes[] = {
    {HUFU_INS_ADMIN_STATUS, HUFU_CLA_SKF, 0, 0, 0, 0, SERVED_IN_ERROR | SERVED_DESTROYED,
     admin_status},
    {HUFU_INS_ADMIN_SELFTEST, HUFU_CLA_SKF, 0, 0, 0, 0, SERVED_IN_ERROR, admin_selftest},
    {HUFU_INS_ADMIN_RESET, HUFU_CLA_SKF, ADMIN_RESET_DESTROY, 0, 0, 0, NEED_NOTHING, admin_reset},
    {HUFU_INS_ADMIN_POLICY, HUFU_CLA_SKF, ADMIN_POLICY_BARE, 0, 0, 0, NEED_DEVICE, admin_policy},
    {HUFU_INS_ADMIN_UNLOCK_AUTHORITY, HUFU_CLA_SKF, ADMIN_UNLOCK_REMOVE, 1, 0, SM2_POINT,
     NEED_DEVICE, admin_unlock_authority},
    {HUFU_INS_ADMIN_SET_PIN_RULE, HUFU_CLA_SKF, 0, 1, 5, 5, NEED_DEVICE, admin_set_pin_rule},
    {HUFU_INS_ADMIN_RAW_NOISE, HUFU_CLA_SKF, 0, 0, 0, 0, NEED_DEVICE, admin_raw_noise},
    {HUFU_INS_ADMIN_PROVISION, HUFU_CLA_SKF, ADMIN_PROVISION_DRY, 0, IDENTITY_SERIAL + 1,
     IDENTITY_SERIAL + FACTORY_NAME, SERVED_BLANK, admin_provision},
    {HUFU_INS_ADMIN_PANEL_TEST, HUFU_CLA_SKF, 0, 0, 0, 0, NEED_NOTHING, admin_panel_test},
    {HUFU_INS_ADMIN_LEAVE_FACTORY, HUFU_CLA_SKF, 0, 0, PIN_KEY + PIN_FIELD, PIN_KEY + PIN_FIELD,
     ONLY_CHANNEL, admin_leave_factory},
    {HUFU_INS_ADMIN_TRANSPORT_PIN, HUFU_CLA_SKF, 0, 0, PIN_FIELD, PIN_FIELD, ONLY_CHANNEL,
     admin_transport_pin},
    {HUFU_INS_ADMIN_UPDATE_BEGIN, HUFU_CLA_SKF, 0, 0, HUFU_IMAGE_HEADER_SIZE,
     HUFU_IMAGE_HEADER_SIZE, SERVED_IN_ERROR, admin_update_begin},
    {HUFU_INS_ADMIN_UPDATE_WRITE, HUFU_CLA_SKF, 0, 0, 5, 4 + UPDATE_BLOCK, SERVED_IN_ERROR,
     admin_update_write},
    {HUFU_INS_ADMIN_UPDATE_FINISH, HUFU_CLA_SKF, ADMIN_FINISH_RESTART, 0, 0, 0, SERVED_IN_ERROR,
     admin_update_finish},
    {HUFU_INS_ADMIN_UPDATE_INFO, HUFU_CLA_SKF, 0, 0, 0, 0, SERVED_IN_ERROR, admin_update_info},
    {HUFU_INS_ADMIN_UPDATE_POLICY, HUFU_CLA_SKF, ADMIN_UPDATE_NEEDS_WORD, 0, 0, 0, NEED_DEVICE,
     admin_update_policy},
    {HUFU_INS_ADMIN_UPDATE_AUTHORISE, HUFU_CLA_SKF, 0, 0, 2 + HUFU_IMAGE_DIGEST,
     2 + HUFU_IMAGE_DIGEST, NEED_APP, admin_update_authorise},
    {HUFU_INS_ADMIN_ATTEST, HUFU_CLA_SKF, HUFU_ATTEST_ENCRYPTION, HUFU_IDENTITY_P256,
     HUFU_ATTEST_CHALLENGE, 4 + HUFU_ATTEST_CHALLENGE, NEED_NOTHING, admin_attest},
    {HUFU_INS_ADMIN_READ_IDENTITY, HUFU_CLA_SKF, 0, HUFU_IDENTITY_P256, 0, 0, NEED_NOTHING,
     admin_read_identity},
    {HUFU_INS_ADMIN_WRITE_IDENTITY, HUFU_CLA_SKF, 0, HUFU_IDENTITY_P256, 1, HUFU_IDENTITY_CHAIN_MAX,
     NEED_DEVICE, admin_write_identity},
};

const struct applet applet_admin = {(const uint8_t *)HUFU_AID_ADMIN, routes,
                                    sizeof routes / sizeof routes[0]};
