# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Everything that is tried inside, in one life of the machine. REQ: K1 K3 T3
. /hufu/guest-lib.sh
. /hufu/guest-job.sh
. /hufu/guest-dfu.sh

# --- what the kernel sees -------------------------------------------------------------------------
step 'enumeration by the kernel'
until_true tokens_are 1 || fail 'no token on the bus'
token=$(tokens)
dmesg | grep 'usb 1-' | tail -n 6
enumerated=$(dmesg | sed -n 's/^\[ *\([0-9.]*\)\] usb.*Product: Hufu token.*/\1/p' | head -n 1)
seen=$(dmesg | sed -n 's/^\[ *\([0-9.]*\)\] usb.*new full-speed.*/\1/p' | head -n 1)
echo "figure: enumeration $(echo "$enumerated $seen" | awk '{ printf "%.0f", ($1 - $2) * 1000 }') ms"
lsusb -v -d 1209: >/tmp/lsusb 2>&1
sed 's/^/lsusb: /' /tmp/lsusb
echo "descriptors: $(hexdump -v -e '1/1 "%02x"' "$token/descriptors")"

step 'the udev rules: for the seated user, not for the world'
cp /hufu/recognition/70-hufu.rules /lib/udev/rules.d/
node=/dev/bus/usb/$(printf %03d "$(cat "$token/busnum")")/$(printf %03d "$(cat "$token/devnum")")
# What the package does for a token that is plugged in already. An event that was under way when the
# rules changed may be handled by the old ones, and last.
ruled() {
    sh /hufu/postinst configure
    udevadm settle
    [ "$(stat -c %a "$node")" = 600 ]
}
until_true ruled || fail "mode of $node: $(stat -c %a "$node")"
udevadm info "$token" | grep -q 'TAGS=.*:uaccess:' || fail 'no tag uaccess'

# --- pcscd and libccid ------------------------------------------------------------------------------
step 'libccid alone: not by the class'
pcscd_start --debug
# It has come to the token, and gone on to the next device behind it.
looked_at() { sed '1,/driver for VID: 0x1209/d' /tmp/pcscd.log | grep -q 'driver for VID: 0x1D6B'; }
until_true looked_at || fail 'pcscd does not see the token'
! grep 'Adding USB device' /tmp/pcscd.log && cards_are 0 ||
    fail 'pcscd takes the token by its class: the bundle is not needed any more'
pcscd_stop

step 'libccid through the bundle'
cp -a /hufu/recognition/ifd-hufu.bundle /usr/lib/pcsc/drivers/
pcscd_start
until_true cards_are 1 || fail 'pcscd does not take the token'
opensc-tool -l
opensc-tool -a

step 'the main job over PC/SC'
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
job_ca
export HUFU_TRANSPORT=pcsc
job_run pcsc
echo "figure: $(guest_apdu_time pcsc 300)"

step 'pcscd keeps the token: libusb says so'
hufu info --transport usb >/tmp/out 2>&1 && fail 'two drivers at once'
cat /tmp/out
grep -q 'most likely pcscd' /tmp/out || fail 'a claim conflict is not told as one'

step 'replug during an operation (pcscd)'
work_begin guest_apdu_time pcsc endless
outside replug one
work_lost
until_true cards_are 1 || fail 'pcscd does not see it again'
job_again pcsc

step 'suspend and resume of the device (autosuspend)'
token=$(tokens)
pcscd_stop
echo 0 >"$token/power/autosuspend_delay_ms"
echo auto >"$token/power/control"
until_true grep -q suspended "$token/power/runtime_status" || fail 'the kernel does not suspend it'
pcscd_start
until_true cards_are 1 || fail 'not awake for pcscd'
job_again pcsc
echo on >"$token/power/control"

step 'suspend and resume of the machine (S3)'
outside wake # once it sleeps, however long it takes to get there
echo mem >/sys/power/state || fail 'the machine does not sleep'
until_true tokens_are 1 || fail 'gone after the sleep'
until_true cards_are 1 || fail 'pcscd does not see it after the sleep'
job_again pcsc
pcscd_stop

# --- libusb without pcscd ---------------------------------------------------------------------------
step 'libusb, no pcscd'
export HUFU_TRANSPORT=usb
hufu list
job_again pcsc
echo "figure: $(guest_apdu_time usb 300)"
unset HUFU_TRANSPORT
hufu info >/dev/null || fail 'not found by itself where there is no pcscd'
hufu info --transport pcsc >/tmp/out 2>&1 && fail 'PC/SC without pcscd'
cat /tmp/out
export HUFU_TRANSPORT=usb

step 'not as root: no right, then the right of the seated user'
token=$(tokens)
node=/dev/bus/usb/$(printf %03d "$(cat "$token/busnum")")/$(printf %03d "$(cat "$token/devnum")")
su -s /bin/sh nobody -c 'hufu info' >/tmp/out 2>&1 && fail 'everybody may use the token'
cat /tmp/out
grep -q '70-hufu.rules' /tmp/out || fail 'a missing right is not told as one'
chown nobody "$node" # logind would put the seated user into its access list
su -s /bin/sh nobody -c 'HUFU_TRUST_DIR=/tmp/nobody hufu info' >/tmp/out 2>&1 ||
    fail "who may open the node may not use the token: $(cat /tmp/out)"
chown root "$node"

step 'Ctrl-C: the token gives up, too'
# Held by a SIGSTOP it is seen to have something left to do when the SIGINT comes.
state() { sed -n 's/^State:[^A-Z]*\(.\).*/\1/p' /proc/$working/status 2>/dev/null; }
held_or_over() { case $(state) in T | Z | '') ;; *) false ;; esac; }
while :; do
    work_begin hufu random 1000000
    kill -STOP $working
    until_true held_or_over || fail 'neither held nor over'
    [ "$(state)" != T ] || break
    wait $working || fail "hufu random: $(cat /tmp/out)"
done
kill -INT $working
kill -CONT $working
wait $working && fail 'not cancelled'
cat /tmp/out
grep -q cancelled /tmp/out || fail 'ended otherwise'
hufu info >/dev/null || fail 'after a cancelling'

step '100 resets'
began=$(now)
path=${node#/dev/bus/usb/}
i=0
while [ $i -lt 100 ]; do
    usbreset "$path" >/tmp/out 2>&1 || fail "reset $i: $(cat /tmp/out)"
    i=$((i + 1))
done
echo "figure: 100 resets in $(echo "$(now) $began" | awk '{ printf "%.1f", $1 - $2 }') s"
job_again pcsc

step 'killed in the middle of a command: the next process finds its way'
i=0
while [ $i -lt 10 ]; do
    if [ $i -lt 5 ]; then # on its way to the token
        guest_apdu_time usb endless >/dev/null 2>&1 &
        working=$!
    else
        work_begin guest_apdu_time usb endless
    fi
    sleep 0.$((i % 5))
    kill -9 $working
    wait $working
    [ $? = 137 ] || fail "kill $i: it had ended: $(cat /tmp/out)"
    hufu info >/dev/null || fail "after kill $i"
    i=$((i + 1))
done

step 'several processes at once'
began=$(now)
for n in 1 2 3 4; do
    (hufu info >/dev/null && hufu random 64 >/dev/null && echo "process $n good" >"/tmp/good-$n") &
done
until_true sh -c 'cat /tmp/good-1 /tmp/good-2 /tmp/good-3 /tmp/good-4' ||
    fail "of four processes: $(cat /tmp/good-*)"

echo "figure: four processes in $(echo "$(now) $began" | awk '{ printf "%.1f", $1 - $2 }') s"

step 'two tokens at once'
outside start two
until_true tokens_are 2 || fail 'the second token does not come'
hufu list
hufu info >/tmp/out 2>&1 && fail 'two tokens and none named'
cat /tmp/out
first=$(hufu list | awk '/Guest pcsc/ { print $1 }')
second=$(hufu list | awk '!/Guest pcsc/ { print $1 }')
[ "$first" != "$second" ] || fail 'two tokens with one name'
HUFU_READER=$first
export HUFU_READER
job_again pcsc
HUFU_READER=$second job_run usb
job_again pcsc
unset HUFU_READER

step 'replug during an operation (libusb)'
outside stop two
until_true tokens_are 1 || fail 'the second token does not go'
guest_watch 2 600 >/tmp/events 2>/tmp/watching &
watching=$!
until_true grep -q watching /tmp/watching || fail 'guest_watch does not start'
work_begin guest_apdu_time usb endless
outside replug one
work_lost
wait $watching || fail "hot-plug told: $(cat /tmp/events)"
[ "$(sed 's/ .*//' /tmp/events | tr '\n' ' ')" = 'out in ' ] || fail "hot-plug told: $(cat /tmp/events)"
until_true tokens_are 1 || fail 'not back'
job_again pcsc
unset HUFU_TRANSPORT

# --- DFU --------------------------------------------------------------------------------------------
dfu_tests
export HUFU_TRANSPORT=usb

step 'hufu firmware update over libusb, no pcscd'
began=$(now)
hufu firmware update /hufu/v3.img >/tmp/out 2>&1 || fail "hufu firmware update: $(cat /tmp/out)"
grep -q 'the token runs version 0.3.0 now' /tmp/out || fail "hufu firmware update: $(cat /tmp/out)"
echo "figure: hufu firmware update over libusb in $(echo "$(now) $began" | awk '{ printf "%.1f", $1 - $2 }') s"
job_again pcsc

# --- USB/IP -----------------------------------------------------------------------------------------
step 'USB/IP: attached by the guest over its network'
outside stop one
until_true tokens_are 0 || fail 'still there'
outside start ip
port=$answered
usbip --tcp-port "$port" list -r 10.0.2.2 2>&1
usbip --tcp-port "$port" attach -r 10.0.2.2 -b 1-1 || fail 'usbip attach'
until_true tokens_are 1 || fail 'no device after attach'
usbip port 2>&1 | sed -n 's/^/usbip: /p'
job_run usbip
echo "figure: USB/IP $(guest_apdu_time usb 100)"
outside replug ip
until_true tokens_are 0 || fail 'pulled, but still there'
usbip --tcp-port "$port" attach -r 10.0.2.2 -b 1-1 || fail 'usbip attach again'
until_true tokens_are 1 || fail 'no device after attaching again'
job_again usbip
usbip detach -p 00 2>&1

say 'end ok'
