#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The emulated board through the factory: an older firmware is updated while the token is still
# blank, somebody presses OK on its panel, its power is cut, and a dry run names its fuses. $1: the
# build's images. REQ: K1 T3
set -euo pipefail
. "$(dirname "$0")/factory.sh"
images=$1
here=$(cd "$(dirname "$0")" && pwd)
factory_begin
token_kind=()
export HUFU_READER=${readers[0]}
. "$here/../update/made.sh"
make v2 0.2.0 1
ca_serve
plug 1 t1 --factory
sum=$(sha256sum <t1/otp.bin)
expect 0 hufu provision --dry-run --manufacturer 'Example Works' --first "$first" --image v2
case $output in *'-: firmware: v2'*'burn: row 1 '*'burn: row 0 '*) ;; *) fail "$output" ;; esac
[ "$sum" = "$(sha256sum <t1/otp.bin)" ] || fail 'a dry run burnt something'
refused 1 'is no firmware image' provision --image issuer.crt
changed_byte "$images/firmware.bin" 24 other-board # not newer than what runs, and not for it
refused 3 'it is for another board' provision --image other-board
json '.version == "0.1.0"' hufu firmware info --json

# A press from before a question does not count, so somebody presses until it is over.
presser=
presses() { # BUTTON
    (while sleep 0.3; do "$emu" press "$1" --state "$work/t1" || true; done) >/dev/null 2>&1 &
    presser=$!
}
presses_no_more() {
    [ -z "$presser" ] || kill "$presser"
    presser=
}
trap 'presses_no_more; factory_end' EXIT
# nobody is at the panel: its test fails, and the next run goes on from there
presses cancel
# the way to the token holds for the update that it starts, too
HUFU_TRANSPORT=usb expect 3 provision --transport pcsc --image v2 --panel
presses_no_more
case $output in *'firmware: the token runs version 0.2.0 now'*'certified'*'panel'*) ;; *) fail "$output" ;; esac
json '.version == "0.2.0" and .rollback == 1' hufu firmware info --json
[ "$(lifecycle 1)" = factory ] || fail 'not in the factory'
"$emu" power-cut --state "$work/t1" >/dev/null
plug 1 t1
presses ok
expect 0 provision --image v2 --panel
presses_no_more
[ "$(lifecycle 1)" = provisioned ] || fail 'not provisioned'
[ "$(serial 1)" = "$first" ] || fail 'another number'
[ "$(hufu-ca list | grep -c identity)" = 2 ] || fail 'a second certificate'
HUFU_PIN=user-pin-1 HUFU_ADMIN_PIN=admin-pin-1 hufu init --from-factory "sealed/$first.sealed" \
    --issuer-key issuer.key --issuer-cert issuer.crt --device-roots ca/device-roots.pem >/dev/null
json '.version == "0.2.0"' hufu firmware info --json
echo 'provision board: ok'
