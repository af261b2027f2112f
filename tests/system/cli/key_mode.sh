#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The modes of a container's keys as a holder meets them: a fresh PIN for each use, OK on the panel
# for each use, towards stricter only. REQ: K3
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
. "$(dirname "$0")/../../support/panel.sh"
export HUFU_LANG=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work
# Without what an earlier enrolment left: the request is signed each time.
sign() {
    rm -rf "$work/request.csr" "$work/enrolment"
    hufu enroll --request-only --state "$work/enrolment" -o "$work/request.csr"
}

# asked CODE BUTTON: a use of the key is asked about on the panel, and BUTTON is pressed.
asked() {
    local code=$1 button=$2 status=0
    sign >"$work/out" 2>"$work/err" &
    local signer=$!
    panel_asks $signer "$ready"
    hufu-emu press "$button" --state "$HUFU_STATE"
    wait $signer || status=$?
    [ "$status" = "$code" ] || fail "exit $status, not $code: $(cat "$work/err")"
    [ "$(panel)" = "$ready" ] || fail 'the question stays on the panel'
}

done_well 'key mode login' hufu key mode sign
sign >/dev/null
ready=$(panel)

# Each process gives the PIN, and a PIN is good for one use.
done_well 'key mode once' hufu key mode sign once
sign >/dev/null
sign >/dev/null
refused 1 'stricter only' hufu key mode sign login
refused 1 'stricter only' hufu key mode sign panel
json '.mode == "once"' hufu key mode sign --json
refused 2 'one of login, once, panel' hufu key mode sign often
refused 3 'nothing of this name' hufu key mode nowhere
refused 3 'the PIN is wrong' env HUFU_PIN=00000000x hufu key mode sign once

done_well 'key mode once+panel' hufu key mode sign once+panel
asked 0 ok
asked 3 cancel
grep -q "not confirmed on the token's panel" "$work/err" || fail "$(cat "$work/err")"
asked 0 ok
# The native vault is replugged when its command is done, which would be half a minute.
[ "${1:-}" != native ] || { echo ok; exit 0; }
# Pulled out while the question stands: that leaves a token that works, and the mode.
sign >"$work/out" 2>"$work/err" &
signer=$!
panel_asks $signer "$ready"
hufu-emu replug --state "$HUFU_STATE" >/dev/null
wait $signer && fail 'signed without being asked'
eventually hufu info
done_well 'key mode once+panel' hufu key mode sign
asked 0 ok
echo ok
