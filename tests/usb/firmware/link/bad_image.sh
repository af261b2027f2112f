#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bad_image.sh IMAGES HUFU TEST: TEST with three images that are rightly signed and of version 0.2.0: the
# tree's firmware (HUFU_IMAGE), with a link that faults at its first instruction (HUFU_FAULTS), and with
# one that stands still there (HUFU_STANDS). REQ: K1 K3
set -euo pipefail
. "$(dirname "$0")/../../../support/update_images.sh"
images=$1 hufu=$2
parts=$images/boards/mps2-an505
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
update_image "$images" "$hufu" "$work/v2.img" 0.2.0 1
# The link's place, and its reset vector there.
place=200000
reset=$(od -An -tx4 -j4 -N4 "$parts/link.raw" | tr -d ' ')
first=$(((0x$reset & ~1) - 0x$place))
[ "$first" -gt 8 ] && [ "$first" -lt "$(stat -c %s "$parts/link.raw")" ] || { echo "reset vector $reset" >&2 && exit 1; }
broken() { # NAME INSTRUCTION
    mkdir -p "$work/$1"
    cp "$parts/link.raw" "$work/$1/link.raw"
    # shellcheck disable=SC2059 # the bytes are a format
    printf "$2" | dd of="$work/$1/link.raw" bs=1 seek="$first" conv=notrunc status=none
    "$images/hufu-image" lay test mps2-an505 0.2.0 1 1-1 "$parts/link-vault.raw@10010000" \
        "$work/$1/link.raw@$place" "$work/$1/firmware.bin"
    update_sign "$images" "$hufu" "$work/$1/firmware.bin" "$work/$1.img"
}
broken faults '\000\336' # udf
broken stands '\376\347' # b .
HUFU_IMAGE=$work/v2.img HUFU_FAULTS=$work/faults.img HUFU_STANDS=$work/stands.img "$3"
