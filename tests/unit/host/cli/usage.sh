#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage.sh HUFU - help, usage errors, and no service: one clear line and its exit code.
set -euo pipefail
. "$(dirname "$0")/../../../support/expect.sh"
hufu=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset HUFU_READER HUFU_APP HUFU_CONTAINER HUFU_PIN HUFU_ADMIN_PIN HUFU_DEVKEY HUFU_OLD_DEVKEY
export HUFU_LANG=en PCSCLITE_CSOCK_NAME=$work/none

done_well 'usage: hufu' "$hufu" --help
refused 2 'no such subcommand' "$hufu" nonsense
expect 2 "$hufu"

# Every subcommand in the table explains itself, with an example "  hufu NAME ...".
names=$("$hufu" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[^ ].*/\1/p')
for name in list info init reset selftest random pin key cert; do
    grep -qx "$name" <<<"$names" || fail "$name is not listed"
done
for name in $names; do
    done_well "  hufu $name" "$hufu" "$name" --help
done

# Usage errors are found before any token is looked for.
refused 2 'unknown option' "$hufu" info --nonsense
refused 2 'unexpected operand' "$hufu" info extra
refused 2 'needs a value' "$hufu" info --reader
refused 2 'one of status' "$hufu" pin
refused 2 'one of status' "$hufu" pin nonsense
refused 2 'add --yes' "$hufu" key delete sign
refused 2 'add --yes' "$hufu" reset
refused 2 'device key is needed' "$hufu" reset --yes
refused 1 '32 hexadecimal digits' env HUFU_DEVKEY=12 "$hufu" reset --yes
refused 2 'number of bytes' "$hufu" random 0
refused 2 'number of bytes' "$hufu" random 99999999
refused 2 'number of bytes' "$hufu" random -- -1
refused 2 '1 to 10' "$hufu" init --user-tries 11
refused 2 'at most 31 bytes' "$hufu" init --label 12345678901234567890123456789012
refused 2 'or import FILE' "$hufu" cert import

# No service: exit 3, one line.
for command in list info selftest random 'pin status' 'key list' 'cert list' init; do
    # shellcheck disable=SC2086 # words are meant
    refused 3 'pcscd' "$hufu" $command
done

# Output that cannot be written is an error, not silence.
if [ -e /dev/full ]; then
    ! "$hufu" random --help >/dev/full 2>/dev/null || fail 'a full device was not noticed'
fi
