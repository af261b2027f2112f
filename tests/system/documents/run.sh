#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An enrolled token signs and decrypts; its certificates are revoked; what does not fit changes
# nothing. REQ: K6 L6 Q2 Q3
set -euo pipefail
. "$(dirname "$0")/../../support/ca.sh"
export HUFU_LANG=C # what is said is compared
dir=$(mktemp -d)
ca_start "$dir"
trap 'services_end; rm -rf "$dir"' EXIT
cd "$dir"
enroll zhangsan "$(ca_code zhangsan)" --state "$dir/state" --out-dir "$dir" >/dev/null
head -c 1000000 /dev/urandom >doc

for form in gm cms; do
    expect 0 hufu sign doc --form "$form"
    expect 0 hufu encrypt --to enc.crt --form "$form" doc -o "enc.$form"
    expect 0 hufu decrypt "enc.$form" -o doc.dec
    cmp doc doc.dec
    rm doc.dec
done
for signature in doc.p7s doc.cms; do
    expect 0 hufu verify doc "$signature" --trust ca-chain.pem
    case $output in *'OCSP: good'*) ;; *) fail "no OCSP answer: $output" ;; esac
    case $output in *'CRL: good'*) ;; *) fail "no CRL: $output" ;; esac
    expect 1 hufu verify ca-chain.pem "$signature" --trust ca-chain.pem
done

# Bad input: one line, the exit code, nothing changed.
echo kept >doc.dec
truncate -s -16 enc.gm
expect 1 hufu decrypt enc.gm -o doc.dec
expect 1 hufu decrypt doc.p7s -o doc.dec
expect 1 hufu decrypt none -o doc.dec
expect 2 hufu decrypt enc.cms
expect 1 hufu encrypt --to sign.crt doc -o doc.dec
expect 1 hufu sign none
expect 1 hufu sign doc -o none/doc.p7s
expect 2 hufu sign doc -o doc
expect 3 env HUFU_CONTAINER=absent hufu sign doc -o doc.dec
expect 3 env HUFU_PIN=00000000 hufu sign doc -o doc.dec
[ "$(cat doc.dec)" = kept ] || fail "an output was changed"
[ -z "$(find . -name 'doc.*.??????')" ] || fail "a temporary file was left behind"

before=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sleep 1.1
hufu-ca revoke --dir "$ca_dir" --applicant zhangsan --lost >/dev/null
expect 1 hufu verify doc doc.p7s --trust ca-chain.pem
case $output in *'REVOKED at'*keyCompromise*) ;; *) fail "not said: $output" ;; esac
expect 0 hufu verify doc doc.p7s --trust ca-chain.pem --at "$before"
case $output in *"verifier's own assertion"*) ;; *) fail "not said: $output" ;; esac
services_end
expect 5 hufu verify doc doc.p7s --trust ca-chain.pem
echo "documents: ok"
