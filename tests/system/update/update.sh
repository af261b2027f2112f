#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# hufu firmware: an image signed and put on the token, refusals by name, a transfer that is killed
# or given up and goes on, a plug that is pulled, a trial nobody confirms. Keys stay. $1: the build's
# images. $2, $3: typed and midway (tests/support). REQ: K1 K3
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
export HUFU_LANG=en
images=$1 typed=$2 midway=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/made.sh"
make v2 0.2.0 1
make v3 0.3.0 1 --sm2 1 --lms 1
make v4 0.4.0 1

# A key that must survive all of this.
hufu skf key generate >/dev/null
hufu skf key public -o "$work/before.pub" >/dev/null

# --- files ------------------------------------------------------------------------------------
done_well 'version:          0.2.0' hufu firmware info "$work/v2"
done_well 'these are test keys' hufu firmware keys show "${keys[@]}" -o "$work/roots"
done_well 'board:            mps2-an505' hufu firmware verify "$work/v2" --roots "$work/roots"
done_well 'SM2 root 1, LMS root 1' hufu firmware verify "$work/v3" --roots "$work/roots"
json '.version == "0.2.0" and .rollback == 1 and .test' hufu firmware info "$work/v2" --json
json '.version == "0.3.0" and .sm2_key == 1 and .lms_key == 1' hufu firmware verify "$work/v3" --roots "$work/roots" --json
flip() { changed_byte "$work/$1" "$2" "$work/$3"; } # IN OFFSET OUT
flip v2 600 bad-lms
flip v2 520 bad-sm2
flip v2 9000 bad-body
flip v2 24 bad-board
flip v2 40 bad-store # store_format_oldest
head -c -1 "$work/v2" >"$work/cut"
{ cat "$work/v2"; printf x; } >"$work/long"
refused 1 'not by these roots' hufu firmware verify "$work/bad-lms" --roots "$work/roots"
refused 1 'not by these roots' hufu firmware verify "$work/bad-sm2" --roots "$work/roots"
refused 1 'part 1 is not what was signed' hufu firmware verify "$work/bad-body" --roots "$work/roots"
refused 1 'the end is missing' hufu firmware verify "$work/cut" --roots "$work/roots"
refused 1 'bytes behind its end' hufu firmware verify "$work/long" --roots "$work/roots"
refused 1 'no firmware image' hufu firmware info "$work/roots"
refused 2 'roots FILE are needed' hufu firmware verify "$work/v2"
refused 1 'no firmware roots' hufu firmware verify "$work/v2" --roots "$work/v2"
refused 1 'No such file' hufu firmware verify "$work/v2" --roots "$work/nothing"
# A copied key folder signs nothing.
cp -r "$images/keys" "$work/keys-copy"
refused 1 'a copy of a signing key' hufu firmware sign "$work/v2" -o "$work/no" --test \
    --keys "$work/keys-copy" --witness "$images/keys-witness"
[ ! -e "$work/no" ] || fail 'an image in spite of the refusal'

# --- refusals by the token, nothing changed ------------------------------------------------------
json '.version == "0.1.0" and .slot == 0 and .rollback == 0' hufu firmware info --json
refused 1 'signatures do not hold' hufu firmware update "$work/bad-lms"
refused 1 'signatures do not hold' hufu firmware update "$work/bad-sm2"
refused 1 'for another board' hufu firmware update "$work/bad-board"
refused 1 'cannot read what this token has stored' hufu firmware update "$work/bad-store"
refused 1 'no firmware image' hufu firmware update "$work/roots"
refused 1 'No such file' hufu firmware update "$work/nothing"
refused 2 'one firmware image' hufu firmware update
refused 1 'not what was signed' hufu firmware update "$work/bad-body"
refused 1 'the end is missing' hufu firmware update "$work/cut"
refused 1 'bytes behind its end' hufu firmware update "$work/long"
json '.version == "0.1.0" and .slot == 0' hufu firmware info --json

# --- an update, killed on its way, goes on ----------------------------------------------------------
# under_way SIGNAL AHEAD IMAGE: the update is ended by it when that many bytes more stand in slot B.
under_way() { # include/hufu/virtual_board.h: slot B is the second MiB of the firmware's flash
    "$midway" "$1" "$HUFU_STATE/flash.img" 0x200000 0x100000 "$2" -- \
        hufu firmware update "$3" >"$work/said" 2>&1 || fail "not ended by $1: $(cat "$work/said")"
}
under_way KILL 0x6000 "$work/v2"
json '.version == "0.1.0"' hufu firmware info --json
under_way INT 0x8000 "$work/v2" # taken up and given up once more
[[ $(cat "$work/said") == *'going on where the last transfer was cut'* ]] || fail 'not taken up'
json '.version == "0.1.0" and .slot == 0' hufu firmware info --json
# What a person sees: where it goes on, and how far it is.
expect 0 "$typed" -- hufu firmware update "$work/v2"
for text in 'going on where the last transfer was cut, at ' '[####' '100 %' 'the token runs version 0.2.0 now'; do
    case $output in *"$text"*) ;; *) fail "update, no '$text': $output" ;; esac
done
json '.image == "0.2.0"' hufu info --json
json '.version == "0.2.0" and .slot == 1 and .rollback == 1' hufu firmware info --json
make old 0.2.1 0
refused 1 'rollback counter is below' hufu firmware update "$work/old"
make older 0.1.9 1
refused 1 'older than the firmware that runs' hufu firmware update "$work/older"

# --- the plug, at several moments of an update ------------------------------------------------------
for after in 0.05 0.3 0.7; do
    hufu firmware update "$work/v3" >/dev/null 2>&1 &
    update=$!
    sleep "$after"
    hufu-emu power-cut --state "$HUFU_STATE" >/dev/null
    hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" >/dev/null
    wait "$update" 2>/dev/null || true
    eventually hufu info
    json '.version == "0.2.0" or .version == "0.3.0"' hufu firmware info --json
done
expect 0 hufu firmware update "$work/v3"
json '.version == "0.3.0" and .rollback == 1' hufu firmware info --json

# --- the issuer's policy ----------------------------------------------------------------------------
hufu firmware policy admin-pin >/dev/null
json '.authorisation_needed' hufu firmware info --json
HUFU_ADMIN_PIN=not-the-one refused 3 'wrong' hufu firmware update "$work/v4"
json '.version == "0.3.0"' hufu firmware info --json
json '.version == "0.4.0"' hufu firmware update "$work/v4" --json
json '.version == "0.4.0"' hufu firmware info --json
json '.policy == "signature"' hufu firmware policy signature --json
json '.authorisation_needed | not' hufu firmware info --json

hufu skf key public -o "$work/after.pub" >/dev/null
cmp "$work/before.pub" "$work/after.pub" || fail 'the key is another one'
echo ok
