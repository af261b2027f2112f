#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# hufu attest against the emulated board: both identity keys, with and without their maker's
# certificates; judged by hufu and, signature, chain and form, by OpenSSL's own commands; the
# certificates survive a power cut and a reset. REQ: K1
set -euo pipefail
maker=$1
. "$(dirname "$0")/../../support/expect.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HUFU_LANG=en
c=$(printf 'c4%.0s' $(seq 32))

# No maker yet: the token says so itself, and nobody believes it.
expect 3 hufu attest
case $output in *'no such key'* | *key*) ;; *) fail "no key yet: $output" ;; esac
hufu enroll --request-only -o own.csr >/dev/null
expect 0 hufu attest -o bare.pem
case $output in *'no identity certificate'*) ;; *) fail "nothing said of the missing maker: $output" ;; esac
"$maker" other-root.pem p256 && "$maker" p256-root.pem p256 && "$maker" sm2-root.pem sm2
expect 1 hufu attest --verify bare.pem --root sm2-root.pem
case $output in *'no identity certificate'*) ;; *) fail "$output" ;; esac

for algorithm in sm2 p256; do
    root=$algorithm-root.pem
    json '.kind == "signing" and .origin == "generated" and .uses == ["sign", "open-pair"] and .development
          and .lifecycle == "in-use" and (.firmware | test("^0*$") | not) and .output == "key.pem"' \
        hufu attest --algorithm "$algorithm" --challenge "$c" -o key.pem --json
    json '.verdict == "good" and .reason == null' \
        hufu attest --verify key.pem --root "$root" --challenge "$c" --key own.csr --signing-key --json
    expect 0 hufu attest --verify key.pem --root "$root"
    refused() {
        local why=$1
        shift
        expect 1 hufu attest --verify "$@"
        case $output in *"$why"*) ;; *) fail "not \"$why\" but: $output" ;; esac
    }
    refused 'no manufacturer known' key.pem --root other-root.pem
    refused 'open challenge' key.pem --root "$root" --challenge "${c%4}5"
    openssl ecparam -name SM2 -genkey -noout -out other.key
    openssl req -new -x509 -key other.key -sm3 -sigopt distid:1234567812345678 -subj /CN=x -out other.crt
    refused 'another key' key.pem --root "$root" --key other.crt
    # Lists of the manufacturer: the token is on none of these, or on one; lists that do not do.
    mkdir -p lists && cp "$root.der" "$root.root" lists/
    cat "$root.root" "$root.none" >both.crl
    for list in "$root.none" "$root.der" "$root.root" both.crl lists; do
        expect 0 hufu attest --verify key.pem --root "$root" --crl "$list"
    done
    refused 'manufacturer revoked' key.pem --root "$root" --crl "$root.this"
    cp "$root.this" lists/
    refused 'manufacturer revoked' key.pem --root "$root" --crl lists
    json '.verdict == "good"' hufu attest --verify key.pem --root "$root" --json
    refused 'out of date' key.pem --root "$root" --crl "$root.late"
    refused 'not signed by it' key.pem --root "$root" --crl "$root.false"
    refused 'it did not sign' key.pem --root "$root" --crl "$root.forged"
    refused 'not a list' key.pem --root "$root" --crl "$root"
    refused 'No such file' key.pem --root "$root" --crl nowhere.crl
    rm -r lists
    hufu attest --algorithm "$algorithm" --kind identity -o identity.pem >/dev/null
    refused 'not a signing key' identity.pem --root "$root" --signing-key
    expect 0 hufu attest --verify identity.pem --root "$root"
    # one byte anywhere
    grep -v -- ----- key.pem | base64 -d >key.der
    size=$(stat -c %s key.der)
    for at in $(seq 1 97 "$size"); do
        cp key.der bad.der
        byte=$(od -An -tu1 -j "$at" -N 1 key.der)
        # shellcheck disable=SC2059 # the format is the byte
        printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of=bad.der bs=1 seek="$at" conv=notrunc status=none
        expect 1 hufu attest --verify bad.der --root "$root"
    done

    # OpenSSL's reading of it: evidence { attestation { statement, algorithm, signature }, chain }.
    openssl asn1parse -inform DER -in key.der >parsed
    field() { # offset of an element -> its bytes, header included
        local header length
        header=$(sed -n "s/^ *$1:d=.*hl=\([0-9]*\) .*/\1/p" parsed | head -1)
        length=$(sed -n "s/^ *$1:d=.* l= *\([0-9]*\) .*/\1/p" parsed | head -1)
        dd if=key.der bs=1 skip="$1" count=$((header + length)) status=none
    }
    statement=$(sed -n 's/^ *\([0-9]*\):d=2 .*cons: SEQUENCE.*/\1/p' parsed | head -1)
    signature=$(sed -n 's/^ *\([0-9]*\):d=2 .*BIT STRING.*/\1/p' parsed | head -1)
    field "$statement" >statement.der
    field "$signature" >bits.der
    # BIT STRING: two bytes of header, the count of unused bits, then the signature
    tail -c +4 bits.der >signature.der
    openssl asn1parse -inform DER -in statement.der >said
    grep -q '2.25.206704053741285274674654243043548364104.1.1' said
    grep -q "OCTET STRING.*$(echo "$c" | tr a-f A-F)" said
    # the chain: the certificates of the evidence, the identity's first
    second=$(sed -n 's/^ *\([0-9]*\):d=1 .*cons: SEQUENCE.*/\1/p' parsed | sed -n 2p)
    i=0
    for at in $(awk -v from="$second" -F: '$1 + 0 > from' parsed | sed -n 's/^ *\([0-9]*\):d=2 .*cons: SEQUENCE.*/\1/p'); do
        i=$((i + 1))
        field "$at" | openssl x509 -inform DER -out "chain$i.pem"
    done
    [ "$i" -eq 2 ]
    openssl x509 -in chain1.pem -noout -pubkey >identity.pub
    id=()
    digest=-sha256
    if [ "$algorithm" = sm2 ]; then
        id=(-sigopt distid:1234567812345678)
        digest=-sm3
    fi
    openssl dgst "$digest" "${id[@]}" -verify identity.pub -signature signature.der statement.der |
        grep -x 'Verified OK' >/dev/null
    # OpenSSL 3.0 hands an id to one level of a chain alone, so each is judged by itself.
    vfy=()
    [ "$algorithm" = p256 ] || vfy=(-vfyopt distid:1234567812345678)
    openssl verify "${vfy[@]}" -partial_chain -trusted chain2.pem chain1.pem >/dev/null
    openssl verify "${vfy[@]}" -CAfile "$root" chain2.pem >/dev/null
    openssl x509 -in chain1.pem -noout -ext extendedKeyUsage |
        grep '2.25.206704053741285274674654243043548364104.3.2' >/dev/null
done

# A power cut, and a reset, which makes everything else anew.
hufu-emu power-cut --state "$HUFU_STATE"
hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" >/dev/null
still_certified() {
    local which
    for which in sm2 p256; do
        hufu attest --kind identity --algorithm "$which" -o again.pem >/dev/null
        hufu attest --verify again.pem --root "$which-root.pem" >/dev/null
    done
}
still_certified
hufu reset --yes </dev/null >/dev/null
still_certified

# Words that do not go together.
for words in '--kind x' '--algorithm rsa' '--challenge 12' '--root sm2-root.pem' '--verify key.pem' \
    '--verify key.pem --root sm2-root.pem --kind sign' '--crl sm2-root.pem.none' 'file'; do
    # shellcheck disable=SC2086 # words
    expect 2 hufu attest $words
done
expect 1 hufu attest --verify nowhere --root sm2-root.pem
expect 1 hufu attest --verify key.pem --root nowhere
expect 1 hufu attest --verify own.csr --root sm2-root.pem
echo 'attestations judged'
