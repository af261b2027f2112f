#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh EXAMPLES PEER - the five programs of examples/skf on a token; OpenSSL judges what they make.
# REQ: K1 K2 K6
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$root/tests/support/expect.sh"
examples=$1
peer=$2
export HUFU_LANG=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
app=$HUFU_APP

# They are what they are said to be: short, and of the standard's header alone.
for source in "$root"/examples/skf/*.c; do
    [ "$(wc -l <"$source")" -lt 100 ] || fail "$source has 100 lines"
    ! grep '#include' "$source" | grep -v '"example.h"' || fail "$source includes more"
done
! grep '#include' "$root/examples/skf/example.h" | grep -v 'skf.h\|<std\|<string' ||
    fail 'example.h includes more'

# --- list
said=$("$examples/list")
grep -q "device $HUFU_READER: label Virtual token" <<<"$said" || fail "$said"
grep -q "  application $app: user PIN has 3 of 3" <<<"$said" || fail "$said"
grep -q "    container $HUFU_CONTAINER: empty" <<<"$said" || fail "$said"

# --- sign: OpenSSL verifies; a wrong PIN says how many tries are left
hufu skf key generate -o sign.pub >/dev/null
head -c 20000 /dev/urandom >document
"$examples/sign" "$app" "$HUFU_CONTAINER" document document.sig
openssl dgst -sm3 -verify sign.pub -sigopt distid:1234567812345678 -signature document.sig document >/dev/null
expect 1 env HUFU_PIN=wrong-pin "$examples/sign" "$app" "$HUFU_CONTAINER" document x
case $output in *'tries left: 2'*'0x0A000024'*) ;; *) fail "$output" ;; esac
expect 1 "$examples/sign" "$app" none document x
case $output in *SKF_OpenContainer*) ;; *) fail "$output" ;; esac

# --- encrypt: OpenSSL opens the envelope and the file
openssl genpkey -algorithm sm2 -out enc.key 2>/dev/null
openssl pkey -in enc.key -pubout -outform DER | tail -c 64 >enc.xy
"$examples/encrypt" "$app" "$HUFU_CONTAINER" enc.xy document document.enc
hex() { od -An -v -tx1 -j "$1" -N "$2" document.enc | tr -d ' \n'; }
x=$(hex 0 32) y=$(hex 32 32)
printf 'asn1=SEQUENCE:c\n[c]\nx=INTEGER:0x%s\ny=INTEGER:0x%s\nh=FORMAT:HEX,OCTETSTRING:%s\nc=FORMAT:HEX,OCTETSTRING:%s\n' \
    "$x" "$y" "$(hex 64 32)" "$(hex 96 16)" >cipher.conf
openssl asn1parse -genconf cipher.conf -noout -out cipher.der
openssl pkeyutl -decrypt -inkey enc.key -in cipher.der -out session.key
[ "$(stat -c %s session.key)" -eq 16 ] || fail 'the session key has not 16 bytes'
tail -c +129 document.enc | openssl enc -d -sm4-cbc -K "$(od -An -v -tx1 session.key | tr -d ' \n')" \
    -iv "$(hex 112 16)" | cmp - document

# --- import: OpenSSL is the CA; a wrapped pair for another key is refused and changes nothing
openssl req -x509 -newkey sm2 -nodes -keyout ca.key -out ca.crt -subj /CN=CA -sm3 -days 2 2>/dev/null
# certificate SUBJECT PUBLIC OUT
certificate() {
    openssl x509 -new -subj "/CN=$1" -force_pubkey "$2" -CA ca.crt -CAkey ca.key -sm3 -days 2 \
        -outform DER -out "$3" 2>/dev/null
}
dual() { # CONTAINER: fills it
    hufu skf key public --container "$1" -o "$1.pub" >/dev/null
    openssl genpkey -algorithm sm2 -out "$1.enc.key" 2>/dev/null
    openssl pkey -in "$1.enc.key" -pubout -out "$1.enc.pub"
    "$peer" envelope "$1.pub" "$1.enc.key" "$1.env"
    certificate "$1 sign" "$1.pub" "$1.sign.crt"
    certificate "$1 enc" "$1.enc.pub" "$1.enc.crt"
    "$examples/import" "$app" "$1" "$1.env" "$1.sign.crt" "$1.enc.crt"
    hufu skf key public --encryption --container "$1" | cmp - "$1.enc.pub"
    hufu skf cert export --der --container "$1" -o read.crt >/dev/null
    cmp read.crt "$1.sign.crt"
}
dual "$HUFU_CONTAINER"
said=$("$examples/list")
grep -q "container $HUFU_CONTAINER: SM2, signing certificate of [0-9]* bytes, encryption" <<<"$said" ||
    fail "the certificates are not listed: $said"
hufu skf container create other >/dev/null
hufu skf key generate --container other >/dev/null
expect 1 "$examples/import" "$app" other "$HUFU_CONTAINER.env" "$HUFU_CONTAINER.sign.crt" \
    "$HUFU_CONTAINER.enc.crt"
case $output in *SKF_ImportECCKeyPair*) ;; *) fail "$output" ;; esac
expect 1 "$examples/import" "$app" other document "$HUFU_CONTAINER.sign.crt" "$HUFU_CONTAINER.enc.crt"
head -c 100 "$HUFU_CONTAINER.env" >cut.env
expect 1 "$examples/import" "$app" other cut.env "$HUFU_CONTAINER.sign.crt" "$HUFU_CONTAINER.enc.crt"
dual other

# --- agree: with each other, in two processes; then with libcrypto
mkfifo there back
"$examples/agree" initiator "$app" "$HUFU_CONTAINER" >there <back &
initiator=$!
"$examples/agree" responder "$app" other <there >back
wait $initiator
"$examples/agree" initiator "$app" "$HUFU_CONTAINER" >there <back &
initiator=$!
"$peer" responder <there >back
wait $initiator

for example in sign encrypt import agree; do
    expect 2 "$examples/$example"
done
echo ok
