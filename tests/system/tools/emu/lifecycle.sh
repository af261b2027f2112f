#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# hufu-emu and hufu-pcscd as a user runs them: start, reader, power cut, replug, two tokens at once,
# wrong use; at the end nothing is left running.
# Usage: lifecycle.sh BIN [--native]
set -euo pipefail
. "$(dirname "$0")/../../../support/expect.sh"
bin=$1
shift
work=$(mktemp -d)
pcscd=
trap 'for t in one two; do "$bin/hufu-emu" stop --state "$work/$t" >/dev/null 2>&1 || true; done
      [ -z "$pcscd" ] || kill "$pcscd" 2>/dev/null || true
      rm -rf "$work"' EXIT

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    tail -n 5 "$work"/*/token.log >&2 2>/dev/null || true
    exit 1
}
emu() { "$bin/hufu-emu" "$@"; }
# refused CODE ARGS: the command fails with that code and one line on stderr.
refused() {
    local want=$1 code=0
    shift
    emu "$@" >"$work/out" 2>"$work/err" || code=$?
    [ "$code" = "$want" ] || fail "hufu-emu $*: exit $code, not $want: $(cat "$work/err")"
    [ "$(wc -l <"$work/err")" = 1 ] || fail "hufu-emu $*: not one line: $(cat "$work/err")"
}
# Processes that name the work folder and are not merely waiting to be reaped.
running() {
    local p
    for p in /proc/[0-9]*; do
        [ "$p" != "/proc/$$" ] && grep -qs "$work" "$p/cmdline" 2>/dev/null || continue
        case $(sed -n 's/^State:[^A-Z]*\(.\).*/\1/p' "$p/status" 2>/dev/null) in Z | '') continue ;; esac
        tr '\0' ' ' <"$p/cmdline"
        echo
    done 2>/dev/null
}
nothing_runs() { [ -z "$(running)" ]; }
not_running() { ! emu status --state "$1"; }
cards() { opensc-tool -l | awk '$2 == "Yes"' | wc -l; }
cards_are() { [ "$(cards)" = "$1" ]; }
readers_are() { [ "$(opensc-tool -l | grep -c "$reader\|Token")" -ge "$1" ]; }
step() { printf '%s\n' "-- $*"; }

step 'wrong use'
refused 2
refused 2 fly
refused 2 start --usbredir "$work/x" --vpcd 1 --state "$work/one"
refused 2 start --usbredir "$work/x" --usbip 1 --state "$work/one"
refused 2 start --native --usbredir "$work/x" --state "$work/one"
refused 2 start --usbip 0 --state "$work/one"
refused 2 start --vpcd 0 --state "$work/one"
refused 2 press maybe --state "$work/one"
refused 1 stop --state "$work/none"
mkdir -m 700 "$work/one"
refused 1 status --state "$work/one"
refused 1 power-cut --state "$work/one"
refused 2 start --state "$work/one" --images "$work/nowhere"
[ $# -gt 0 ] || refused 2 start --state "$work/one" --images "$work"
refused 1 start --state /proc/1/nowhere

step 'a reader of its own'
mkfifo "$work/say"
"$bin/hufu-pcscd" --slots 2 --tie $$ >"$work/say" &
pcscd=$!
{
    IFS='=' read -r _ PCSCLITE_CSOCK_NAME
    IFS='=' read -r _ ports
    IFS='=' read -r _ reader
} <"$work/say"
export PCSCLITE_CSOCK_NAME
eventually readers_are 2
cards_are 0 || fail 'a card before any token'

step 'start'
emu start --state "$work/one" --vpcd "${ports%,*}" "$@"
emu status --state "$work/one" | grep attached >/dev/null || fail 'status'
cards_are 1 || fail 'the reader shows no card'
refused 1 start --state "$work/one" --vpcd "${ports%,*}" "$@"
[ "$(stat -c %a "$work/one/otp.bin") $(stat -c %a "$work/one/flash.img")" = '600 600' ] || fail 'modes'
[ "$(stat -c %s "$work/one/flash.img")" = 16777216 ] || fail 'size of flash.img'
atr=$(opensc-tool -r "$reader" -a)
case $atr in 3b:*) ;; *) fail "ATR $atr" ;; esac

step 'two at once'
emu start --state "$work/two" --vpcd "${ports#*,}" "$@" <&- # as some services call it
cards_are 2 || fail 'two tokens, but not two cards'
cmp -s "$work/one/otp.bin" "$work/two/otp.bin" && fail 'two tokens with the same fuses'
emu stop --state "$work/two"
eventually cards_are 1 # pcscd looks now and then

step 'panel and buttons'
emu panel --state "$work/one" >"$work/panel.txt"
[ "$(wc -l <"$work/panel.txt")" = 34 ] || fail 'panel as text'
emu panel --state "$work/one" --png "$work/panel.png"
[ "$(head -c 8 "$work/panel.png" | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ] || fail 'panel as PNG'
emu press ok --state "$work/one"

step 'power cut'
cp "$work/one/otp.bin" "$work/fuses"
emu power-cut --state "$work/one"
refused 1 status --state "$work/one"
# What is not memory of the token is gone from the file: noise, fuse window.
[ "$(dd if="$work/one/flash.img" bs=4096 skip=1024 count=2 status=none | tr -d '\0' | wc -c)" = 0 ] ||
    fail 'device pages are left in flash.img'
emu start --state "$work/one" --vpcd "${ports%,*}" "$@"
cmp "$work/one/otp.bin" "$work/fuses" || fail 'fuses changed by a restart'
[ "$(opensc-tool -r "$reader" -a)" = "$atr" ] || fail 'ATR after a power cut'

step 'power cut under the hands of a client, and at once on again: the service sees both'
# What happens in the other reader shows that the watcher has begun.
"$bin/hufu" skf device events >"$work/events" 2>&1 &
watcher=$!
emu start --state "$work/two" --vpcd "${ports#*,}" "$@" >/dev/null
watched() { emu replug --state "$work/two" && grep "${reader%0}1" "$work/events"; }
eventually watched
emu stop --state "$work/two"
HUFU_READER=$reader "$bin/hufu" random 100000000 >"$work/random" 2>&1 &
client=$!
eventually test -s "$work/random"
emu power-cut --state "$work/one"
emu start --state "$work/one" --vpcd "${ports%,*}" "$@"
! wait "$client" || fail 'a client noticed nothing'
eventually grep "inserted: $reader" "$work/events"
kill "$watcher"
[ "$(grep "$reader" "$work/events" | tr '\n' ' ')" = "removed: $reader inserted: $reader " ] || fail "$(cat "$work/events")"

step 'replug'
emu replug --state "$work/one"
[ "$(opensc-tool -r "$reader" -a)" = "$atr" ] || fail 'ATR after replug'

step 'the emulator is killed: the board goes with it'
daemon=$(emu status --state "$work/one" | sed -n 's/.*process \([0-9]*\).*/\1/p')
kill -9 "$daemon"
eventually nothing_runs
emu start --state "$work/one" --vpcd "${ports%,*}" "$@"

if [ $# -eq 0 ]; then
    step 'the board dies: the emulator notices'
    board=$(sed -n 's/^emu: power on, process //p' "$work/one/token.log" | tail -n 1)
    kill -9 "$board"
    eventually not_running "$work/one"
    refused 1 status --state "$work/one"
    emu start --state "$work/one" --vpcd "${ports%,*}" "$@"
fi

step 'pcscd ends and another comes: no reader, no harm'
emu stop --state "$work/one"
kill "$pcscd"
wait "$pcscd" || true
pcscd=
[ ! -e "$PCSCLITE_CSOCK_NAME" ] || fail 'hufu-pcscd left its socket'
eventually nothing_runs
echo ok
