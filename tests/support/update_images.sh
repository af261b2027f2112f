# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Images of the tree's firmware under other versions, signed by its test keys. Each spends a one-time
# key: they are kept beside the firmware as long as that is the same, for all tests that ask for an
# image with the same version, counter and options. A signing key serves one at a time: whoever signs
# with them waits for his turn.

# update_sign IMAGES HUFU IMAGE OUT [OPTION...] - HUFU signs IMAGE by the keys beside IMAGES
update_sign() {
    local images=$1 hufu=$2 image=$3 out=$4 status=0
    shift 4
    exec 7<"$images/keys"
    flock 7
    "$hufu" firmware sign "$image" -o "$out" --keys "$images/keys" --witness "$images/keys-witness" \
        --test "$@" >/dev/null 7<&- || status=$?
    exec 7<&-
    return "$status"
}

# update_image IMAGES HUFU OUT VERSION ROLLBACK [OPTION...] - HUFU's image of IMAGES/firmware.bin
update_image() {
    local images=$1 hufu=$2 out=$3 version=$4 rollback=$5 kept name
    shift 5
    name=$(tr -c 'A-Za-z0-9.\n' _ <<<"$version-$rollback$*")
    kept=$images/update-test/$(sha256sum "$images/firmware.bin" | cut -c1-16)
    exec 8>"$images/update-test.lock"
    flock 8
    [ -d "$kept" ] || rm -rf "$images/update-test"
    mkdir -p "$kept"
    if [ ! -s "$kept/$name" ]; then
        update_sign "$images" "$hufu" "$images/firmware.bin" "$kept/$name.new" --version "$version" \
            --rollback "$rollback" "$@" || return 1
        mv "$kept/$name.new" "$kept/$name"
    fi
    cp "$kept/$name" "$out"
    exec 8>&-
}

# changed_byte IN OFFSET OUT - the image IN with another byte there, whichever it was
changed_byte() {
    local byte
    byte=$(od -An -tu1 -j"$2" -N1 "$1")
    cp "$1" "$3"
    printf '%b' "\\x$(printf %02x $((byte ^ 0x55)))" | dd of="$3" bs=1 seek="$2" conv=notrunc status=none
}
