#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/release-check finds each planted fault in the release of build.sh ($1). REQ: K3
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
. "$root/tests/support/expect.sh"
export PATH=$root/build/host/bin:$PATH HUFU_LANG=en HUFU_FIRMWARE_PASSPHRASE=only-a-test
release=$1
tree=$root/build/mps2-an505
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
parts=$release/build/boards/mps2-an505
count=0

check() { "$root/tools/release-check" --allow-test-usb-id "$@"; }
# finds TEXT OPTION…: the check refuses, for this reason.
finds() {
    local text=$1
    shift
    expect 1 check "$@"
    grep -qF -- "$text" <<<"$output" || fail "no '$text' in: $output"
    count=$((count + 1))
}
right=(--roots "$release/roots.txt")
# offset FILE BYTES(PCRE): where they begin; exactly once in the file.
offset() {
    local found
    found=$(LC_ALL=C grep -abPo -- "$2" "$1" | cut -d: -f1)
    [[ $found =~ ^[0-9]+$ ]] || fail "$2 in $1: $found"
    printf '%s\n' "$found"
}
# put FILE OFFSET BYTES(printf): writes over.
put() {
    # shellcheck disable=SC2059 # the bytes are a format
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
vault=$work/vault.raw link=$work/link.raw image=$work/firmware.bin
fresh() {
    cp "$parts/link-vault.raw" "$vault"
    cp "$parts/link.raw" "$link"
    cp "$release/build/boot.elf" "$work/boot.elf"
}
lay() {
    "$release/build/hufu-image" lay "${1:-release}" mps2-an505 1.0.0 0 1-1 "$vault@10010000" "$link@200000" "$image"
}
# planted TEXT: as the parts are now.
planted() {
    lay
    finds "$1" "${right[@]}" --unsigned "$image"
}
fresh
lay
expect 0 check "${right[@]}" --unsigned "$image" "$work/boot.elf"

# --- roots ----------------------------------------------------------------------------------------
roots=$(($(offset "$vault" 'hufu roots: release') - 4 - 112 - 128)) # struct hufu_image_roots
put "$vault" $((roots + 244)) 'hufu roots: test\0\0\0'
planted 'marked as a test'
fresh
put "$vault" $((roots + 240)) '\1'
planted 'marked as a test'
fresh
put "$vault" $((roots + 128 + 8)) 'HUFUTEST'
planted 'LMS root 0 is a test key'
fresh
put "$vault" $((roots + 7)) '\125\252'
planted 'other roots than those'
fresh
dd if="$vault" of="$vault" bs=1 skip="$roots" seek=$((roots + 64)) count=64 conv=notrunc status=none
planted 'one key stands for both'
fresh
put "$vault" $((roots + 128)) '\1'
planted '0 sets of roots'
fresh
dd if="$vault" bs=1 skip="$roots" count=268 status=none >"$work/roots"
cat "$work/roots" >>"$vault"
planted '2 sets of roots'
fresh
lay
finds 'whose roots?' --unsigned "$image"
finds 'whose roots?' "$work/boot.elf"
expect 0 hufu firmware keys show --keys "$tree/keys" --witness "$tree/keys-witness" --test -o "$work/test.roots"
finds 'the roots of a test' --roots "$work/test.roots" --unsigned "$image"
finds 'other roots than those' --roots "$work/test.roots" "$work/boot.elf"
in_boot=$(($(offset "$work/boot.elf" 'hufu roots: release') - 244))
put "$work/boot.elf" $((in_boot + 128 + 56 + 8)) 'HUFUTEST'
finds 'boot.elf: LMS root 1 is a test key' "${right[@]}" "$work/boot.elf"
fresh
# Renamed, a test's roots are still a test's.
mkdir "$work/witness"
expect 0 hufu firmware keys new --test --keys "$work/keys" --witness "$work/witness" -o "$work/new.roots"
sed 's/^hufu-roots 1 test$/hufu-roots 1 release/' "$work/new.roots" >"$work/renamed.roots"
expect 1 "$release/build/hufu-image" roots-of "$work/new.roots" release "$work/roots.c"
expect 0 "$release/build/hufu-image" roots-of "$work/renamed.roots" release "$work/roots.c"
gcc -fpack-struct=1 -I"$root/include" -I"$root/firmware/boot" -c "$work/roots.c" -o "$work/roots.o"
objcopy -O binary -j .rodata "$work/roots.o" "$work/renamed"
dd if="$work/renamed" of="$vault" bs=1 seek="$roots" conv=notrunc status=none
lay
finds 'LMS root 0 is a test key' --roots "$work/renamed.roots" --unsigned "$image"
fresh
sed 's/^sm2-1 .*/sm2-1 '"$(sed -n 's/^sm2-0 //p' "$release/roots.txt")/" "$release/roots.txt" >"$work/twice.roots"
expect 2 check --roots "$work/twice.roots" "$work/boot.elf"
refused 1 'no firmware roots' hufu firmware verify "$image" --roots "$work/twice.roots"

# --- who signed -----------------------------------------------------------------------------------
lay test
finds 'of a test build, or signed by test keys' "${right[@]}" --unsigned "$image"
lay
expect 0 hufu firmware sign "$image" -o "$work/signed" --test --keys "$work/keys" --witness "$work/witness"
finds 'of a test build, or signed by test keys' "${right[@]}" "$work/signed"
finds 'not by the roots' "${right[@]}" "$work/signed"
put "$work/signed" 6 '\0'
finds 'not by the roots' "${right[@]}" "$work/signed"
finds 'nobody signed it' "${right[@]}" "$image"
refused 1 'is of a test build' hufu firmware sign "$tree/firmware.bin" -o "$work/no" \
    --keys "$release/keys" --witness "$release/witness"

# --- test hooks, switches, texts --------------------------------------------------------------------
# The row of UPDATE_AUTHORISE under another number: a command that the product does not have.
put "$vault" "$(offset "$vault" '\x1a\x80\x00\x00\x22\x00\x22\x00')" '\360'
planted 'admin applet: instruction F0'
fresh
put "$vault" "$(offset "$vault" '\xF0HUFUSKF')" '\361'
planted 'SKF applet: no table'
fresh
printf 'HUFU-TEST-ONLY a hook\0' >>"$link"
planted 'for tests alone'
fresh
# What a hook really leaves in an object for the target.
arm-none-eabi-gcc -mcpu=cortex-m33+nofp -mthumb --specs=picolibc.specs -Os -std=gnu11 -ffunction-sections \
    -DHUFU_TEST_HOOKS -I"$root/include" -I"$root/firmware/vault" -I"$root/firmware/hal" \
    -c "$root/firmware/vault/selftest/kat.c" -o "$work/kat.o"
finds 'for tests alone' "$work/kat.o"
for text in 'a log:vault started, ms' 'a source:/home/somebody/firmware/vault/pin/pin.c:42' \
    'an assertion:Assertion x < y failed'; do
    printf '%s\0' "${text#*:}" >>"$vault"
    planted "${text%%:*}"
    fresh
done
lay
expect 1 "$root/tools/release-check" "${right[@]}" --unsigned "$image"
grep -q 'firmware.bin (link): a device descriptor with 1209:0001' <<<"$output" || fail "$output"

# --- sizes and damage -----------------------------------------------------------------------------
# The first segment's p_filesz (ELF: e_phoff 52, in a program header at 16).
put "$work/boot.elf" $((52 + 16)) '\0\300\0\0'
finds 'bytes of boot stage, 32768 allowed' "${right[@]}" "$work/boot.elf"
fresh
# The same stage as bytes, as a board's ROM gets it.
arm-none-eabi-objcopy -O binary "$work/boot.elf" "$work/boot.raw"
expect 0 check "${right[@]}" "$work/boot.raw"
finds 'boot.raw: other roots than those' --roots "$work/renamed.roots" "$work/boot.raw"
head -c 20000 /dev/zero >>"$work/boot.raw"
finds 'bytes of boot stage, 32768 allowed' "${right[@]}" "$work/boot.raw"
head -c 40000 /dev/zero >>"$link"
lay
finds 'bytes of flash, 163840 allowed' "${right[@]}" --unsigned "$image" "$work/boot.elf"
fresh
lay
put "$image" 5000 '\125\252'
finds '(vault): its digest' "${right[@]}" --unsigned "$image"
lay
head -c -1 "$image" >"$work/cut"
finds 'a damaged image' "${right[@]}" --unsigned "$work/cut"

# --- three keys -----------------------------------------------------------------------------------
certificate() { # KEY OUT
    openssl req -x509 -new -key "$1" -passin env:HUFU_FIRMWARE_PASSPHRASE -subj "/CN=$2" -sm3 \
        -sigopt distid:1234567812345678 -out "$work/$2" -days 30
}
for name in maker issuer; do
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out "$work/$name.key" 2>/dev/null
    certificate "$work/$name.key" $name
done
certificate "$work/maker.key" twin
certificate "$release/keys/sm2-1.pem" firmware
expect 0 check "${right[@]}" --certificate "$work/maker" --certificate "$work/issuer" "$work/boot.elf"
finds 'firmware root 1 as well' "${right[@]}" --certificate "$work/firmware" "$work/boot.elf"
finds 'its key is that of' "${right[@]}" --certificate "$work/maker" --certificate "$work/twin" "$work/boot.elf"

# --- what configure refuses -------------------------------------------------------------------------
configure() {
    cmake -S "$root" -B "$work/configure" -G Ninja -DHUFU_BOARD=mps2-an505 -DHUFU_RELEASE=ON "$@" \
        -DCMAKE_TOOLCHAIN_FILE="$root/cmake/toolchain-cortex-m33.cmake"
}
expect 1 configure
grep -q 'A release has roots of its own' <<<"$output" || fail "$output"
expect 1 configure -DHUFU_ROOTS="$work/none"

# The tree's own test build is refused for all of it.
expect 1 "$root/tools/release-check" "${right[@]}" "$tree"
for text in 'marked as a test' 'other roots' 'of a test build' 'not by the roots' 'a log' 1209:0001; do
    grep -q "$text" <<<"$output" || fail "no '$text' in: $output"
done
echo "ok: $count planted faults found"
