#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh DEPS BIN TESTS OUT - the guest suite: a virtual machine with Debian's kernel, libccid and
# libusb drives the token's firmware over usbredir and USB/IP.
#
#   DEPS   build/deps, which takes the guest's packages (tools/deps --guest)
#   BIN    the project's programs       TESTS  programs of the tests
#   OUT    a folder that is kept: the machine's words (console.log), its root (initramfs.cpio)
#
# TCG, since /dev/kvm is not to be relied upon; HUFU_TEST_KVM=1 uses it. HUFU_GUEST_SECONDS bounds
# the machine's life (default 1800, ten times what it takes on two idle cores). REQ: K1 K3 T3
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
deps=$(realpath -m "$1") bin=$(realpath "$2") tests=$(realpath "$3") out=$(realpath -m "$4")
seconds=${HUFU_GUEST_SECONDS:-1800}

"$root/tools/deps" --guest "$deps"
mkdir -p "$out"
work=$(mktemp -d)
guest='' waker=''
services_commands=() services_pids=()
end() {
    [ -z "$waker" ] || kill "$waker" 2>/dev/null || true
    [ -z "$guest" ] || kill "$guest" 2>/dev/null || true
    for token in "$work"/token-*; do
        "$bin/hufu-emu" stop --state "$token" >/dev/null 2>&1 || true
    done
    services_end || true
    rm -rf "$work"
}
trap end EXIT
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    tail -n 15 "$work"/token-*/token.log >&2 2>/dev/null || true
    exit 1
}
emu() { "$bin/hufu-emu" "$@"; }

# A new applicant's code, as an answer.
code() {
    local code
    "$bin/hufu-ca" applicant add --dir "$work/ca" --id "$1" --name "Applicant $1" \
        --organization Guest --country CN >/dev/null &&
        code=$("$bin/hufu-ca" code --dir "$work/ca" --applicant "$1") && printf 'ok %s\n' "$code"
}

# A USB/IP token, on a port that is free at this moment; its number is the answer.
start_usbip() {
    local port status=4 # taken in between
    while [ "$status" -eq 4 ]; do
        port=$(services_free_port) status=0
        emu start --state "$work/token-ip" --usbip "$port" >"$work/said" 2>&1 || status=$?
    done
    if [ "$status" -eq 0 ]; then echo "ok $port"; else tail -n 1 "$work/said"; fi
}

# Wakes the machine as soon as it says that it sleeps, after a moment of sleep.
wake() {
    local said
    while read -r said <&7; do
        case $said in *'"SUSPEND"'*) break ;; esac
    done
    sleep 3
    echo '{"execute":"system_wakeup"}' >&6
}

# What the guest may ask for, word by word.
serve() { # prints ok, or why not
    local word name
    read -r word name <<<"$1"
    case "$word" in
        time)
            date -d '+2 minutes' '+ok @%s'
            return
            ;;
        wake)
            wake &
            waker=$!
            echo ok
            return
            ;;
        start | stop | replug | power-cut) ;;
        code)
            code "$name" 2>"$work/said" || tail -n 1 "$work/said"
            return
            ;;
        *) echo 'unknown request' && return ;;
    esac
    case "$name" in
        one | two) set -- --usbredir "$work/$name.sock" ;;
        ip) [ "$word" != start ] || { start_usbip && return; } ;;
        *) echo 'unknown token' && return ;;
    esac
    [ "$word" = start ] || set --
    emu "$word" --state "$work/token-$name" "$@" >"$work/said" 2>&1 && echo ok || tail -n 1 "$work/said"
}

# shellcheck source=tools/lib/services.sh
. "$root/tools/lib/services.sh"
services_begin "$work/run"
HUFU_CA_PASSPHRASE=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
export HUFU_CA_PASSPHRASE
http_port=$(services_free_port)
est_port=$(services_free_port)
"$bin/hufu-ca" init --dir "$work/ca" --url "http://127.0.0.1:$http_port" \
    --est-url "https://127.0.0.1:$est_port" >/dev/null
services_start ca "$bin/hufu-ca" serve --dir "$work/ca" --ready-file "$work/ready"
services_wait ca "$work/ready"
# shellcheck source=tests/support/update_images.sh
. "$root/tests/support/update_images.sh"
images=$bin/../../mps2-an505
for v in 1 2 3; do update_image "$images" "$bin/hufu" "$work/v$v.img" "0.$v.0" $((v - 1)); done
changed_byte "$work/v2.img" 520 "$work/bad-header.img"
changed_byte "$work/v2.img" 9000 "$work/bad-body.img"
"$here/initramfs.sh" "$deps" "$out/initramfs.cpio" "$bin/../lib/pcsc" \
    "$bin/hufu" "$tests/guest_apdu_time" "$tests/guest_watch" "$work/ca/tls-root.pem" "$work/ca/root.sm3" \
    "$work"/{v1,v2,v3,bad-header,bad-body}.img "$bin/../debian/hufu/postinst"
emu start --state "$work/token-one" --usbredir "$work/one.sock"

accelerator='-accel tcg -cpu max'
[ -z "${HUFU_TEST_KVM:-}" ] || accelerator='-accel kvm -cpu host'
: >"$out/console.log"
mkfifo "$work"/{control,qmp}.{in,out}
exec 4<>"$work/control.in" 5<>"$work/control.out" 6<>"$work/qmp.in" 7<>"$work/qmp.out"
echo '{"execute":"qmp_capabilities"}' >&6 # before it no event is told
# no_timer_check: on a busy machine the kernel counts too few ticks in its test of the timer and panics.
began=$(date +%s.%N)
# shellcheck disable=SC2086
timeout -k 5 "$seconds" qemu-system-x86_64 -M q35 $accelerator -m 768 -smp 1 -nodefaults -no-reboot \
    -display none -monitor none -serial "file:$out/console.log" \
    -chardev "pipe,id=control,path=$work/control" -serial chardev:control \
    -chardev "pipe,id=qmp,path=$work/qmp" -mon chardev=qmp,mode=control \
    -kernel "$(ls "$deps"/guest/root/boot/vmlinuz-*)" -initrd "$out/initramfs.cpio" \
    -append "console=ttyS0 quiet loglevel=4 panic=-1 no_timer_check random.trust_cpu=on ca=$http_port,$est_port" \
    -netdev user,id=net -device e1000,netdev=net,romfile= \
    -device qemu-xhci,id=xhci \
    -chardev "socket,id=one,path=$work/one.sock,reconnect=1" -device usb-redir,chardev=one,bus=xhci.0 \
    -chardev "socket,id=two,path=$work/two.sock,reconnect=1" -device usb-redir,chardev=two,bus=xhci.0 \
    >"$out/qemu.log" 2>&1 &
guest=$!

# Until it has said how it ended (after a sleep it does not power off by itself), or is no more: whoever
# has a pipe open for writing, too, is not told its end.
verdict='' part=''
while [ -z "$verdict" ] && kill -0 "$guest" 2>/dev/null; do
    status=0
    read -r -t 5 line <&5 || status=$?
    part+=${line%$'\r'}
    [ "$status" -eq 0 ] || continue
    case $part in
        'end '*) verdict=${part#end } ;;
        *) serve "$part" >&4 ;;
    esac
    part=
done
seconds=$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
kill "$guest" 2>/dev/null || true
wait "$guest" 2>/dev/null || true
guest=
tr -d '\r' <"$out/console.log" >"$out/guest.txt"
grep -v '^lsusb: ' "$out/guest.txt" || true
cat "$out/qemu.log"
[ -n "$verdict" ] || fail "the machine ended by itself, or after $seconds s (whole: $out/guest.txt)"

# lsusb's reading of the descriptors, field by field and in order (USB 2.0 9.6; CCID 1.1 5.1). Lines
# that explain a field's value stand below it and are left out.
id() { sed -n "s/^#define HUFU_USB_$1 \(0x[0-9A-Fa-f]*\)$/\1/p" "$root/include/hufu/usb_id.h"; }
sed -n 's/^lsusb: //p' "$out/guest.txt" |
    sed -n 's/^ *\([a-z][A-Za-z0-9.]*\|MaxPower\)  *\(.*\)/\1 \2/p' |
    sed 's/  */ /g; s/ *$//; s/^\(iSerial 3\) [0-9]\{24\}$/\1 */' >"$out/lsusb.read"
sed "s/@VID@/$(id VID | cut -c3-)/; s/@PID@/$(id PID | cut -c3-)/" "$here/lsusb.expected" >"$out/lsusb.expected"
diff "$out/lsusb.expected" "$out/lsusb.read" || fail 'lsusb -v reads other descriptors'
printf 'lsusb: %s fields as they must be\n' "$(wc -l <"$out/lsusb.read")"
sed -n 's/^descriptors: //p' "$out/guest.txt" >"$out/descriptors"
"$root/tools/usb-descriptors" "$out/descriptors" >"$out/judged" || fail "$(grep WRONG "$out/judged")"
printf 'usb-descriptors: %s rules hold\n' "$(grep -c ^good "$out/judged")"
[ "$verdict" = ok ] || fail "the guest says: $verdict (whole: $out/guest.txt)"
erased=$(sed -n '/^.*restart, firmware sectors erased \([0-9a-f]*\)$/{s//\1/p;q;}' "$work/token-one/token.log")
printf 'figure: update by dfu-util: %d flash sectors erased\n' "0x${erased:-0}"
printf 'guest: %s s\n' "$seconds"
