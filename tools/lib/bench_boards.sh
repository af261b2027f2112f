# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Figures of updates, of the bus and of the boards for tools/bench, each as "NAME VALUE [GOAL]".
# Sourced after bench_crypto.sh, on the same terms.
#
#   bench_update   time and flash operations of a whole update
#   bench_sizes    flash and static RAM of the images of both boards, against their budgets
#   bench_guest    enumeration, APDUs a second and an update on a real system's USB stack (minutes)

bench_update() {
    # shellcheck disable=SC2154 # bench_crypto.sh's
    tools/with-token -- tests/bench/update/run.sh "$bench_images" || bench_fail 'an update could not be measured'
}

# sizes_in FOLDER PREFIX: the rows of a board's own table, names with PREFIX before them.
sizes_in() {
    # shellcheck disable=SC2154 # the caller's
    local sizes=$bench_work/sizes
    # The budgets stand in the board's CMakeLists.txt and come with the build's own table.
    cmake --build "$1" --target sizes >"$sizes" || {
        cat "$sizes" >&2
        bench_fail 'the images are larger than their budget'
    }
    awk -v prefix="$2" '$1 == "limit" { flash = $2; ram = $3 }
        $1 == "total" { all_flash = $2; all_ram = $3 }
        $1 ~ /^(boot|vault|link)$/ {
            print prefix "image_" $1 "_flash", $2
            if ($1 != "boot") print prefix "image_" $1 "_ram", $3
        }
        END { print prefix "images_flash", all_flash, flash; print prefix "images_ram", all_ram, ram }' "$sizes"
}

bench_sizes() {
    sizes_in "$bench_images" ''
    [ ! -e build/pico2/build.ninja ] || sizes_in build/pico2 pico2_
}

bench_guest() {
    local log=$bench_work/guest
    ctest --test-dir build/host -R '^usb\.guest$' -V >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        bench_fail 'the guest could not be measured'
    }
    awk '!sub(/.*figure: /, "") { next }
        /^enumeration / { print "guest_enumeration_ms", $2 }
        /^pcsc: / { print "guest_libccid_apdu_per_s", substr($6, 2) }
        /^usb: / { print "guest_libusb_apdu_per_s", substr($6, 2) }
        /^USB\/IP usb: / { print "guest_usbip_apdu_per_s", substr($7, 2) }
        /^update by dfu-util of / { print "guest_dfu_update_ms", $(NF - 1) * 1000 }
        /^update by dfu-util: / { print "guest_dfu_update_erases", $4 }' "$log"
}
