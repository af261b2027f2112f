# SPDX-License-Identifier: Apache-2.0
# How a target is made here: the warnings, the hardening, and the two flavours of the native build.

set(HUFU_WARNINGS
    -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla
    -Wwrite-strings -Wpointer-arith -Wformat=2 -Werror)

# gcc 12 reports conversions that the sanitizer itself inserted; the plain build judges them.
set(HUFU_SANITIZE -Wno-conversion -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)

# hufu_library(NAME SOURCES ... [INCLUDES dir...] [LIBS lib...])
# A static library. In the native build a twin NAME_san, built with AddressSanitizer and
# UndefinedBehaviorSanitizer, is what unit tests link; LIBS that have a twin are linked to it.
function(hufu_library name)
  cmake_parse_arguments(A "" "" "SOURCES;INCLUDES;LIBS;DEFINES" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${A_INCLUDES})
  target_compile_options(${name} PRIVATE ${HUFU_WARNINGS})
  target_compile_definitions(${name} PUBLIC ${A_DEFINES})
  target_link_libraries(${name} PUBLIC ${A_LIBS})
  if(HUFU_BOARD STREQUAL "native")
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    add_library(${name}_san STATIC EXCLUDE_FROM_ALL ${A_SOURCES})
    target_include_directories(${name}_san PUBLIC ${PROJECT_SOURCE_DIR}/include ${A_INCLUDES})
    target_compile_options(${name}_san PRIVATE ${HUFU_WARNINGS})
    target_compile_options(${name}_san PUBLIC ${HUFU_SANITIZE})
    target_link_options(${name}_san PUBLIC ${HUFU_SANITIZE})
    target_compile_definitions(${name}_san PUBLIC ${A_DEFINES})
    foreach(lib ${A_LIBS})
      if(TARGET ${lib}_san)
        target_link_libraries(${name}_san PUBLIC ${lib}_san)
      else()
        target_link_libraries(${name}_san PUBLIC ${lib})
      endif()
    endforeach()
  endif()
endfunction()

# hufu_program(NAME SOURCES ... [LIBS lib...]) - a tool a user runs; built hardened.
function(hufu_program name)
  cmake_parse_arguments(A "" "" "SOURCES;INCLUDES;LIBS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/include ${A_INCLUDES})
  target_compile_options(${name} PRIVATE ${HUFU_WARNINGS} -fstack-protector-strong)
  target_compile_definitions(${name} PRIVATE _FORTIFY_SOURCE=2)
  target_link_options(${name} PRIVATE -Wl,-z,relro,-z,now)
  target_link_libraries(${name} PRIVATE ${A_LIBS})
endfunction()

# What every test finds in its environment: texts in English, since what is said is compared, and a
# folder of its own for the tokens it meets, so that those of whoever runs it stay as they are.
function(hufu_test_environment test)
  set_tests_properties(${test} PROPERTIES ENVIRONMENT
    "HUFU_LANG=en;HUFU_TRUST_DIR=${CMAKE_BINARY_DIR}/tests/trust/${test}")
endfunction()

# How long a test may take unless it says otherwise. Only what hangs comes near it: every test is a
# matter of seconds, and a machine with much else to do may need thirty times as long.
set(HUFU_TEST_SECONDS 900)

# hufu_test(NAME label SOURCES ... [LIBS lib...] [PLAIN] [TIMEOUT seconds])
# A cmocka program registered with ctest under one label (unit system usb interop powercut fault
# fuzz bench). Libraries are linked in their sanitized twins unless PLAIN.
function(hufu_test name label)
  if(HUFU_FUZZ)
    return()
  endif()
  cmake_parse_arguments(A "PLAIN" "TIMEOUT" "SOURCES;INCLUDES;LIBS;DEFINES;ARGS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/include
                             ${PROJECT_SOURCE_DIR}/tests ${A_INCLUDES})
  target_compile_options(${name} PRIVATE ${HUFU_WARNINGS})
  target_compile_definitions(${name} PRIVATE ${A_DEFINES})
  foreach(lib ${A_LIBS})
    if(NOT A_PLAIN AND TARGET ${lib}_san)
      target_link_libraries(${name} PRIVATE ${lib}_san)
    else()
      target_link_libraries(${name} PRIVATE ${lib})
    endif()
  endforeach()
  if(NOT A_PLAIN)
    target_compile_options(${name} PRIVATE ${HUFU_SANITIZE})
    target_link_options(${name} PRIVATE ${HUFU_SANITIZE})
  endif()
  target_link_libraries(${name} PRIVATE cmocka)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${label}.${name} COMMAND ${name} ${A_ARGS})
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT ${HUFU_TEST_SECONDS})
  endif()
  set_tests_properties(${label}.${name} PROPERTIES LABELS ${label} TIMEOUT ${A_TIMEOUT})
  hufu_test_environment(${label}.${name})
endfunction()

# hufu_script_test(NAME label COMMAND ... [TIMEOUT seconds] [SERIAL])
# A test that is a script or a command line: exit status 0 passes.
function(hufu_script_test name label)
  if(HUFU_FUZZ)
    return()
  endif()
  cmake_parse_arguments(A "SERIAL" "TIMEOUT" "COMMAND" ${ARGN})
  add_test(NAME ${label}.${name} COMMAND ${A_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT ${HUFU_TEST_SECONDS})
  endif()
  set_tests_properties(${label}.${name} PROPERTIES LABELS ${label} TIMEOUT ${A_TIMEOUT}
                       RUN_SERIAL ${A_SERIAL})
  hufu_test_environment(${label}.${name})
endfunction()
