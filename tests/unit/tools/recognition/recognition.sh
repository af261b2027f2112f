#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/usb-descriptors finds every planted fault in a good set of descriptors, tools/release-check
# finds the ids for tests, and bundle and udev rule have the ids of include/hufu/usb_id.h. REQ: K3
set -euo pipefail
lib=$1
root=$(cd "$(dirname "$0")/../../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# The token's, as a kernel read them: device, configuration, interface, CCID, two bulk endpoints;
# interface, DFU.
good='12010002000000400912010010000102030109026800020100803209040000020b000002'
good+='36211001000702000000a00f0000a00f00000000b0040000b0040000fe000000000000000000000'
good+='0fe00040013240000ffff00000001'
good+='07050102400000''07058102400000'
good+='090401000''0fe010204''092101e803''00101001'
printf '%s' "$good" >"$work/good"
"$root/tools/usb-descriptors" "$work/good" >"$work/out" || fail "the token's own: $(grep WRONG "$work/out")"

# planted OFFSET BYTE WORDS: that byte changed makes the rule of these words fail.
planted() {
    printf '%s' "${good:0:$(($1 * 2))}$2${good:$(($1 * 2 + 2))}" >"$work/bad"
    if "$root/tools/usb-descriptors" "$work/bad" >"$work/out"; then fail "not found: $3 (byte $1 = $2)"; fi
    grep -q "WRONG .*$3" "$work/out" || fail "another rule than $3: $(grep WRONG "$work/out")"
}
planted 0 11 '9.6.1: device'
planted 2 01 'bcdUSB'
planted 4 0b 'device class 0'
planted 7 08 'endpoint 0 of 64'
planted 16 00 'serial'
planted 17 02 'one configuration'
planted 20 57 'wTotalLength'
planted 23 00 'bConfigurationValue'
planted 25 a0 'remote wake-up'
planted 26 fb '500 mA'
planted 22 01 'bNumInterfaces'
planted 31 01 'bNumEndpoints'
planted 33 01 'subclass'
planted 34 01 'protocol 0'
planted 38 20 'bcdCCID'
planted 40 01 'one slot'
planted 41 00 'bVoltageSupport'
planted 42 00 'dwProtocols'
planted 50 00 'clocks'
planted 61 00 'data rates'
planted 64 ff 'dwMaxIFSD'
planted 68 01 'synchronous'
planted 76 3e 'negotiates'
planted 76 c6 'Windows: voltage'
planted 76 f8 'activates'
planted 78 02 'APDU level'
planted 81 00 'dwMaxCCIDMessageLength'
planted 88 01 'key pad'
planted 93 03 'one bulk pipe'
planted 94 20 'one bulk pipe'
planted 106 02 'interfaces from 0 on'
planted 107 01 'interfaces from 0 on, one setting each'
planted 108 01 'control pipe alone'
planted 109 ff 'DFU 4.1.3'
planted 110 02 'subclass 1'
planted 111 01 'DFU mode'
planted 113 08 'every descriptor fits'
planted 115 03 'no upload'
planted 115 05 'manifestation tolerant'
planted 119 08 'block 0'
planted 120 00 'bcdDFUVersion'
association=${good:0:54}0'80b0001fe010200'${good:54}
printf '%s' "${association/09026800/09027000}" >"$work/bad"
"$root/tools/usb-descriptors" "$work/bad" >"$work/out" && fail 'an association that nothing needs'
grep -q 'WRONG .*no association' "$work/out" || fail "another rule than no association: $(grep WRONG "$work/out")"
printf '%s' "${good:0:60}" >"$work/bad"
"$root/tools/usb-descriptors" "$work/bad" >/dev/null && fail 'a configuration that is cut'

vid=$(sed -n 's/^#define HUFU_USB_VID 0x\(....\)$/\1/p' "$root/include/hufu/usb_id.h")
pid=$(sed -n 's/^#define HUFU_USB_PID 0x\(....\)$/\1/p' "$root/include/hufu/usb_id.h")
[ -n "$vid" ] && [ -n "$pid" ] || fail 'include/hufu/usb_id.h'
grep -qi "<string>0x$vid</string>" "$lib/pcsc/ifd-hufu.bundle/Contents/Info.plist" &&
    grep -qi "<string>0x$pid</string>" "$lib/pcsc/ifd-hufu.bundle/Contents/Info.plist" || fail 'bundle'
grep -qi "idVendor}==\"$vid\", ATTR{idProduct}==\"$pid\"" "$lib/pcsc/70-hufu.rules" || fail 'udev rule'
grep -q 'TAG+="uaccess"' "$lib/pcsc/70-hufu.rules" || fail 'no uaccess'
elsewhere=$(cd "$root" && grep -rliE '0x1209|1209:0001' firmware host boards | grep -v '^host/ifd/' || true)
[ -z "$elsewhere" ] || fail "ids beside include/hufu/usb_id.h: $elsewhere"

# The release check finds the ids in the header, and in an image.
printf '%s' "$good" | sed 's/../\\x&/g' >"$work/escaped"
# shellcheck disable=SC2059 # the text is the format: \xHH
{ head -c 1000 /dev/urandom && printf "$(cat "$work/escaped")"; } >"$work/image"
"$root/tools/release-check" "$work/image" 2>"$work/err" && fail 'ids for tests in an image'
grep -q "$work/image" "$work/err" || fail "not named: $(cat "$work/err")"
if [ "$vid:$pid" = 1209:0001 ]; then grep -q usb_id.h "$work/err" || fail 'ids for tests in the header'; fi
printf '%s' "$good" | sed 's/09120100/09126688/; s/../\\x&/g' >"$work/escaped"
# shellcheck disable=SC2059
printf "$(cat "$work/escaped")" >"$work/image"
said=$("$root/tools/release-check" "$work/image" 2>&1) || true
case $said in *"$work/image"*) fail "other ids refused: $said" ;; esac
echo 'ok: 43 planted faults found'
