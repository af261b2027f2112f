#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which tokens are known: the first use stores one, another identity under its number is refused by
# every subcommand until hufu trust says otherwise, --strict takes no stranger; many first uses at
# once agree; a reset makes no stranger.
# REQ: K1
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HUFU_TRUST_DIR=$work/known
cd "$work"
echo text >document

# Nothing is known; strict stores nothing.
refused 3 'never met here' hufu info --strict
done_well '' hufu trust list
[ -z "$output" ] || fail 'a refused token was stored'
pids=()
for i in 1 2 3 4; do
    hufu pin status >"status.$i" &
    pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || fail 'a first use among several'; done
serial=$(hufu trust list)
[ "${#serial}" -eq 24 ] || fail "one token is known: $serial"
done_well "$serial" hufu info --strict
done_well 'known here' hufu trust show

# Somebody else under the same number.
file=$HUFU_TRUST_DIR/$serial
cp "$file" kept
tr 0123456789 1234567890 <kept >"$file.new"
sed -i 's/^hufu-identity 2 /hufu-identity 1 /' "$file.new"
mv "$file.new" "$file"
for command in info 'pin status' 'key list' 'key delete sign --yes' selftest 'random 8'; do
    # shellcheck disable=SC2086 # words are meant
    refused 3 'not the token known by its serial number' hufu $command
done
expect 3 hufu trust show
case $output in *'NOT the identity'*) ;; *) fail "show: $output" ;; esac
[ "$(jq -r .state <<<"$(hufu trust show --json || true)")" = changed ] || fail 'show --json'
done_well 'known here from now on' hufu trust accept
cmp "$file" kept || fail 'accept stored something else'
done_well 'sign' hufu key list
done_well '' hufu trust forget "$serial"
refused 1 'no token of this serial number' hufu trust forget "$serial"
refused 1 'no token of this serial number' hufu trust forget ../../etc/passwd
refused 2 'list, show, accept' hufu trust believe

# A damaged file is no stranger.
done_well sign hufu key list
echo rubbish >"$file"
refused 3 'folder of known tokens' hufu key list
rm "$file"

# A reset makes no stranger of the token.
done_well sign hufu key list
cp "$file" kept
done_well 'blank again' hufu reset --yes
hufu init --label again >/dev/null
cmp "$file" kept || fail 'a reset changed the identity'
echo ok
