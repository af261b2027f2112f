#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# GM/T 0027-2014 7: every command of Hufu's own (D0 and above in the SKF applet, the channel's, the
# admin applet's) has its instruction in docs/gmt0017.md. REQ: K1
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
page=$root/docs/gmt0017.md
own=0 missing=0
while read -r name value; do
    case $name in
        HUFU_INS_SELECT | HUFU_INS_GET_RESPONSE) continue ;; # ISO's
        HUFU_INS_ADMIN_*) ;;
        *) [[ $value =~ ^0x[DEF] ]] || continue ;;
    esac
    own=$((own + 1))
    code=${value#0x}
    if ! grep -qE "\`(80 )?$code( [0-9A-F]{2})*\`" "$page"; then
        printf 'FAIL: %s (%s) is not in docs/gmt0017.md\n' "$name" "$code" >&2
        missing=1
    fi
done < <(sed -nE 's/^#define (HUFU_INS_[A-Z_]+) +(0x[0-9A-F]{2})u.*/\1 \2/p' "$root/include/hufu/apdu.h")
[ "$own" -gt 10 ] || { echo "FAIL: only $own commands found" >&2; exit 1; }
[ "$missing" -eq 0 ] || exit 1
echo "ok: $own commands of Hufu's own are documented"
