#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A connection that breaks at each step, and a power cut between steps: the enrolment is run again
# and ends with one key and two certificates. REQ: L2 L7 C3
set -euo pipefail
proxy=$1
. "$(dirname "$0")/../../support/ca.sh"
work=$(mktemp -d)
trap 'services_end || true; rm -rf "$work"' EXIT
ca_start "$work"
trap 'services_end || true; rm -rf "$work"' EXIT
direct=$ca_est

hufu init --label Test --app "$HUFU_APP" --container "$HUFU_CONTAINER" </dev/null >/dev/null

round=0
issued() { hufu-ca list --dir "$ca_dir" --applicant "$id" | grep -cE 'sign|encrypt' || true; }
# Connections of an enrolment: 1 cacerts, 2 csrattrs, 3 simpleenroll, 4 serverkeygen; how many
# certificates there are after the cut.
for cut in '1 before 0' '2 before 0' '3 before 0' '3 after 1' '4 before 1' '4 after 2'; do
    round=$((round + 1))
    id=r$round
    code=$(ca_code "$id")
    rm -f "$work/port"
    there=${cut##* } cut=${cut% *}
    # shellcheck disable=SC2086 # two words
    services_start proxy "$proxy" "$work/port" "$ca_port" $cut
    services_wait proxy "$work/port"
    export HUFU_CONTAINER=c$round
    ca_est=https://127.0.0.1:$(cat "$work/port")
    expect 4 enroll "$id" "$code" --state "$work/state"
    case $output in *again*) ;; *) fail "no remedy in: $output" ;; esac
    [ "$(issued)" = "$there" ] || fail "$(issued) certificates at the cut ($cut)"
    key=$(hufu key list --json | jq ".[] | select(.container==\"c$round\") | .sign_bits")
    [ "$key" = 256 ] || fail "no signing key after the cut ($cut)"
    if [ "$cut" = '3 after' ]; then # and the power fails too
        hufu-emu power-cut --state "$HUFU_STATE"
        hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" >/dev/null
    fi
    ca_est=$direct
    expect 0 enroll "$id" "$code" --state "$work/state" --out-dir "$work/out$round"
    [ "$(issued)" = 2 ] || fail "$(issued) certificates issued for one enrolment ($cut)"
    [ -z "$(ls -A "$work/state/enroll" 2>/dev/null)" ] || fail 'state is left behind'
    # Nothing more to do: the same words say so and change nothing.
    expect 1 enroll "$id" "$code" --state "$work/state"
done
echo "6 cut enrolments resumed"
