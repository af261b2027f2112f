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
"$CA" init --dir "$WORK/any" --url http://127.0.0.1:0 --est-url https://127.0.0.1:0 >any.txt
[ "$(grep -cE '^(est-)?url: https?://127\.0\.0\.1:[1-9][0-9]*$' any.txt)" -eq 2 ] # one that is free
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
# It can be read by root alone: the process gives itself away to nobody else.
{ tr '\0' '\n' <"/proc/$SERVER/environ"; } >environ 2>/dev/null || [ "$(id -u)" -ne 0 ]
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

# A list of which half the life is over is renewed; the root's, whose key is not here, is asked for,
# and only when it is due.
list_number() {
    curl -sS -o "$1" "$URL/$1"
    openssl crl -inform DER -in "$1" -noout -crlnumber
}
! has 'hufu-ca crl --root' <server.log || fail 'a fresh list of the root is asked for'
before=$(openssl crl -inform DER -in crl.der -noout -crlnumber)
root_before=$(openssl crl -inform DER -in root.crl -noout -crlnumber)
sqlite3 ca/ca.db 'UPDATE crl SET this_update = this_update - 86400 WHERE issuer = 1;
    UPDATE crl SET next_update = next_update - 306 * 86400 WHERE issuer = 0'
start
for _ in $(seq 600); do
    [ "$(list_number ca.crl)" = "$before" ] || break
    sleep 0.1
done
[ "$(list_number ca.crl)" != "$before" ] || fail 'the list was not renewed'
[ "$(list_number root.crl)" = "$root_before" ]
has 'hufu-ca crl --root' <server.log
stop
"$CA" crl --root
start
[ "$(list_number root.crl)" != "$root_before" ] || fail "the root's list was not made anew"
stop
! has 'hufu-ca crl --root' <server.log || fail 'it is asked for again'
"$CA" audit verify
