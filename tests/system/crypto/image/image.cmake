# SPDX-License-Identifier: Apache-2.0
# crypto_test.elf: start-up of its own, the crypto library, and what else of the vault meets secrets.
set(CRYPTO_IMAGE ${CMAKE_CURRENT_LIST_DIR})
add_executable(crypto_test ${CRYPTO_IMAGE}/start.c ${CRYPTO_IMAGE}/main.c ${CRYPTO_IMAGE}/same.c
               ${CRYPTO_IMAGE}/portable.c ${CRYPTO_IMAGE}/vectors.c ${CRYPTO_IMAGE}/counts.c
               ${CRYPTO_IMAGE}/counts_vault.c ${CRYPTO_IMAGE}/mont.c)
foreach(part random/drbg pin/pin_key pin/proof key/private_key key/der apdu/reader apdu/writer store/seal)
  target_sources(crypto_test PRIVATE ${PROJECT_SOURCE_DIR}/firmware/vault/${part}.c)
endforeach()
target_include_directories(crypto_test PRIVATE ${CRYPTO_IMAGE} ${PROJECT_SOURCE_DIR}/tests)
target_compile_options(crypto_test PRIVATE ${HUFU_WARNINGS})
target_link_libraries(crypto_test PRIVATE vault_crypto)
target_link_options(crypto_test PRIVATE -T${CRYPTO_IMAGE}/crypto.ld)
set_target_properties(crypto_test PROPERTIES SUFFIX .elf RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}
  LINK_DEPENDS ${CRYPTO_IMAGE}/crypto.ld)
