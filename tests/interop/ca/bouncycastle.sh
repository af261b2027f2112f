#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# BouncyCastle judges certificates, list and status answers before and after a loss report.
# REQ: C2 L6 Q2 Q3
. "$(dirname "$0")/common.sh"
jars=/usr/share/java/bcprov.jar:/usr/share/java/bcpkix.jar:/usr/share/java/bcutil.jar
javac -Xlint:-options -cp "$jars" -d classes "$HERE/JudgeCa.java"
new_ca
start
applicant zhang
enrol zhang
judge_all() {
    curl -sS -o ca.crl "$URL/ca.crl"
    openssl ocsp -issuer ca/certs/issuing.pem -sm3 -cert zhang.sign.crt -url "$URL/ocsp" -noverify \
        -respout resp.der >/dev/null 2>&1
    java -XX:TieredStopAtLevel=1 -cp "$jars:classes" JudgeCa ca/certs/root.pem ca/certs/issuing.pem zhang.sign.crt \
        zhang.enc.crt ca.crl resp.der "$1" | has -x judged
}
judge_all good
"$CA" revoke --serial "$(serial_of zhang.enc.crt)" --lost
judge_all revoked
stop
