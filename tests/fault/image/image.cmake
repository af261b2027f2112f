# SPDX-License-Identifier: Apache-2.0
# For tests/fault, included by the board's CMakeLists.txt: a signed image of two small parts, and
# boot stages and a vault with a weak check planted in them. None of this is shipped.
set(FAULT ${PROJECT_SOURCE_DIR}/tests/fault)
set(FAULT_OUT ${CMAKE_BINARY_DIR}/fault)
file(MAKE_DIRECTORY ${FAULT_OUT})

# Small, so that loading and hashing are short loops; their contents are never run. Signed once for
# the tree's keys, not once a build.
# The vault's begins with vectors without a zero byte: stack 0x38010104, entry 0x10010141.
string(ASCII 4 1 1 56 65 1 1 16 FAULT_VECTORS)
string(REPEAT "vault of the fault campaign. " 12 FAULT_VAULT)
string(PREPEND FAULT_VAULT "${FAULT_VECTORS}")
string(REPEAT "link of the fault campaign. " 3 FAULT_LINK)
file(CONFIGURE OUTPUT ${FAULT_OUT}/vault.raw CONTENT "${FAULT_VAULT}")
file(CONFIGURE OUTPUT ${FAULT_OUT}/link.raw CONTENT "${FAULT_LINK}")
layout(VAULT_CODE fault_vault_at)
layout(LINK_CODE fault_link_at)
add_custom_command(OUTPUT ${FAULT_OUT}/small.bin
  COMMAND ${HUFU_IMAGE_COMMAND} ${BOARD_NAME} ${PROJECT_VERSION} 0 ${HUFU_STORE_FORMATS}
          ${FAULT_OUT}/vault.raw@${fault_vault_at} ${FAULT_OUT}/link.raw@${fault_link_at} ${FAULT_OUT}/small.bin
  DEPENDS ${HUFU_IMAGE_DEPENDS} ${FAULT_OUT}/vault.raw ${FAULT_OUT}/link.raw VERBATIM)
# One signature at a time.
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/hostile/firmware.bin APPEND
  DEPENDS ${FAULT_OUT}/small.bin)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/firmware.bin APPEND DEPENDS ${FAULT_OUT}/small.bin)

# planted(NAME OF SOURCE FUNCTION...): the image OF again, where SOURCE stands in place of the
# functions.
function(planted name of source)
  cmake_parse_arguments(A "" "" "OPTIONS" ${ARGN})
  variant(${name} ${of} ${FAULT_OUT} SOURCES ${FAULT}/${source} OPTIONS ${A_OPTIONS})
  list(TRANSFORM A_UNPARSED_ARGUMENTS PREPEND -Wl,--wrap=)
  target_link_options(${name} PRIVATE ${A_UNPARSED_ARGUMENTS})
  add_dependencies(fault_images ${name})
endfunction()
add_custom_target(fault_images ALL)
planted(boot-planted boot boot/planted.c image_judge)
planted(boot-planted-curve boot boot/planted_curve.c ec_x_is sm2_verify)
planted(vault-planted vault vault/planted.c pin_prove OPTIONS -mcmse)
# Its gates, which no link image calls.
gates(vault-planted ${FAULT_OUT}/gate.o)
# The campaign looks for everything in one folder.
add_custom_command(OUTPUT ${FAULT_OUT}/boot.elf ${FAULT_OUT}/vault.elf
  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_BINARY_DIR}/boot.elf ${FAULT_OUT}/boot.elf
  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_BINARY_DIR}/vault.elf ${FAULT_OUT}/vault.elf
  DEPENDS boot vault VERBATIM)
add_custom_target(fault_copies DEPENDS ${FAULT_OUT}/small.bin ${FAULT_OUT}/boot.elf
                  ${FAULT_OUT}/vault.elf)
add_dependencies(fault_images fault_copies)
