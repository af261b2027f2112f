#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Eight tokens enrol at one CA at the same time: sixteen certificates, sixteen serials, a sound audit
# log. The native vault stands in for the emulated board here: eight emulators would only share the
# cores; the single-token tests use the firmware. REQ: L2 L7 R3
set -euo pipefail
. "$(dirname "$0")/../../support/ca.sh"
root=$(cd "$(dirname "$0")/../../.." && pwd)
export PATH=$root/build/host/bin:$PATH
work=$(mktemp -d)
ca_start "$work"
trap 'services_end || true; rm -rf "$work"' EXIT

pids=()
for i in 1 2 3 4 5 6 7 8; do
    code=$(ca_code "p$i")
    HUFU_CODE=$code "$root/tools/with-token" --native -- hufu enroll --est-url "$ca_est" \
        --tls-ca "$ca_dir/tls-root.pem" --root-sm3 "$(cat "$ca_dir/root.sm3")" --applicant "p$i" \
        --state "$work/s$i" --out-dir "$work/out$i" >"$work/log$i" 2>&1 &
    pids+=($!)
done
for i in "${!pids[@]}"; do
    wait "${pids[i]}" || fail "enrolment $((i + 1)): $(cat "$work/log$((i + 1))")"
done
serials=$(for i in 1 2 3 4 5 6 7 8; do
    openssl x509 -in "$work/out$i/sign.crt" -noout -serial
    openssl x509 -in "$work/out$i/enc.crt" -noout -serial
done | sort -u | wc -l)
[ "$serials" -eq 16 ] || fail "$serials different serials, not 16"
for i in 1 2 3 4 5 6 7 8; do
    openssl verify -partial_chain -CAfile "$ca_dir/ca-chain.pem" -vfyopt distid:1234567812345678 \
        "$work/out$i/sign.crt" "$work/out$i/enc.crt" >/dev/null
done
hufu-ca audit verify --dir "$ca_dir"
echo 'eight enrolments in parallel'
