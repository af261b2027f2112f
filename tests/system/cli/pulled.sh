#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The power goes, or the token is pulled, while it works: one line, exit 3, no output half written,
# and afterwards it works as before. Two tokens, none, and no service. REQ: K3
set -euo pipefail
. "$(dirname "$0")/../../support/ca.sh"
export HUFU_LANG=en
work=$(mktemp -d)
second=$work/second
running=
end() {
    [ -z "$running" ] || kill "$running" 2>/dev/null || true
    hufu-emu stop --state "$second" >/dev/null 2>&1 || true
    services_end
    rm -rf "$work"
}
ca_start "$work"
trap end EXIT
cd "$work"
enroll zhangsan "$(ca_code zhangsan)" --state state --out-dir . >/dev/null
head -c 8000000 /dev/urandom >document
hufu encrypt --to enc.crt document -o document.enc >/dev/null
key=$(openssl x509 -in sign.crt -noout -pubkey)

# Something was written to one of the open files of the process: the token is at work.
at_work() {
    local file
    for file in /proc/"$1"/fd/*; do
        case $(readlink "$file") in
            "$PWD"/*document.enc) ;;
            "$PWD"/*) [ ! -s "$file" ] || return 0 ;;
        esac
    done
    return 1
}
start_token() { hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" >/dev/null; }

# interrupted CMD… - a decryption, in the middle of which CMD is run: however fast the machine is, it
# stands still from then on until CMD has done its work.
interrupted() {
    echo kept >plain
    hufu decrypt document.enc -o plain >out 2>err </dev/null &
    running=$!
    eventually at_work "$running"
    kill -STOP "$running"
    "$@" >/dev/null
    kill -CONT "$running"
    status=0
    wait "$running" || status=$?
    running=
    output=$(cat out)
    complaint=$(cat err)
    one_complaint 3 '; plug it in' "a decryption and $*"
    [ "$(cat plain)" = kept ] || fail "$*: the output was touched"
    [ -z "$(find . -name 'plain?*')" ] || fail "$*: something was left behind"
}
works() {
    eventually hufu info
    done_well written hufu decrypt document.enc -o plain
    cmp document plain
    done_well written hufu sign document
    openssl x509 -in sign.crt -noout -pubkey | cmp - <(printf '%s\n' "$key")
    done_well 'sign: SM2; signing key 256 bits, certificate yes' hufu key list
}
interrupted hufu-emu power-cut --state "$HUFU_STATE"
refused 3 'no token found; plug one in' hufu sign document
start_token
works
interrupted hufu-emu replug --state "$HUFU_STATE"
works
# Signatures one after another, the power gone among them: each is whole or absent.
rm -f document.p7s
for ((i = 0; i < 400; i++)); do
    hufu sign sign.crt -o "many.$i" || exit $?
done >out 2>err </dev/null &
running=$!
eventually test -s many.3
hufu-emu power-cut --state "$HUFU_STATE" >/dev/null
status=0
wait "$running" || status=$?
running=
complaint=$(cat err)
one_complaint 3 '' 'a loop of signatures'
start_token
works
for signature in many.?; do
    [ ! -e "$signature" ] || expect 0 hufu verify sign.crt "$signature" --trust ca-chain.pem
done

# Two tokens: both are named, and neither is taken.
first=$HUFU_READER
unset HUFU_READER
mkdir "$second"
hufu-emu start --native --state "$second" --vpcd $((HUFU_VPCD_PORT + 1)) >/dev/null
other=$(hufu list | cut -f 1 | grep -vxF "$first")
refused 3 'more than one token is plugged in; name one with --reader' hufu sign document
case $complaint in *"$first"*"$other"* | *"$other"*"$first"*) ;; *) fail "not both named: $complaint" ;; esac
done_well written hufu sign document --reader "$first"
done_well provisioned hufu info --reader "$other"
refused 3 'no token found' hufu info --reader 'No such reader'
hufu-emu stop --state "$second" >/dev/null
eventually hufu info
done_well written hufu sign document
hufu-emu stop --state "$HUFU_STATE" >/dev/null
refused 3 'no token found; plug one in' hufu list
for command in info 'sign document' 'pin status' 'key list' 'cert list' selftest random; do
    # shellcheck disable=SC2086 # words are meant
    refused 3 'no token found; plug one in' hufu $command
    # shellcheck disable=SC2086
    refused 3 'pcscd) does not answer; start it' env PCSCLITE_CSOCK_NAME="$work/none" hufu $command
done
echo ok
