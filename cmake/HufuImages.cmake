# SPDX-License-Identifier: Apache-2.0
# What makes firmware images of a board's programs: the tool, the roots, and who signs.
#
#   (nothing)                          test keys of this build tree's own; images signed by them
#   HUFU_RELEASE=ON HUFU_ROOTS=FILE    the roots of FILE (hufu firmware keys new -o FILE); images are
#                                      not signed: hufu firmware sign does it, elsewhere
#   HUFU_ROOTS=FILE                    the same with test roots, in a test build
#
# Gives the library image_roots (image_roots of firmware/boot/roots.h) and hufu_packed(). Include it
# before any firmware is compiled: a release says so to every source (hufu/build.h).
option(HUFU_RELEASE "Firmware for tokens in the field: no logs, no test keys" OFF)
set(HUFU_ROOTS "" CACHE FILEPATH "Public roots that boot trusts (hufu firmware keys -o); empty: test keys")
if(HUFU_RELEASE AND HUFU_ROOTS STREQUAL "")
  message(FATAL_ERROR "A release has roots of its own: -DHUFU_ROOTS=FILE (docs/release.md)")
endif()
if(NOT HUFU_ROOTS STREQUAL "" AND NOT EXISTS "${HUFU_ROOTS}")
  message(FATAL_ERROR "HUFU_ROOTS: there is no ${HUFU_ROOTS}")
endif()
if(HUFU_RELEASE)
  add_compile_definitions(HUFU_RELEASE=1)
  set(HUFU_BUILD release)
else()
  set(HUFU_BUILD test)
endif()

# The tool that makes images runs here, so the host's compiler makes it.
find_program(HUFU_HOST_CC NAMES cc gcc clang REQUIRED)
set(HUFU_IMAGE_TOOL ${CMAKE_BINARY_DIR}/hufu-image)
file(GLOB image_tool_sources ${PROJECT_SOURCE_DIR}/tools/image/*.c)
list(APPEND image_tool_sources ${PROJECT_SOURCE_DIR}/boards/pico2/secure/otp_plan.c)
foreach(source firmware/lms_tree firmware/lms_file firmware/signing_keys firmware/image_make
        firmware/roots_file pki/sealed_key pki/sm2 pki/asn1_forms util/hex util/new_folder util/wipe
        util/i18n)
  list(APPEND image_tool_sources ${PROJECT_SOURCE_DIR}/host/${source}.c)
endforeach()
add_custom_command(OUTPUT ${HUFU_IMAGE_TOOL}
  COMMAND ${HUFU_HOST_CC} -std=gnu11 -O2 -I${PROJECT_SOURCE_DIR}/include -I${PROJECT_SOURCE_DIR}/host
          -I${PROJECT_SOURCE_DIR}/host/firmware -I${PROJECT_SOURCE_DIR}/boards/pico2/secure
          -isystem ${HUFU_PICO_SDK_DIR}/src/rp2350/hardware_regs/include -o ${HUFU_IMAGE_TOOL} ${image_tool_sources} -lcrypto
  DEPENDS ${image_tool_sources} ${PROJECT_SOURCE_DIR}/include/hufu/image.h VERBATIM)

# Every build tree signs by test keys of its own. They are made once: an image in a token's flash is
# good for the boot stage of the same tree.
set(HUFU_KEYS ${CMAKE_BINARY_DIR}/keys ${CMAKE_BINARY_DIR}/keys-witness)
set(roots_source ${CMAKE_BINARY_DIR}/roots.c)
if(HUFU_ROOTS STREQUAL "")
  add_custom_command(OUTPUT ${roots_source}
    COMMAND ${HUFU_IMAGE_TOOL} keys ${HUFU_KEYS}
    COMMAND ${HUFU_IMAGE_TOOL} roots ${HUFU_KEYS} ${roots_source}
    DEPENDS ${HUFU_IMAGE_TOOL} COMMENT "Test keys for images" VERBATIM)
  set(image_command pack ${HUFU_KEYS})
else()
  add_custom_command(OUTPUT ${roots_source}
    COMMAND ${HUFU_IMAGE_TOOL} roots-of ${HUFU_ROOTS} ${HUFU_BUILD} ${roots_source}
    DEPENDS ${HUFU_IMAGE_TOOL} ${HUFU_ROOTS} COMMENT "Roots of ${HUFU_ROOTS}" VERBATIM)
  set(image_command lay ${HUFU_BUILD})
endif()
set(HUFU_IMAGE_COMMAND ${HUFU_IMAGE_TOOL} ${image_command})
set(HUFU_IMAGE_DEPENDS ${HUFU_IMAGE_TOOL} ${roots_source})
add_library(image_roots STATIC ${roots_source})
target_include_directories(image_roots PRIVATE ${PROJECT_SOURCE_DIR}/include
                           PUBLIC ${PROJECT_SOURCE_DIR}/firmware/boot)

# The store formats it reads stand in an image's header.
set(format_header ${PROJECT_SOURCE_DIR}/firmware/vault/store/migrate.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${format_header})
foreach(which OLDEST NEWEST)
  file(STRINGS ${format_header} found REGEX "^#define MIGRATE_${which} +[0-9]+u")
  if(NOT found MATCHES "^#define MIGRATE_${which} +([0-9]+)u")
    message(FATAL_ERROR "${format_header}: no MIGRATE_${which}")
  endif()
  set(STORE_${which} ${CMAKE_MATCH_1})
endforeach()

set(HUFU_STORE_FORMATS ${STORE_OLDEST}-${STORE_NEWEST})

# The font part, for boards that have a place for it.
set(HUFU_FONT_PART ${CMAKE_BINARY_DIR}/font.bin)
add_custom_command(OUTPUT ${HUFU_FONT_PART}
  COMMAND ${HUFU_IMAGE_TOOL} font ${HUFU_UNIFONT} ${HUFU_FONT_PART}
  DEPENDS ${HUFU_IMAGE_TOOL} ${HUFU_UNIFONT} COMMENT "Glyphs of the panel" VERBATIM)
add_custom_target(font_part DEPENDS ${HUFU_FONT_PART})

# hufu_packed(BOARD VAULT VAULT_AT LINK LINK_AT FONT_AT OUT): the executables VAULT and LINK, and the
# font, as one image; AT is the hexadecimal address of each, FONT_AT "" for an image without it.
# For tests: [VERSION v] [ROLLBACK n] [FORMATS oldest-newest] in place of the firmware's own.
function(hufu_packed board vault vault_at link link_at font_at out)
  cmake_parse_arguments(A "" "VERSION;ROLLBACK;FORMATS" ""
    VERSION ${PROJECT_VERSION} ROLLBACK 0 FORMATS ${HUFU_STORE_FORMATS} ${ARGN})
  set(font)
  set(font_part)
  if(NOT font_at STREQUAL "")
    set(font_part ${HUFU_FONT_PART})
    set(font ${HUFU_FONT_PART}@${font_at})
  endif()
  set(raw ${CMAKE_CURRENT_BINARY_DIR}/${link})
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_OBJCOPY} -O binary $<TARGET_FILE:${vault}> ${raw}-vault.raw
    COMMAND ${CMAKE_OBJCOPY} -O binary $<TARGET_FILE:${link}> ${raw}.raw
    COMMAND ${HUFU_IMAGE_COMMAND} ${board} ${A_VERSION} ${A_ROLLBACK} ${A_FORMATS}
            ${raw}-vault.raw@${vault_at} ${raw}.raw@${link_at} ${font} ${out}
    DEPENDS ${vault} ${link} ${font_part} ${HUFU_IMAGE_DEPENDS} VERBATIM)
endfunction()
