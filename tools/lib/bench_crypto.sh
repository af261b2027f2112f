# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The instruction counts of tools/bench. Sourced; functions begin with bench_. The caller has set
# bench_work, a folder for files, and has bench_fail TEXT, which does not return.
#
#   bench_image NAME [ARGUMENT…]   runs build/mps2-an505/NAME.elf (ARGUMENT: more for QEMU), prints
#                      its rows: operation, instructions (per byte where a row says so), least, most,
#                      stack bytes, cycles by the model of tests/bench/cycles or -
#   bench_native       prints the ratios to OpenSSL on this machine, "NAME VALUE"
#   bench_footprint FUNCTION…   prints the bytes of code and of tables that these bring in

bench_images=build/mps2-an505

# An image that goes on for longer than this hangs.
bench_image_seconds=900

# QEMU's option for tests/bench/cycles on an image, its output in a file. Nothing when it is not built.
bench_plugin() {
    local name address option=build/host/tests/bench_cycles.so mark
    [ -e "$option" ] || return 0
    for mark in begin=meter_mark_begin end=meter_mark_end pause=meter_exclude resume=meter_include; do
        name=${mark#*=}
        address=$(arm-none-eabi-nm "$bench_images/$1.elf" | awk -v name="$name" '$3 == name { print $1 }')
        option+=",${mark%%=*}=$address"
    done
    printf '%s\n' -plugin "$option,out=$2"
}

bench_image() {
    # shellcheck disable=SC2154 # the caller's
    local image=$1 out=$bench_work/$1.out cycles=$bench_work/$1.cycles
    local -a plugin
    shift
    mapfile -t plugin < <(bench_plugin "$image" "$cycles")
    : >"$cycles"
    # shift=7 is what tests/bench/image/meter.h counts by. A QEMU of another version may not take the
    # plugin; instructions are counted without it.
    until timeout "$bench_image_seconds" qemu-system-arm -M mps2-an505 -icount shift=7 \
        -display none -monitor none -nodefaults -nic none -no-reboot \
        -kernel "$bench_images/$image.elf" -serial "file:$out" "${plugin[@]}" "$@" \
        2>"$bench_work/$image.err" </dev/null; do
        sed 's/^/bench: qemu: /' "$bench_work/$image.err" >&2
        [ ${#plugin[@]} -gt 0 ] || bench_fail "the image $image did not run to its end"
        plugin=()
    done
    [ "$(tail -n 1 "$out")" = end ] || bench_fail "the image $image stopped: $(tail -n 1 "$out")"
    # The meter measured a loop whose length is known; the image itself refuses to go on otherwise.
    awk '$1 == "loop" && $2 == $3 && $3 > 1000000 { good = 1 } END { exit !good }' "$out" ||
        bench_fail "the meter of $image is not exact: $(head -n 1 "$out")"
    # The first section is an empty one: what measuring costs.
    awk 'FILENAME != "-" { cycles[FNR] = $1; next }
        $1 == "row" {
            printf "%s %.10g %.10g %.10g %d ", $2, $3 / $7, $4 / $7, $5 / $7, $6
            if ($8 in cycles) print cycles[$8] - cycles[1]; else print "-"
        }' "$cycles" - <"$out"
}

bench_native() {
    build/host/tests/bench_native || bench_fail 'the native ratios could not be measured'
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
        -Wl,--start-group "$(find "$bench_images" -name libvault_crypto.a)" \
        "$(find "$bench_images" -name libmbedcrypto.a)" -Wl,--end-group ||
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
