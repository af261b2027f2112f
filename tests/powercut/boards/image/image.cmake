# SPDX-License-Identifier: Apache-2.0
# For tests/powercut/boards, included by the board's CMakeLists.txt: the product's firmware as version
# 0.2.0 with rollback counter 1 and a migration of its own (migrations.c), which no release has yet.
# It reads store formats 1 and 2, and writes 2. Not shipped.
set(FORMATS_OUT ${CMAKE_BINARY_DIR}/formats)
file(MAKE_DIRECTORY ${FORMATS_OUT})
variant(vault-formats vault ${FORMATS_OUT} SOURCES ${CMAKE_CURRENT_LIST_DIR}/migrations.c OPTIONS -mcmse)
gates(vault-formats ${FORMATS_OUT}/gate.o)
get_target_property(link_sources link SOURCES)
list(FILTER link_sources EXCLUDE REGEX "${CORE}/(startup|memory|link_vectors).c")
nonsecure_image(link-formats VAULT vault-formats SOURCES ${link_sources} LIBS link_core)
set_target_properties(link-formats PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${FORMATS_OUT})
packed(link-formats ${FORMATS_OUT}/firmware.bin VAULT vault-formats
       VERSION 0.2.0 ROLLBACK 1 FORMATS 1-2)
# One signature at a time.
add_custom_command(OUTPUT ${FORMATS_OUT}/firmware.bin APPEND
  DEPENDS ${CMAKE_BINARY_DIR}/hostile/firmware.bin)
add_custom_target(formats_images ALL DEPENDS ${FORMATS_OUT}/firmware.bin)
