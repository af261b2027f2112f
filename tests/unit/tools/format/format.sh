#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The tree is laid out as .clang-format says; in a small tree with one line out of place the check
# names that file and changes nothing, and the command mends it.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$root/tests/support/expect.sh"
expect 0 "$root/tools/format" --check

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/tools" "$copy/host"
cp "$root/.clang-format" "$copy"
cp "$root/tools/format" "$copy/tools"
cp "$root/host/util/hex.c" "$copy/host/good.c"
sed 's/^    /  /' "$copy/host/good.c" >"$copy/host/out of place.c"
cp "$copy/host/out of place.c" "$copy/before"
expect 1 "$copy/tools/format" --check
case $output in *'host/out of place.c'*) ;; *) fail "not named: $output" ;; esac
case $output in *good.c*) fail "named without cause: $output" ;; esac
cmp "$copy/before" "$copy/host/out of place.c"
expect 0 "$copy/tools/format"
cmp "$copy/host/good.c" "$copy/host/out of place.c"
expect 0 "$copy/tools/format" --check
expect 2 "$copy/tools/format" --chekc
