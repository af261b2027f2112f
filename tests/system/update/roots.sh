#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The firmware roots are changed by a signed update: an image by the second root of each kind gives up
# the first ones; after it the first ones are worth nothing, neither to an update nor to boot, not
# even for an image that ran before. Keys stay. $1: the build's images. REQ: K1 K3
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
export HUFU_LANG=en
images=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/made.sh"
make by-first 0.2.0 0
make change 0.3.0 0 --sm2 1 --lms 1 --give-up-sm2 0 --give-up-lms 0
make first-again 0.4.0 0
make half-first 0.4.0 0 --sm2 1 --lms 0
make by-second 0.5.0 0 --sm2 1 --lms 1
refused 2 'cannot give up the root that signs it' hufu firmware sign "$images/firmware.bin" -o "$work/no" \
    "${keys[@]}" --version 0.3.0 --give-up-sm2 0
done_well 'gives up:         LMS root 0' hufu firmware info "$work/change"
json '.gives_up_sm2 == 1 and .gives_up_lms == 1 and .sm2_key == 1' hufu firmware info "$work/change" --json

hufu skf key generate >/dev/null
hufu skf key public -o "$work/before.pub" >/dev/null
expect 0 hufu firmware update "$work/by-first"
json '.version == "0.2.0" and .roots_given_up == 0' hufu firmware info --json
expect 0 hufu firmware update "$work/change"
json '.version == "0.3.0" and .roots_given_up == 17' hufu firmware info --json

# The first roots, one of them, and the image they signed that still lies in the other slot.
refused 1 'or no longer takes' hufu firmware update "$work/first-again"
refused 1 'or no longer takes' hufu firmware update "$work/half-first"
json '.version == "0.3.0"' hufu firmware info --json
hufu-emu power-cut --state "$HUFU_STATE" >/dev/null
cp "$HUFU_STATE/flash.img" "$work/flash.img"
# include/hufu/virtual_board.h: the firmware's flash at 1 MiB, slots of 1 MiB. Slot A runs (0.3.0); its
# header is spoiled, so boot turns to slot B (0.2.0).
printf '\0\0\0\0' | dd of="$HUFU_STATE/flash.img" bs=1 seek=$((0x100000)) conv=notrunc status=none
hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" >/dev/null 2>&1 &
start=$!
eventually grep -q 'no image may be started' "$HUFU_STATE/token.log"
grep -q 'slot B signed by a root that is unknown or given up' "$HUFU_STATE/token.log" ||
    fail "$(cat "$HUFU_STATE/token.log")"
hufu-emu power-cut --state "$HUFU_STATE" >/dev/null
! wait "$start" || fail 'given up, and started'
cp "$work/flash.img" "$HUFU_STATE/flash.img"
hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" >/dev/null
eventually hufu info
json '.version == "0.3.0"' hufu firmware info --json

# Life goes on by the second roots.
expect 0 hufu firmware update "$work/by-second"
json '.version == "0.5.0" and .roots_given_up == 17' hufu firmware info --json
hufu skf key public -o "$work/after.pub" >/dev/null
cmp "$work/before.pub" "$work/after.pub" || fail 'the key is another one'
echo ok
