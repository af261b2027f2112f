#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Faults planted in the database and in an export are found by the offline verifier. REQ: R3
. "$(dirname "$0")/common.sh"
new_ca
start
applicant zhang
enrol zhang
"$CA" revoke --applicant zhang --reason superseded >/dev/null
stop
"$CA" export --out "$WORK/export" >/dev/null
"$CA" audit verify
rows=$(wc -l <export/audit.tsv)
root=$(cat ca/root.sm3)

# The export needs nothing of the CA.
mv ca kept
env -u HUFU_CA_DIR -u HUFU_CA_PASSPHRASE "$CA" audit verify --from export --root-sm3 "$root" --expect "$rows"
expect 1 "$CA" audit verify --from export --root-sm3 "${root//[0-9]/0}"
expect 1 "$CA" audit verify --from export --expect $((rows + 1))
! grep -rqa 'PRIVATE KEY' export || fail "a key was exported"
mv kept ca

planted() { # planted TEXT: verify finds it in the copy
    expect 1 "$CA" audit verify --from copy
    grep -q "$1" err.txt || { cat err.txt >&2; fail "found, but not as: $1"; }
    rm -rf copy
}
cp -r export copy; sed -i 's/Name zhang/Name zhong/' copy/audit.tsv; planted 'changed'
cp -r export copy; sed -i '5d' copy/audit.tsv; planted 'missing'
cp -r export copy; sed -i '5{h;d};7{G}' copy/audit.tsv; planted 'order'
cp -r export copy; sed -i '$d' copy/audit.tsv; planted 'missing at the end'
cp -r export copy; sed -i '1,$d' copy/audit.tsv; planted 'missing at the end'
cp -r export copy; sed -i '2s/^./9/' copy/audit.checkpoints; planted 'checkpoint'
cp -r export copy; echo garbage >>copy/audit.tsv; planted 'cannot be read'
openssl ecparam -name SM2 -genkey -noout -out forger.key
openssl req -new -x509 -key forger.key -sm3 -sigopt $DISTID -subj /CN=forger -out forger.pem
cp -r export copy; cp forger.pem copy/audit.pem; planted 'does not lead to the root'

# The database itself.
tamper() { # tamper SQL TEXT
    cp -r ca copy
    sqlite3 copy/ca.db "$1"
    expect 1 "$CA" audit verify --dir copy
    grep -q "$2" err.txt || { cat err.txt >&2; fail "found, but not as: $2"; }
    rm -rf copy
}
tamper "UPDATE audit SET detail = 'x' WHERE seq = 4" changed
tamper "DELETE FROM audit WHERE seq = 4" missing
tamper "DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)" 'missing at the end'
tamper "UPDATE audit SET seq = 1000 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 1000" changed
"$CA" audit verify
