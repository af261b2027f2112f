#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# BouncyCastle judges a token's attestations, SM2 and P-256, down to the maker's root. REQ: K1
set -euo pipefail
maker=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export XDG_STATE_HOME=$work/state # hufu enroll notes what it asked for
jars=/usr/share/java/bcprov.jar:/usr/share/java/bcpkix.jar:/usr/share/java/bcutil.jar
javac -Xlint:-options -cp "$jars" -d classes "$here/JudgeAttestation.java"
hufu enroll --request-only -o own.csr >/dev/null
openssl req -in own.csr -outform DER -out own.der
serial=$(hufu info --json | jq -r .serial)
challenge=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
for algorithm in sm2 p256; do
    "$maker" root.pem "$algorithm"
    hufu attest --algorithm "$algorithm" --challenge "$challenge" -o key.pem >/dev/null
    grep -v -- ----- key.pem | base64 -d >key.der
    java -XX:TieredStopAtLevel=1 -cp "$jars:classes" JudgeAttestation key.der root.pem "$algorithm" \
        "$challenge" "$serial" own.der | grep -x judged >/dev/null
done
