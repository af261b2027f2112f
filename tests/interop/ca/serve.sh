#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Starting and stopping, bad arguments, taken ports, a server that is killed. REQ: R3 Q2
. "$(dirname "$0")/common.sh"
expect 2 "$CA"
expect 2 "$CA" nonsense
expect 0 "$CA" --help
expect 0 "$CA" init --help
expect 2 "$CA" init --url http://127.0.0.1:0
expect 2 "$CA" init --url ftp://127.0.0.1:1 --est-url https://127.0.0.1:0
expect 2 "$CA" init --url 'http://127.0.0.1:0/path' --est-url https://127.0.0.1:0
expect 2 env -u HUFU_CA_PASSPHRASE "$CA" init --url http://127.0.0.1:0 --est-url https://127.0.0.1:0
[ ! -e ca ]
expect 1 "$CA" list
new_ca
expect 1 "$CA" init --url http://127.0.0.1:0 --est-url https://127.0.0.1:0 # never over another
[ "$(stat -c %a ca ca/keys ca/keys/*.key ca/ca.db | sort -u | tr '\n' ' ')" = "600 700 " ]

expect 1 env HUFU_CA_PASSPHRASE="another passphrase" "$CA" code --applicant zhang
grep -q passphrase err.txt
echo "interop passphrase" >pass; chmod 600 pass
expect 0 env -u HUFU_CA_PASSPHRASE "$CA" applicant add --id zhang --name Zhang --passphrase-file pass
expect 1 "$CA" applicant add --id zhang --name Zhang
expect 1 "$CA" applicant add --id 'a:b' --name Zhang
expect 1 "$CA" code --applicant nobody
expect 2 "$CA" code --applicant zhang --days 0
expect 2 "$CA" revoke --serial 12 --applicant zhang
expect 2 "$CA" revoke --serial 12 --reason tired
expect 1 "$CA" revoke --serial 12
expect 1 "$CA" show --serial 12
HUFU_LANG=zh_CN "$CA" --help >/dev/null

start
grep -q "^pid=$SERVER$" ready
expect 4 "$CA" serve # both ports are taken
grep -q "$URL" err.txt
expect 4 "$CA" init --dir "$WORK/second" --url "$URL" --est-url https://127.0.0.1:0
[ ! -e second ]
tr '\0' '\n' <"/proc/$SERVER/environ" >environ
! grep -q 'interop passphrase' environ || fail "the passphrase is still in the environment"
! tr '\0' '\n' <"/proc/$SERVER/cmdline" | has passphrase || fail "the passphrase is an argument"
stop
[ ! -e ready ]
"$CA" audit verify

# Killed in mid-service: what was answered is kept, and it starts again.
start
applicant li
enrol li
kill -9 "$SERVER"
wait "$SERVER" 2>/dev/null || true
rm -f ready
start
cp li.sign.crt before.crt
enrol li
cmp li.sign.crt before.crt
[ "$(curl -sS -o crl.der -w '%{http_code}' "$URL/ca.crl")" = 200 ]
[ "$(curl -sS -o root.crl -w '%{http_code}' "$URL/root.crl")" = 200 ]
curl -sS -o ca.crt "$URL/ca.crt"
openssl x509 -inform DER -in ca.crt -noout -subject | has 'Issuing CA'
stop
"$CA" audit verify
