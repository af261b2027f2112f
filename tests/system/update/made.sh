# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Images signed by the test keys of the build tree in $images, put into $work. Each spends a one-time
# key of the tree: they are kept as long as the firmware is the same.
keys=(--keys "$images/keys" --witness "$images/keys-witness" --test)
made=$images/update-test/$(sha256sum "$images/firmware.bin" | cut -c1-16)
[ -d "$made" ] || rm -rf "$images/update-test"

make() { # OUT VERSION ROLLBACK [OPTION…]
    if [ ! -s "$made/$1" ]; then
        mkdir -p "$made"
        hufu firmware sign "$images/firmware.bin" -o "$made/$1" "${keys[@]}" --version "$2" \
            --rollback "$3" "${@:4}" >/dev/null
    fi
    cp "$made/$1" "$work/$1"
}
