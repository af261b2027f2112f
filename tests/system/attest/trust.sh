#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A token that was never met is believed, --strict too, when it proves that a manufacturer whose root
# is known certified its identity; another root, another token's certificates or none will not do.
# REQ: K1
set -euo pipefail
maker=$1
. "$(dirname "$0")/../../support/expect.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HUFU_LANG=en HUFU_TRUST_DIR=$work/known
stranger() { refused 3 'never met here' hufu info --strict; }

done_well 'no manufacturer' hufu trust roots
refused 1 'trust-none.pem' hufu trust roots trust-none.pem
echo rubbish >rubbish.pem
refused 1 'no certificate' hufu trust roots rubbish.pem
stranger

# Certified by one, known another; then a token whose certificates nobody wrote.
"$maker" other-root.pem p256 && "$maker" root.pem sm2
serial=$(hufu trust list)
hufu trust forget "$serial"
stranger
cp root.pem first-root.pem
"$maker" root.pem sm2 # the certificates in the token are below this one now
hufu trust forget "$serial"
for wrong in other-root.pem first-root.pem; do
    expect 0 hufu trust roots "$wrong"
    stranger
    [ -z "$(hufu trust list)" ] || fail 'a refused token was stored'
done

# The right one, alone and among others.
cat first-root.pem root.pem >both.pem
for right in root.pem both.pem; do
    expect 0 hufu trust roots "$right"
    [ "$(hufu trust roots --json | jq '.roots | length')" -eq "$(grep -c BEGIN "$right")" ] || fail 'roots --json'
    done_well "$serial" hufu info --strict
    [ "$(hufu trust list)" = "$serial" ] || fail 'not stored'
    hufu trust forget "$serial"
done

# Lists of revoked tokens: whose is refused, known here or not, and so is everybody of that authority
# while its list does not do.
refused 1 'out of date' hufu trust roots --crl root.pem.late
refused 1 'not signed by it' hufu trust roots --crl root.pem.forged
refused 1 'not a list' hufu trust roots --crl root.pem
refused 2 'goes with roots' hufu trust list --crl root.pem.none
for list in root.pem.none root.pem.der root.pem.root; do
    expect 0 hufu trust roots --crl "$list"
    hufu trust roots --json | jq -e '.lists | length >= 1 and all(.fault == null and .revoked <= 1 and .next_update > .this_update)' >unused ||
        fail 'lists --json'
    done_well 'revoked, 20' hufu trust roots
    done_well "$serial" hufu info --strict
done
for known in yes no; do
    [ "$known" = yes ] || hufu trust forget "$serial"
    expect 0 hufu trust roots --crl root.pem.this
    refused 3 'manufacturer revoked this token' hufu info
    expect 0 hufu trust roots --crl root.pem.false
    refused 3 'list of revoked tokens' hufu info
    expect 0 hufu trust roots --crl none
    done_well "$serial" hufu info --strict
done
hufu trust forget "$serial"

# What was met under that number stays what it was, whoever certified the newcomer.
done_well "$serial" hufu info --strict
file=$HUFU_TRUST_DIR/$serial
cp "$file" kept
digits=$(cut -c17-144 kept | tr 0123456789abcdefABCDEF 1234567890bcdefaBCDEFA)
printf 'hufu-identity 1 %s\n' "$digits" >"$file"
refused 3 'not the token known by its serial number' hufu info
cp kept "$file"
done_well "$serial" hufu info --strict

# After a reset, too: the certificates are the identity's.
hufu trust forget "$serial"
done_well 'blank again' hufu reset --yes
done_well "$serial" hufu info --strict

# A store that cannot be read is no reason to believe.
hufu trust forget "$serial"
echo rubbish >"$HUFU_TRUST_DIR/roots.pem"
refused 3 'folder of known tokens' hufu info
expect 0 hufu trust roots none
done_well 'no manufacturer' hufu trust roots
stranger
done_well "$serial" hufu info
echo 'trust: ok'
