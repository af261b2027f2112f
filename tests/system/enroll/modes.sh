#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A container made for strict keys is enrolled all the same: the PIN is given for each use, the
# holder presses OK for each; afterwards signing and decrypting ask as they should. REQ: K3 K6
set -euo pipefail
. "$(dirname "$0")/../../support/ca.sh"
. "$(dirname "$0")/../../support/panel.sh"
work=$(mktemp -d)
ca_start "$work"
presser=
trap '[ -z "$presser" ] || kill "$presser" 2>/dev/null || true; services_end || true; rm -rf "$work"' EXIT
# A run that was cut off between the container and its mode goes on there, and then it is done.
hufu init >/dev/null
refused 3 'already initialised' hufu init
hufu init --key-mode once >/dev/null
refused 3 'already initialised' hufu init --key-mode once
refused 3 'already initialised' hufu init
done_well 'key mode once' hufu key mode "$HUFU_CONTAINER"

# The PIN for the request, the PIN again for the pair; then one for a signature, one for a document.
enroll alice "$(ca_code alice)" --state "$work/one" >/dev/null
printf 'text' >"$work/text"
hufu sign "$work/text" -o "$work/text.p7s" >/dev/null
[ -s "$work/text.p7s" ] || fail 'not signed'

# Confirmed on the panel: whoever presses OK whenever something is asked.
export HUFU_CONTAINER=strict
enroll_on() { enroll bob "$(ca_code bob)" --state "$work/two"; }
hufu skf container create strict >/dev/null
done_well 'key mode once+panel' hufu key mode strict once+panel
quiet=$(panel)
: >"$work/presses"
# Counted before it is pressed: what was waited for may be over, and this with it, a moment later. The
# next question is another screen, which this one must have left.
(
    while sleep 0.05; do
        asked=$(panel)
        [ "$asked" != "$quiet" ] || continue
        echo ok >>"$work/presses"
        hufu-emu press ok --state "$HUFU_STATE"
        while [ "$(panel)" = "$asked" ]; do sleep 0.05; done
    done
) &
presser=$!
enroll_on >/dev/null
hufu sign "$work/text" -o "$work/text2.p7s" >/dev/null
kill "$presser"
wait "$presser" 2>/dev/null || true
presser=
[ "$(wc -l <"$work/presses")" -ge 3 ] || fail "asked $(wc -l <"$work/presses") times: request, pair, signature"
[ -s "$work/text2.p7s" ] || fail 'not signed on the panel'
echo ok
