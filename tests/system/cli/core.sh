#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A crash leaves no PIN, key or passphrase in a core file: hufu and hufu-ca dump none where another
# program does. REQ: K3
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
. "$root/tests/support/expect.sh"
export PATH=$root/build/host/bin:$PATH LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkfifo passphrase
ulimit -c unlimited 2>/dev/null || {
    echo 'no core files are allowed here: nothing to see'
    exit 77
}
# crash CMD... - ended by a fault when it has begun to read what it waits for; timeout passes the signal
# on and says whether there was a core file
crash() {
    local pid holder
    rm -f opened
    timeout -s SEGV 120 "$@" 2>said &
    pid=$!
    # Opening it for writing takes until there is a reader.
    (exec 3>passphrase && : >opened && exec sleep 120) &
    holder=$!
    until [ -e opened ] || ! kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
    kill -SEGV "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    kill "$holder"
    wait "$holder" 2>/dev/null || true
}
crash cat passphrase
grep 'dumped core' said >/dev/null || {
    echo 'this machine makes no core files: nothing to see'
    exit 77
}
# none CMD... - one that waits for its passphrase, as everywhere where secrets are
none() {
    crash "$@"
    ! grep 'dumped core' said >/dev/null || fail "$1 left a core file"
    [ ! -s said ] || fail "$1 did not wait: $(cat said)"
}
none hufu provision --manufacturer M --first 202611210010000100000000 --ca https://127.0.0.1:1 \
    --station-id a --roots none --issuer none --out out --station-passphrase-file passphrase
none hufu-ca code --dir nowhere --applicant a --passphrase-file passphrase
echo 'no core: ok'
