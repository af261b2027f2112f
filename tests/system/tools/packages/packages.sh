#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# packages.sh BUILD DRIVER - the four Debian packages: cpack makes them, dpkg unpacks them into an
# empty root, and from there a virtual token is started, found and initialised, a CA set up, the SKF
# library loaded. Nothing of the build tree is used but vpcd's driver. As root, dpkg also installs each
# by itself, scripts and all, in a Debian that has what it depends on and nothing else, uses it there and
# removes it. REQ: K1
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1 driver=$2
work=$(mktemp -d)
pcscd=
root=$work/root
end() {
    "$root/usr/bin/hufu-emu" stop --state "$work/token" >/dev/null 2>&1 || true
    [ -z "$pcscd" ] || kill "$pcscd" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work" >"$work/cpack.log" 2>&1 ||
    fail "cpack: $(tail -n 3 "$work/cpack.log")"
for name in hufu libskf-hufu hufu-emu hufu-ca; do
    deb=$(ls "$work/${name}"_*.deb) || fail "no package $name"
    [ "$(dpkg-deb -f "$deb" Package)" = "$name" ] || fail "the name in $deb"
    dpkg-deb -f "$deb" Depends | grep libc6 >/dev/null || fail "$name depends on nothing"
    dpkg-deb -x "$deb" "$root"
    dpkg-deb -e "$deb" "$work/control-$name"
    # What a package may not bring: files of others to write to, owners but root, the build's paths.
    dpkg-deb -c "$deb" | awk '($1 !~ /^l/ && $1 ~ /^.....w|^........w/) || $2 != "root/root"' | grep . && fail "$name: modes"
done
find "$root" -type f -exec grep -lF "$(dirname "$build")/host/tests" {} + && fail 'paths of the build'
# A program that looks for its parts in the build's folder takes them from whoever has that folder.
grep -lF "$(dirname "$build")/" "$root"/usr/bin/* "$root"/usr/lib/*/libskf_hufu.so && fail 'a program knows the build'
find "$root" -name '*test*' | grep . && fail 'a test program in a package'

# Beside the machine's libraries, only what was unpacked is used.
unset HUFU_TRANSPORT HUFU_READER
export HUFU_TRUST_DIR=$work/trust HUFU_LANG=en
hufu() { "$root/usr/bin/hufu" "$@"; }
readelf -d "$root"/usr/bin/* "$root"/usr/lib/*/libskf_hufu.so | grep -E 'R(UN)?PATH' && fail 'a search path'
mkfifo "$work/say"
"$root/usr/bin/hufu-pcscd" --slots 1 --driver "$driver" --tie $$ >"$work/say" &
pcscd=$!
{
    IFS='=' read -r _ PCSCLITE_CSOCK_NAME
    IFS='=' read -r _ port
    IFS='=' read -r _ _
} <"$work/say"
export PCSCLITE_CSOCK_NAME
"$root/usr/bin/hufu-emu" start --state "$work/token" --vpcd "$port" >/dev/null || fail 'hufu-emu start'
HUFU_PIN=72951834 HUFU_ADMIN_PIN=60318257 HUFU_DEVKEY=00112233445566778899aabbccddeeff \
    hufu init --label Packaged >/dev/null || fail 'hufu init'
hufu list | grep Packaged >/dev/null || fail 'hufu list'
HUFU_LANG=zh hufu --help | grep '用法' >/dev/null || fail 'no translation'
HUFU_CA_PASSPHRASE=for-a-test "$root/usr/bin/hufu-ca" init --dir "$work/ca" --url http://127.0.0.1:1 \
    --est-url https://127.0.0.1:2 >/dev/null || fail 'hufu-ca init'
[ -s "$work/ca/ca-chain.pem" ] || fail 'no CA'
nm -D --defined-only "$root"/usr/lib/*/libskf_hufu.so | grep ' T SKF_EnumDev$' >/dev/null || fail 'libskf_hufu.so'

# Recognition: the rule, the bundle; its driver needs libccid, and its list is found from there.
[ -f "$root/usr/lib/udev/rules.d/70-hufu.rules" ] || fail 'no udev rule'
bundle=$root/usr/lib/pcsc/drivers/ifd-hufu.bundle
readelf -d "$bundle/Contents/Linux/libifd-hufu.so" | grep 'NEEDED.*libccid.so' >/dev/null || fail 'bundle'
[ -s "$bundle/libccid/ifd-ccid.bundle/Contents/Info.plist" ] || fail "libccid's list"

# The service: its own user, neither enabled nor started by anything here, hardened.
unit=$root/usr/lib/systemd/system/hufu-ca.service
grep -q '^User=hufu-ca$' "$unit" && grep -q 'u hufu-ca' "$root/usr/lib/sysusers.d/hufu-ca.conf" || fail 'user'
grep -hE 'systemctl.* (enable|start)|deb-systemd-helper|deb-systemd-invoke' "$work"/control-*/postinst |
    grep . && fail 'installing starts something'
for rule in NoNewPrivileges=yes ProtectSystem=strict PrivateDevices=yes CapabilityBoundingSet= \
    SystemCallFilter=@system-service MemoryDenyWriteExecute=yes; do
    grep -qxF "$rule" "$unit" || fail "the unit has no $rule"
done
if command -v systemd-analyze >/dev/null &&
    exposure=$(systemd-analyze security --offline=true "$unit" 2>/dev/null | sed -n 's/.*hufu-ca.service: \([0-9.]*\).*/\1/p') &&
    [ -n "$exposure" ]; then
    awk -v e="$exposure" 'BEGIN { exit !(e < 2.0) }' || fail "systemd rates the unit $exposure"
    printf 'systemd-analyze: exposure %s\n' "$exposure"
fi
grep -q '^ExecStart=/usr/bin/hufu-ca serve ' "$unit" || fail 'the unit starts another program'
# Without packages the unit starts what was installed with it.
(cd "$work" && cmake --install "$build" --prefix other --component hufu-ca >/dev/null) || fail 'cmake --install'
grep -q "^ExecStart=$work/other/bin/hufu-ca serve " "$work/other/lib/systemd/system/hufu-ca.service" &&
    [ -x "$work/other/bin/hufu-ca" ] || fail 'the unit of another prefix'
for script in "$work"/control-*/postinst; do sh -n "$script" || fail "$script"; done
for script in "$work"/control-*/prerm; do sh -n "$script" || fail "$script"; done

# --- installed, each by itself, in a clean root ------------------------------------------------------
clean=$work/clean
inside() { LC_ALL=C.UTF-8 HUFU_LANG=en chroot "$clean" "$@"; }
installed() { # NAME: what it brings works with what it depends on
    local file status=0
    for file in $(inside dpkg -L "$1"); do
        case $file in
            */pcsc/drivers/*) ;; # pcscd loads it, where libccid is: recommended, not needed
            *.so | /usr/bin/*) ! inside ldd "$file" | grep 'not found' || fail "$1: libraries of $file" ;;
        esac
    done
    case $1 in
        hufu)
            inside hufu --help | grep '^usage: hufu' >/dev/null || fail 'hufu --help'
            inside hufu list >"$work/said" 2>&1 || status=$?
            [ "$status" = 3 ] && grep -q 'pcscd) does not answer; start it' "$work/said" || fail "hufu list: $(cat "$work/said")"
            ;;
        hufu-emu)
            inside sh -c 'hufu-emu --help && command -v qemu-system-arm && command -v pcscd' >/dev/null || fail 'hufu-emu'
            ;;
        hufu-ca)
            inside getent passwd hufu-ca | grep ':/usr/sbin/nologin$' >/dev/null || fail 'no system user, or one that logs in'
            ! find "$clean/etc/systemd" -name '*hufu*' | grep . || fail 'the service is enabled'
            inside install -d -o hufu-ca -m 0700 /var/lib/hufu-ca
            HUFU_CA_PASSPHRASE=for-a-test LC_ALL=C chroot --userspec=hufu-ca "$clean" hufu-ca init --dir /var/lib/hufu-ca/ca \
                --url http://127.0.0.1:1 --est-url https://127.0.0.1:2 >/dev/null || fail 'hufu-ca init as its user'
            ;;
    esac
}
if chroot / true 2>/dev/null; then
    for name in hufu libskf-hufu hufu-emu hufu-ca; do
        "$here/clean_root.sh" "$clean" "$work/${name}"_*.deb >"$work/install.log" 2>&1 ||
            fail "$name: dpkg -i: $(tail -n 5 "$work/install.log")"
        installed "$name"
        inside dpkg --purge "$name" >/dev/null 2>&1 || fail "$name: dpkg --purge"
        [ "$name" != hufu-ca ] || [ -s "$clean/var/lib/hufu-ca/ca/ca-chain.pem" ] || fail 'the CA went with its package'
        rm -rf "$clean/var/lib/hufu-ca"
        ! find "$clean" -name '*hufu*' | grep . || fail "$name leaves something behind"
        printf '%s: installed alone, %s, used, removed\n' "$name" "$(tail -n 1 "$work/install.log")"
        rm -rf "$clean"
    done
else
    echo 'no right to chroot: nothing was installed by dpkg, only unpacked'
fi
printf 'ok: %s\n' "$(cd "$work" && echo *.deb)"
