# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Images of the tree's firmware under other versions, signed by its test keys. Each spends a one-time
# key: they are kept beside the firmware as long as that is the same, for all tests that ask for an
# image with the same version, counter and options.

# update_image IMAGES HUFU OUT VERSION ROLLBACK [OPTION...] - HUFU's image of IMAGES/firmware.bin
update_image() {
    local images=$1 hufu=$2 out=$3 version=$4 rollback=$5 kept left name
    shift 5
    name=$(tr -c 'A-Za-z0-9.\n' _ <<<"$version-$rollback$*")
    kept=$images/update-test/$(sha256sum "$images/firmware.bin" | cut -c1-16)
    exec 8>"$images/update-test.lock"
    flock 8
    [ -d "$kept" ] || rm -rf "$images/update-test"
    mkdir -p "$kept"
    if [ ! -s "$kept/$name" ]; then
        # Another test may be signing with these keys just now, which serve one at a time.
        for left in 9 8 7 6 5 4 3 2 1 0; do
            "$hufu" firmware sign "$images/firmware.bin" -o "$kept/$name.new" --keys "$images/keys" \
                --witness "$images/keys-witness" --test --version "$version" --rollback "$rollback" "$@" \
                >/dev/null && break
            [ "$left" != 0 ] || return 1
            sleep 1
        done
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
