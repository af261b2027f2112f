#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# build.sh DEPS - builds the libFuzzer programs (the preset fuzz). Exit: 0; 1 it failed, shown.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p build
{ cmake --preset fuzz -DHUFU_DEPS_DIR="$1" && cmake --build --preset fuzz -j2; } >build/fuzz.log 2>&1 || {
    tail -n 20 build/fuzz.log
    exit 1
}
