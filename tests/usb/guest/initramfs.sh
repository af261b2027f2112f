#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# initramfs.sh DEPS OUT RECOGNITION PROGRAM... - the guest's root as an uncompressed initramfs OUT.
#
# Unpacking compressed data costs an emulated processor more than reading it. Debian's part (the
# packages of DEPS/guest, and pcscd, libccid, opensc as they are installed here) is made once and
# kept beside OUT under a name that says what it was made of; the project's programs, its udev rules
# and the tests are a second archive behind it, which the kernel unpacks over the first.
set -euo pipefail
umask 022 # the guest has other users than root
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deps=$(realpath "$1") out=$(realpath -m "$2") recognition=$3
shift 3
guest=$deps/guest/root
busybox=$guest/bin/busybox
libraries=$(find "$guest" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT

# libraries_of FILE... - the paths of what they are linked to.
libraries_of() {
    { LD_LIBRARY_PATH=$libraries ldd "$@" 2>/dev/null || true; } | # one of them is static
        sed -n 's/^\t.* => \(\/[^ ]*\) .*/\1/p; s/^\t\(\/[^ ]*\) (.*/\1/p' | sort -u
}

# put ROOT FILE... - copies each with its libraries; what is unpacked goes where its package has it.
put() {
    local root=$1 file target
    shift
    for file in "$@" $(libraries_of "$@"); do
        target=$root${file#"$guest"}
        [ -e "$target" ] || install -D "$file" "$target"
    done
}

archive() { (cd "$1" && find . | "$busybox" cpio -o -H newc 2>/dev/null) >"$2"; }

# What the first archive depends on, besides this script: versions of all packages that could have a
# file in it, and what the programs are linked to.
stamp=$({
    cat "${BASH_SOURCE[0]}" "$deps/guest/manifest.txt"
    dpkg-query -W -f '${Package} ${Version}\n'
    libraries_of "$@"
} | sha256sum | cut -c1-16)
base=$(dirname "$out")/base-$stamp.cpio
if [ ! -s "$base" ]; then
    root=$work/base
    mkdir -p "$root"/{bin,sbin,dev,proc,sys,run,tmp,etc,lib/modules,usr/bin,usr/sbin,var}
    put "$root" "$guest"/bin/{busybox,udevadm} "$guest"/usr/bin/{lsusb,usbreset,dfu-util} "$guest/usr/sbin/usbip" \
        /usr/sbin/pcscd /usr/bin/opensc-tool
    for name in $("$busybox" --list); do
        [ -e "$root/bin/$name" ] || ln -s busybox "$root/bin/$name"
    done
    mkdir -p "$root/lib/systemd"
    ln -s /bin/udevadm "$root/lib/systemd/systemd-udevd"
    mkdir -p "$root/lib/udev/rules.d"
    cp "$guest"/lib/udev/rules.d/50-udev-default.rules "$root/lib/udev/rules.d/"
    cp /lib/udev/rules.d/92-libccid.rules "$root/lib/udev/rules.d/"
    # The unmodified driver: bundle, list of readers and what they are linked to.
    mkdir -p "$root/usr/lib/pcsc/drivers"
    cp -a /usr/lib/pcsc/drivers/ifd-ccid.bundle "$root/usr/lib/pcsc/drivers/"
    cp /etc/libccid_Info.plist "$root/etc/"
    put "$root" /usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Linux/libccid.so \
        "$(ldconfig -p | awk '$1 == "libpcsclite.so.1" { print $NF; exit }')" \
        "$(ldconfig -p | awk '$1 == "libgcc_s.so.1" { print $NF; exit }')" # opened by name
    find "$guest/lib/modules" -name '*.ko*' -exec cp {} "$root/lib/modules/" \;
    put "$root" $(libraries_of "$@")
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\nplugdev:x:46:\ntty:x:5:\nnogroup:x:65534:\n' >"$root/etc/group"
    rm -f "$(dirname "$out")"/base-*.cpio
    archive "$root" "$work/base.cpio"
    mv "$work/base.cpio" "$base"
fi

root=$work/own
mkdir -p "$root/hufu"
cp "$@" "$root/hufu/"
cp "$here"/guest-*.sh "$root/hufu/"
cp "$here/init" "$root/init"
cp -a "$recognition" "$root/hufu/recognition"
archive "$root" "$work/own.cpio"
cat "$base" "$work/own.cpio" >"$work/all.cpio"
mv "$work/all.cpio" "$out"
