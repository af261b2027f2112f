#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/with-token: environment, exit codes, signals; nothing is left.
# Usage: with-token.sh [--native]
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$root/tests/support/expect.sh"
with=$root/tools/with-token
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
code() {
    local c=0
    "$@" >"$work/out" 2>"$work/err" || c=$?
    printf '%s' "$c"
}
# Nothing of a run that named this state folder is alive (zombies apart). Ends of processes take their
# time.
gone() {
    local p
    for p in /proc/[0-9]*; do
        grep -qs "$1" "$p/environ" "$p/cmdline" 2>/dev/null || continue
        [ "$p" = "/proc/$$" ] && continue
        case $(sed -n 's/^State:[^A-Z]*\(.\).*/\1/p' "$p/status" 2>/dev/null) in Z | '') continue ;; esac
        return 1
    done
}

[ "$(code "$with")" = 2 ] || fail 'no command'
[ "$(code "$with" --what -- true)" = 2 ] || fail 'unknown option'
[ "$(code "$with" --blank "$@" -- sh -c 'exit 37')" = 37 ] || fail "exit code: $(cat "$work/err")"

[ "$(code "$with" --blank "$@" -- sh -c 'cat && exit 36' <&-)" = 36 ] || fail "no standard input: $(cat "$work/err")"

# In a folder of any name: pcscd's list of readers takes few characters.
odd="$work/a folder (1)+"
mkdir -p "$odd/bin" "$odd/lib"
cp "$root/build/host/bin/hufu-pcscd" "$odd/bin"
cp -r "$root/build/host/lib/hufu" "$odd/lib"
"$odd/bin/hufu-pcscd" --tie $$ >"$work/odd" 2>&1 </dev/null &
pcscd=$!
eventually grep -q ^HUFU_READER= "$work/odd"
found() { env "$(grep ^PCSCLITE_CSOCK_NAME= "$work/odd")" opensc-tool -l | grep 'Hufu Virtual Token 00 00'; }
eventually found || fail "no reader: $(cat "$work/odd")"
kill "$pcscd"
wait "$pcscd" || true

# The environment of the interface; PINs differ from run to run.
cat >"$work/show" <<'SH'
set -eu
opensc-tool -l >/dev/null
test -n "$HUFU_READER$HUFU_APP$HUFU_CONTAINER"
test -S "$PCSCLITE_CSOCK_NAME"
test -f "$HUFU_STATE/flash.img"
test ${#HUFU_DEVKEY} = 32
test ${#HUFU_PIN} = 8
test ${#HUFU_ADMIN_PIN} = 10
opensc-tool -r "$HUFU_READER" -a >/dev/null
echo "$HUFU_PIN $HUFU_ADMIN_PIN $HUFU_DEVKEY"
SH
"$with" --blank "$@" -- sh "$work/show" >"$work/a" || fail 'environment'
"$with" --blank "$@" -- sh "$work/show" >"$work/b" || fail 'environment'
cmp -s "$work/a" "$work/b" && fail 'the same PINs twice'

# Initialised, unless --blank; a kept state is used as it is.
"$with" --state "$work/keep" "$@" -- sh -c 'hufu info >"$1"; echo "$HUFU_PIN" >"$2"' sh "$work/info" "$work/pin" ||
    fail 'initialised token'
cp "$work/keep/otp.bin" "$work/fuses"
HUFU_PIN=$(cat "$work/pin") "$with" --state "$work/keep" "$@" -- sh -c 'hufu info >"$1"' sh "$work/info2" ||
    fail 'kept token'
cmp "$work/keep/otp.bin" "$work/fuses" || fail 'a kept token was made anew'
# (What the firmware measures since power-on differs, of course.)
for info in "$work/info" "$work/info2"; do sed -i -E '/^(flash|stacks):/d' "$info"; done
[ -s "$work/info" ] && cmp "$work/info" "$work/info2" || fail 'a kept token changed'

# Interrupted: 128 + signal, and all of it gone.
"$with" --blank --state "$work/int" "$@" -- sh -c 'touch "$1"; sleep 60' sh "$work/started" &
pid=$!
eventually test -e "$work/started"
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
[ "$status" = 143 ] || fail "interrupted: exit $status"
eventually gone "$work/int"

# Killed: token and pcscd end with it.
TMPDIR=$work "$with" --blank --state "$work/kill" "$@" -- sh -c 'touch "$1"; exec sleep 3' sh "$work/started2" &
pid=$!
eventually test -e "$work/started2"
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
eventually gone "$work/kill"
echo ok
