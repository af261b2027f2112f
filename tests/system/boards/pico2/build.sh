#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# build.sh ROOT DEPS CHECK START - builds the preset pico2, has CHECK look at what came out and START
# run it.
# REQ: K1, T3: a clean clone builds the pico2 UF2.
set -euo pipefail
root=$1 deps=$2 check=$3 start=$4
cd "$root"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ cmake --preset pico2 -DHUFU_DEPS_DIR="$deps" && cmake --build --preset pico2; } >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    exit 1
}
# The table of sizes; the build itself fails over budget.
cmake --build --preset pico2 --target sizes | grep -E '^ +(image|boot|vault|link|header|total|limit) '
"$check" build/pico2
symbol() { arm-none-eabi-nm "build/pico2/$1.elf" | awk -v name="$2" '$3 == name { print $1 }'; }
"$start" build/pico2/hufu-pico2.uf2 "$(symbol vault link_start)" "$(symbol link image_interrupt)" \
    "$(symbol link board_sleep_unless)"
