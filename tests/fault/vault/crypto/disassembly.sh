#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# disassembly.sh [--update] - walks the shipped vault image over the functions of disassembly.scope, and
# the benchmark's image over those of the crypto library that no command uses yet: they are in that
# image as they will be in the other, from the same objects.
#
# No division, no variable-time instruction; no conditional branch, conditional instruction, computed
# address or call out of scope but those of disassembly.allow (the kinds: disassembly.awk). Each kind
# has a planted fault that must be found. --update writes the counts of disassembly.allow anew and
# marks what wants a reason. REQ: K2
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
images=$here/../../../../build/mps2-an505
allow=$here/disassembly.allow
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'disassembly: %s\n' "$1" >&2
    exit 1
}

# found SCOPE ELF MAP: what is there.
found() {
    arm-none-eabi-objdump -d --no-show-raw-insn "$2" >"$work/disassembly"
    awk -v scope="$1" -f "$here/disassembly.awk" "$3" "$work/disassembly" "$work/disassembly" |
        LC_ALL=C sort
}

# judged ALLOW FOUND: what is not allowed, is allowed and not there, or has no reason. Nothing: clean.
judged() {
    awk '
        NR == FNR {
            if (/^#/ || NF == 0) next
            key = $1 " " $2 " " $3
            if (key in allowed) print key ": is listed twice"
            if (NF < 5 || $5 == "REVIEW") print key ": is listed without a reason"
            allowed[key] = $4
            next
        }
        {
            key = $1 " " $2 " " $3
            seen[key] = 1
            if ($3 ~ /^(divide|variable|missing)$/) print key ": " $4 ", never allowed"
            else if (!(key in allowed)) print key ": " $4 ", none allowed"
            else if (allowed[key] != $4) print key ": " $4 ", allowed " allowed[key]
        }
        END { for (key in allowed) if (!(key in seen)) print key ": allowed and not there" }' "$1" "$2"
}

found "$here/disassembly.scope" "$images/vault.elf" "$images/vault.map" >"$work/shipped"
printf '%s\n' 'libvault_crypto.a *' 'memory.c *' 'p256.c p256_sign' 'p256.c p256_ecdh' 'sm4_gcm.c sm4_gcm_seal' \
    'sm4_gcm.c sm4_gcm_open' >"$work/bench.scope"
found "$work/bench.scope" "$images/bench.elf" "$images/bench.map" >"$work/bench"
awk 'NR == FNR { shipped[$1 " " $2]; print; next } !(($1 " " $2) in shipped)' "$work/shipped" "$work/bench" |
    LC_ALL=C sort >"$work/found"

if [ "${1:-}" = --update ]; then
    awk '
        NR == FNR {
            if (/^#/) { print; next }
            count[$1 " " $2 " " $3] = $4
            key = $1 " " $2 " " $3
            sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ */, "")
            reason[key] = $0
            next
        }
        {
            key = $1 " " $2 " " $3
            new = !(key in reason) || $4 > count[key]
            old = reason[key]
            sub(/^REVIEW ?/, "", old)
            print key, $4, (new || reason[key] ~ /^REVIEW/ ? "REVIEW " : "") old
        }' "$allow" "$work/found" | sed 's/ *$//' >"$work/allow"
    cp "$work/allow" "$allow"
    grep -n '^[^#].* REVIEW' "$allow" || echo 'disassembly: nothing to review'
    exit 0
fi

judged "$allow" "$work/found" >"$work/objections"
if [ -s "$work/objections" ]; then
    sed 's/^/disassembly: /' "$work/objections" >&2
    fail 'look at the code, then run tests/fault/vault/crypto/disassembly.sh --update'
fi

# Planted faults: each function has what its name says.
flags=$(sed -n 's/^CMAKE_C_FLAGS:STRING=//p' "$images/CMakeCache.txt")
# shellcheck disable=SC2086 # flags are words
arm-none-eabi-gcc $flags -O2 -c -o "$work/faults.o" "$here/disassembly_faults.c" -fstack-usage
# shellcheck disable=SC2086
arm-none-eabi-gcc $flags -nostartfiles -Wl,--no-gc-sections -Wl,-e,fault_none -T "$here/../../../bench/footprint.ld" \
    -Wl,-Map="$work/faults.map" -o "$work/faults.elf" "$work/faults.o"
printf 'faults *\nfaults fault_lost\n' >"$work/faults.scope"
found "$work/faults.scope" "$work/faults.elf" "$work/faults.map" >"$work/faults"
judged "$allow" "$work/faults" | grep '^faults ' >"$work/objections"
faults=0
while read -r function kind; do
    grep -q "^faults fault_$function $kind: " "$work/objections" ||
        fail "the planted fault $function was not found as $kind"
    faults=$((faults + 1))
done <<'END'
divide divide
divide_signed divide
divide_long call=__aeabi_uldivmod
variable variable
jump_table variable
table indexed
table_of_entries computed
table_write indexed
branch branch
loop loop
conditional conditional
call call=memcmp
indirect indirect
lost missing
END
! grep -q fault_none "$work/objections" || fail 'something was found where nothing is'

# One branch more than allowed in the shipped code; an entry that has lost its code, or its reason.
objects() {
    judged "$1" "$2" | grep -F "$3" >/dev/null || fail "not noticed: $4"
}
awk '$1 " " $2 " " $3 == "sm2_sign.c sign_once branch" { $4++ } { print }' "$work/found" >"$work/more"
objects "$allow" "$work/more" 'sm2_sign.c sign_once branch:' 'a branch more in sign_once'
grep -v '^sm3_m33.S sm3_compress loop ' "$work/found" >"$work/less"
objects "$allow" "$work/less" 'sm3_m33.S sm3_compress loop: allowed and not there' 'an entry without code'
sed 's/^\(wipe.c secret_equal loop [0-9]*\) .*/\1 REVIEW/' "$allow" >"$work/bare"
objects "$work/bare" "$work/found" 'secret_equal loop: is listed without a reason' 'an entry without a reason'

printf 'disassembly: %d entries for %d functions, each with a reason; %d planted faults found\n' \
    "$(wc -l <"$work/found")" "$(cut -d ' ' -f 1,2 "$work/found" | sort -u | wc -l)" "$faults"
