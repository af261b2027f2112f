#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# skf.sh PEER [short] - every object of `hufu skf`, each verb with what it gives and with what it refuses;
# OpenSSL is the other side. short: one call of each kind. REQ: K1 K2 K3
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
export HUFU_LANG=en
peer=$1
short=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf 'a message\n' >message
wrong=00000000x

# envelope PRIVATE PUBLIC OUT - the pair in PRIVATE as an SM2EnvelopedKey for PUBLIC.
envelope() {
    "$peer" envelope "$2" "$1" "$3"
}

# --- the device
json '.lifecycle == "initialised" and .reader == env.HUFU_READER' hufu skf device info --json
done_well 'the label is Wang Wu' hufu skf device label 'Wang Wu'
json '.label == "Wang Wu"' hufu skf device info --json
json '.state == "present"' hufu skf device state --json
done_well 'the device key is right' hufu skf device auth
json '.answer | endswith("9000")' hufu skf device transmit 8004000000 --json
json '.state == "locked"' hufu skf device lock -- hufu skf device state --json

# --- applications, PINs, containers
done_well 'application TAX is made' hufu skf app create TAX --create-files user,admin --user-tries 2
json '. == ["HUFU", "TAX"]' hufu skf app list --json
done_well 'the PIN is right' hufu skf pin verify --app TAX
json '.verified == "admin"' hufu skf pin verify --admin --json --app TAX
json '.user.max_tries == 2' hufu skf pin status --json --app TAX
done_well 'the PIN is changed' env HUFU_NEW_PIN=another-pin hufu skf pin change --app TAX
done_well unblocked env HUFU_NEW_PIN="$HUFU_PIN" hufu skf pin unblock --app TAX
export HUFU_APP=TAX HUFU_CONTAINER=box
done_well 'container box is made' hufu skf container create box
json '.type == "empty"' hufu skf container type box --json

# --- keys: OpenSSL judges
done_well 'box.pub: written' hufu skf key generate -o box.pub
done_well SM2 hufu skf container type box
done_well 'BEGIN PUBLIC KEY' hufu skf key public
done_well 'box.der: written' hufu skf key public --der -o box.der
openssl pkey -pubin -inform DER -in box.der | cmp - box.pub
done_well 'message.sig: written' hufu skf key sign message -o message.sig
openssl dgst -sm3 -verify box.pub -sigopt distid:1234567812345678 -signature message.sig message
done_well 'signature is good' hufu skf key verify message message.sig
done_well 'message.e: written' hufu skf digest message --key box.pub -o message.e
done_well 'e.sig: written' hufu skf key sign message.e --digest -o e.sig
openssl pkeyutl -verify -pubin -inkey box.pub -in message.e -sigfile e.sig >verdict
done_well 'signature is good' hufu skf key verify message e.sig --key box.pub

# --- the token hashes itself; encryption for a key that OpenSSL has
done_well 'whole.sig: written' hufu skf key sign message --in-token -o whole.sig
openssl dgst -sm3 -verify box.pub -sigopt distid:1234567812345678 -signature whole.sig message
openssl genpkey -algorithm sm2 -out stranger.key 2>/dev/null
openssl pkey -in stranger.key -pubout -out stranger.pub
done_well 'message.sm2: written' hufu skf key encrypt message --key stranger.pub -o message.sm2
openssl pkeyutl -decrypt -inkey stranger.key -in message.sm2 | cmp - message

# --- session keys: OpenSSL opens the envelope, and does the same work with what is in it
done_well 'letter.enc: written' hufu skf session encrypt message --to stranger.pub --wrapped letter.key \
    --iv 000102030405060708090a0b0c0d0e0f -o letter.enc
openssl pkeyutl -decrypt -inkey stranger.key -in letter.key -out letter.clear
session_key=$(od -An -v -tx1 letter.clear | tr -d ' \n')
openssl enc -d -sm4-cbc -K "$session_key" -iv 000102030405060708090a0b0c0d0e0f -in letter.enc |
    cmp - message

# --- files
done_well 'file notes is made' hufu skf file create notes --size 100 --read anyone --write user,admin
done_well '10 bytes written' hufu skf file write notes message --offset 5
json '.data == "0000000000'"$(od -An -v -tx1 message | tr -d ' \n')"'"' \
    env -u HUFU_PIN hufu skf file read notes --length 15 --json
json '.size == 100 and .read == "anyone" and .write == "user,admin"' hufu skf file info notes --json
json '. == ["notes"]' hufu skf file list --json

if [ -z "$short" ]; then
    # --- digests
    for alg in sm3 sha1 sha256; do
        done_well "$(openssl dgst -"$alg" -r message | cut -d' ' -f1)" hufu skf digest message --alg "$alg"
    done
    done_well "$(openssl dgst -sm3 -r message | cut -d' ' -f1)" hufu skf digest message
    refused 2 'one of sm3' hufu skf digest message --alg md5
    refused 2 'goes with --key' hufu skf digest message --id x
    refused 2 'goes with --key' hufu skf digest message --key box.pub --alg sha1
    refused 1 'none: ' hufu skf digest none
    refused 1 'message: neither a certificate nor a public key' hufu skf digest message --key message

    # --- another id makes another e; a damaged signature, another key, another message
    done_well 'other.sig: written' hufu skf key sign message --id somebody@example.cn -o other.sig
    openssl dgst -sm3 -verify box.pub -sigopt distid:somebody@example.cn -signature other.sig message
    refused 1 'does not verify' hufu skf key verify message other.sig
    done_well good hufu skf key verify message other.sig --id somebody@example.cn
    refused 1 'does not verify' hufu skf key verify box.pub message.sig
    refused 1 'does not verify' hufu skf key verify message message.sig --key stranger.pub
    refused 1 'a digest has 32 bytes' hufu skf key sign message --digest
    refused 1 'message.sig' hufu skf key sign message -o /proc/message.sig
    refused 1 'no form of an enveloped key' hufu skf key import message
    refused 2 'unknown option' hufu skf key sign message --nonsense

    refused 2 'takes no --key' hufu skf key sign message --key box.pub
    head -c 8193 /dev/zero >long
    refused 1 'at most 8192 bytes' hufu skf key sign long --in-token
    refused 1 '1 to 8192 bytes' hufu skf key encrypt long --key stranger.pub
    refused 2 '--key PUBLIC is needed' hufu skf key encrypt message

    # --- an encryption pair of OpenSSL's, enveloped for the container
    envelope stranger.key box.pub good.env
    envelope stranger.key stranger.pub bad.env
    done_well 'now in container box' hufu skf key import good.env
    hufu skf key public --encryption | cmp - stranger.pub
    refused 1 'cannot open it' hufu skf key import bad.env
    refused 3 'its signing key stays' hufu skf key generate

    # --- session keys with that pair: each mode as OpenSSL does it, both ways
    iv=000102030405060708090a0b0c0d0e0f
    done_well 'the token opens it' hufu skf session import letter.key
    for alg in sm4-cbc sm4-ecb sm4-cfb sm4-ofb sm4-ctr; do
        with=(--alg "$alg" --iv $iv)
        [ $alg != sm4-ecb ] || with=(--alg sm4-ecb)
        done_well written hufu skf session encrypt long --key letter.key "${with[@]}" -o long.enc
        openssl enc -"$alg" -K "$session_key" -iv $iv -in long 2>/dev/null | cmp - long.enc
        done_well written hufu skf session decrypt long.enc --key letter.key "${with[@]}" -o long.dec
        cmp long long.dec
    done
    json '.iv | length == 32' hufu skf session encrypt long --key letter.key -o long.enc --json
    head -c 8192 /dev/urandom >blocks
    done_well "$(openssl enc -sm4-cbc -nopad -K "$session_key" -iv 00000000000000000000000000000000 \
        -in blocks | tail -c 16 | od -An -v -tx1 | tr -d ' \n')" hufu skf session mac blocks --key letter.key
    done_well 'own.key: written' hufu skf session export --to stranger.pub -o own.key
    [ "$(openssl pkeyutl -decrypt -inkey stranger.key -in own.key | wc -c)" -eq 16 ] || fail 'own.key'
    refused 1 'whole blocks of 16' hufu skf session mac message --key letter.key
    refused 1 'not whole blocks' hufu skf session encrypt message --key letter.key --padding none -o x
    refused 1 'not encrypted with this key' \
        hufu skf session decrypt message --key letter.key --iv $iv -o x
    refused 1 'not enveloped for the encryption key' \
        hufu skf session import <(openssl pkeyutl -encrypt -pubin -inkey box.pub -in letter.clear)
    refused 1 'not an SM2Cipher' hufu skf session import message
    refused 2 '--iv is needed' hufu skf session decrypt letter.enc --key letter.key -o x
    refused 2 'are needed' hufu skf session encrypt message -o x
    refused 2 '--alg is one of' hufu skf session encrypt message --key letter.key -o x --alg sm1
    refused 2 '32 hexadecimal digits' hufu skf session encrypt message --key letter.key -o x --iv 12
    refused 2 'none, or pkcs5' hufu skf session encrypt message --key letter.key -o x --padding zero
    refused 3 'holds no such key' hufu skf session import letter.key --app HUFU --container sign

    # --- agreement with itself in another process; a file goes through the key
    mkfifo there back
    hufu skf agreement initiate --encrypt message --iv $iv -o agreed.enc --id alice --peer-id bob >there <back &
    initiator=$!
    hufu skf agreement respond --id bob --peer-id alice <there >back
    wait $initiator
    [ "$(stat -c %s agreed.enc)" -eq 16 ] || fail 'agreed.enc'
    hufu skf agreement initiate --id alice >there <back 2>mistaken &
    initiator=$!
    expect 1 sh -c 'hufu skf agreement respond --id bob <there >back'
    ! wait $initiator || fail 'ids that differ agreed'
    grep -q 'the peer has another key' mistaken || fail "$(cat mistaken)"
    refused 1 'message is too short' hufu skf agreement respond
    # 127 bytes, and what is no byte
    refused 1 'message is too short' sh -c 'printf "%0254d-1" 0 | hufu skf agreement respond'
    refused 3 'holds no such key' hufu skf agreement respond --app HUFU --container sign
    refused 2 'goes with -o' hufu skf agreement initiate --encrypt message

    # --- RSA: OpenSSL judges, and the container's type tells
    done_well made hufu skf container create rsa
    done_well 'rsa.pub: written' hufu skf key generate --rsa 2048 --container rsa -o rsa.pub
    json '.type == "RSA"' hufu skf container type rsa --json
    hufu skf key public --container rsa | cmp - rsa.pub
    done_well 'rsa.sig: written' hufu skf key sign message --container rsa -o rsa.sig
    openssl dgst -sha256 -verify rsa.pub -signature rsa.sig message
    done_well 'signature is good' hufu skf key verify message rsa.sig --key rsa.pub
    refused 1 'does not verify' hufu skf key verify box.pub rsa.sig --key rsa.pub
    refused 1 'does not verify' hufu skf key verify message message.sig --key rsa.pub
    refused 1 'of SM2' hufu skf key encrypt message --key rsa.pub
    refused 3 'its signing key stays' hufu skf key generate --container rsa
    refused 2 'from 0 to 4096' hufu skf key generate --rsa 8192 --container rsa
    # an encryption pair from outside, a session key each way
    openssl genrsa -traditional 2048 2>/dev/null | openssl rsa -traditional -outform DER -out pair.der 2>/dev/null
    openssl rsa -inform DER -in pair.der -pubout -out pair.pub 2>/dev/null
    wrap=00112233445566778899aabbccddeeff
    openssl enc -sm4-cbc -K $wrap -iv $iv -in pair.der -out pair.enc
    printf "$(sed 's/../\\x&/g' <<<$wrap)" >wrap.key
    openssl pkeyutl -encrypt -pubin -inkey rsa.pub -in wrap.key -out pair.block
    refused 1 'cannot open it' hufu skf key import pair.block --wrapped pair.block --iv $iv --container rsa
    done_well 'now in container rsa' hufu skf key import pair.enc --wrapped pair.block --iv $iv --container rsa
    hufu skf key public --encryption --container rsa | cmp - pair.pub
    done_well iv: hufu skf session encrypt message --to pair.pub --wrapped to-rsa.key -o to-rsa.enc --container rsa
    openssl pkeyutl -decrypt -keyform DER -inkey pair.der -in to-rsa.key -out to-rsa.plain
    [ "$(stat -c %s to-rsa.plain)" -eq 16 ] || fail 'to-rsa.key'
    openssl pkeyutl -encrypt -pubin -inkey pair.pub -in wrap.key -out from-rsa.key
    openssl enc -sm4-cbc -K $wrap -iv $iv -in message -out from-rsa.enc
    done_well written hufu skf session decrypt from-rsa.enc --key from-rsa.key --iv $iv -o from-rsa --container rsa
    cmp message from-rsa

    # --- files: bounds and rights
    refused 1 'do not fit' hufu skf file write notes message --offset 95
    refused 2 'from 0 to 100' hufu skf file write notes message --offset 101
    refused 3 'nothing of this name' hufu skf file read none
    refused 3 'already taken' hufu skf file create notes --size 5
    refused 2 '--size is needed' hufu skf file create more
    refused 2 'takes none' hufu skf file create more --size 5 --read everybody
    refused 1 'out of range' hufu skf file create 123456789012345678901234567890123 --size 5
    done_well made hufu skf file create sealed --size 5 --read none --write admin
    refused 3 'not logged in' hufu skf file read sealed
    done_well '5 bytes written' hufu skf file write sealed <(printf hello)
    refused 3 'the PIN is wrong; 4 tries left' env HUFU_ADMIN_PIN=$wrong \
        hufu skf file write sealed <(printf hello)
    refused 2 'add --yes' hufu skf file delete sealed
    done_well 'file sealed is destroyed' hufu skf file delete sealed --yes
    refused 3 'nothing of this name' hufu skf file info sealed

    # --- wrong PINs, wrong keys, names that are there or not
    refused 3 'the PIN is wrong; 1 try left' env HUFU_PIN=$wrong hufu skf key sign message
    done_well right hufu skf pin verify
    refused 3 'already taken' hufu skf container create box
    refused 3 'nothing of this name' hufu skf container type none
    refused 3 'is not in application' hufu skf key public --container none
    refused 3 'already taken' hufu skf app create TAX
    refused 3 'nothing of this name' hufu skf app delete NONE --yes
    refused 3 'device key is wrong' env HUFU_DEVKEY=00000000000000000000000000000000 \
        hufu skf app create MORE
    refused 1 'must differ' env HUFU_ADMIN_PIN="$HUFU_PIN" hufu skf app create MORE
    refused 1 '6 to 16 bytes' env HUFU_PIN=short hufu skf app create MORE
    refused 2 '1 to 10' hufu skf app create MORE --user-tries 11
    refused 2 'add --yes' hufu skf app delete TAX
    refused 2 'hexadecimal' hufu skf device transmit nonsense
    refused 1 'label: ' hufu skf device label 12345678901234567890123456789012
    json '. == ["HUFU", "TAX"]' hufu skf app list --json

    # --- a lock that another holds; a token that goes and comes
    hufu skf device lock -- sh -c 'touch held; until [ -e release ]; do sleep 0.05; done' &
    holder=$!
    eventually test -e held
    refused 3 'another process holds the token' timeout 20 hufu skf device lock --seconds 0 -- true
    touch release
    wait $holder
    expect 7 hufu skf device lock -- sh -c 'exit 7'
    refused 127 'none: ' hufu skf device lock -- ./none
    # Whether the watcher waits already does not show: the token goes later if it was too early.
    for later in 1 3 9 27; do
        hufu skf device events --count 2 --seconds $((30 + later)) --json >events &
        watcher=$!
        sleep $later
        hufu-emu replug --state "$HUFU_STATE" >/dev/null
        wait $watcher && [ "$(jq -r .event events | tr '\n' ' ')" = 'removed inserted ' ] && break
        [ $later -lt 27 ] || fail "events: $(cat events)"
    done
    refused 3 'did not come' hufu skf device events --count 1 --seconds 1
    json '.state == "absent"' hufu skf device state 'No Such Reader' --json

    # --- the device key is changed and changed back
    printf '%s\n' 000102030405060708090a0b0c0d0e0f >new.key
    printf '%s\n' "$HUFU_DEVKEY" >old.key
    done_well changed hufu skf device change-key --new-device-key-file new.key
    refused 3 'device key is wrong' hufu skf device auth
    done_well right hufu skf device auth --device-key-file new.key
    done_well changed hufu skf device change-key --device-key-file new.key --new-device-key-file old.key

    # --- usage
    for object in device app pin container key cert file session agreement digest; do
        done_well "  hufu skf $object" hufu skf "$object" --help
        refused 2 "see hufu skf $object --help" hufu skf "$object"
        refused 2 "see hufu skf $object --help" hufu skf "$object" list too many words
    done
    refused 2 'no such object' hufu skf nonsense
fi

# --- the end: what was made is destroyed
done_well 'file notes is destroyed' hufu skf file delete notes --yes
done_well 'its keys are destroyed' hufu skf container delete box --yes
refused 3 'is not in application' hufu skf key sign message
done_well 'application TAX and all' hufu skf app delete TAX --yes
json '. == ["HUFU"]' hufu skf app list --json
echo ok
