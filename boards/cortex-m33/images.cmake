# SPDX-License-Identifier: Apache-2.0
# How a board with this core makes its images: boot, and vault and link as one signed firmware.bin.
# A board sets BOARD (its folder) and BOARD_NAME, includes this, and calls the functions below.
set(CORE ${PROJECT_SOURCE_DIR}/boards/cortex-m33)
set(FIRMWARE ${PROJECT_SOURCE_DIR}/firmware)

# One template, three linker scripts.
function(linker_script image)
  string(TOUPPER ${image} upper)
  add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${image}.ld
    COMMAND ${CMAKE_C_COMPILER} -E -P -x c -DIMAGE_${upper} -I${BOARD}
            -o ${CMAKE_CURRENT_BINARY_DIR}/${image}.ld ${CORE}/image.ld.in
    DEPENDS ${CORE}/image.ld.in ${BOARD}/layout.h VERBATIM)
  add_custom_target(${image}_ld DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${image}.ld)
endfunction()

# Or the compiler makes calls of themselves out of their loops.
set_source_files_properties(${CORE}/memory.c PROPERTIES
  COMPILE_OPTIONS "-O2;-fno-tree-loop-distribute-patterns")

# board_image(NAME KIND SOURCES ... LIBS ... OPTIONS ...): NAME.elf, linked by the script of KIND.
function(board_image name kind)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS;OPTIONS;INCLUDES" ${ARGN})
  add_executable(${name} ${A_SOURCES} ${CORE}/startup.c ${CORE}/memory.c)
  target_include_directories(${name} PRIVATE ${BOARD} ${BOARD}/common ${CORE} ${A_INCLUDES}
                             ${PROJECT_SOURCE_DIR}/include ${FIRMWARE}/hal ${FIRMWARE}/vault)
  target_compile_options(${name} PRIVATE
    $<$<COMPILE_LANGUAGE:C>:${HUFU_WARNINGS}> ${A_OPTIONS})
  target_link_options(${name} PRIVATE -T${CMAKE_CURRENT_BINARY_DIR}/${kind}.ld
    -Wl,-Map=${CMAKE_BINARY_DIR}/${name}.map ${A_OPTIONS})
  target_link_libraries(${name} PRIVATE ${A_LIBS})
  set_target_properties(${name} PROPERTIES SUFFIX .elf RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}
    LINK_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${kind}.ld)
  add_dependencies(${name} ${kind}_ld)
endfunction()

# layout(NAME OUT): a number of the board's layout.h, which stays its one home.
function(layout name out)
  file(STRINGS ${BOARD}/layout.h line REGEX "^#define ${name} ")
  string(REGEX MATCH "0x[0-9A-F]+" number "${line}")
  set(${out} ${number} PARENT_SCOPE)
endfunction()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${BOARD}/layout.h)

# packed(LINK OUT [VAULT vault] ...): the vault and LINK as one image. Who makes and signs it, and
# what else may be said, stands in cmake/HufuImages.cmake.
function(packed link out)
  cmake_parse_arguments(A "" "VAULT" "" VAULT vault ${ARGN})
  layout(VAULT_CODE vault_at)
  layout(LINK_CODE link_at)
  layout(FONT_DATA font_at)
  hufu_packed(${BOARD_NAME} ${A_VAULT} ${vault_at} ${link} ${link_at} "${font_at}" ${out}
              ${A_UNPARSED_ARGUMENTS})
endfunction()

# gates(VAULT FILE): linking VAULT leaves its gateway addresses in FILE.
function(gates vault file)
  target_link_options(${vault} PRIVATE -Wl,--cmse-implib -Wl,--out-implib=${file})
  set_property(TARGET ${vault} APPEND PROPERTY ADDITIONAL_CLEAN_FILES ${file})
  set_property(TARGET ${vault} PROPERTY GATES ${file})
endfunction()

# A non-secure image: the board's start-up, the vault's gateway addresses, and a program.
# nonsecure_image(NAME SOURCES ... [VAULT vault])
function(nonsecure_image name)
  cmake_parse_arguments(A "" "VAULT" "SOURCES;LIBS;INCLUDES" VAULT vault ${ARGN})
  get_target_property(gates ${A_VAULT} GATES)
  board_image(${name} link
    SOURCES ${CORE}/link_vectors.c ${A_SOURCES}
    INCLUDES ${BOARD}/nonsecure ${FIRMWARE}/link ${A_INCLUDES}
    LIBS ${A_LIBS})
  target_link_options(${name} PRIVATE ${gates})
  add_dependencies(${name} ${A_VAULT})
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS $<TARGET_FILE:${A_VAULT}>)
endfunction()

# What boot has on every board.
set(CORE_BOOT ${CORE}/boot_start.c ${CORE}/boot_reset.c ${CORE}/mpu.c ${CORE}/token.c)

# boot_and_vault(BOOT_SOURCES ... VAULT_SOURCES ...): the board's drivers beside what all have.
function(boot_and_vault)
  cmake_parse_arguments(A "" "" "BOOT_SOURCES;VAULT_SOURCES;INCLUDES" ${ARGN})
  board_image(boot boot
    SOURCES ${A_BOOT_SOURCES} ${CORE_BOOT}
    INCLUDES ${BOARD}/secure ${A_INCLUDES}
    LIBS boot_image image_roots)
  board_image(vault vault
    SOURCES ${A_VAULT_SOURCES} ${CORE}/secure_reset.c ${CORE}/start_link.c ${CORE}/token.c
            ${CORE}/mpu.c ${CORE}/fault.c ${CORE}/task.c ${CORE}/task_switch.S ${CORE}/meter.c
            ${FIRMWARE}/vault/gate/gate_cmse.c
    INCLUDES ${BOARD}/secure ${A_INCLUDES}
    OPTIONS -mcmse
    LIBS vault_core boot_image image_roots)
  gates(vault ${CMAKE_BINARY_DIR}/vault_gate.o)
endfunction()

# For tests: variant(NAME OF FOLDER SOURCES ... [OPTIONS ...]): the image OF again, in FOLDER, with
# SOURCES beside its own. What they define is not taken from its libraries any more.
function(variant name of folder)
  cmake_parse_arguments(A "" "" "SOURCES;OPTIONS" ${ARGN})
  get_target_property(sources ${of} SOURCES)
  list(FILTER sources EXCLUDE REGEX "${CORE}/(startup|memory).c")
  get_target_property(libs ${of} LINK_LIBRARIES)
  board_image(${name} ${of} SOURCES ${sources} ${A_SOURCES}
              INCLUDES ${BOARD}/secure ${PROJECT_SOURCE_DIR}/tests
              LIBS ${libs} OPTIONS ${A_OPTIONS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${folder})
endfunction()

linker_script(boot)
linker_script(vault)
linker_script(link)

# DESIGN.md, Memory: 32 kB of flash for boot, 160 kB of flash and 128 kB of RAM for everything.
add_custom_target(sizes ALL
  COMMAND ${CMAKE_COMMAND} -DSIZE_TOOL=${CMAKE_SIZE} -DFOLDER=${CMAKE_BINARY_DIR}
          -DBOOT_LIMIT=32768 -DFLASH_LIMIT=163840 -DRAM_LIMIT=131072 -P ${PROJECT_SOURCE_DIR}/cmake/image_sizes.cmake
  COMMENT "Sizes of the images" VERBATIM)
