#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The token's USB/IP port as `usbip list` and `usbip attach` use it: one host at a time, and the
# next one is served as soon as the one before has hung up, seen or not. REQ: K3
# Usage: usbip.sh BIN
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$root/tests/support/expect.sh"
. "$root/tools/lib/services.sh"
emu=$1/hufu-emu
work=$(mktemp -d)
trap '"$emu" stop --state "$work/token" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
port=$(services_free_port)
started=$("$emu" start --state "$work/token" --usbip "$port" 2>&1)
server=${started##*(process } server=${server%)}

# bytes N FD - as hex; fewer when the other side has hung up
bytes() { timeout 20 head -c "$1" <&"$2" | od -An -v -tx1 | tr -d ' \n'; }
list() { printf '\x01\x11\x80\x05\0\0\0\0' >&"$1"; }
import() { printf '\x01\x11\x80\x03\0\0\0\0%s' 1-1 >&"$1" && head -c 29 /dev/zero >&"$1"; }

exec 3<>"/dev/tcp/127.0.0.1/$port"
list 3
[ "$(bytes 12 3)" = 011100050000000000000001 ] || fail 'the list does not hold one device'
exec 4<>"/dev/tcp/127.0.0.1/$port"
[ -z "$(bytes 1 4)" ] || fail 'two hosts at once'
exec 4>&-

# Both wait for the emulator: the end of the first, and the one that comes after.
kill -STOP "$server"
exec 3>&-
exec 4<>"/dev/tcp/127.0.0.1/$port"
import 4
kill -CONT "$server"
[ "$(bytes 8 4)" = 0111000300000000 ] || fail 'turned away beside a host that had left'
exec 4>&-
echo 'usbip: ok'
