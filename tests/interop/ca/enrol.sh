#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Enrolment with a software key: both certificates, the envelope, repeats, eight at once.
# REQ: K6 C1 C2 C3 L2 L7 Q3
. "$(dirname "$0")/common.sh"
new_ca
start

# The trust: cacerts gives the chain, and the root has the fingerprint that init printed.
curl -sS --cacert ca/tls-root.pem -o cacerts -D cacerts.head "$EST/cacerts"
grep -qi '^content-type: application/pkcs7-mime' cacerts.head
unpack cacerts cacerts.pem
[ "$(grep -c BEGIN cacerts.pem)" -eq 2 ]
openssl x509 -in ca/certs/root.pem -outform DER -out root.der
[ "$(openssl dgst -sm3 -r root.der | cut -d' ' -f1)" = "$(sed -n 's/^root-sm3: //p' init.txt)" ]
[ "$(cat ca/root.sm3)" = "$(sed -n 's/^root-sm3: //p' init.txt)" ]
openssl verify -vfyopt $DISTID -CAfile ca/certs/root.pem ca/certs/root.pem ca/certs/issuing.pem >/dev/null
[ "$(curl -sS --cacert ca/tls-root.pem -o /dev/null -w '%{http_code}' "$EST/csrattrs")" = 204 ]
! curl -sS --cacert ca/certs/root.pem "$EST/cacerts" >/dev/null 2>&1 || fail "TLS without our root"

applicant zhang
enrol zhang
judge zhang.sign.crt
judge zhang.enc.crt
grep -qi '^content-type: application/pkcs7-mime; smime-type=certs-only' zhang.sign.head
grep -qi '^content-type: multipart/mixed; boundary=' zhang.enc.head
"$OPEN_ENVELOPE" zhang.key zhang.enc.crt zhang.enc.envelope | has -x opened
new_key stranger
! "$OPEN_ENVELOPE" stranger.key zhang.enc.crt zhang.enc.envelope 2>/dev/null || fail "opened by a stranger"

# The profile, as openssl reads it.
openssl x509 -in zhang.sign.crt -noout -text -nameopt utf8,sep_comma_plus_space >text
grep -q 'Version: 3' text
grep -q 'Signature Algorithm: SM2-with-SM3' text
grep -q 'Digital Signature, Non Repudiation' text
grep -q "URI:$URL/ca.crl" text
grep -q "OCSP - URI:$URL/ocsp" text
openssl x509 -in zhang.enc.crt -noout -text | has 'Key Encipherment, Data Encipherment, Key Agreement'
openssl asn1parse -in zhang.sign.crt | grep -A1 ':countryName' | has PRINTABLESTRING
openssl asn1parse -in zhang.sign.crt | grep -A1 ':commonName' | has UTF8STRING
[ "$(openssl x509 -in zhang.sign.crt -noout -subject)" = "$(openssl x509 -in zhang.enc.crt -noout -subject)" ]
[ "$(serial_of zhang.sign.crt)" != "$(serial_of zhang.enc.crt)" ]

# A flipped byte anywhere in a certificate is refused: a sample of places.
openssl x509 -in zhang.sign.crt -outform DER -out good.der
size=$(stat -c %s good.der)
for at in $(seq 20 61 "$size"); do
    cp good.der bad.der
    byte=$(od -An -tu1 -j "$at" -N 1 good.der)
    printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of=bad.der bs=1 seek="$at" conv=notrunc status=none
    ! judge bad.der 2>/dev/null || fail "accepted with byte $at flipped"
done

# Again with the same key: the same answers.
cp zhang.sign.crt first.sign.crt; cp zhang.enc.crt first.enc.crt; cp zhang.enc.envelope first.envelope
enrol zhang
cmp zhang.sign.crt first.sign.crt
cmp zhang.enc.crt first.enc.crt
cmp zhang.enc.envelope first.envelope

# The directory.
curl -sS -o dir.der "$URL/certificates/$(serial_of zhang.sign.crt)"
cmp dir.der good.der

# Eight at once.
for i in 1 2 3 4 5 6 7 8; do applicant "p$i"; done
jobs=()
for i in 1 2 3 4 5 6 7 8; do (enrol "p$i") & jobs+=($!); done
for job in "${jobs[@]}"; do wait "$job"; done
for i in 1 2 3 4 5 6 7 8; do
    judge "p$i.sign.crt"
    judge "p$i.enc.crt"
    "$OPEN_ENVELOPE" "p$i.key" "p$i.enc.crt" "p$i.enc.envelope" >/dev/null
    serial_of "p$i.sign.crt"
    serial_of "p$i.enc.crt"
done >serials
[ "$(sort -u serials | wc -l)" -eq 16 ]
[ "$("$CA" list | grep -c '	encrypt	')" -eq 9 ]
"$CA" audit verify
stop
