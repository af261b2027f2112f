#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh IMAGE WORDS: runs a bare image on the emulated core, one instruction each 64 ns, and hands its
# status back.
set -euo pipefail
image=$1
shift
exec timeout 800 qemu-system-arm -M mps2-an505 -icount shift=6 -display none -monitor none \
    -serial none -semihosting-config "enable=on,target=native,arg=crypto,arg=$*" -kernel "$image"
