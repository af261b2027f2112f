# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Everything that is tried inside, in one life of the machine.
. /hufu/guest-lib.sh

step 'enumeration by the kernel'
until_true 30 tokens_are 1 || fail 'no token on the bus'
dmesg | grep -i 'usb 1-\|usb 2-' | tail -n 8
token=$(tokens)
echo "token at $token, enumerated at $(dmesg | sed -n 's/^\[ *\([0-9.]*\)\] usb.*Product: Hufu token.*/\1/p' | head -n 1) s"
lsusb -v -d 1209: >/tmp/lsusb 2>&1
sed 's/^/lsusb: /' /tmp/lsusb
hexdump -v -e '1/1 "%02x"' "$token/descriptors"
echo

step 'libccid alone: not by the class'
pcscd_start
sleep 1
cards_are 0 || fail 'pcscd takes the token by its class: the bundle is not needed any more'
pcscd_stop

step 'libccid through the bundle'
cp -a /hufu/recognition/ifd-hufu.bundle /usr/lib/pcsc/drivers/
pcscd_start
until_true 10 cards_are 1 || fail 'pcscd does not take the token'
opensc-tool -l
opensc-tool -a

say 'end ok'
