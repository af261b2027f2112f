#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# reference.sh LIBRARY - docs/skf has each function of include/skf.h and each name that the library
# exports, in both languages, with purpose, right, codes, order and notes; the codes exist in the
# header and are the same in both. On copies with a fault planted the check fails. REQ: T3
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$root/tests/support/expect.sh"
library=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One line a function: name, then its codes. Continued lines are indented.
functions() {
    awk '/^### / { name = $2 }
        /^- \*\*/ { codes = /^- \*\*(Codes|返回码)/; if (codes) printf "%s", name }
        codes && /^(- |  )/ { line = $0; while (match(line, /SAR_[A-Z0-9_]+/)) {
            printf " %s", substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH) } }
        /^$/ || /^- \*\*(Order|调用顺序)/ { codes = 0 }
        /^- \*\*(Order|调用顺序)/ { print "" }' "$1"
}

# check FOLDER HEADER: one line for each fault, and the exit status.
check() {
    local folder=$1 header=$2 file name bad=0
    grep -o 'DEVAPI SKF_[A-Za-z0-9]*' "$header" | cut -d' ' -f2 | sort >"$work/header"
    grep -o '#define SAR_[A-Z0-9_]*' "$header" | cut -d' ' -f2 | sort >"$work/codes"
    nm -D --defined-only "$library" | awk '{ print $3 }' | sort >"$work/library"
    for file in "$folder/reference.md" "$folder/reference.zh.md"; do
        sed -n 's/^### //p' "$file" | sort >"$work/headings"
        while read -r name; do
            echo "${file##*/}: $name is missing, or not a function of the header" && bad=1
        done < <(comm -3 "$work/header" "$work/headings" | tr -d '\t')
        while read -r name; do
            grep -q "\`$name\`\|^### $name\$" "$file" || { echo "${file##*/}: $name is exported and not named" && bad=1; }
        done <"$work/library"
        while read -r name; do
            grep -qx "$name" "$work/codes" || { echo "${file##*/}: $name is no code" && bad=1; }
        done < <(grep -o 'SAR_[A-Z0-9_]*' "$file" | sort -u)
        awk -v file="${file##*/}" '
            function close_one() {
                if (name != "" && (!purpose || items != 4)) { print file ": " name " is not whole"; bad = 1 }
                name = ""
            }
            /^##/ { close_one(); purpose = items = 0; if (/^### /) name = $2; next }
            /^- \*\*[^*]+\*\*./ { if (length($0) > 12) items++; next }
            /^[^ -]/ { purpose = 1 }
            END { close_one(); exit bad }' "$file" || bad=1
    done
    if ! cmp -s <(functions "$folder/reference.md") <(functions "$folder/reference.zh.md"); then
        diff <(functions "$folder/reference.md") <(functions "$folder/reference.zh.md") | grep '^[<>]'
        bad=1
    fi
    return $bad
}

said=$(check "$root/docs/skf" "$root/include/skf.h") || fail "$said"
[ "$(functions "$root/docs/skf/reference.md" | wc -l)" -eq "$(wc -l <"$work/header")" ] ||
    fail 'not every function has codes'

# planted TEXT FILE SED: with this change the check says TEXT.
planted() {
    rm -rf "$work/docs"
    mkdir "$work/docs"
    cp "$root/docs/skf/"*.md "$root/include/skf.h" "$work/docs"
    sed -i "$3" "$work/docs/$2"
    ! cmp -s "$work/docs/$2" <(cat "$root/docs/skf/$2" 2>/dev/null || cat "$root/include/$2") || fail "nothing planted in $2"
    if said=$(check "$work/docs" "$work/docs/skf.h"); then fail "not seen: $3"; fi
    case $said in *"$1"*) ;; *) fail "no '$1' in: $said" ;; esac
}
planted 'reference.zh.md: SKF_EnumDev is missing' reference.zh.md '/^### SKF_EnumDev$/d'
planted 'reference.md: SKF_EnumDevs is missing, or not' reference.md 's/^### SKF_EnumDev$/&s/'
planted 'SAR_PIN_WRONG is no code' reference.md '0,/`SAR_PIN_INCORRECT`/s//`SAR_PIN_WRONG`/'
planted 'SKF_GetDevInfo is not whole' reference.zh.md '/^### SKF_GetDevInfo$/,/^###/{/^- \*\*权限/d}'
planted 'SKF_LockDev SAR_OK' reference.md '/^### SKF_LockDev$/,/^- \*\*Order/s/, `SAR_TIMEOUTERR`//'
planted 'SKF_SM9Verify is exported' reference.md 's/`SKF_SM9Verify`, //'
planted 'SKF_NewOne is missing' skf.h '$a ULONG DEVAPI SKF_NewOne(void);'
echo ok
