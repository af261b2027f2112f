# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# The main job, whatever the way to the token: init, enrol, sign, verify, encrypt, decrypt. The CA
# runs outside (deriving keys from its passphrase takes an emulated processor a minute and a half);
# its ports on the guest's loopback lead there. REQ: K1 T3
job_ca() {
    for port in $(sed 's/.*ca=\([0-9,]*\).*/\1/; s/,/ /' /proc/cmdline); do
        printf '#!/bin/sh\nexec nc 10.0.2.2 %s\n' "$port" >"/tmp/to-$port"
        chmod +x "/tmp/to-$port"
        nc -ll -p "$port" -e "/tmp/to-$port" &
        est=https://127.0.0.1:$port # the second one
    done
    export HUFU_LANG=en HUFU_TRUST_DIR=/tmp/trust
    export HUFU_PIN=73504182 HUFU_ADMIN_PIN=60951834 HUFU_DEVKEY=00112233445566778899aabbccddeeff
}

# An emulated processor's clock falls behind, and a certificate made outside is valid from its second
# on: minutes ahead, and set again before each step that looks at one.
job_clock() {
    outside time now
    date -u -s "$answered" >/dev/null
}

# job_run NAME: everything with the one token that --transport and HUFU_READER show.
job_run() {
    folder=/tmp/job-$1
    mkdir -p "$folder"
    cd "$folder" || fail "$folder"
    job_clock
    step "  hufu init"
    hufu init --label "Guest $1" || fail 'hufu init'
    step "  hufu enroll"
    outside code "$1"
    code=$answered
    job_clock
    HUFU_CODE=$code hufu enroll --est-url "$est" --tls-ca /hufu/tls-root.pem \
        --root-sm3 "$(cat /hufu/root.sm3)" --applicant "$1" --state state --out-dir . ||
        fail 'hufu enroll'
    step "  sign, verify, encrypt, decrypt"
    job_clock
    echo 'one half with the issuer, one half with the bearer' >document.txt
    hufu sign document.txt -o document.p7s || fail 'hufu sign'
    hufu verify document.txt document.p7s --trust ca-chain.pem >verified ||
        fail "hufu verify: $(cat verified)"
    hufu encrypt --to enc.crt document.txt -o document.enc || fail 'hufu encrypt'
    hufu decrypt document.enc -o document.dec || fail 'hufu decrypt'
    cmp document.txt document.dec || fail 'decrypted to something else'
    sed 's/half/part/' document.txt >flipped.txt
    hufu verify flipped.txt document.p7s --trust ca-chain.pem >verified && fail 'a changed document verifies'
    cd /
}

# job_again NAME: the same token later: the key of then signs.
job_again() {
    cd "/tmp/job-$1" || fail "no job $1"
    job_clock
    hufu sign document.txt -o again.p7s || fail 'hufu sign'
    hufu verify document.txt again.p7s --trust ca-chain.pem >verified ||
        fail "hufu verify: $(cat verified)"
    rm again.p7s
    cd /
}
