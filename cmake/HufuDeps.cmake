# SPDX-License-Identifier: Apache-2.0
# Before anything else: are the Debian packages installed (the one list is tools/lib/packages.sh)?
# Then the source packages that no installed package provides: tools/deps fetches them at the first
# configure. Gives:
#   HUFU_MBEDTLS_DIR, HUFU_TINYUSB_DIR   unpacked sources
#   HUFU_UNIFONT                         glyphs of the panel: the font part of images
#   HUFU_PICO_SDK_DIR                    pico-sdk: boards/pico2, its drivers' tests, hufu-image
#   HUFU_VPCD_DRIVER                     pcscd's driver for virtual readers (libifdvpcd.so)
#   mbedcrypto                           the part of Mbed TLS that the vault uses, under the vault's
#                                        own configuration (and mbedcrypto_san in the native build)

execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/setup --check RESULT_VARIABLE setup_result)
if(NOT setup_result EQUAL 0)
  message(FATAL_ERROR "Packages are missing: see the apt-get line above")
endif()

message(STATUS "Source packages in ${HUFU_DEPS_DIR}")
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/deps ${HUFU_DEPS_DIR} RESULT_VARIABLE deps_result)
if(NOT deps_result EQUAL 0)
  message(FATAL_ERROR "Source packages are missing: see the line above (tools/deps)")
endif()
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/deps --pico ${HUFU_DEPS_DIR} RESULT_VARIABLE deps_result)
if(NOT deps_result EQUAL 0)
  message(FATAL_ERROR "pico-sdk is missing: see the line above (tools/deps --pico)")
endif()
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/deps --font ${HUFU_DEPS_DIR} RESULT_VARIABLE deps_result)
if(NOT deps_result EQUAL 0)
  message(FATAL_ERROR "GNU Unifont is missing: see the line above (tools/deps --font)")
endif()
set(HUFU_UNIFONT ${HUFU_DEPS_DIR}/font/unifont.hex)
set(HUFU_PICO_SDK_DIR ${HUFU_DEPS_DIR}/pico/sdk)
set(HUFU_MBEDTLS_DIR ${HUFU_DEPS_DIR}/mbedtls)
set(HUFU_TINYUSB_DIR ${HUFU_DEPS_DIR}/tinyusb)
set(HUFU_VPCD_DRIVER ${HUFU_DEPS_DIR}/vpcd/libifdvpcd.so)

# Files of Mbed TLS that are compiled. What a file contributes is the configuration's choice.
set(HUFU_MBEDTLS_CONFIG ${PROJECT_SOURCE_DIR}/firmware/vault/crypto/mbedtls_config.h)
set(mbedcrypto_sources constant_time.c platform_util.c sha1.c sha256.c
    bignum.c bignum_core.c rsa.c rsa_alt_helpers.c md.c asn1parse.c asn1write.c oid.c)
list(TRANSFORM mbedcrypto_sources PREPEND ${HUFU_MBEDTLS_DIR}/library/)

# The hook of firmware/vault/crypto/mbedtls_core.c: on this CPU these functions are the vault's, and
# Mbed TLS's own get other names.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "cortex-m33")
  set_source_files_properties(${HUFU_MBEDTLS_DIR}/library/bignum_core.c PROPERTIES COMPILE_DEFINITIONS
    "mbedtls_mpi_core_exp_mod=mbedtls_own_exp_mod;mbedtls_mpi_core_exp_mod_unsafe=mbedtls_own_exp_mod_unsafe;mbedtls_mpi_core_exp_mod_working_limbs=mbedtls_own_exp_mod_working_limbs;mbedtls_mpi_core_gcd_modinv_odd=mbedtls_own_gcd_modinv_odd;mbedtls_mpi_core_get_mont_r2_unsafe=mbedtls_own_get_mont_r2_unsafe")
endif()

# Third-party code: its own warnings policy, none of ours; our optimisation and hardening flags.
function(hufu_add_mbedcrypto name)
  add_library(${name} STATIC ${ARGN} ${mbedcrypto_sources})
  target_include_directories(${name} SYSTEM PUBLIC ${HUFU_MBEDTLS_DIR}/include)
  target_compile_definitions(${name} PUBLIC MBEDTLS_CONFIG_FILE="${HUFU_MBEDTLS_CONFIG}")
  target_compile_options(${name} PRIVATE -w)
  if(HUFU_BOARD STREQUAL "native")
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
endfunction()

hufu_add_mbedcrypto(mbedcrypto)
if(HUFU_BOARD STREQUAL "native")
  hufu_add_mbedcrypto(mbedcrypto_san EXCLUDE_FROM_ALL)
  target_compile_options(mbedcrypto_san PUBLIC ${HUFU_SANITIZE})
  target_link_options(mbedcrypto_san PUBLIC ${HUFU_SANITIZE})
endif()
