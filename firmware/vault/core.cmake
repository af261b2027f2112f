# SPDX-License-Identifier: Apache-2.0
# vault_core: everything between the gate and the libraries it stands on.
if(NOT TARGET vault_store)
  return()
endif()
file(GLOB vault_skf ${CMAKE_CURRENT_SOURCE_DIR}/applet/skf/*.c)
hufu_library(vault_core
  SOURCES
    vault.c device.c device_store.c choice.c issuer.c identity.c factory.c lifecycle.c session.c
    apdu/reader.c apdu/writer.c apdu/command.c apdu/status.c apdu/router.c
    applet/select.c applet/access.c
    applet/admin/table.c applet/admin/status.c applet/admin/selftest.c applet/admin/reset.c
    applet/admin/policy.c applet/admin/raw_noise.c applet/admin/set_pin_rule.c applet/admin/unlock_authority.c
    applet/admin/update_begin.c applet/admin/update_write.c applet/admin/update_finish.c
    applet/admin/update_info.c applet/admin/update_policy.c applet/admin/update_authorise.c
    applet/admin/provision.c applet/admin/panel_test.c applet/admin/leave_factory.c applet/admin/transport_pin.c
    applet/admin/attest.c applet/admin/read_identity.c applet/admin/write_identity.c
    ${vault_skf}
    key/der.c key/der_write.c key/certificate.c key/private_key.c key/key.c key/rsa_key.c key/rsa_envelope.c key/rsa_private_key.c key/envelope.c key/session_key.c key/context.c
    key/mode.c key/authorise.c
    pin/tries.c pin/pin_key.c pin/pin.c pin/proof.c pin/rule.c pin/unlock.c
    attest/identity_key.c attest/identity_chain.c attest/statement.c
    channel/channel_key.c channel/handshake.c channel/record.c
    update/update.c update/policy.c
    panel/font.c panel/unifont.c panel/panel.c panel/confirm.c
  INCLUDES ${VAULT_INCLUDES}
  LIBS boot_image vault_crypto vault_random vault_store vault_selftest)
