# SPDX-License-Identifier: Apache-2.0
# Images of the benchmark, included by the board's CMakeLists.txt: bench.elf measures the product's
# own libraries, as the product's images link them; bench_mbedtls.elf measures Mbed TLS beside them;
# bench_vault.elf the vault's commands and its start.
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
    SOURCES ${BENCH}/main.c ${BENCH}/meter.c ${BENCH}/rows_${rows}.c
    INCLUDES ${BENCH} ${BOARD}/secure
    LIBS ${ARGN})
endfunction()
bench_image(bench hufu vault_crypto boot_image image_roots)
bench_image(bench_rsa rsa vault_crypto)
bench_image(bench_vault vault vault_core)
target_sources(bench_vault PRIVATE ${BENCH}/vault_board.c ${BOARD}/secure/flash.c)
bench_image(bench_mbedtls mbedtls bench_mbedtls_library)
