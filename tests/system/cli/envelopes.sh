#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# hufu key import: every form of an enveloped pair from a file into the token, refusals by name.
# $1: the maker of the files. REQ: K1 E4
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
export HUFU_LANG=en
maker=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$maker" .
[ "$(ls [0-9][0-9] | wc -l)" -gt 20 ] || fail 'no messages'

for file in [0-9][0-9]; do
    # A CSRResponse brings certificates of another key here: refused before anything is installed.
    if [ "$file" = 14 ]; then
        refused 1 "another key than the" hufu key import "$file"
        continue
    fi
    done_well "now in container $HUFU_CONTAINER" hufu key import "$file" --cert enc.crt
done
done_well 'encryption key 256 bits, certificate yes' hufu key list
json '.imported == "00"' hufu key import 00 --json

# What does not hold the public key says what it needs.
refused 1 'enveloped data of GB/T 35275: this form does not hold the public key' hufu key import 15
refused 1 "CFCA's form: this form does not hold the public key" hufu key import 25
# The wrong certificate, a certificate instead of an envelope, damage, nothing.
openssl ecparam -name SM2 -genkey -noout -out other.key
openssl req -new -x509 -key other.key -sm3 -sigopt distid:1234567812345678 -subj /CN=x -out other.crt
refused 1 'for another key than the one in 00' hufu key import 00 --cert other.crt
refused 1 'holds no private key' hufu key import enc.crt
refused 1 'private key in clear' hufu key import other.key
head -c 300 15 >cut
refused 1 'no form of an enveloped key' hufu key import cut --cert enc.crt
refused 1 'No such file' hufu key import none
{ head -c 240 00; printf '\377\377\377\377'; tail -c +245 00; } >damaged
refused 1 'SM2 key' hufu key import damaged
{ head -c 380 00; printf '\1\2\3\4\5\6\7\10'; } >damaged
refused 1 'the token cannot open it' hufu key import damaged
refused 2 'import FILE' hufu key import
done_well 'certificate yes' hufu key list
echo ok
