#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Remote unlock from end to end: a token that was given the CA's unlock authority, a holder whose PIN
# is locked, an officer who answers; then everything that is not that answer. And the issuer's PIN
# rule as a holder meets it. REQ: K3 K5
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
export HUFU_LANG=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work
ca=$work/ca
export HUFU_CA_PASSPHRASE='the passphrase of the CA' HUFU_CA_DIR=$ca
seen() { hufu pin status --json | jq -r ".$1"; }
hufu-ca init --dir "$ca" --url http://127.0.0.1:0 --est-url https://127.0.0.1:0 >"$work/init"
grep -q "^unlock-authority: $ca/unlock-authority.pem$" "$work/init" || fail 'where is the authority'
[ "$(stat -c %a "$ca/keys/unlock.key")" = 600 ] || fail 'mode of the key'
grep -q 'BEGIN ENCRYPTED PRIVATE KEY' "$ca/keys/unlock.key" || fail 'the key is not encrypted'
hufu-ca applicant add --id zhang --name Zhang >/dev/null
HUFU_CA_OFFICER_PASSPHRASE='of the officer' hufu-ca officer add --id zhao --name Zhao >/dev/null

# Initialised with rule and authority; a PIN against the rule makes no token.
refused 2 'a PIN rule is' hufu init --pin-policy min=5
refused 2 'a PIN rule is' hufu init --pin-policy min=8,digits
refused 1 'neither PEM nor DER' hufu init --unlock-authority "$ca/ca.conf"
refused 1 'cannot be read' hufu init --unlock-authority "$work/nowhere"
refused 1 'key' hufu init --unlock-authority "$ca/tls-root.pem"
rule=min=8,digit,no-sequence,no-reuse
init() { hufu init --pin-policy "$rule" --unlock-authority "$ca/unlock-authority.pem" "$@"; }
expect 1 env HUFU_PIN=short-1 hufu init --pin-policy "$rule" --unlock-authority "$ca/unlock-authority.pem"
case $output in *'shorter than the issuer'*) ;; *) fail "$output" ;; esac
expect 1 env HUFU_PIN=no-number hufu init --pin-policy "$rule" --unlock-authority "$ca/unlock-authority.pem"
case $output in *"does not follow the issuer's rule"*) ;; *) fail "$output" ;; esac
export HUFU_PIN=first-user-1 HUFU_ADMIN_PIN=first-admin-1
# By now the token knows an authority; an init that names none leaves it with none.
hufu init >/dev/null
[ "$(seen user.remote_unlock.authority)" = null ] || fail "an authority that nobody named: $(seen user.remote_unlock.authority)"
hufu reset --yes >/dev/null
init >/dev/null
[ "$(seen user.rule)" = "$rule" ] || fail "the rule: $(seen user.rule)"
[ "$(seen admin.rule)" = "$rule" ] || fail 'the rule for the admin PIN'
fingerprint=$(openssl pkey -pubin -in "$ca/unlock-authority.pem" -outform DER | tail -c 64 |
    openssl dgst -sm3 -r | cut -c1-16)
[ "$(seen user.remote_unlock.authority)" = "$fingerprint" ] || fail 'another authority'
refused 1 'shorter' env HUFU_NEW_PIN=short-1 hufu pin change
refused 1 'does not follow' env HUFU_NEW_PIN=no-number hufu pin change
refused 1 'does not follow' env HUFU_NEW_PIN=12345678 hufu pin change
refused 1 'present one' env HUFU_NEW_PIN="$HUFU_PIN" hufu pin change
[ "$(seen user.tries_left)" = 3 ] || fail 'a PIN against the rule cost a try'

# Locked, asked, answered, once.
lock() {
    for _ in 1 2 3; do HUFU_PIN=00000000x hufu pin change >/dev/null 2>&1 && fail 'a wrong PIN'; done
    [ "$(seen user.tries_left)" = 0 ] || fail 'not locked'
}
export HUFU_NEW_PIN=second-user-2
lock
refused 1 'No such file' hufu pin unblock --response "$work/nowhere"
hufu pin unblock --request -o "$work/one" >/dev/null
grep -q '^Counter: 1$' "$work/one" || fail 'no counter'
answer() { hufu-ca unblock --officer zhao --applicant zhang --reason 'forgot it' --request "$1" --out "$2"; }
expect 1 env HUFU_CA_OFFICER_PASSPHRASE=wrong-passphrase hufu-ca unblock --officer zhao \
    --applicant zhang --request "$work/one" --out "$work/no"
expect 1 env HUFU_CA_OFFICER_PASSPHRASE=wrong-passphrase hufu-ca unblock --officer nobody \
    --applicant zhang --request "$work/one" --out "$work/no"
expect 1 env HUFU_CA_OFFICER_PASSPHRASE='of the officer' hufu-ca unblock --officer zhao \
    --applicant nobody --request "$work/one" --out "$work/no"
expect 1 env HUFU_CA_OFFICER_PASSPHRASE='of the officer' HUFU_CA_PASSPHRASE='not that one' \
    hufu-ca unblock --officer zhao --applicant zhang --request "$work/one" --out "$work/no"
[ ! -e "$work/no" ] || fail 'an answer without leave'
export HUFU_CA_OFFICER_PASSPHRASE='of the officer'
sed '0,/^[A-Za-z0-9+\/]\{64\}$/s/^A/B/' "$work/one" >"$work/damaged"
cmp -s "$work/one" "$work/damaged" && fail 'nothing was damaged'
expect 1 hufu-ca unblock --officer zhao --applicant zhang --request "$work/damaged" --out "$work/no"
case $output in *'damaged on its way'*) ;; *) fail "$output" ;; esac
answer "$work/one" "$work/answer" >/dev/null
refused 1 'not an unlock response' hufu pin unblock --response "$work/one"
refused 1 'shorter' env HUFU_NEW_PIN=short-1 hufu pin unblock --response "$work/answer"
done_well 'unblocked and replaced' hufu pin unblock --response "$work/answer"
HUFU_PIN=$HUFU_NEW_PIN HUFU_NEW_PIN=third-user-3 done_well changed hufu pin change
refused 1 'is used or was replaced' hufu pin unblock --response "$work/answer"
done_well 'authority' hufu pin status
[ "$(seen user.remote_unlock.accepted)" = 1 ] || fail 'not written down'
[ "$(seen admin.remote_unlock.accepted)" = 0 ] || fail 'the wrong PIN'

# What is not the authority's answer to this request; the last request counts.
hufu pin unblock --request -o "$work/two" >/dev/null
answer "$work/two" "$work/answer-two" >/dev/null
hufu pin unblock --request -o "$work/three" >/dev/null
refused 1 'is used or was replaced' hufu pin unblock --response "$work/answer-two"
[ "$(seen user.remote_unlock.judged)" = 1 ] || fail 'what the host can see cost a failure'
hufu-ca init --dir "$work/other" --url http://127.0.0.1:0 --est-url https://127.0.0.1:0 >/dev/null
HUFU_CA_DIR=$work/other hufu-ca applicant add --id zhang --name Zhang >/dev/null
HUFU_CA_DIR=$work/other hufu-ca officer add --id zhao --name Zhao >/dev/null
HUFU_CA_DIR=$work/other answer "$work/three" "$work/forged" >/dev/null
for left in 4 3 2 1; do
    refused 3 "$left failure" hufu pin unblock --response "$work/forged"
done
refused 3 'locked after five failures' hufu pin unblock --response "$work/forged"
answer "$work/three" "$work/answer-three" >/dev/null
refused 3 'locked after five failures' hufu pin unblock --response "$work/answer-three"
refused 3 'locked after five failures' hufu pin unblock --request
refused 3 'device key is wrong' env HUFU_DEVKEY=00000000000000000000000000000000 hufu pin enable-unblock
done_well 'enabled again' hufu pin enable-unblock
done_well 'unblocked and replaced' hufu pin unblock --response "$work/answer-three"

# The admin PIN; another token's and another application's answer; the issuer changes his mind.
hufu pin unblock --request --admin -o "$work/four" >/dev/null
answer "$work/four" "$work/answer-four" >/dev/null
HUFU_NEW_PIN=new-admin-4 done_well 'the admin PIN' hufu pin unblock --response "$work/answer-four"
refused 3 'no unlock authority' bash -c 'hufu pin authority none >/dev/null && hufu pin unblock --request'
done_well 'unlock authority' hufu pin authority "$work/other/unlock-authority.pem"
done_well 'rule for new PINs: min=6' hufu pin policy none
HUFU_PIN=$HUFU_NEW_PIN HUFU_NEW_PIN=plain- done_well changed hufu pin change
hufu pin unblock --request -o "$work/five" >/dev/null
serial=$(hufu info --json | jq -r .serial)
HUFU_CA_DIR=$work/other answer "$work/five" "$work/answer-five" >/dev/null
hufu skf app create OTHER >/dev/null
refused 1 'is for application' hufu pin unblock --app OTHER --response "$work/answer-five"
grep -q "^Serial: $serial$" "$work/answer-five" || fail 'no serial number for people'
done_well 'unblocked and replaced' hufu pin unblock --response "$work/answer-five"

# The log holds who, for whom and which token; no PIN, no passphrase; and the chain holds.
hufu-ca audit list >"$work/log"
[ "$(grep -c 'unblock refused' "$work/log")" = 3 ] || fail "$(cat "$work/log")"
grep -q "officer zhao	unblock	$serial	$HUFU_APP user 1: zhang: forgot it" "$work/log" ||
    fail "$(cat "$work/log")"
hufu-ca audit verify >/dev/null || fail 'the audit chain'
cat "$work"/answer* "$work/log" "$ca/ca.db" >"$work/all"
for secret in first-user-1 second-user-2 third-user-3 new-admin-4 'of the officer'; do
    ! grep -qa "$secret" "$work/all" || fail "$secret is written somewhere"
done
# Five wrong passphrases lock an officer until he is given another.
for _ in 1 2 3 4 5; do
    HUFU_CA_OFFICER_PASSPHRASE=wrong-passphrase answer "$work/five" "$work/no" >/dev/null 2>&1 &&
        fail 'a wrong passphrase'
done
expect 1 answer "$work/five" "$work/no"
hufu-ca officer list | grep 'zhao.*locked' >/dev/null || fail 'not locked'
HUFU_CA_OFFICER_PASSPHRASE='a new passphrase' hufu-ca officer passphrase --id zhao >/dev/null
HUFU_CA_OFFICER_PASSPHRASE='a new passphrase' answer "$work/five" "$work/yes" >/dev/null
hufu-ca officer remove --id zhao >/dev/null
HUFU_CA_OFFICER_PASSPHRASE='a new passphrase' expect 1 answer "$work/five" "$work/no"
echo ok
