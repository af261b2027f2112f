#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# With --json every subcommand prints JSON, in any language, and --help of every subcommand shows an
# example.
set -euo pipefail
. "$(dirname "$0")/../../support/ca.sh"
work=$(mktemp -d)
ca_start "$work"
trap 'services_end; rm -rf "$work"' EXIT
cd "$work"
export HUFU_NEW_PIN=$HUFU_PIN HUFU_TRUST_DIR=$work/known
echo text >document
covered=()
# said NAME FILTER ARGS… - hufu NAME ARGS… --json
said() {
    local name=$1 filter=$2
    shift 2
    covered+=("$name")
    json "$filter" hufu "$name" "$@" --json
}
enrolled() {
    enroll "zhangsan-$HUFU_LANG" "$code" --state state --out-dir . --json | jq -se 'last.event == "done"' >/dev/null ||
        fail 'enroll --json'
    covered+=(enroll)
}
all() {
    said list '.[0] | .reader == env.HUFU_READER and (.serial | length > 0)'
    said info '.lifecycle == "initialised" or .lifecycle == "in use"'
    said selftest '.selftest'
    said random '.random | length == 64' 32
    said random '.raw_noise | length == 192' --raw-noise 3
    said pin '.user.tries_left == 3 and .admin.tries_left == 5' status
    said pin '.changed == "user"' change
    said pin '.unblocked == "user"' unblock
    said pin '.changed == "admin"' change --admin --new-pin-file admin.pin
    said firmware '.updatable == false' info
    said key '.[0].container == "sign"' list
    said cert 'map(.kind) == ["signing", "encryption"]' list
    said cert '.kind == "encryption" and (.subject | test("zhangsan"))' show --encryption
    said cert '.pem | test("BEGIN CERTIFICATE")' export
    said cert '.output == "exported.crt"' export -o exported.crt
    said cert '.imported == "sign.crt"' import sign.crt
    said sign '.signature == "document.p7s"' document
    said encrypt '.output == "document.enc"' --to enc.crt document -o document.enc
    said decrypt '.output == "plain"' document.enc -o plain
    said verify '.verdict == "good" and .signers[0].chain == "good"
                 and .signers[0].signature == "good"' document --trust ca-chain.pem
    said attest '.kind == "signing" and .origin == "generated"'
    said trust '.tokens | length == 1' list
    said trust '.roots | length == 0' roots
    said trust '.lists == []' roots
    said trust '.state == "trusted" and (.identity | length) == 128' show
    said trust '.accepted | length == 24' accept
    said trust '.forgotten | length == 24' forget "$(hufu trust list)"
    said skf '. == [env.HUFU_APP]' app list
    said key '.destroyed == "sign"' delete sign --yes
    said reset '.reset == "done"' --yes
    said init '.container == env.HUFU_CONTAINER'
}
# It needs a blank token and a manufacturer: tests/system/provision.
covered+=(provision)
printf '%s\n' "$HUFU_ADMIN_PIN" >admin.pin
for HUFU_LANG in en zh; do
    export HUFU_LANG
    code=$(ca_code "zhangsan-$HUFU_LANG")
    enrolled
    all
done

export HUFU_LANG=en
for name in $(hufu --help | sed -n 's/^  \([a-z][a-z-]*\)  *[^ ].*/\1/p'); do
    done_well "hufu $name" hufu "$name" --help
    grep -qi '^examples\{0,1\}:' <<<"$output" || fail "hufu $name --help shows no example"
    case " ${covered[*]} " in *" $name "*) ;; *) fail "hufu $name --json is not judged here" ;; esac
done
echo "ok: ${#covered[@]} answers"
