#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Files that cannot be read or written, folders where files are meant, damaged and large ones, and
# certificates of somebody else's key. Also judged as root, whom no permission stops. REQ: K6 L7
set -euo pipefail
. "$(dirname "$0")/../../support/ca.sh"
export HUFU_LANG=en
work=$(mktemp -d)
ca_start "$work"
trap 'services_end; rm -rf "$work"' EXIT
cd "$work"
enroll zhangsan "$(ca_code zhangsan)" --state state --out-dir . >/dev/null
head -c 5000000 /dev/urandom >document
hufu sign document >/dev/null
hufu encrypt --to enc.crt document -o document.enc >/dev/null
mkdir folder empty
holdings() { hufu key list --json && hufu cert list --json && hufu pin status --json; }
before=$(holdings)
files=$(find . -path ./run -prune -o -path ./ca -prune -o -type f -print | sort)

# --- input: not there, a folder, a file as a folder, unreadable
bad_inputs=(none folder document/none)
if [ "$(id -u)" -ne 0 ]; then
    cp document unreadable && chmod 000 unreadable
    bad_inputs+=(unreadable)
    files=$(printf '%s\n./unreadable' "$files" | sort)
fi
for bad in "${bad_inputs[@]}"; do
    refused 1 "$bad: " hufu sign "$bad" -o empty/x
    refused 1 "$bad: " hufu sign document --chain "$bad" -o empty/x
    refused 1 "$bad: " hufu sign document --pin-file "$bad" -o empty/x
    refused 1 "$bad: " hufu encrypt --to enc.crt "$bad" -o empty/x
    refused 1 "$bad: " hufu encrypt --to "$bad" document -o empty/x
    refused 1 "$bad: " hufu encrypt --to enc.crt --trust "$bad" document -o empty/x
    refused 1 "$bad: " hufu decrypt "$bad" -o empty/x
    refused 1 "$bad: " hufu verify "$bad" document.p7s --trust ca-chain.pem
    refused 1 "$bad: " hufu verify document "$bad" --trust ca-chain.pem
    refused 1 "$bad: " hufu verify document --trust "$bad"
    refused 1 "$bad: " hufu cert import "$bad"
    refused 1 "$bad: " hufu enroll --response "$bad" --trust ca-chain.pem
    refused 1 "$bad" hufu reset --yes --device-key-file "$bad"
    refused 1 "$bad: " hufu pin change --new-pin-file "$bad"
done
# Not what it should be.
head -c 3000 document >noise
: >nothing
for bad in noise nothing; do
    refused 1 "$bad: " hufu encrypt --to "$bad" document -o empty/x
    refused 1 "$bad: " hufu decrypt "$bad" -o empty/x
    refused 1 "$bad: " hufu verify document "$bad" --trust ca-chain.pem
    refused 1 "$bad: " hufu verify document --trust "$bad"
    refused 1 "$bad: " hufu cert import "$bad"
done
rm noise nothing

# --- output: a folder that takes no file, a file as a folder, a folder, the input itself
for bad in /proc/x document/x none/x folder; do
    refused 1 "$bad: " hufu sign document -o "$bad"
    refused 1 "$bad: " hufu encrypt --to enc.crt document -o "$bad"
    refused 1 "$bad: " hufu decrypt document.enc -o "$bad"
    refused 1 "$bad: " hufu cert export -o "$bad"
done
for bad in /proc/x document/x none/x; do
    refused 1 "$bad: " hufu enroll --request-only -o "$bad" --container other
    refused 1 "$bad/sign.crt: " hufu enroll --est-url "$ca_est" --applicant zhangsan --out-dir "$bad" \
        --container other
done
refused 2 'name another file with -o' hufu sign document -o document
refused 2 'name another file with -o' hufu encrypt --to enc.crt document -o document
refused 2 'name another file with -o' hufu decrypt document.enc -o document.enc

# --- one flipped byte, in each element of the message
head -c 2000 document >empty/small
hufu encrypt --to enc.crt empty/small -o small.enc >/dev/null
rm empty/small
size=$(stat -c %s small.enc)
tried=0
check_flipped() { # AT
    local byte
    cp small.enc damaged.enc
    byte=$(od -An -tu1 -j "$1" -N 1 damaged.enc)
    # shellcheck disable=SC2059 # an octal escape is built
    printf "\\$(printf %03o $((byte ^ 0x24)))" |
        dd of=damaged.enc bs=1 seek="$1" conv=notrunc status=none
    tried=$((tried + 1))
    expect_run hufu decrypt damaged.enc -o empty/x
    case $status in
        1 | 3) one_complaint "$status" damaged.enc "a flipped byte at $1" ;;
        *) fail "a flipped byte at $1: exit $status" ;;
    esac
    [ -z "$(ls -A empty)" ] || fail "a flipped byte at $1 left an output"
}
# openssl lists each element: its place, the length of its head, that of its value. The last two are
# the IV and the ciphertext. Their bytes, the last two blocks apart, cannot be told from another
# content: SM4-CBC encrypts and does not authenticate; the forms have nothing else.
mapfile -t places < <(openssl asn1parse -inform DER -in small.enc |
    sed -n 's/^ *\([0-9]*\):d=.*hl=\([0-9]*\) *l= *\([0-9]*\) \([a-z]*\):.*/\1 \2 \3 \4/p')
[ "${#places[@]}" -ge 20 ] || fail "the message has ${#places[@]} elements"
for ((i = 0; i < ${#places[@]}; i++)); do
    read -r at head_length length kind <<<"${places[i]}"
    check_flipped "$at"         # tag
    check_flipped $((at + 1))   # length
    [ "$kind" = cons ] || [ $((i + 2)) -ge "${#places[@]}" ] ||
        check_flipped $((at + head_length + length - 1))
done
check_flipped $((size - 17))
for cut in 1 16 17 1000 $((size - 100)); do
    head -c -$cut small.enc >damaged.enc
    refused 1 damaged.enc hufu decrypt damaged.enc -o empty/x
done
cat small.enc <(echo more) >damaged.enc
refused 1 damaged.enc hufu decrypt damaged.enc -o empty/x
rm damaged.enc small.enc

# --- a certificate of another key
openssl req -x509 -newkey sm2 -nodes -keyout other.key -out other.crt \
    -subj /CN=other -sm3 -days 1 2>/dev/null
for other in other.crt enc.crt ca-chain.pem; do
    refused 1 "for another key than the container's" hufu cert import "$other"
done
refused 1 "for another key than the container's" hufu cert import sign.crt --encryption
refused 1 'other.crt: ' hufu encrypt --to other.crt document -o empty/x
rm other.key other.crt

[ "$(holdings)" = "$before" ] || fail 'a refused command changed the token'
[ "$(find . -path ./run -prune -o -path ./ca -prune -o -type f -print | sort)" = "$files" ] ||
    fail "files came or went: $(ls -R . | head -40)"

# --- of any size, in bounded memory
bounded() { (ulimit -v 400000 && "$@"); }
rm document.enc
done_well written bounded hufu sign document --form cms
done_well written bounded hufu encrypt --to enc.crt document -o document.enc
done_well written bounded hufu decrypt document.enc -o plain
cmp document plain
done_well 'result: good' bounded hufu verify document document.cms --trust ca-chain.pem
if [ "${HUFU_TEST_LONG:-}" = 1 ]; then
    truncate -s 500000000 huge
    done_well written bounded hufu sign huge
    done_well 'result: good' bounded hufu verify huge --trust ca-chain.pem
    printf x | dd of=huge bs=1 seek=300000000 conv=notrunc status=none
    refused 1 'not the content that was signed' bounded hufu verify huge --trust ca-chain.pem
fi
echo "ok: $tried flipped bytes refused"
