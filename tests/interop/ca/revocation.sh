#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Revocation while serving: the next OCSP answer and a new list tell it. REQ: L6 Q2
. "$(dirname "$0")/common.sh"
new_ca
start
applicant zhang
enrol zhang
applicant li
enrol li

# ocsp CERT [digest]: openssl cannot give a responder's signature the id, so its own check is off
# here; the signature is verified below and by the unit tests.
ocsp() {
    openssl ocsp -issuer ca/certs/issuing.pem ${2:+-$2} -cert "$1" -url "$URL/ocsp" -noverify \
        -respout resp.der 2>/dev/null | sed -n 1p
}
number() {
    curl -sS -o ca.crl "$URL/ca.crl"
    openssl crl -inform DER -in ca.crl -noout -crlnumber | sed 's/.*=0*x*//'
}
for digest in sha1 sm3; do
    [ "$(ocsp zhang.sign.crt $digest)" = "zhang.sign.crt: good" ]
    [ "$(ocsp zhang.enc.crt $digest)" = "zhang.enc.crt: good" ]
done
openssl ocsp -respin resp.der -noverify -text | has 'OCSP Nonce'

# GET as well.
openssl ocsp -issuer ca/certs/issuing.pem -cert zhang.sign.crt -reqout req.der -no_nonce
b64=$(base64 -w0 req.der | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g')
curl -sS -o get.der "$URL/ocsp/$b64"
openssl ocsp -respin get.der -noverify -text | has 'Cert Status: good'

# The signature over the answer verifies with the id, and fails with a flipped byte.
openssl x509 -in ca/certs/ocsp.pem -pubkey -noout >ocsp.pub
basic=$(openssl asn1parse -inform DER -in get.der | awk -F: '/OCTET STRING/ && !n++ {print $1+0}')
openssl asn1parse -inform DER -in get.der -strparse "$basic" -out basic.der -noout
tbs=$(openssl asn1parse -inform DER -in basic.der | awk -F: '/d=1 .*SEQUENCE/ && !n++ {print $1+0}')
sig=$(openssl asn1parse -inform DER -in basic.der | awk -F: '/d=1 .*BIT STRING/ && !n++ {print $1+0}')
openssl asn1parse -inform DER -in basic.der -strparse "$tbs" -out tbs.der -noout
openssl asn1parse -inform DER -in basic.der -strparse "$sig" -out sig.der -noout
openssl dgst -sm3 -verify ocsp.pub -sigopt $DISTID -signature sig.der tbs.der >/dev/null
printf '\001' | dd of=tbs.der bs=1 seek=40 conv=notrunc status=none
! openssl dgst -sm3 -verify ocsp.pub -sigopt $DISTID -signature sig.der tbs.der >/dev/null 2>&1 ||
    fail "a changed answer verifies"

# A loss report: both certificates of the pair, at once.
first=$(number)
"$CA" revoke --serial "$(serial_of zhang.sign.crt)" --lost
[ "$(ocsp zhang.sign.crt)" = "zhang.sign.crt: revoked" ]
[ "$(ocsp zhang.enc.crt sm3)" = "zhang.enc.crt: revoked" ]
openssl ocsp -respin resp.der -noverify -text | has 'keyCompromise'
[ "$(ocsp li.sign.crt)" = "li.sign.crt: good" ]
second=$(number)
[ $((16#$second)) -gt $((16#$first)) ]
openssl crl -inform DER -in ca.crl -noout -text >crl.txt
grep -q "Serial Number: $(serial_of zhang.sign.crt)" crl.txt
grep -q "Serial Number: $(serial_of zhang.enc.crt)" crl.txt
! grep -q "$(serial_of li.sign.crt)" crl.txt || fail "not revoked, yet listed"
expect 1 "$CA" revoke --serial "$(serial_of zhang.sign.crt)" --lost

# By applicant, with a reason; the list's signature verifies with the id.
"$CA" revoke --applicant li --reason affiliationChanged
[ "$(ocsp li.enc.crt)" = "li.enc.crt: revoked" ]
third=$(number)
[ $((16#$third)) -gt $((16#$second)) ]
openssl x509 -in ca/certs/issuing.pem -pubkey -noout >issuing.pub
tbs=$(openssl asn1parse -inform DER -in ca.crl | awk -F: '/d=1 .*SEQUENCE/ && !n++ {print $1+0}')
sig=$(openssl asn1parse -inform DER -in ca.crl | awk -F: '/d=1 .*BIT STRING/ && !n++ {print $1+0}')
openssl asn1parse -inform DER -in ca.crl -strparse "$tbs" -out tbs.der -noout
openssl asn1parse -inform DER -in ca.crl -strparse "$sig" -out sig.der -noout
openssl dgst -sm3 -verify issuing.pub -sigopt $DISTID -signature sig.der tbs.der >/dev/null

# Someone unknown, and requests that are none.
openssl ocsp -issuer ca/certs/issuing.pem -serial 0x1234 -url "$URL/ocsp" -noverify -respout u.der 2>/dev/null |
    has '0x1234: unknown'
head -c 100 /dev/urandom >junk
curl -sS -H 'Content-Type: application/ocsp-request' --data-binary @junk -o bad.der "$URL/ocsp"
{ openssl ocsp -respin bad.der -noverify -text 2>&1 || true; } | has -i 'malformedrequest'
[ "$(curl -sS -o /dev/null -w '%{http_code}' "$URL/certificates/00")" = 404 ]

# Several processes revoke and list at once.
for i in 1 2 3 4; do applicant "q$i"; enrol "q$i"; done
jobs=()
for i in 1 2 3 4; do "$CA" revoke --applicant "q$i" >/dev/null & jobs+=($!); "$CA" list >/dev/null & jobs+=($!); done
for job in "${jobs[@]}"; do wait "$job"; done
[ "$("$CA" list | grep -c revoked)" -eq 12 ]
[ -z "$(sqlite3 ca/ca.db 'SELECT number FROM crl GROUP BY number HAVING COUNT(*) > 1')" ]
"$CA" audit verify
stop
