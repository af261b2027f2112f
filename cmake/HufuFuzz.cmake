# SPDX-License-Identifier: Apache-2.0
# libFuzzer programs. They need clang, so they are built by a preset of their own (fuzz): by tools/test,
# by the host build's target fuzzers, or by the test fuzz.build, which ctest runs before those that need
# it. Who does not test does not wait for them. The same call in tests/fuzz/*/CMakeLists.txt makes the
# program there and the tests here.
#
# hufu_fuzz(NAME SOURCES ... [INCLUDES dir...] [LIBS lib...] [OPTIONS linker-option...]
#           [MAX_LEN bytes] [PLANT file "from" "to"])
# The body is int hufu_fuzz_NAME(const uint8_t *, size_t) in SOURCES. Beside the list stand
# NAME.seeds (inputs in hexadecimal, see tests/fuzz/support/seeds.c) and, if it helps, NAME.dict.
# PLANT: a copy of that source file, `from` replaced by `to`, goes into a second program, which has
# to find what was done to it: a fuzzer that cannot fail shows nothing.
set(HUFU_FUZZ_BINARY_DIR ${PROJECT_SOURCE_DIR}/build/fuzz)

function(hufu_fuzz name)
  cmake_parse_arguments(A "" "MAX_LEN" "SOURCES;INCLUDES;LIBS;OPTIONS;PLANT;DEFINES" ${ARGN})
  if(NOT A_MAX_LEN)
    set(A_MAX_LEN 4096)
  endif()
  if(HUFU_FUZZ)
    hufu_fuzz_program(${name})
    if(A_PLANT)
      list(GET A_PLANT 0 original)
      list(GET A_PLANT 1 from)
      list(GET A_PLANT 2 to)
      hufu_fuzz_planted(${original} "${from}" "${to}" ${CMAKE_CURRENT_BINARY_DIR}/${name}_planted.c)
      get_filename_component(folder ${original} DIRECTORY)
      list(APPEND A_SOURCES ${CMAKE_CURRENT_BINARY_DIR}/${name}_planted.c)
      list(APPEND A_INCLUDES ${folder})
      hufu_fuzz_program(${name}_planted)
    endif()
  else()
    set(run ${PROJECT_SOURCE_DIR}/tests/fuzz/run.sh ${HUFU_FUZZ_BINARY_DIR})
    hufu_script_test(${name}_libfuzzer fuzz TIMEOUT 3600
      COMMAND ${run} ${name} ${A_MAX_LEN} ${CMAKE_CURRENT_SOURCE_DIR})
    set_tests_properties(fuzz.${name}_libfuzzer PROPERTIES FIXTURES_REQUIRED fuzzers)
    if(A_PLANT)
      hufu_script_test(${name}_planted fuzz TIMEOUT 1800
        COMMAND ${run} ${name}_planted ${A_MAX_LEN} ${CMAKE_CURRENT_SOURCE_DIR})
      set_tests_properties(fuzz.${name}_planted PROPERTIES FIXTURES_REQUIRED fuzzers)
    endif()
  endif()
endfunction()

macro(hufu_fuzz_program program)
  add_executable(fuzz_${program} EXCLUDE_FROM_ALL ${A_SOURCES}
                 ${PROJECT_SOURCE_DIR}/tests/fuzz/support/entry.c)
  set_target_properties(fuzz_${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  add_dependencies(fuzzers fuzz_${program})
  target_include_directories(fuzz_${program} PRIVATE ${PROJECT_SOURCE_DIR}/include
                             ${PROJECT_SOURCE_DIR}/tests ${A_INCLUDES})
  target_compile_definitions(fuzz_${program} PRIVATE HUFU_FUZZ_BODY=hufu_fuzz_${name} ${A_DEFINES})
  target_link_libraries(fuzz_${program} PRIVATE ${A_LIBS} cmocka)
  target_link_options(fuzz_${program} PRIVATE -fsanitize=fuzzer ${A_OPTIONS})
endmacro()

# A copy of a source file with one place changed; the place must be there, once.
function(hufu_fuzz_planted original from to copy)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${original})
  file(READ ${original} text)
  string(FIND "${text}" "${from}" first)
  string(FIND "${text}" "${from}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${original}: not there, or more than once: ${from}")
  endif()
  string(REPLACE "${from}" "${to}" text "${text}")
  file(CONFIGURE OUTPUT ${copy} CONTENT "${text}" @ONLY)
endfunction()

# Called when all libraries are there. Arithmetic is left without instruments: it takes most of the
# time and has no branch that an input should look for; unit tests run it under the sanitizers.
function(hufu_fuzz_leave_bare)
  foreach(library ${ARGN})
    target_compile_options(${library} PRIVATE -fno-sanitize=all)
  endforeach()
endfunction()

if(HUFU_FUZZ)
  # Everything is instrumented, third-party code too. Warnings are the host build's business.
  set(instruments "-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all")
  set(CMAKE_C_FLAGS "${CMAKE_C_FLAGS} ${instruments} -fno-omit-frame-pointer -w")
  set(HUFU_WARNINGS "")
  add_executable(fuzz_seeds EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/fuzz/support/seeds.c)
  set_target_properties(fuzz_seeds PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  target_link_options(fuzz_seeds PRIVATE -fsanitize=address,undefined)
  add_custom_target(fuzzers)
  add_dependencies(fuzzers fuzz_seeds)
else()
  add_custom_target(fuzzers
    COMMAND ${CMAKE_COMMAND} --preset fuzz -DHUFU_DEPS_DIR=${HUFU_DEPS_DIR}
    COMMAND ${CMAKE_COMMAND} --build --preset fuzz
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Fuzzers"
    USES_TERMINAL VERBATIM)
endif()
