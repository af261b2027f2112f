#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The panel in Chinese, on the emulated board: the token's label, and a signature that is asked about,
# with its question and its container's name, in the picture of the panel; an image without the
# font part shows Latin letters and boxes; one whose font part was changed is refused by hufu, by the
# token and by boot. $1: the build's images, $2: png_shows, $3: GNU Unifont. REQ: K3
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
. "$(dirname "$0")/../../support/panel.sh"
export HUFU_LANG=en
images=$1 png_shows=$2 unifont=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../update/made.sh"
picture() { hufu-emu panel --state "$HUFU_STATE" --png "$work/panel.png" >/dev/null; }
# shown X Y CODE…: these glyphs are on the panel.
shown() {
    picture
    "$png_shows" "$work/panel.png" "$unifont" "$@"
}
# asked BUTTON CMD…: the key of the container is used; BUTTON is pressed when CMD finds on the panel
# what it looks for, which is drawn row by row. The question stands in $work/panel.png then.
asked() {
    local ready status=0 button=$1
    shift
    ready=$(panel)
    hufu skf key sign "$work/letter" --container 合同章 -o "$work/letter.sig" >"$work/out" 2>&1 &
    local signer=$!
    panel_asks $signer "$ready"
    eventually "$@"
    hufu-emu press "$button" --state "$HUFU_STATE"
    wait $signer || status=$?
    return $status
}

expect 0 hufu skf device label 张三的令牌
shown 0 8 5F20 4E09 7684 4EE4 724C || fail 'the label'
# Container names are at most 64 bytes of UTF-8.
expect 0 hufu skf container create 合同章
expect 0 hufu skf key generate --container 合同章
expect 0 hufu key mode 合同章 panel
echo letter >"$work/letter"
# 签名 SIGN? 合同章
question() { shown 0 0 7B7E 540D 20 53 49 47 4E 3F && shown 0 16 5408 540C 7AE0; }
asked ok question || fail "$(cat "$work/out")"
! "$png_shows" "$work/panel.png" "$unifont" 0 16 5408 540C 7AE1 || fail 'another name is, too'
asked cancel question && fail 'signed, though cancelled'

# --- an image whose font part was changed ---------------------------------------------------------
expect 0 hufu firmware info "$images/firmware.bin"
size=$(stat -c %s "$images/firmware.bin")
spoil() { printf '\125\252' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
make spoilt 0.9.0 0
spoil "$work/spoilt" $((size - 40))
refused 1 'part 3 is not what was signed' hufu firmware update "$work/spoilt"

# --- an image without it ---------------------------------------------------------------------------
plain=$images/no-font raw=$images/boards/mps2-an505
mkdir -p "$plain"
ln -sfn "$images/keys" "$plain/keys"
ln -sfn "$images/keys-witness" "$plain/keys-witness"
formats=$(hufu firmware info "$images/firmware.bin" --json |
    jq -r '"\(.store_format_oldest)-\(.store_format_newest)"')
"$images/hufu-image" lay test mps2-an505 0.2.0 0 "$formats" "$raw/link-vault.raw@10010000" \
    "$raw/link.raw@200000" "$plain/firmware.bin"
update_image "$plain" hufu "$work/no-font" 0.2.0 0
expect 0 hufu firmware update "$work/no-font"
! shown 0 8 5F20 || fail 'glyphs without a font'
boxes() { panel | grep '█▀▀▀█'; }
asked ok boxes || fail "$(cat "$work/out")"

# --- boot: slot B has the image without the font now, slot A the first one with it ----------------
hufu-emu power-cut --state "$HUFU_STATE" >/dev/null
# include/hufu/virtual_board.h: slots of 1 MiB from 1 MiB on.
printf '\0\0\0\0' | dd of="$HUFU_STATE/flash.img" bs=1 seek=$((0x200000)) conv=notrunc status=none
spoil "$HUFU_STATE/flash.img" $((0x100000 + size - 40))
hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" >/dev/null 2>&1 &
start=$!
eventually grep -q 'no image may be started' "$HUFU_STATE/token.log"
grep -q 'slot A wrong digest' "$HUFU_STATE/token.log" || fail "$(cat "$HUFU_STATE/token.log")"
hufu-emu power-cut --state "$HUFU_STATE" >/dev/null
! wait "$start" || fail 'a changed font, and started'
echo ok
