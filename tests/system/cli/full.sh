#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Containers until the token is full: one line, nothing changed, and deleting one makes room. Names
# that are taken or too long.
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
export HUFU_LANG=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
make() { hufu enroll --request-only --state state -o "$1.csr" --container "$1"; }
holdings() { hufu key list --json && hufu cert list --json && hufu pin status --json; }

made=0
while make "c$made" >out 2>err; do
    made=$((made + 1))
    [ "$made" -lt 200 ] || fail 'the token never was full'
done
[ "$made" -gt 0 ] || fail "none: $(cat err)"
before=$(holdings)
keys=$(for ((i = 0; i < made; i++)); do make "c$i" >/dev/null && openssl req -in "c$i.csr" -noout -pubkey; done)
refused 3 'all the containers it may have; hufu key delete makes room' make one-more
refused 3 'one-more' make one-more
[ ! -e one-more.csr ] || fail 'a request without a key'
[ "$(holdings)" = "$before" ] || fail 'a refused container changed the token'
[ "$(jq length <<<"$(hufu key list --json)")" -eq $((made + 1)) ] || fail 'containers are missing'

done_well destroyed hufu key delete c0 --yes
make one-more >/dev/null
refused 3 'makes room' make c0
done_well destroyed hufu key delete one-more --yes
make c0 >/dev/null
[ "$(holdings)" = "$before" ] || fail 'not as before'
# The other keys were left alone, and the new one is new.
again=$(for ((i = 0; i < made; i++)); do make "c$i" >/dev/null && openssl req -in "c$i.csr" -noout -pubkey; done)
[ "$(tail -n +5 <<<"$keys")" = "$(tail -n +5 <<<"$again")" ] || fail 'another key changed'
[ "$keys" != "$again" ] || fail 'a destroyed key came back'

# Taken names: a container is used as it is, an application is not made twice.
refused 3 'already initialised' hufu init --container c0
refused 3 'nothing of this name' hufu key delete none --yes
long=$(printf 'n%.0s' {1..65})
before=$(holdings)
refused 1 'out of range' make "$long"
refused 3 'none is not on the token; hufu init makes one, --app names another' hufu key list --app none
refused 3 'container none is not in application' hufu cert show --container none
refused 3 "nothing of this name" hufu enroll --response c0.csr --trust c0.csr --container none
[ "$(holdings)" = "$before" ] || fail 'a refused name changed the token'
echo "ok: full with $((made + 1)) containers"
