#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Wrong PINs are counted down and lock; the admin PIN restores; an initialised token is not made
# anew; reset needs the device key, destroys the keys, and new tries come with new keys only.
# REQ: K3 K4
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
export HUFU_LANG=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work
right=$HUFU_PIN
wrong=00000000x
public() {
    hufu enroll --request-only -o "$work/request.csr" >/dev/null
    openssl req -in "$work/request.csr" -noout -pubkey
}
tries() { hufu pin status --json | jq ".$1.tries_left"; }

before=$(public)
export HUFU_PIN=$wrong
refused 3 'the PIN is wrong; 2 tries left' hufu key delete sign --yes
refused 3 'the PIN is wrong; 1 try left' hufu key delete sign --yes
# A right one gives the tries back.
HUFU_PIN=$right HUFU_NEW_PIN=$right done_well changed hufu pin change
[ "$(tries user)" -eq 3 ] || fail 'a right PIN did not restore the tries'
refused 3 'the PIN is wrong; 2 tries left' hufu key delete sign --yes
refused 3 'the PIN is wrong; 1 try left' hufu key delete sign --yes
refused 3 'the PIN is locked; unblock it with the admin PIN' hufu key delete sign --yes
refused 3 'the PIN is locked' env HUFU_PIN="$right" hufu key delete sign --yes
done_well '(locked)' hufu pin status
# Unplugging is no remedy.
hufu-emu replug --state "$HUFU_STATE" >/dev/null
eventually hufu info
refused 3 'the PIN is locked' env HUFU_PIN="$right" hufu key delete sign --yes

# A wrong admin PIN is counted too, on its own counter.
export HUFU_NEW_PIN=new-user-pin
refused 3 'the PIN is wrong; 4 tries left' env HUFU_ADMIN_PIN=$wrong hufu pin unblock
[ "$(tries admin)" -eq 4 ] || fail 'the admin try was not counted'
[ "$(tries user)" -eq 0 ] || fail 'a refused unblocking unblocked'
refused 1 '6 to 16 bytes' env HUFU_NEW_PIN=short hufu pin unblock
done_well unblocked hufu pin unblock
[ "$(tries admin)/$(tries user)" = 5/3 ] || fail 'the tries are not restored'
refused 3 'the PIN is wrong; 2 tries left' env HUFU_PIN="$right" hufu key delete sign --yes
export HUFU_PIN=$HUFU_NEW_PIN
[ "$(public)" = "$before" ] || fail 'the key changed with the PIN'

# An initialised token is kept as it is.
refused 3 'already initialised; hufu reset' hufu init
refused 3 'already initialised; hufu reset' hufu init --app OTHER --container other
[ "$(public)" = "$before" ] || fail 'a refused init changed the key'

# Locked for good, the token does not come back with a fresh counter and the old key.
for left in 4 3 2 1; do
    refused 3 "$left tr" env HUFU_ADMIN_PIN=$wrong hufu pin unblock
done
refused 3 'the PIN is locked' env HUFU_ADMIN_PIN=$wrong hufu pin unblock
refused 3 'the PIN is locked' hufu pin unblock
[ "$(public)" = "$before" ] || fail 'the user PIN should still work'
refused 2 'device key is needed' env -u HUFU_DEVKEY hufu reset --yes
refused 3 'device key is wrong' env HUFU_DEVKEY=00000000000000000000000000000000 hufu reset --yes
[ "$(public)" = "$before" ] || fail 'a refused reset changed the key'
done_well 'blank again' hufu reset --yes
refused 3 'hufu init makes one' hufu key list

# What follows is a new token with new keys.
refused 3 'transport key' env HUFU_OLD_DEVKEY="${HUFU_DEVKEY}" HUFU_DEVKEY=ffffffffffffffffffffffffffffffff hufu init
hufu init --label again >/dev/null
[ "$(tries admin)/$(tries user)" = 5/3 ] || fail 'no fresh tries'
done_well 'signing key 0 bits' hufu key list
[ "$(public)" != "$before" ] || fail 'the old key came back'
echo ok
