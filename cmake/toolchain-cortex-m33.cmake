# SPDX-License-Identifier: Apache-2.0
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m33)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_OBJCOPY arm-none-eabi-objcopy)
set(CMAKE_SIZE arm-none-eabi-size)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(HUFU_CPU_FLAGS "-mcpu=cortex-m33+nofp -mthumb -mfloat-abi=soft --specs=picolibc.specs")
set(CMAKE_C_FLAGS_INIT
    "${HUFU_CPU_FLAGS} -Os -g -ffunction-sections -fdata-sections -fno-common -fstack-usage")
set(CMAKE_ASM_FLAGS_INIT "${HUFU_CPU_FLAGS} -g")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostartfiles -Wl,--gc-sections -Wl,--fatal-warnings")
