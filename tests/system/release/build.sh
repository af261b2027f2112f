#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A release, step by step: keys, build, check, sign, check, verify. $1: the folder it is made in,
# where the compiled objects of the last run are taken again; keys and roots are new each time.
# REQ: K1 K3
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
. "$root/tests/support/expect.sh"
export PATH=$root/build/host/bin:$PATH HUFU_LANG=en HUFU_FIRMWARE_PASSPHRASE=only-a-test
folder=$1
mkdir -p "$folder"
rm -rf "${folder:?}"/{keys,witness,roots.txt,product}
mkdir "$folder/witness" "$folder/product"
keys=(--keys "$folder/keys" --witness "$folder/witness")

expect 0 hufu firmware keys new "${keys[@]}" -o "$folder/roots.txt"
expect 0 cmake -S "$root" -B "$folder/build" -G Ninja -DHUFU_BOARD=mps2-an505 -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_TOOLCHAIN_FILE="$root/cmake/toolchain-cortex-m33.cmake" \
    -DHUFU_RELEASE=ON -DHUFU_ROOTS="$folder/roots.txt"
expect 0 cmake --build "$folder/build" --target boot firmware_bin sizes
[ ! -e "$folder/build/keys" ] || fail 'a release build that makes keys'

check() { "$root/tools/release-check" --roots "$folder/roots.txt" "$@"; }
# Nothing but the USB id is wrong with it, and that it is not signed yet.
expect 1 check --unsigned "$folder/build"
[ "$(grep -c '^release-check: ' <<<"$output")" = "$(grep -c '^release-check: .*1209:0001' <<<"$output")" ] ||
    fail "$output"
expect 0 check --unsigned --allow-test-usb-id "$folder/build"
expect 1 check --allow-test-usb-id "$folder/build"
case $output in *'nobody signed it'*) ;; *) fail "$output" ;; esac

cp "$folder/build/boot.elf" "$folder/product"
done_well 'is signed' hufu firmware sign "$folder/build/firmware.bin" -o "$folder/product/firmware.bin" \
    "${keys[@]}" --version 1.0.0
expect 0 check --allow-test-usb-id "$folder/product"
json '.version == "1.0.0" and (.test | not)' hufu firmware verify "$folder/product/firmware.bin" \
    --roots "$folder/roots.txt" --json
echo ok
