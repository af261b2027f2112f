# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A CA of the test's own, on free loopback ports, and the words to enrol with it; expect and its
# like from tests/support/expect.sh.
#   ca_start DIR          init and serve; sets ca_dir, ca_est, HUFU_CA_PASSPHRASE
#   ca_code ID            adds the applicant ID, prints a code
#   enroll ID CODE ARGS…  hufu enroll against it
ca_support=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/lib/services.sh
. "$ca_support/../../tools/lib/services.sh"
# shellcheck source=tests/support/expect.sh
. "$ca_support/expect.sh"

ca_start() {
    ca_dir=$1/ca
    HUFU_CA_PASSPHRASE=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    export HUFU_CA_PASSPHRASE
    services_begin "$1/run"
    trap services_end EXIT
    local port
    port=$(services_free_port)
    ca_port=$(services_free_port)
    ca_est=https://127.0.0.1:$ca_port
    hufu-ca init --dir "$ca_dir" --url "http://127.0.0.1:$port" --est-url "$ca_est" >"$1/init.txt"
    services_start ca hufu-ca serve --dir "$ca_dir" --ready-file "$1/ready"
    services_wait ca "$1/ready"
}

ca_code() {
    hufu-ca applicant add --dir "$ca_dir" --id "$1" --name "Applicant $1" \
        --organization 'Hufu Test' --country CN >/dev/null
    hufu-ca code --dir "$ca_dir" --applicant "$1"
}

enroll() {
    local id=$1 code=$2
    shift 2
    HUFU_CODE=$code hufu enroll --est-url "$ca_est" --tls-ca "$ca_dir/tls-root.pem" \
        --root-sm3 "$(cat "$ca_dir/root.sm3")" --applicant "$id" "$@"
}
