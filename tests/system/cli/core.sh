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
# crash CMD... - ended by a fault while it waits; timeout says whether there was a core file
crash() { timeout -s SEGV 1 "$@" 2>said || true; }
crash sleep 30
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
