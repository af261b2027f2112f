#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two blank tokens at once through a station, then to their issuer, then to a holder: what is
# burnt, what a dry run says, who can open what, which number is given twice (none), and where the
# secrets are (nowhere but in the sealed files). REQ: K1 T3
set -euo pipefail
. "$(dirname "$0")/factory.sh"
read_sealed=$1
factory_begin
plug 1 t1 --factory --trace "$work/trace1"
plug 2 t2 --factory

# --- nothing is written by a dry run, and nothing by what is refused
sums() { sha256sum t?/otp.bin t?/flash.img; }
sums >before
expect 0 hufu provision --dry-run --all --manufacturer 'Example Works' --first "$first"
for reader in "${readers[@]}"; do
    rows=$(grep "^$reader: -: burn: row" <<<"$output" | sed 's/.*burn: row \([0-9]\).*/\1/' | tr -d '\n')
    [ "$rows" = 172037 ] || fail "rows of a dry run: $rows"
done
expect 0 hufu provision --dry-run --json --all --manufacturer 'Example Works' --first "$first"
jq -es 'length == 20 and all(.reader and .step and .serial == null)' <<<"$output" >/dev/null || fail "$output"
sums | cmp - before || fail 'a dry run wrote something'
[ "$(lifecycle 1)" = blank ] || fail 'not blank'
est=https://127.0.0.1:1
refused 2 'one of --first' hufu provision --manufacturer M
refused 2 '24 digits' hufu provision --manufacturer M --first 2026
refused 2 'first eight a day' hufu provision --dry-run --manufacturer M --first 999999999999999999999999
refused 2 '1 to 31 bytes' hufu provision --manufacturer 'A name of more than thirty-one bytes' --first "$first"
refused 2 'are needed' hufu provision --manufacturer M --first "$first"
refused 2 'names one token' provision --reader "${readers[0]}" --all
refused 1 'Not a directory' provision --reader "${readers[0]}" --out issuer.crt --log line.log
printf '%s\n%s\n' "$first" "$first" >twice
refused 1 'stands there twice' hufu provision --dry-run --manufacturer M --serials twice
printf '%s\n\0\n%s\n' "$first" "${first%0}1" >cut
refused 1 'not a list' hufu provision --dry-run --manufacturer M --serials cut
head -c 7000000 /dev/zero >large
refused 1 'File too large' hufu provision --dry-run --manufacturer M --serials large
refused 1 'issuer.key' provision --issuer issuer.key
refused 3 'were asked for' provision --station 1
# a slip in the number, seen when the CA did not answer, is put right by the next run
expect 4 provision --all --first 202611210010000900000000
expect 4 provision --all
case $output in *'no answer from the CA'*) ;; *) fail "$output" ;; esac
ca_serve
refused 2 'is too long' env HUFU_STATION_PASSPHRASE="$(printf %0256d 1)" hufu provision --manufacturer M \
    --first "$first" --ca "$est" --station-id line-1 --roots ca/device-roots.pem --issuer issuer.crt --out sealed --all
expect 1 env HUFU_STATION_PASSPHRASE=wrong-passphrase hufu provision --manufacturer 'Example Works' \
    --first "$first" --ca "$est" --tls-ca ca/tls-root.pem --station-id line-1 --roots ca/device-roots.pem \
    --issuer issuer.crt --out sealed --all
case $output in *'station or passphrase not accepted'*) ;; *) fail "$output" ;; esac
sums | cmp - before || fail 'a refusal wrote something'

# --- both at once
# (what every process of this machine has for arguments meanwhile is kept)
provision --station 2 --json >said &
pid=$!
while kill -0 "$pid" 2>/dev/null; do
    cat /proc/[0-9]*/cmdline 2>/dev/null >>arguments || true
    sleep 0.02
done
wait "$pid"
grep -qa 'station-id' arguments || fail 'no arguments were seen'
for reader in "${readers[@]}"; do
    steps=$(jq -r --arg r "$reader" 'select(.reader == $r) | .step' said | tr '\n' ' ')
    [ "$steps" = 'reserved provisioned certified selftest noise usb attestation tested sealed locked ' ] ||
        fail "steps: $steps"
done
serial1=$(serial 1)
serial2=$(serial 2)
[ "$(printf '%s\n' "$serial1" "$serial2" | sort | tr '\n' ' ')" = "$first ${first%0}1 " ] || fail 'numbers'
json '.lifecycle == "provisioned" and .provisioned and .development and .manufacturer == "Example Works"' \
    hufu info --json --reader "${readers[0]}"
[ "$(hufu-ca device list | cut -f1 | tr '\n' ' ')" = "$first ${first%0}1 " ] || fail 'the CA knows others'
[ "$(hufu-ca list | grep -c identity)" = 4 ] || fail 'not two certificates each'
# again: nothing is left to do; with the log lost: refused, and no second certificate
expect 0 provision --all
expect 1 provision --all --log elsewhere.log
case $output in *'has left its factory'*) ;; *) fail "$output" ;; esac
[ "$(hufu-ca list | grep -c identity)" = 4 ] || fail 'a second certificate'

# --- a number is given once: also after a restart of the CA, also to another station
unplug t1
unplug t2
plug 1 t3 --factory
plug 2 t4
ca_end
ca_serve
HUFU_CA_OFFICER_PASSPHRASE='of the second line' \
    hufu-ca officer add --id line-2 --name 'Line 2' --role station >/dev/null
second() {
    HUFU_STATION_PASSPHRASE='of the second line' hufu provision --manufacturer 'Example Works' \
        --serials numbers --ca "$est" --tls-ca ca/tls-root.pem --station-id line-2 \
        --roots ca/device-roots.pem --issuer issuer.crt --out sealed2 "$@"
}
printf '%s\n' "$serial1" 202611210010000500000000 >numbers
expect 1 second --reader "${readers[0]}"
case $output in *'given already'*) ;; *) fail "$output" ;; esac
[ "$(lifecycle 1)" = blank ] || fail 'a repeated number was burnt'
# the next one is free; beside it a token that is not a factory's fails alone
expect 1 second --all
case $output in *'gave itself a number'*) ;; *) fail "$output" ;; esac
grep -q "^${readers[0]}: 202611210010000500000000: locked$" <<<"$output" || fail "$output"
[ "$(serial 1)" = 202611210010000500000000 ] || fail 'another number'
expect 0 hufu-ca audit verify
hufu-ca audit list >rows
grep -q "station line-2.device reserve refused.$serial1" rows || fail 'a refusal is not written down'

# --- the issuer, and nobody else
unplug t3
unplug t4
plug 1 t1 --trace "$work/trace2"
file=sealed/$serial1.sealed
[ "$(stat -c %a "$file")" = 600 ] || fail 'mode of a sealed file'
export HUFU_READER=${readers[0]} HUFU_PIN=user-pin-1 HUFU_ADMIN_PIN=admin-pin-1 HUFU_TRUST_DIR=$work/issuer
refused 3 'neither the transport key' hufu init
refused 2 'is sealed' hufu init --from-factory "$file"
openssl genpkey -algorithm SM2 -out other.key 2>/dev/null
refused 1 "$file" hufu init --from-factory "$file" --issuer-key other.key --issuer-cert issuer.crt
refused 1 'is for token' hufu init --from-factory "sealed/$serial2.sealed" --issuer-key issuer.key \
    --issuer-cert issuer.crt
cp ca/certs/ocsp.pem foreign.pem
refused 3 'manufacturer' hufu init --strict --from-factory "$file" --issuer-key issuer.key \
    --issuer-cert issuer.crt --device-roots foreign.pem
openssl pkcs8 -topk8 -in issuer.key -out locked.key -passout pass:of-the-issuer
refused 1 'passphrase' env HUFU_ISSUER_PASSPHRASE=wrong-one hufu init --from-factory "$file" \
    --issuer-key locked.key --issuer-cert issuer.crt
HUFU_ISSUER_PASSPHRASE=of-the-issuer hufu init --strict --from-factory "$file" --issuer-key locked.key \
    --issuer-cert issuer.crt --device-roots ca/device-roots.pem >/dev/null
[ "$(lifecycle 1)" = initialised ] || fail 'not initialised'
hufu key list >/dev/null

# --- the holder: a CA of people that demands attestation takes the key of a token whose manufacturer
# it knows, and only then
people=$work/people
hufu-ca init --dir "$people" --url "http://127.0.0.1:$(services_free_port)" \
    --est-url "https://127.0.0.1:$(services_free_port)" >people.txt
services_start people hufu-ca serve --dir "$people" --ready-file "$work/people.ready"
services_wait people "$work/people.ready"
hufu-ca applicant add --dir "$people" --id zhang --name Zhang >/dev/null
HUFU_CODE=$(hufu-ca code --dir "$people" --applicant zhang)
export HUFU_CODE
hufu-ca attestation policy --dir "$people" --attestation required --development accept >/dev/null
enrol() {
    hufu enroll --est-url "$(sed -n 's/^est-url=//p' "$work/people.ready")" --tls-ca "$people/tls-root.pem" \
        --root-sm3 "$(cat "$people/root.sm3")" --applicant zhang --state enrol.state --out-dir .
}
expect 1 enrol
case $output in *'leads to no manufacturer known here'*) ;; *) fail "$output" ;; esac
hufu-ca attestation trust --dir "$people" --add ca/device-roots.pem >/dev/null
expect 0 enrol
for algorithm in sm2 p256; do
    hufu attest --algorithm "$algorithm" -o key.attestation >/dev/null
    expect 0 hufu attest --verify key.attestation --root ca/device-roots.pem --key sign.crt --signing-key
    expect 1 hufu attest --verify key.attestation --root "$people/certs/root.pem" --key sign.crt
done

# --- stolen: one revocation, and by both of its identity keys it is refused by who has the lists
lists() {
    local list
    rm -rf lists && mkdir lists
    for list in ca root p256 p256-root; do
        curl -sSf -o "lists/$list.crl" "$(sed -n 's/^url=//p' ready)/$list.crl"
    done
}
attested() {
    local code=$1 said=$2 algorithm
    for algorithm in sm2 p256; do
        hufu attest --algorithm "$algorithm" -o key.attestation >/dev/null
        expect "$code" hufu attest --verify key.attestation --root ca/device-roots.pem --crl lists
        case $output in *"$said"*) ;; *) fail "$algorithm: $output" ;; esac
    done
}
# openssl, which knows nothing of SM2 chains, on the other one
by_openssl() {
    local serial
    serial=$(hufu-ca device list | awk -F '\t' -v s="$serial1" '$1 "" == s {print $6}')
    hufu-ca show --serial "$serial" --pem | sed -n '/BEGIN/,/END/p' >identity.pem
    for list in p256 p256-root; do openssl crl -inform DER -in "lists/$list.crl"; done >lists.pem
    openssl verify -crl_check_all -CAfile ca/certs/p256-root.pem -untrusted ca/certs/p256-issuing.pem \
        -CRLfile lists.pem identity.pem
}
lists
attested 0 ''
expect 0 by_openssl
openssl x509 -in identity.pem -noout -text >identity.txt
grep -q '/p256.crl' identity.txt || fail 'no place of the list in the certificate'
expect 0 hufu-ca revoke --applicant "$serial1" --reason keyCompromise
lists
attested 1 'revoked'
expect 2 by_openssl
case $output in *'certificate revoked'*) ;; *) fail "$output" ;; esac
[ "$(openssl crl -inform DER -in lists/ca.crl -noout -text | grep -c 'Serial Number')" = 1 ] || fail 'its list has others'
# the roots' lists are renewed by hand alone; whoever fetches one that is not there is told so
before=$(openssl crl -inform DER -in lists/root.crl -noout -crlnumber)
expect 0 hufu-ca crl --root
[ "$(grep -c 'is good until' <<<"$output")" = 4 ] || fail "$output"
lists
[ "$(openssl crl -inform DER -in lists/root.crl -noout -crlnumber)" != "$before" ] || fail 'the same list'
attested 1 'revoked'
expect 0 hufu-ca crl
[ "$(curl -s -o unused -w '%{http_code}' "$(sed -n 's/^url=//p' "$work/people.ready")/p256.crl")" = 404 ] || fail 'not 404'
hufu-ca export --out exported >/dev/null
cmp exported/p256-root.crl lists/p256-root.crl
expect 0 hufu-ca audit verify

# --- the secrets are in the sealed file alone
"$read_sealed" "$file" issuer.crt issuer.key >secrets
mapfile -t secret <secrets
[ "${#secret[0]}" = 32 ] && [ "${#secret[1]}" = 8 ] || fail 'no secrets to look for'
pin_hex=$(printf %s "${secret[1]}" | od -An -tx1 | tr -d ' \n')
for text in "${secret[0]}" "$pin_hex" "${secret[1]}"; do
    found=$(grep -rilaF -- "$text" sealed said arguments ca trace1 trace2 t1/token.log issuer 2>/dev/null || true)
    [ -z "$found" ] || fail "a secret in $found"
done
raw=$(sed 's/../\\x&/g' <<<"${secret[0]}")
for name in sealed/* ca/ca.db t1/flash.img; do
    ! LC_ALL=C grep -qaP "$raw" "$name" || fail "the device key in $name"
done

# --- who knows the device key and resets the token on its way is noticed, with that key back in it
unplug t1
plug 1 t2
file=sealed/$serial2.sealed
"$read_sealed" "$file" issuer.crt issuer.key | head -n 1 | tr -d '\n' >device.key
chmod 600 device.key
printf 31323334353637383132333435363738 >public.key
chmod 600 public.key
hufu reset --yes --device-key-file device.key >/dev/null
hufu skf device change-key --new-device-key-file device.key --device-key-file public.key >/dev/null
refused 3 'no transport PIN' hufu init --from-factory "$file" --issuer-key issuer.key --issuer-cert issuer.crt
[ "$(lifecycle 1)" = provisioned ] || fail 'a token that was reset got an application'
echo 'provision flow: ok'
