# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The instruction counts of tools/bench. Sourced; functions begin with bench_. The caller has set
# bench_work, a folder for files, and has bench_fail TEXT, which does not return.
#
#   bench_image NAME [ARGUMENT…]   runs build/mps2-an505/NAME.elf (ARGUMENT: more for QEMU), prints
#                      its rows: operation, instructions (per byte where a row says so), least, most,
#                      stack bytes
#   bench_footprint FUNCTION…   prints the bytes of code and of tables that these bring in

bench_images=build/mps2-an505

# An image that goes on for longer than this hangs.
bench_image_seconds=300

bench_image() {
    # shellcheck disable=SC2154 # the caller's
    local image=$1 out=$bench_work/$1.out
    shift
    # shift=7 is what tests/bench/image/meter.h counts by.
    timeout "$bench_image_seconds" qemu-system-arm -M mps2-an505 -icount shift=7 \
        -display none -monitor none -nodefaults -nic none -no-reboot \
        -kernel "$bench_images/$image.elf" -serial "file:$out" "$@" 2>"$bench_work/$image.err" </dev/null || {
        sed 's/^/bench: qemu: /' "$bench_work/$image.err" >&2
        bench_fail "the image $image did not run to its end"
    }
    [ "$(tail -n 1 "$out")" = end ] || bench_fail "the image $image stopped: $(tail -n 1 "$out")"
    # The meter measured a loop whose length is known; the image itself refuses to go on otherwise.
    awk '$1 == "loop" && $2 == $3 && $3 > 1000000 { good = 1 } END { exit !good }' "$out" ||
        bench_fail "the meter of $image is not exact: $(head -n 1 "$out")"
    awk '$1 == "row" { printf "%s %.10g %.10g %.10g %d\n", $2, $3 / $7, $4 / $7, $5 / $7, $6 }' "$out"
}

bench_footprint() {
    local flags function elf=$bench_work/footprint.elf
    local -a roots=()
    flags=$(sed -n 's/^CMAKE_C_FLAGS:STRING=//p' "$bench_images/CMakeCache.txt")
    for function in "$@"; do
        roots+=("-Wl,-u,$function")
    done
    # shellcheck disable=SC2086 # flags are words
    arm-none-eabi-gcc $flags -nostartfiles -Wl,--gc-sections -Wl,-e,"$1" "${roots[@]}" \
        -T tests/bench/footprint.ld -o "$elf" \
        "$(find "$bench_images" -name libvault_crypto.a)" "$(find "$bench_images" -name libmbedcrypto.a)" ||
        bench_fail "$* cannot be linked alone"
    # Two lines a section: number, name, size …; then its flags.
    arm-none-eabi-objdump -h "$elf" | {
        local line bytes=0 code=0 table=0
        while read -r line; do
            case $line in
                [0-9]*)
                    read -r _ _ bytes _ <<<"$line"
                    bytes=$((16#$bytes))
                    ;;
                *CONTENTS*ALLOC*CODE*) code=$((code + bytes)) ;;
                *CONTENTS*ALLOC*) table=$((table + bytes)) ;;
            esac
        done
        printf '%d %d\n' "$code" "$table"
    }
}
