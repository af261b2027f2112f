#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage.sh HUFU - help, usage errors, and no service: one clear line and its exit code.
set -u
hufu=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset HUFU_READER HUFU_APP HUFU_CONTAINER HUFU_PIN HUFU_ADMIN_PIN HUFU_DEVKEY HUFU_OLD_DEVKEY
export HUFU_LANG=en PCSCLITE_CSOCK_NAME=$work/none
failures=0

# expect CODE TEXT COMMAND... - exit code, TEXT in the output, and at most one line on stderr.
expect() {
    local code=$1 text=$2 got
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    if [ $got -ne "$code" ] || ! grep -qF -- "$text" "$work/out" "$work/err" ||
        [ "$(wc -l <"$work/err")" -gt 1 ]; then
        printf 'FAILED: %s\n  exit %s, expected %s with "%s"\n' "$*" $got "$code" "$text"
        sed 's/^/  | /' "$work/out" "$work/err"
        failures=$((failures + 1))
    fi
}

expect 0 'usage: hufu' "$hufu" --help
expect 2 'no such subcommand' "$hufu" nonsense
"$hufu" >/dev/null 2>&1
[ $? -eq 2 ] || failures=$((failures + 1))

# Every subcommand in the table explains itself, with an example "  hufu NAME ...".
names=$("$hufu" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[^ ].*/\1/p')
for name in list info init reset selftest random pin key cert; do
    grep -qx "$name" <<<"$names" || { echo "FAILED: $name is not listed"; failures=$((failures + 1)); }
done
for name in $names; do
    expect 0 "  hufu $name" "$hufu" "$name" --help
done

# Usage errors are found before any token is looked for.
expect 2 'unknown option' "$hufu" info --nonsense
expect 2 'unexpected operand' "$hufu" info extra
expect 2 'needs a value' "$hufu" info --reader
expect 2 'one of status' "$hufu" pin
expect 2 'one of status' "$hufu" pin nonsense
expect 2 'add --yes' "$hufu" key delete sign
expect 2 'add --yes' "$hufu" reset
expect 2 'device key is needed' "$hufu" reset --yes
expect 1 '32 hexadecimal digits' env HUFU_DEVKEY=12 "$hufu" reset --yes
expect 2 'number of bytes' "$hufu" random 0
expect 2 'number of bytes' "$hufu" random 99999999
expect 2 'number of bytes' "$hufu" random -- -1
expect 2 '1 to 10' "$hufu" init --user-tries 11
expect 2 'at most 31 bytes' "$hufu" init --label 12345678901234567890123456789012
expect 2 'or import FILE' "$hufu" cert import

# No service: exit 3, one line.
for command in list info selftest random 'pin status' 'key list' 'cert list' init; do
    # shellcheck disable=SC2086 # words are meant
    expect 3 'pcscd' "$hufu" $command
done

# Output that cannot be written is an error, not silence.
if [ -e /dev/full ]; then
    "$hufu" random --help >/dev/full 2>/dev/null
    [ $? -ne 0 ] || { echo 'FAILED: a full device was not noticed'; failures=$((failures + 1)); }
fi
[ "$failures" -eq 0 ]
