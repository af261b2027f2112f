#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a blank board to a certificate: a token that hufu provision made is commissioned by its issuer
# and enrols at a CA that takes nothing without an attestation and knows the manufacturer by the
# roots that its CA wrote. REQ: K1
set -euo pipefail
. "$(dirname "$0")/../provision/factory.sh"
factory_begin
plug 1 t1 --factory
ca_serve
provision --all >/dev/null
number=$(serial 1)
export HUFU_READER=${readers[0]} HUFU_PIN=user-pin-1 HUFU_ADMIN_PIN=admin-pin-1
hufu init --from-factory "sealed/$number.sealed" --issuer-key issuer.key --issuer-cert issuer.crt \
    --device-roots ca/device-roots.pem >/dev/null

# The other CA: that of people.
people=$work/people
url=http://127.0.0.1:$(services_free_port)
people_est=https://127.0.0.1:$(services_free_port)
hufu-ca init --dir "$people" --url "$url" --est-url "$people_est" >/dev/null
services_start people hufu-ca serve --dir "$people" --ready-file "$work/people.ready"
services_wait people "$work/people.ready"
hufu-ca attestation policy --dir "$people" --attestation required --development accept
hufu-ca applicant add --dir "$people" --id zhang --name Zhang >/dev/null
code=$(hufu-ca code --dir "$people" --applicant zhang)
enroll() {
    HUFU_CODE=$code hufu enroll --est-url "$people_est" --tls-ca "$people/tls-root.pem" \
        --root-sm3 "$(cat "$people/root.sm3")" --applicant zhang --attestation required --out-dir out
}
expect 1 enroll
case $output in *'no manufacturer known'*) ;; *) fail "a maker nobody configured: $output" ;; esac
[ "$(hufu-ca attestation trust --dir "$people" --add ca/device-roots.pem | grep -c '')" -eq 2 ] ||
    fail 'not both roots of the manufacturer'
expect 0 enroll
[ "$(hufu-ca list --dir "$people" --applicant zhang | awk -F'\t' '$2 == "sign" { print $6 }')" = "$number" ]
for algorithm in sm2 p256; do
    hufu attest --algorithm "$algorithm" -o "$algorithm.pem" >/dev/null
    hufu attest --verify "$algorithm.pem" --root ca/device-roots.pem --key out/sign.crt --signing-key >/dev/null
done
echo 'manufactured, commissioned, enrolled'
