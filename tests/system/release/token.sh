#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tokens with the boot stage of the release that build.sh made ($1), and with that of this tree: each
# takes images by its own roots, and starts or takes none by the other's. REQ: K1 K3
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
. "$root/tests/support/expect.sh"
. "$root/tests/support/update_images.sh"
export HUFU_LANG=en HUFU_FIRMWARE_PASSPHRASE=only-a-test
tree=$root/build/mps2-an505
if [ "${2:-}" = inside ]; then
    # A token runs: $3 its version, $4 an image it takes, $5 one it does not, $6 whether its roots are a test's.
    json '.version == "'"$3"'" and .test_roots == '"$6" hufu firmware info --json
    refused 1 'signatures do not hold' hufu firmware update "$5"
    json '.version == "'"$3"'"' hufu firmware info --json
    expect 0 hufu firmware update "$4"
    case $output in *'the token runs version 1.0.1 now'*) ;; *) fail "$output" ;; esac
    exit 0
fi
export PATH=$root/build/host/bin:$PATH
release=$1
work=$(mktemp -d)
trap '[ -z "$(jobs -p)" ] || wait; rm -rf "$work"' EXIT
with() { "$root/tools/with-token" --blank "$@"; }

# What boot itself says, where another's image lies in the flash: nothing starts. Whoever waits for such
# a token gives up after half a minute, so both are begun first and asked last.
mixed() { # NAME BOOT IMAGE
    local status=0
    mkdir "$work/$1.images"
    cp "$2" "$work/$1.images/boot.elf"
    cp "$3" "$work/$1.images/firmware.bin"
    with --state "$work/$1" --images "$work/$1.images" -- true >"$work/$1.out" 2>&1 || status=$?
    [ "$status" = 3 ] # the token did not start
}
mixed release "$release/product/boot.elf" "$tree/firmware.bin" &
one=$!
mixed tree "$tree/boot.elf" "$release/product/firmware.bin" &
two=$!

# The next image of each: the release's, and the tree's.
expect 0 hufu firmware sign "$release/build/firmware.bin" -o "$work/release-next" --version 1.0.1 \
    --keys "$release/keys" --witness "$release/witness"
update_image "$tree" hufu "$work/tree-next" 1.0.1 0
expect 0 with --images "$release/product" -- "$0" "$release" inside 1.0.0 "$work/release-next" "$work/tree-next" false
expect 0 with -- "$0" "$release" inside 0.1.0 "$work/tree-next" "$work/release-next" true
wait "$one" || fail "the release's boot: $(cat "$work/release.out")"
wait "$two" || fail "the tree's boot: $(cat "$work/tree.out")"
grep -q 'slot A wrong signature' "$work/tree/token.log" || fail "$(cat "$work/tree/token.log")"
echo ok
