#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# killed.sh IMAGES HUFU TEST VAULT [IMAGE]: TEST with the tree's firmware as version 0.2.0 (HUFU_SAME),
# the update that it takes, IMAGE or the same (HUFU_IMAGE), and the first instructions of boot's and of
# VAULT's drivers for flash and fuses (HUFU_BREAKS). REQ: K3
set -euo pipefail
. "$(dirname "$0")/../../../support/update_images.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
update_image "$1" "$2" "$work/v2.img" 0.2.0 1
breaks=$(arm-none-eabi-nm "$1/boot.elf" "$4" |
    awk '$3 == "flash_erase" || $3 == "flash_program" || $3 == "fuse_burn" { print $1 }' | sort -u)
# Erasing, programming and burning, in boot and in the vault; boot burns nothing.
[ "$(wc -l <<<"$breaks")" -ge 5 ] || { echo "drivers not found: $breaks" >&2 && exit 1; }
HUFU_BREAKS=$(paste -sd, <<<"$breaks") HUFU_SAME=$work/v2.img HUFU_IMAGE=${5:-$work/v2.img} "$3"
