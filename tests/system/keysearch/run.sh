#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The key search. A recorded token on the real firmware is initialised, enrols, signs and decrypts
# while the memory of everything around it is copied. Then the native vault lives the same life from
# the recorded noise, so its keys are that token's keys, of SM2 and of RSA; and these, with the nonce
# of every signature and the session keys, are looked for in all that was copied and in all files.
# Run by keysearch_watch.
# REQ: K1 K6
set -euo pipefail
programs=$1
# shellcheck source=tests/support/ca.sh
. "$(dirname "$0")/../../support/ca.sh"
root=$(cd "$(dirname "$0")/../../.." && pwd)
export PATH=$root/build/host/bin:$programs:$PATH
umask 077
work=$(mktemp -d)
memory=$work/memory
mkdir "$memory" "$work/docs" "$work/replay" "$work/replay/state"

ca_start "$work"
ca_pid=$services_last
trap 'services_end || true; rm -rf "$work"' EXIT
services_start pcscd hufu-pcscd --slots 1 --log "$work/run/pcscd.log"
pcscd_parent=$services_last
services_wait pcscd "$work/run/pcscd.out"
PCSCLITE_CSOCK_NAME=$(sed -n 's/^PCSCLITE_CSOCK_NAME=//p' "$work/run/pcscd.out")
vpcd_port=$(sed -n 's/^HUFU_VPCD_PORTS=//p' "$work/run/pcscd.out")
token=$work/token
hufu-emu-test start --state "$token" --vpcd "$vpcd_port" --tie $$ \
    --record-entropy "$work/entropy" --trace "$work/trace" >/dev/null
services_at_end hufu-emu-test stop --state "$token"

random_digits() { od -An -N32 -tu4 /dev/urandom | tr -dc 0-9 | cut -c1-8; }
HUFU_PIN=$(random_digits)
HUFU_ADMIN_PIN=$(random_digits)
HUFU_DEVKEY=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
export PCSCLITE_CSOCK_NAME HUFU_PIN HUFU_ADMIN_PIN HUFU_DEVKEY HUFU_APP=HUFU HUFU_CONTAINER=sign

# Every hufu runs under a tracer that copies its memory.
runs=0
hufu() {
    runs=$((runs + 1))
    keysearch_traced "$memory/hufu.$1.$runs" hufu "$@"
}

# copy PID NAME - the memory of a process that goes on
copy() {
    local answer
    echo "$1 $memory/$2" >&8
    read -r answer <&9
    case $answer in [1-9]*) ;; *) fail "memory of $2: $answer" ;; esac
}

# child_of PID - the first child that PID has
child_of() {
    local stat
    for stat in /proc/[0-9]*/stat; do
        if [ "$(sed 's/.*) . \([0-9]*\) .*/\1/' "$stat" 2>/dev/null)" = "$1" ]; then
            stat=${stat#/proc/}
            echo "${stat%/stat}"
            return
        fi
    done
    fail "process $1 has no child"
}

copy_services() {
    local emulator
    emulator=$(hufu-emu-test status --state "$token" | sed 's/.*process \([0-9]*\).*/\1/')
    copy "$(child_of "$pcscd_parent")" "pcscd.$1"
    copy "$ca_pid" "ca.$1"
    copy "$emulator" "emulator.$1"
    copy "$(child_of "$emulator")" "board.$1"
}

echo 'The life of a token'
hufu init --label Test </dev/null >/dev/null
hufu info >/dev/null
code=$(ca_code zhangsan)
enroll zhangsan "$code" --state "$work/state" --out-dir "$work/out" >"$work/docs/enroll.log" 2>&1
copy_services 1
cd "$work/docs"
for form in gm cms; do
    echo "a document in the form $form" >"$form.txt"
    hufu sign "$form.txt" --form "$form" -o "$form.p7s" >/dev/null
    hufu verify "$form.txt" "$form.p7s" --trust "$work/out/ca-chain.pem" >/dev/null
done
hufu encrypt --to "$work/out/enc.crt" gm.txt -o gm.enc >/dev/null
hufu decrypt gm.enc -o gm.dec >/dev/null
cmp gm.txt gm.dec
status=0
HUFU_PIN=00000000 hufu sign gm.txt -o wrong.p7s 2>/dev/null || status=$?
[ "$status" -eq 3 ] || fail "exit $status for a wrong PIN"
hufu-emu-test replug --state "$token"
hufu sign cms.txt -o again.p7s >/dev/null
hufu cert list >/dev/null
# RSA: a pair is made, signs, opens another pair, which opens a session key. That pair and both keys
# are openssl's, and their files leave before the search.
rsa=$work/rsa
mkdir "$rsa"
export HUFU_CONTAINER=rsa
hufu skf container create rsa >/dev/null
hufu skf key generate --rsa 2048 -o rsa.pub >/dev/null
hufu skf key sign gm.txt -o rsa.sig >/dev/null
openssl dgst -sha256 -verify rsa.pub -signature rsa.sig gm.txt >/dev/null
openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out "$rsa/pair.pem" 2>/dev/null
openssl pkey -in "$rsa/pair.pem" -outform DER -out "$rsa/pair.der"
openssl pkey -in "$rsa/pair.pem" -noout -text >"$rsa/pair.txt"
openssl pkey -in "$rsa/pair.pem" -pubout -out rsa_enc.pub
openssl rand -out "$rsa/wrapping" 16
openssl rand -out "$rsa/session" 16
openssl pkeyutl -encrypt -pubin -inkey rsa.pub -in "$rsa/wrapping" -out rsa.wrapped
openssl enc -sm4-ecb -K "$(od -An -tx1 "$rsa/wrapping" | tr -d ' \n')" \
    -in "$rsa/pair.der" -out rsa.cipher
openssl pkeyutl -encrypt -pubin -inkey rsa_enc.pub -in "$rsa/session" -out rsa.block
keysearch_traced "$memory/hufu.rsa" keysearch_rsa rsa.wrapped rsa.cipher rsa.block
copy_services 2
cd "$root"
hufu-emu-test stop --state "$token"

echo 'The same life in the native vault'
keysearch_replay "$work/trace" "$work/entropy" "$work/replay"
cmp -n 524288 "$token/flash.img" "$work/replay/state/flash.img" || fail 'the flash differs'
cmp "$token/otp.bin" "$work/replay/state/otp.bin" || fail 'the one-time memory differs'
secrets=$work/replay/secrets

echo 'Control: planted secrets are found'
control=$work/control
mkdir "$control"
keysearch_plant "$secrets" "$control/file" </dev/null >/dev/null
keysearch_find --every "$secrets" "$control/file"
keysearch_traced "$memory/planted.exit" keysearch_plant "$secrets" </dev/null >/dev/null
keysearch_find --every "$secrets" "$memory/planted.exit"
mkfifo "$control/hold"
keysearch_plant "$secrets" <"$control/hold" >"$control/ready" &
planted=$!
exec 7>"$control/hold"
until [ -s "$control/ready" ]; do sleep 0.02; done
copy "$planted" planted.alive
exec 7>&-
wait "$planted"
keysearch_find --every "$secrets" "$memory/planted.alive"
rm "$memory"/planted.*
# Forms made by others: the vault's arithmetic, and openssl's views of an SM2 key file.
d=$(sed -n 's/^sign d0 //p' "$secrets")
printf '%b' "$(printf '30310201010420%sa00a06082a811ccf5501822d' "$d" | sed 's/../\\x&/g')" \
    >"$control/key.der"
openssl ec -inform DER -in "$control/key.der" -out "$control/key.pem" 2>/dev/null
openssl ec -inform DER -in "$control/key.der" -text -noout >"$control/key.txt" 2>/dev/null
mv "$work/replay/montgomery.raw" "$control"
mv "$rsa"/* "$control"
for file in montgomery.raw key.der key.pem key.txt pair.der pair.pem pair.txt session; do
    ! keysearch_find "$secrets" "$control/$file" >/dev/null || fail "no key is found in $file"
done
rm -r "$control"
# The line carries records alone: not even the public key is to be read there.
keysearch_find "$work/replay/public" "$work/trace" >/dev/null ||
    fail 'the trace of the line shows a public key'
# What was copied is what they worked on: the public key is there, the store, the reader's name.
for file in "$memory"/hufu.enroll.* "$memory"/hufu.sign.* "$memory/ca.2"; do
    ! keysearch_find "$work/replay/public" "$file" >/dev/null ||
        fail "not even the public key is in ${file##*/}"
done
grep -qa 'Hufu Virtual Token' "$memory/pcscd.2" || fail 'pcscd does not know its reader'
for file in emulator.2 board.2; do
    grep -qa HUFUSTOR "$memory/$file" || fail "the store is not in $file"
done
grep -qa 'hufu boot counter' "$memory/board.2" || fail 'the vault is not in the memory of the board'

# search WHAT [--except GROUP]... FILE...
failed=
search() {
    local what=$1 options=()
    shift
    while [ "$1" = --except ]; do
        options+=("$1" "$2")
        shift 2
    done
    printf '%s: ' "$what"
    keysearch_find "${options[@]}" "$secrets" "$@" || failed="$failed, $what"
}

echo 'The search'
# GM/T 0017 sends new PINs in clear, so what the host was given is no find there; the root key may
# be in the emulator, which is the one-time memory; the encryption key in hufu-ca, the KMC; a
# document's session key with the one who encrypted it.
search 'APDU trace' --except pin "$work/trace"
search 'hufu encrypt' --except pin --except session "$memory"/hufu.encrypt.*
rm "$memory"/hufu.encrypt.*
search 'hufu, all else' --except pin "$memory"/hufu.*
search 'pcscd' --except pin "$memory"/pcscd.*
search 'hufu-ca' --except enc "$memory"/ca.*
{ keysearch_find "$secrets" "$memory"/ca.* || true; } | sed -n 's/^FOUND .*: \(d_enc.*\)/  (in the KMC: \1)/p'
search 'hufu-emu' --except pin --except root "$memory"/emulator.*
search 'the board at rest' --except pin "$memory"/board.*
search 'flash.img' "$token/flash.img"
search 'CA folder, logs, states, documents' "$ca_dir" "$work/run" "$work/state" "$work/out" \
    "$work/docs" "$token/token.log" "$work/entropy"
search 'otp.bin' --except root "$token/otp.bin"
! keysearch_find "$secrets" "$token/otp.bin" >/dev/null || fail 'the root key is not in otp.bin'
[ -z "$failed" ] || fail "secrets were found in${failed#,}"
echo 'no key outside the vault'
