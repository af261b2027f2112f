#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Enrolment of a real vault's key with attestation: off, optional, required; without a maker, with
# an unknown one, with a known one; development tokens; firmware lists; what the CA keeps of it.
# Every single fault: tests/unit/host/ca/test_attestation.c. REQ: K1
set -euo pipefail
maker=$1
. "$(dirname "$0")/../../support/ca.sh"
work=$(mktemp -d)
ca_start "$work"
trap 'services_end; rm -rf "$work"' EXIT
cd "$work"
export HUFU_LANG=en HUFU_CA_DIR=$ca_dir
root=$(cat "$ca_dir/root.sm3")
n=0
# enrols CODE-OF-EXIT TEXT ARGS...: a new applicant, a new container
enrols() {
    local exit=$1 text=$2
    shift 2
    n=$((n + 1))
    id=person$n
    code=$(ca_code "$id")
    export HUFU_CONTAINER=box$n
    expect "$exit" enroll "$id" "$code" --state state "$@"
    case $output in *"$text"*) ;; *) fail "not \"$text\" but: $output" ;; esac
}
shown() { hufu-ca list --applicant "$id" | awk -F'\t' '$2 == "sign" { print $6 }'; }

# Off: nothing is asked, and whoever insists is told.
hufu-ca attestation show | grep -x 'attestation: off' >/dev/null
[ "$(curl -sS --cacert "$ca_dir/tls-root.pem" -o /dev/null -w '%{http_code}' "$ca_est/.well-known/est/csrattrs")" = 204 ]
enrols 0 ''
[ "$(shown)" = - ]
enrols 1 'asks for no attestation' --attestation required

# Optional: a token without a maker's certificate shows nothing.
hufu-ca attestation policy --attestation optional
[ "$(curl -sS --cacert "$ca_dir/tls-root.pem" -o /dev/null -w '%{http_code}' "$ca_est/.well-known/est/csrattrs")" = 401 ]
enrols 0 ''
[ "$(shown)" = - ]
enrols 1 'no identity certificate' --attestation required

# Required: refused without; the code is not spent by it.
hufu-ca attestation policy --attestation required
enrols 1 'shows no attestation'
"$maker" maker.pem sm2
expect 1 enroll "$id" "$code" --state state
case $output in *'no manufacturer known'*) ;; *) fail "an unknown maker: $output" ;; esac
maker_id=$(hufu-ca attestation trust --add maker.pem)
expect 1 hufu-ca attestation trust --add maker.pem
expect 1 hufu-ca attestation trust --add "$ca_dir/certs/issuing.pem"
expect 1 hufu-ca attestation trust --add "$ca_dir/certs/root.pem"
case $output in *'key of this CA itself'*) ;; *) fail "$output" ;; esac
expect 1 enroll "$id" "$code" --state state
case $output in *'development token'*) ;; *) fail "a development token: $output" ;; esac
hufu-ca attestation policy --attestation required --development accept
expect 1 enroll "$id" "$code" --state state --attestation off
case $output in *'shows no attestation'*) ;; *) fail "nothing shown: $output" ;; esac
expect 0 enroll "$id" "$code" --state state --out-dir out
serial=$(hufu info --json | jq -r .serial)
[ "$(shown)" = "$serial" ] || fail "the CA does not name the token: $(hufu-ca list --applicant "$id")"

# What it kept can be judged by anybody again, and belongs to that certificate.
hufu-ca show --serial "$(hufu-ca list --applicant "$id" | awk -F'\t' '$2 == "sign" { print $1 }')" |
    grep "^attestation: token $serial firmware 0*00 development yes" >/dev/null
hufu-ca export --out exported >/dev/null
[ "$(grep -c 'BEGIN HUFU ATTESTATION' exported/attestations.pem)" -eq 1 ]
sed -n '/BEGIN HUFU/,/END HUFU/p' exported/attestations.pem >kept.pem
hufu attest --verify kept.pem --root maker.pem --key out/sign.crt --signing-key >/dev/null
hufu attest --verify kept.pem --root maker.pem --key out/request.csr >/dev/null
expect 1 hufu attest --verify kept.pem --root maker.pem --key out/enc.crt
openssl req -in out/request.csr -noout -text -nameopt utf8 |
    grep '2.25.206704053741285274674654243043548364104.2.1' >/dev/null
hufu-ca audit list | grep 'attestation accepted' >/dev/null
hufu-ca audit list | grep 'enrolment refused' | grep 'development token' >/dev/null

# The encryption key came from outside, and its attestation says so.
json '.origin == "enveloped" and .kind == "encryption"' hufu attest --kind encrypt --json
hufu attest --kind encrypt -o enc.pem >/dev/null
expect 1 hufu attest --verify enc.pem --root maker.pem --signing-key

# A list of firmware: a process of the host has none, so its digest is zero.
hufu-ca attestation firmware --add "$(printf '77%.0s' $(seq 32))"
enrols 1 'firmware is not on the list'
hufu-ca attestation firmware --add "$(printf '00%.0s' $(seq 32))"
expect 0 enroll "$id" "$code" --state state
hufu-ca attestation show | grep -c '^firmware: ' | grep -x 2 >/dev/null
hufu-ca attestation firmware --remove "$(printf '77%.0s' $(seq 32))"
expect 1 hufu-ca attestation firmware --remove "$(printf '77%.0s' $(seq 32))"

# P-256 alone will do where that maker is known; a maker taken out is none.
hufu-ca attestation trust --remove "$maker_id"
enrols 1 'no manufacturer known'
expect 2 hufu-ca attestation policy --attestation sometimes
expect 2 hufu-ca attestation policy --attestation off --development perhaps
expect 2 hufu-ca attestation trust
expect 2 hufu-ca attestation firmware --add 12

# A replayed request: the same bytes for another applicant, and again for the same one.
hufu-ca attestation trust --add maker.pem >/dev/null
enrols 0 '' --out-dir replay
openssl req -in replay/request.csr -outform DER | base64 >body
post() { # ID CODE -> status
    curl -sS --cacert "$ca_dir/tls-root.pem" -u "$1:$2" -H 'Content-Type: application/pkcs10' --data-binary @body \
        -o answer -w '%{http_code}' "$ca_est/.well-known/est/simpleenroll"
}
[ "$(post "$id" "$code")" = 200 ] # the certificate that there is
[ "$(post thief "$(ca_code thief)")" = 403 ]
grep -q 'certified for another' answer

# The manufacturer's lists, read anew by a server that is running.
lists_refused() { # exit, text, options
    expect "$1" hufu-ca attestation crl "${@:3}"
    case $output in 'hufu-ca: '*"$2"*) ;; *) fail "not \"$2\" but: $output" ;; esac
}
lists_refused 1 'out of date' --from maker.pem.late
lists_refused 1 'it did not sign' --from maker.pem.forged
lists_refused 1 'not a list' --from maker.pem
lists_refused 1 'No such file' --from nowhere
lists_refused 2 'one of --from'
cp maker.pem.none list.crl
expect 0 hufu-ca attestation crl --from list.crl
done_well "lists: $work/list.crl" hufu-ca attestation show
case $output in *'list: '*'Maker CA'*Z*) ;; *) fail "whose list, until when: $output" ;; esac
enrols 0 ''
[ "$(shown)" = "$serial" ]
cp maker.pem.this list.crl
enrols 1 'manufacturer revoked'
hufu-ca audit list | grep 'enrolment refused' | grep 'manufacturer revoked' >/dev/null
for bad in maker.pem.late maker.pem.false maker.pem; do
    cp "$bad" list.crl
    expect 1 enroll "$id" "$code" --state state
    case $output in *'out of date'*) ;; *) fail "$bad: $output" ;; esac
done
rm list.crl
expect 1 enroll "$id" "$code" --state state
mkdir list.crl && cp maker.pem.der maker.pem.root list.crl/
expect 0 enroll "$id" "$code" --state state
expect 0 hufu-ca attestation crl --none
! hufu-ca attestation show | grep '^list' || fail 'lists, after --none'
hufu-ca audit list | grep 'attestation crl' >/dev/null
hufu-ca audit verify >/dev/null
[ "$root" = "$(cat "$ca_dir/root.sm3")" ]
echo "$n applicants, attested and not"
