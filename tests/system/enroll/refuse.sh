#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What an enrolment must refuse: another CA's server, a root that was not confirmed, a wrong code, a
# response for another key, certificates that are already there. Each gives one line and changes
# nothing in the token. REQ: K6 C3 L2
set -euo pipefail
. "$(dirname "$0")/../../support/ca.sh"
work=$(mktemp -d)
ca_start "$work"
trap 'services_end || true; rm -rf "$work"' EXIT
code=$(ca_code alice)
state() { hufu key list --json; }
one_line() { [ "$(printf '%s\n' "$output" | grep -c '^hufu:')" -eq 1 ] || fail "not one line: $output"; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/k.pem" \
    -out "$work/other-tls.pem" -subj /CN=other -days 1 2>/dev/null
expect 4 env HUFU_CODE="$code" hufu enroll --est-url "$ca_est" --tls-ca "$work/other-tls.pem" \
    --root-sm3 "$(cat "$ca_dir/root.sm3")" --applicant alice --state "$work/s"
one_line
before=$(state) # the key is there now; from here on nothing may change
case $before in *'"sign_certificate": true'*) fail 'a certificate came from nowhere' ;; esac

expect 1 env HUFU_CODE="$code" hufu enroll --est-url "$ca_est" --tls-ca "$ca_dir/tls-root.pem" \
    --root-sm3 "$(printf 'AB%.0s' {1..32})" --applicant alice --state "$work/s"
one_line
expect 1 env HUFU_CODE="$code" hufu enroll --est-url "$ca_est" --tls-ca "$ca_dir/tls-root.pem" \
    --applicant alice --state "$work/s" </dev/null
one_line
expect 1 enroll alice "AAAAAAAAAAAAAAAAAAAAA" --state "$work/s"
one_line
expect 1 enroll nobody "$code" --state "$work/s"
one_line
expect 1 enroll alice "$code" --subject 'C=CN, O=Other, CN=Other' --state "$work/s"
one_line
expect 2 hufu enroll --est-url "$ca_est"
expect 2 env HUFU_CODE=x hufu enroll --est-url "http://127.0.0.1:1" --applicant a --state "$work/s"
expect 4 env HUFU_CODE=x hufu enroll --est-url "https://127.0.0.1:1" --applicant a \
    --root-sm3 00 --state "$work/s2"
expect 3 env HUFU_PIN=000000 hufu enroll --est-url "$ca_est" --applicant a --state "$work/s"
[ "$(state)" = "$before" ] || fail 'a refused enrolment changed the token'

# GM/T 0092: a response that is none, and one that is truncated.
expect 0 hufu enroll --request-only -o "$work/request.csr" --state "$work/s3"
openssl req -in "$work/request.csr" -noout -verify -vfyopt distid:1234567812345678 2>/dev/null
printf 'junk' >"$work/junk"
expect 1 hufu enroll --response "$work/junk" --trust "$ca_dir/ca-chain.pem" --state "$work/s3"
[ "$output" != '' ] || fail 'no reason given'
expect 1 hufu enroll --response "$work/none" --trust "$ca_dir/ca-chain.pem" --state "$work/s3"
[ "$(state)" = "$before" ] || fail 'a refused response changed the token'

# And the right words still work; afterwards the container is taken.
expect 0 enroll alice "$code" --state "$work/s"
after=$(state)
expect 1 enroll alice "$code" --state "$work/s"
one_line
[ "$(state)" = "$after" ] || fail 'a refused repeat changed the token'
echo 'refused what must be refused'
