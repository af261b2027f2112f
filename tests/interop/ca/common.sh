# SPDX-License-Identifier: Apache-2.0
# What the scripts of this folder share: a CA of their own in a temporary folder, running on free
# loopback ports and stopped at exit; software keys and requests by openssl.
set -euo pipefail
CA=$1
OPEN_ENVELOPE=$2
DISTID=distid:1234567812345678
HERE=$(cd "$(dirname "$0")" && pwd)
WORK=$(mktemp -d)
SERVER=
export HUFU_LANG=en HUFU_CA_DIR=$WORK/ca HUFU_CA_PASSPHRASE="interop passphrase"
# shellcheck source=tools/lib/services.sh
. "$HERE/../../../tools/lib/services.sh"
cd "$WORK"

finish() {
    local status=$?
    if [ -n "$SERVER" ]; then
        kill "$SERVER" 2>/dev/null || true
        wait "$SERVER" 2>/dev/null || true
    fi
    [ "$status" -eq 0 ] || { echo "FAILED (status $status); server said:"; cat "$WORK/server.log" || true; } >&2
    rm -rf "$WORK"
}
trap finish EXIT

fail() { echo "$*" >&2; exit 1; }

# like grep -q, but reads on, so that the writer before it is not killed (pipefail)
has() { grep "$@" >/dev/null; }

# expect STATUS COMMAND...: the command must exit with this status
expect() {
    local wanted=$1 got=0
    shift
    "$@" >out.txt 2>err.txt || got=$?
    [ "$got" -eq "$wanted" ] || { cat out.txt err.txt >&2; fail "expected exit $wanted, got $got: $*"; }
}

# The ports are bound later, and again after each stop: chosen where nobody else gets one by chance.
new_ca() {
    "$CA" init --url "http://127.0.0.1:$(services_free_port)" \
        --est-url "https://127.0.0.1:$(services_free_port)" >init.txt
    URL=$(sed -n 's/^url: //p' init.txt)
    EST=$(sed -n 's/^est-url: //p' init.txt)/.well-known/est
}

start() {
    "$CA" serve --ready-file "$WORK/ready" >server.log 2>&1 &
    SERVER=$!
    for _ in $(seq 1200); do
        [ -s ready ] && return
        kill -0 "$SERVER" 2>/dev/null || fail "the server ended"
        sleep 0.1
    done
    fail "the server is not ready"
}

stop() {
    kill "$SERVER"
    local status=0
    wait "$SERVER" || status=$?
    SERVER=
    [ "$status" -eq 0 ] || fail "the server ended with status $status"
}

# applicant ID: recorded, with a code in ID.code and a key in ID.key
applicant() {
    "$CA" applicant add --id "$1" --name "Name $1" --organization Example >/dev/null
    "$CA" code --applicant "$1" >"$1.code"
    new_key "$1"
    request "$1"
}
new_key() { openssl ecparam -name SM2 -genkey -noout -out "$1.key"; }
# request ID [SUBJECT] [OUT]
request() {
    openssl req -new -key "$1.key" -sm3 -sigopt $DISTID -utf8 -outform DER \
        -subj "${2:-/C=CN/O=Example/CN=Name $1}" -out "${3:-$1}.req"
    base64 "${3:-$1}.req" >"${3:-$1}.b64"
}

# post OPERATION USER CODE BODY OUT: prints the HTTP status
post() {
    curl -sS --cacert ca/tls-root.pem -u "$2:$3" -H 'Content-Type: application/pkcs10' \
        --data-binary @"$4" -o "$5" -D "$5.head" -w '%{http_code}' "$EST/$1"
}
# must STATUS OPERATION USER CODE BODY OUT
must() {
    local wanted=$1 got
    shift
    got=$(post "$@")
    [ "$got" = "$wanted" ] || { cat "$5" >&2; fail "expected HTTP $wanted, got $got: $1 for $2"; }
}
# certificate of a certs-only answer
unpack() { base64 -d "$1" | openssl pkcs7 -inform DER -print_certs -out "$2"; }
# both parts of a serverkeygen answer: OUT.envelope and OUT.crt
unpack_pair() {
    tr -d '\r' <"$1" | awk '/sm2-enveloped-key/{p=1} p&&/^$/{b=1;next} b&&/^--/{p=b=0} b' |
        base64 -d >"$2.envelope"
    tr -d '\r' <"$1" | awk '/certs-only/{p=1} p&&/^$/{b=1;next} b&&/^--/{p=b=0} b' >"$2.p7"
    unpack "$2.p7" "$2.crt"
}
serial_of() { openssl x509 -in "$1" -noout -serial | cut -d= -f2; }
# enrol ID: both certificates as ID.sign.crt and ID.enc.crt
enrol() {
    local code
    code=$(cat "$1.code")
    must 200 simpleenroll "$1" "$code" "$1.b64" "$1.sign"
    unpack "$1.sign" "$1.sign.crt"
    must 200 serverkeygen "$1" "$code" "$1.b64" "$1.enc"
    unpack_pair "$1.enc" "$1.enc"
}
# openssl gives the id only to the certificate named last, so each step is judged alone
judge() { openssl verify -vfyopt $DISTID -partial_chain -CAfile ca/certs/issuing.pem "$1" >/dev/null; }
