#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The road of GM/T 0092-2020: the request goes out as a file, another CA's CSRResponse comes back.
# What is wrong in it is refused by the host or by the vault, and changes nothing. REQ: K6 L7 C3
set -euo pipefail
other_ca=$1
. "$(dirname "$0")/../../support/ca.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

expect 0 hufu enroll --request-only -o "$work/request.csr" --state "$work/s"
before=$(hufu key list --json)
take() {
    hufu enroll --response "$work/response" --trust "$work/root.pem" --state "$work/s" "$@"
}
# The last two are well formed for the host, which cannot look inside: the vault refuses (exit 3).
for fault in 'wrong-key 1' 'own-root 1' 'wrong-token 3' 'flipped 3'; do
    "$other_ca" "$work/request.csr" "$work/root.pem" "$work/response" "${fault% *}"
    expect "${fault#* }" take
    [ "$(printf '%s\n' "$output" | grep -c '^hufu:')" -eq 1 ] || fail "not one line: $output"
    [ "$(hufu key list --json)" = "$before" ] || fail "a refused response (${fault% *}) changed the token"
done

"$other_ca" "$work/request.csr" "$work/root.pem" "$work/response"
for cut in 1 2 100 -1; do
    head -c "$cut" "$work/response" >"$work/short"
    expect 1 hufu enroll --response "$work/short" --trust "$work/root.pem" --state "$work/s"
done
openssl base64 -in "$work/response" -out "$work/b64"
{
    echo '-----BEGIN CSR RESPONSE-----'
    cat "$work/b64"
    echo '-----END CSR RESPONSE-----'
} >"$work/response"
expect 0 take --out-dir "$work/out"
openssl verify -vfyopt distid:1234567812345678 -partial_chain -CAfile "$work/root.pem" \
    "$work/out/sign.crt" "$work/out/enc.crt" >/dev/null

echo secret >"$work/plain"
hufu encrypt --to "$work/out/enc.crt" "$work/plain" -o "$work/cipher" >/dev/null
hufu decrypt "$work/cipher" -o "$work/again" >/dev/null
cmp "$work/plain" "$work/again"
echo 'response taken'
