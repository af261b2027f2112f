# SPDX-License-Identifier: Apache-2.0
# The host build also builds the emulated board's firmware, through the board's own preset, so that
# one configure-and-build gives everything the host runs.
add_custom_target(board-images ALL
  COMMAND ${CMAKE_COMMAND} --preset mps2-an505 -DHUFU_DEPS_DIR=${HUFU_DEPS_DIR}
  COMMAND ${CMAKE_COMMAND} --build --preset mps2-an505
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
  COMMENT "Firmware images for mps2-an505"
  USES_TERMINAL VERBATIM)
