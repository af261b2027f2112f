#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What hufu verify says when nobody can be asked, or only an old list is to be had: never "good".
# And --at, which is the verifier's own word. REQ: L6 Q2 Q3
set -euo pipefail
. "$(dirname "$0")/../../support/ca.sh"
export HUFU_LANG=en
work=$(mktemp -d)
ca_start "$work"
trap 'services_end; rm -rf "$work"' EXIT
cd "$work"
enroll zhangsan "$(ca_code zhangsan)" --state state --out-dir . >/dev/null
echo text >document
hufu sign document >/dev/null
verify() { hufu verify document --trust ca-chain.pem "$@"; }
result() { verify --json "$@" 2>/dev/null | jq -r .verdict; }

done_well 'result: good' verify
# The issuing CA's certificate names a list and no responder: nothing is said of one.
[ "$(grep -c 'OCSP:' <<<"$output")/$(grep -c 'CRL:' <<<"$output")" = 1/2 ] || fail "sources: $output"
json '.verdict == "good" and (.signers[0].revocation | length == 2
      and (.[0] | has("ocsp") and has("crl")) and (.[1] | (has("ocsp") | not) and has("crl")))' \
    verify --json

before=$(date -u +%Y-%m-%dT%H:%M:%SZ)
for bad in tomorrow 2026-13-01 2999-01-01 '' 2026-01-01x; do
    refused 2 '--at' verify --at "$bad"
done
refused 1 'period of validity' verify --at 2001-01-01
done_well "judged for: $before, which is the verifier's own assertion" verify --at "$before"

# Nobody to ask.
kill "$services_last" && wait "$services_last" || true
refused 5 'cannot be determined' verify
[ "$(result)" = unknown ] || fail "verdict $(result)"
case $output in *'result: good'*) fail 'called good' ;; esac
refused 5 'cannot be determined' verify --at "$before"
# A changed document is refused all the same.
echo other >>document
refused 1 'not the content that was signed' verify
[ "$(result)" = refused ] || fail "verdict $(result)"
echo text >document
echo ok
