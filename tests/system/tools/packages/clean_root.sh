#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# clean_root.sh ROOT DEB... - a Debian with the essential packages and what the DEBs depend on, and
# nothing else, of what is installed on this machine (no network); then dpkg itself installs the DEBs
# there, their scripts and all. dpkg refuses a dependency that is not there. As root.
set -euo pipefail
root=$1
shift

# The installed packages that those named and the essential ones need, transitively.
closure() {
    dpkg-query -W -f='${db:Status-Status}\t${Package}\t${Essential}\t${Provides}\t${Pre-Depends}, ${Depends}\n' |
        awk -F'\t' -v want="$*" '
        function name(text) { sub(/[ (:].*/, "", text); return text }
        $1 == "installed" {
            have[$2] = 1
            needs[$2] = $5
            if ($3 == "yes") queue[n++] = $2
            m = split($4, list, ", *")
            for (i = 1; i <= m; i++) if (list[i] != "") by[name(list[i])] = $2
        }
        END {
            m = split(want, list, " ")
            for (i = 1; i <= m; i++) queue[n++] = list[i]
            for (i = 0; i < n; i++) {
                package = queue[i]
                if (!(package in have) && package in by) package = by[package]
                if (!(package in have) || done[package]++) continue
                print package
                m = split(needs[package], list, ", *")
                for (j = 1; j <= m; j++) {
                    k = split(list[j], either, " *[|] *")
                    for (l = 1; l <= k; l++) {
                        one = name(either[l])
                        if (one in have || one in by) { queue[n++] = one; break }
                    }
                }
            }
        }'
}

# The first of each alternative that this machine has.
depends=$(for deb in "$@"; do dpkg-deb -f "$deb" Depends; done | tr ',' '\n' | while IFS='|' read -ra either; do
    for one in "${either[@]}"; do
        one=$(sed 's/[ (:]*\([^ (:]*\).*/\1/' <<<"$one")
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$one" 2>/dev/null)" = installed ]; then
            printf '%s\n' "$one"
            break
        fi
    done
done | sort -u)
# shellcheck disable=SC2086 # words are meant
mapfile -t packages < <(closure $depends | sort)

mkdir -p "$root"/{dev,proc,run,tmp,etc,var/lib/dpkg/info,var/lib/dpkg/updates,var/lib/dpkg/triggers,usr}
for folder in bin sbin lib lib64; do
    if [ -L "/$folder" ]; then
        mkdir -p "$root/usr/$folder"
        ln -s "usr/$folder" "$root/$folder"
    fi
done
dpkg-query -L "${packages[@]}" | grep -vE '^/(usr/share/(doc|man|locale|info|i18n|zoneinfo|lintian)/|usr/lib/gconv|(bin|sbin|lib|lib64)$)' |
    sort -u | while read -r file; do [ -d "$file" ] && [ ! -L "$file" ] || [ ! -e "$file" ] && [ ! -L "$file" ] || printf '%s\n' "${file#/}"; done |
    tar -C / -c --no-recursion -T - | tar -C "$root" -x --keep-directory-symlink
cp /usr/share/base-passwd/passwd.master "$root/etc/passwd"
cp /usr/share/base-passwd/group.master "$root/etc/group"
mknod -m 666 "$root/dev/null" c 1 3 2>/dev/null || : >"$root/dev/null"
dpkg-query -s "${packages[@]}" >"$root/var/lib/dpkg/status"
for package in "${packages[@]}"; do
    cp /var/lib/dpkg/info/"$package"{,:*}.list "$root/var/lib/dpkg/info/" 2>/dev/null || true
done
chroot "$root" /sbin/ldconfig
cp "$@" "$root/tmp/"
(cd "$root" && LC_ALL=C chroot "$root" /usr/bin/env DEBIAN_FRONTEND=noninteractive /usr/bin/dpkg -i tmp/*.deb) </dev/null
rm "$root"/tmp/*.deb
printf 'clean root: %d packages\n' "${#packages[@]}"
