#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the EST service refuses, with which status, and that nothing changes. REQ: C3 L2 L7
. "$(dirname "$0")/common.sh"
new_ca
start
applicant li
code=$(cat li.code)

# Unknown applicant and wrong code look the same.
must 401 simpleenroll nobody "$code" li.b64 unknown
must 401 simpleenroll li 00000-00000-00000-00000 li.b64 wrong
cmp unknown wrong
grep -qi '^www-authenticate: basic' wrong.head
diff <(grep -vi '^date' unknown.head) <(grep -vi '^date' wrong.head)
[ "$(curl -sS --cacert ca/tls-root.pem -H 'Content-Type: application/pkcs10' --data-binary @li.b64 \
    -o none -w '%{http_code}' "$EST/simpleenroll")" = 401 ]

# Form.
echo 'not base64 !' >junk.b64; : >empty.b64; head -c 200 li.b64 >cut.b64; echo AAAA >short.b64
head -c 40000 /dev/zero | base64 >large.b64
for body in junk empty cut short; do must 400 simpleenroll li "$code" $body.b64 answer; [ "$(wc -l <answer)" -eq 1 ]; done
must 413 simpleenroll li "$code" large.b64 answer
[ "$(curl -sS --cacert ca/tls-root.pem -u "li:$code" --data-binary @li.b64 -o answer -w '%{http_code}' "$EST/simpleenroll")" = 415 ]
[ "$(curl -sS --cacert ca/tls-root.pem -u "li:$code" -o answer -w '%{http_code}' "$EST/simpleenroll")" = 405 ]
[ "$(curl -sS --cacert ca/tls-root.pem -o answer -w '%{http_code}' "$EST/fullcmc")" = 404 ]

# Requests: another id, another subject, another curve, a flipped byte, extensions.
openssl req -new -key li.key -sm3 -subj "/C=CN/O=Example/CN=Name li" -outform DER | base64 >noid.b64
must 400 simpleenroll li "$code" noid.b64 answer
request li "/C=CN/O=Example/CN=Name wang" other
must 403 simpleenroll li "$code" other.b64 answer
openssl ecparam -name prime256v1 -genkey -noout -out p256.key
openssl req -new -key p256.key -sha256 -subj "/C=CN/O=Example/CN=Name li" -outform DER | base64 >p256.b64
must 400 simpleenroll li "$code" p256.b64 answer
size=$(stat -c %s li.req)
for at in $(seq 4 23 "$size"); do
    cp li.req bad.req
    byte=$(od -An -tu1 -j "$at" -N 1 li.req)
    printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of=bad.req bs=1 seek="$at" conv=notrunc status=none
    base64 bad.req >bad.b64
    status=$(post simpleenroll li "$code" bad.b64 answer)
    [ "$status" = 400 ] || [ "$status" = 403 ] || fail "byte $at flipped: HTTP $status"
done
openssl req -new -key li.key -sm3 -sigopt $DISTID -subj "/C=CN/O=Example/CN=Name li" \
    -addext basicConstraints=critical,CA:TRUE -outform DER | base64 >ca.b64
must 403 simpleenroll li "$code" ca.b64 answer
must 403 serverkeygen li "$code" li.b64 answer # the signing certificate comes first
[ "$("$CA" list --applicant li | wc -l)" -eq 0 ]

# Nothing of that used the code up; afterwards it belongs to its key.
enrol li
judge li.sign.crt
cp li.key kept.key
new_key li
request li "/C=CN/O=Example/CN=Name li" thief
must 403 simpleenroll li "$code" thief.b64 answer
must 403 serverkeygen li "$code" thief.b64 answer
"$CA" audit list | has 'enrolment refused.*another key'

# A key certified for somebody else.
applicant wang
cp kept.key wang.key
request wang
must 403 simpleenroll wang "$(cat wang.code)" wang.b64 answer

# Five wrong tries lock; a new code opens again; the old one is dead.
applicant zhao
code=$(cat zhao.code)
for _ in 1 2 3 4 5; do must 401 simpleenroll zhao AAAAA-AAAAA-AAAAA-AAAAA zhao.b64 answer; done
must 401 simpleenroll zhao "$code" zhao.b64 answer
"$CA" audit list | has 'enrolment refused.*locked'
"$CA" code --applicant zhao >zhao.code
must 401 simpleenroll zhao "$code" zhao.b64 answer
enrol zhao

# An expired code (its end moved back in the database).
applicant sun
sqlite3 ca/ca.db "UPDATE code SET expires = 1000 WHERE applicant = 'sun'"
must 401 simpleenroll sun "$(cat sun.code)" sun.b64 answer

# Nothing secret in log, audit log or database.
for id in li zhao sun; do
    plain=$(tr -d - <"$id.code")
    ! grep -rqaE "$plain|$(cat $id.code)" ca server.log || fail "a code is kept in clear"
done
"$CA" audit verify
stop
