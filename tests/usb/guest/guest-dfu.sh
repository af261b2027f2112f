# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Debian's dfu-util against the token, pcscd beside it: a refusal by the issuer's policy, by the image
# and of an upload, an update by a user who has no other right than the node's. REQ: K1 K3 T3

# dfu WHO ARGS...: dfu-util as that user; its words are in /tmp/dfu. dfu-util 0.11 exits 0 for an
# image that is refused when manifested: what it says counts.
dfu() {
    who=$1
    shift
    chown "$who" "$(node)" # logind would put the seated user into its access list
    su -s /bin/sh "$who" -c "/usr/bin/dfu-util -d 1209:0001 $*" >/tmp/dfu 2>&1
}
node() { printf '/dev/bus/usb/%03d/%03d' "$(cat "$(tokens)/busnum")" "$(cat "$(tokens)/devnum")"; }
said() { tr '\r' '\n' </tmp/dfu | grep "$@"; }
version_is() { hufu firmware info --json >/tmp/out 2>&1 && grep -q "\"version\": *\"$1\"" /tmp/out; }
# dfu_refused STATUS FILE WORDS: that bStatus, and the token runs what it ran.
dfu_refused() {
    dfu nobody -D "$2"
    said "$1" || fail "dfu-util, $3: $(cat /tmp/dfu)"
    version_is 0.2.0 || fail "after $3: $(cat /tmp/out)"
}

dfu_tests() {
    step 'dfu-util beside pcscd: what it sees'
    pcscd_start
    until_true cards_are 1 || fail 'pcscd does not take the token'
    export HUFU_TRANSPORT=pcsc
    chown root "$(node)"
    su -s /bin/sh nobody -c '/usr/bin/dfu-util -l' >/tmp/dfu 2>&1
    said 'Cannot open DFU device' || fail "without a right to the node: $(cat /tmp/dfu)"
    dfu nobody -l
    said 'Found DFU: \[1209:0001\].*name="Hufu firmware"' || fail "dfu-util -l: $(cat /tmp/dfu)"
    rm -f /tmp/up
    dfu nobody -U /tmp/up && fail 'an upload'
    tail -n 1 /tmp/dfu
    [ ! -s /tmp/up ] || fail 'something was uploaded'

    step 'dfu-util: an update, with APDUs beside it'
    (until [ -e /tmp/updated ]; do hufu random 64; done >/dev/null 2>&1) &
    working=$!
    began=$(now)
    dfu nobody -D /hufu/v2.img
    updated=$?
    took=$(echo "$(now) $began" | awk '{ printf "%.1f", $1 - $2 }')
    touch /tmp/updated
    wait $working
    tr '\r' '\n' </tmp/dfu | sed -n 's/^/dfu-util: /; /state\|done\|Done\|Reset/p'
    [ $updated = 0 ] || fail "dfu-util: $updated: $(tail -n 3 /tmp/dfu)"
    until_true tokens_are 1 || fail 'not back on the bus'
    until_true cards_are 1 || fail 'pcscd does not see it again'
    until_true version_is 0.2.0 || fail "the token runs something else: $(cat /tmp/out)"
    echo "figure: update by dfu-util of $(stat -c %s /hufu/v2.img) bytes in $took s"
    job_again pcsc

    step 'dfu-util: refused, nothing changed'
    hufu firmware policy admin-pin >/dev/null || fail 'hufu firmware policy'
    dfu_refused 'status(1)' /hufu/v2.img 'the issuer wants the admin PIN'
    hufu firmware policy signature >/dev/null || fail 'hufu firmware policy'
    dfu_refused 'status(2)' /hufu/bad-header.img 'a header that was changed'
    dfu_refused 'status(7)' /hufu/bad-body.img 'a body that was changed'
    dfu_refused 'status(2)' /hufu/v1.img 'an older image'
    job_again pcsc
    pcscd_stop
}
