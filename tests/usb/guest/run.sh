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
# the machine's life (default 600). REQ: K1 K3 T3
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
deps=$(realpath -m "$1") bin=$(realpath "$2") tests=$(realpath "$3") out=$(realpath -m "$4")
seconds=${HUFU_GUEST_SECONDS:-600}

"$root/tools/deps" --guest "$deps"
mkdir -p "$out"
work=$(mktemp -d)
guest=
end() {
    [ -z "$guest" ] || kill "$guest" 2>/dev/null || true
    for token in "$work"/token-*; do
        "$bin/hufu-emu" stop --state "$token" >/dev/null 2>&1 || true
    done
    rm -rf "$work"
}
trap end EXIT
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    tail -n 15 "$work"/token-*/token.log >&2 2>/dev/null || true
    exit 1
}
emu() { "$bin/hufu-emu" "$@"; }

# What the guest may ask for, word by word.
serve() {
    local word name
    read -r word name <<<"$1"
    case "$word" in
        start | stop | replug | power-cut) ;;
        *) echo 'unknown request' && return ;;
    esac
    case "$name" in
        one | two) set -- --usbredir "$work/$name.sock" ;;
        ip) set -- --usbip "$usbip_port" ;;
        *) echo 'unknown token' && return ;;
    esac
    [ "$word" = start ] || set --
    emu "$word" --state "$work/token-$name" "$@" >"$work/said" 2>&1 && echo ok || tail -n 1 "$work/said"
}

"$here/initramfs.sh" "$deps" "$out/initramfs.cpio" "$bin/../lib/pcsc" \
    "$bin/hufu" "$bin/hufu-ca"
usbip_port=$((20000 + RANDOM % 12000))
emu start --state "$work/token-one" --usbredir "$work/one.sock"

accelerator='-accel tcg -cpu max'
[ -z "${HUFU_TEST_KVM:-}" ] || accelerator='-accel kvm -cpu host'
mkfifo "$work/control.in" "$work/control.out"
began=$(date +%s.%N)
# shellcheck disable=SC2086
timeout -k 5 "$seconds" qemu-system-x86_64 -M q35 $accelerator -m 768 -smp 1 -nodefaults -no-reboot \
    -display none -monitor none -serial "file:$out/console.log" \
    -chardev "pipe,id=control,path=$work/control" -serial chardev:control \
    -kernel "$(ls "$deps"/guest/root/boot/vmlinuz-*)" -initrd "$out/initramfs.cpio" \
    -append "console=ttyS0 quiet loglevel=4 panic=-1 random.trust_cpu=on usbip=$usbip_port" \
    -netdev user,id=net -device e1000,netdev=net,romfile= \
    -device qemu-xhci,id=xhci \
    -chardev "socket,id=one,path=$work/one.sock,reconnect=1" -device usb-redir,chardev=one,bus=xhci.0 \
    -chardev "socket,id=two,path=$work/two.sock,reconnect=1" -device usb-redir,chardev=two,bus=xhci.0 \
    >"$out/qemu.log" 2>&1 &
guest=$!

verdict=
exec 4<>"$work/control.in" 5<"$work/control.out"
while read -r line <&5; do
    line=${line%$'\r'}
    case $line in
        'end '*) verdict=${line#end } ;;
        *) serve "$line" >&4 ;;
    esac
done
wait "$guest" || true
guest=
tr -d '\r' <"$out/console.log" >"$out/guest.txt"
cat "$out/guest.txt" "$out/qemu.log"
[ "$verdict" = ok ] || fail "the guest says: ${verdict:-nothing} (whole: $out/guest.txt)"
printf 'guest: %s s from power on to power off\n' \
    "$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')"
