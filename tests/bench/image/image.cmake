# SPDX-License-Identifier: Apache-2.0
# Images of the benchmark, included by the board's CMakeLists.txt: bench.elf measures the product's
# own libraries, as the product's images link them; bench_mbedtls.elf measures Mbed TLS beside them;
# bench_vault.elf some of the vault's commands and its start,
# bench_commands.elf each command of the SKF applet, bench_strangers.elf others' SM3 and SM4.
set(BENCH ${PROJECT_SOURCE_DIR}/tests/bench/image)
linker_script(bench)

add_library(bench_mbedtls_library STATIC)
foreach(part asn1parse asn1write bignum bignum_core bignum_mod bignum_mod_raw constant_time ecdh
             ecdsa ecp ecp_curves memory_buffer_alloc platform platform_util)
  target_sources(bench_mbedtls_library PRIVATE ${HUFU_MBEDTLS_DIR}/library/${part}.c)
endforeach()
target_include_directories(bench_mbedtls_library SYSTEM PUBLIC ${HUFU_MBEDTLS_DIR}/include)
target_compile_definitions(bench_mbedtls_library PUBLIC
  MBEDTLS_CONFIG_FILE="${BENCH}/mbedtls_config.h")
target_compile_options(bench_mbedtls_library PRIVATE -w -O2)

function(bench_image name rows)
  board_image(${name} bench
    SOURCES ${BENCH}/main.c ${BENCH}/meter.c ${BENCH}/rows_${rows}.c ${CORE}/boot_reset.c
    INCLUDES ${BENCH} ${BOARD}/secure
    LIBS ${ARGN})
endfunction()
bench_image(bench hufu vault_crypto boot_image image_roots)
target_sources(bench PRIVATE ${CORE}/token.c)
bench_image(bench_rsa rsa vault_crypto)
bench_image(bench_rsa_long rsa vault_crypto)
target_compile_definitions(bench_rsa_long PRIVATE BENCH_LONG)
foreach(rows vault commands)
  bench_image(bench_${rows} ${rows} vault_core)
  target_sources(bench_${rows} PRIVATE ${BENCH}/vault_host.c ${BENCH}/vault_board.c
                 ${BOARD}/secure/flash.c)
endforeach()
target_sources(bench_commands PRIVATE ${BENCH}/commands_objects.c ${BENCH}/commands_rsa.c
               ${BENCH}/commands_session.c)
bench_image(bench_mbedtls mbedtls bench_mbedtls_library)

# OpenSSL's and nettle's SM3 and SM4, where tools/deps --strangers has fetched their sources. Built by
# tools/bench alone: a version that does not compile here must not stop the build.
set(STRANGERS ${HUFU_DEPS_DIR}/strangers)
if(EXISTS ${STRANGERS}/manifest.txt)
  set(STRANGERS_BENCH ${PROJECT_SOURCE_DIR}/tests/bench/strangers)
  add_library(bench_strangers_library STATIC ${STRANGERS_BENCH}/openssl.c ${STRANGERS_BENCH}/nettle.c
    ${STRANGERS}/openssl/crypto/sm3/sm3.c ${STRANGERS}/openssl/crypto/sm4/sm4.c
    ${STRANGERS}/nettle/sm3.c ${STRANGERS}/nettle/sm4.c ${STRANGERS}/nettle/write-be32.c)
  target_include_directories(bench_strangers_library SYSTEM PRIVATE
    ${STRANGERS_BENCH} ${STRANGERS}/nettle ${STRANGERS}/openssl/include)
  target_compile_definitions(bench_strangers_library PRIVATE OPENSSL_NO_ASM NDEBUG)
  target_compile_options(bench_strangers_library PRIVATE -w -O2)
  bench_image(bench_strangers strangers bench_strangers_library)
  target_include_directories(bench_strangers PRIVATE ${STRANGERS_BENCH})
  set_target_properties(bench_strangers bench_strangers_library PROPERTIES EXCLUDE_FROM_ALL TRUE)
endif()
