# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A factory for tests: a manufacturer's CA with the station line-1, an issuer's certificate, two
# readers, and tokens that are plugged into them.
#   factory_begin          work, ca, est, readers; everything ends with the script
#   plug READER STATE ...  a token in reader 1 or 2; options of hufu-emu start, token_kind before them
#   unplug STATE...
#   ca_serve, ca_end       the CA's service
#   provision ARGS...      hufu provision as station line-1
factory_support=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$factory_support/../../.." && pwd)
# shellcheck source=tests/support/expect.sh
. "$root/tests/support/expect.sh"
# shellcheck source=tools/lib/services.sh
. "$root/tools/lib/services.sh"
export PATH=$root/build/host/bin:$PATH HUFU_LANG=en
emu=hufu-emu-test
token_kind=(--native)

factory_end() {
    local t
    for t in "$work"/t*; do "$emu" stop --state "$t" >/dev/null 2>&1 || true; done
    services_end
    rm -rf "$work"
}

ca_serve() {
    rm -f "$work/ready"
    services_start ca hufu-ca serve --ready-file "$work/ready"
    ca_pid=$services_last
    services_wait ca "$work/ready"
    est=$(sed -n 's/^est-url=//p' "$work/ready")
}
ca_end() { kill "$ca_pid" && wait "$ca_pid"; }

factory_begin() {
    work=$(mktemp -d)
    services_begin "$work/run"
    trap factory_end EXIT
    cd "$work"
    export HUFU_TRUST_DIR=$work/trust XDG_STATE_HOME=$work/state
    export HUFU_CA_PASSPHRASE='the passphrase of the CA' HUFU_CA_DIR=$work/ca
    export HUFU_STATION_PASSPHRASE='of the first line'
    mkfifo pcscd
    hufu-pcscd --tie $$ >pcscd </dev/null &
    local name value
    while IFS='=' read -r name value; do
        case $name in
            PCSCLITE_CSOCK_NAME) export PCSCLITE_CSOCK_NAME=$value ;;
            HUFU_VPCD_PORTS) ports=("${value%%,*}" "${value##*,}") ;;
            HUFU_READER) readers=("$value" "${value%0}1") ;;
        esac
    done < <(head -n 3 pcscd)
    local url_port est_port
    url_port=$(services_free_port)
    est_port=$(services_free_port)
    hufu-ca init --manufacturer --allow-development --organization 'Example Works' \
        --url "http://127.0.0.1:$url_port" --est-url "https://127.0.0.1:$est_port" >init.txt
    HUFU_CA_OFFICER_PASSPHRASE=$HUFU_STATION_PASSPHRASE \
        hufu-ca officer add --id line-1 --name 'Line 1' --role station >/dev/null
    openssl genpkey -algorithm SM2 -out issuer.key 2>/dev/null
    openssl req -x509 -new -key issuer.key -sm3 -sigopt distid:1234567812345678 -days 30 \
        -subj '/CN=Issuer' -addext basicConstraints=CA:FALSE \
        -addext keyUsage=critical,keyEncipherment,dataEncipherment -out issuer.crt
}

plug() {
    local reader=$1 state=$2
    shift 2
    "$emu" start --state "$work/$state" --vpcd "${ports[reader - 1]}" --tie $$ "${token_kind[@]}" "$@" >/dev/null
}
unplug() { "$emu" stop --state "$work/$1" >/dev/null; }

first=202611210010000100000000
provision() {
    hufu provision --manufacturer 'Example Works' --first "$first" --ca "$est" \
        --tls-ca ca/tls-root.pem --station-id line-1 --roots ca/device-roots.pem \
        --issuer issuer.crt --out sealed "$@"
}
lifecycle() { hufu info --reader "${readers[$1 - 1]}" --json | jq -r .lifecycle; }
serial() { hufu info --reader "${readers[$1 - 1]}" --json | jq -r .serial; }
