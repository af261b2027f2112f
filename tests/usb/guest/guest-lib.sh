# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# What the guest's tests say and ask. The machine outside listens on the second serial line.
stty -F /dev/ttyS1 raw -echo
exec 3<>/dev/ttyS1

now() { cut -d' ' -f1 /proc/uptime; }
step() { printf -- '-- [%s s] %s\n' "$(now)" "$*"; }
fail() {
    printf 'FAILED: %s\n' "$*"
    printf '%s\n' "-- end of the kernel's words and pcscd's"
    dmesg | tail -n 12
    tail -n 30 /tmp/pcscd.log 2>/dev/null
    say "end failed"
    sync
    poweroff -f
    sleep 60
}
say() { printf '%s\n' "$*" >&3; }
# outside WORDS...: asks the machine outside for something and waits until it is done; sets answered
# to what it says beside "ok".
outside() {
    say "$@"
    read -r answer answered <&3
    [ "$answer" = ok ] || fail "outside: $*: $answer $answered"
}
# until_true COMMAND...: waits for what has to come. How long that takes is the machine's business; the
# bound is for what never comes.
PATIENCE=300
until_true() {
    limit=$(($(up) + PATIENCE))
    while ! "$@" >/dev/null 2>&1; do
        [ "$(up)" -lt $limit ] || return 1
        sleep 0.1
    done
}
up() { now | cut -d. -f1; }
# Folders of the tokens in sysfs; the token of a serial number.
tokens() { grep -l '^Hufu token' /sys/bus/usb/devices/*/product 2>/dev/null | xargs -r -n 1 dirname; }
token_count() { tokens | wc -l; }
tokens_are() { [ "$(token_count)" = "$1" ]; }

# The driver and its list of readers are Debian's, untouched. pcscd 1.9.9 calls a function of a reader
# that another thread has just taken away, where a token comes back while a command of before is not
# at its end yet: address 0, seen on busy machines (docs/usb.md). Then it is started again, as Debian's
# socket unit does; whatever else ends it is an error.
pcscd_start() {
    : >/tmp/pcscd.log
    rm -f /tmp/pcscd.stop
    pcscd_keep "${1:---info}" &
    pcscd_keeper=$!
    until_true test -S /run/pcscd/pcscd.comm || fail 'pcscd does not start'
}
pcscd_keep() {
    until [ -e /tmp/pcscd.stop ]; do
        rm -f /run/pcscd/pcscd.comm /run/pcscd/pcscd.pid
        pcscd -f "$1" >>/tmp/pcscd.log 2>&1 &
        echo $! >/tmp/pcscd.pid
        wait $!
        [ -e /tmp/pcscd.stop ] || crashed_at_0 || return
    done
}
crashed_at_0() {
    dmesg | grep 'pcscd\[.*segfault' | tail -n 1 | grep ' segfault at 0 ip 0000000000000000 ' || return
    dmesg -c >/tmp/dmesg.crash
    echo 'pcscd crashed; started again'
}
pcscd_stop() {
    : >/tmp/pcscd.stop
    while kill "$(cat /tmp/pcscd.pid)" 2>/dev/null; do sleep 0.5; done
    wait "$pcscd_keeper"
    rm -f /run/pcscd/pcscd.comm /run/pcscd/pcscd.pid
}
cards() { opensc-tool -l 2>/dev/null | awk '$2 == "Yes"' | wc -l; }
cards_are() { [ "$(cards)" = "$1" ]; }

# work_begin COMMAND...: in the background; returns when something has come of it (/tmp/worked), which
# shows that it has the token and is in the midst of its commands.
work_begin() {
    rm -f /tmp/worked
    "$@" >/tmp/worked 2>/tmp/out &
    working=$!
    until_true test -s /tmp/worked || fail "$*: it never came to the token: $(cat /tmp/out)"
}
# work_lost: it ends by an error, which it has said, since its token went.
work_lost() {
    wait "$working" && fail 'it works on without its token'
    cat /tmp/out
    [ -s /tmp/out ] || fail 'killed, or without a word'
}
