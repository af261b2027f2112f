# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Questions on the panel of the token in $HUFU_STATE; fail from tests/support/expect.sh.
#   panel          what it shows
#   panel_asks PID READY   until it shows something else than READY; PID is at work meanwhile, and
#                          must not come to its end unasked

panel() { hufu-emu panel --state "$HUFU_STATE"; }

panel_asks() {
    local end=$((SECONDS + 120))
    while [ "$(panel)" = "$2" ]; do
        kill -0 "$1" 2>/dev/null || fail 'nothing was asked'
        [ "$SECONDS" -lt "$end" ] || fail 'nothing is asked'
        sleep 0.05
    done
}
