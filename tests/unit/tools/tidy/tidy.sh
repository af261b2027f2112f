#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy has nothing to report of the tree. In a small tree it reports a mistake, again as long
# as it is there, not in tests what is not asked of them, and what a change in a header brings.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$root/tests/support/expect.sh"
expect 0 "$root/tools/tidy" -j 2

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/tools" "$copy/host" "$copy/tests" "$copy/build/host" "$copy/build/mps2-an505"
cp "$root/.clang-tidy" "$copy"
cp "$root/tests/.clang-tidy" "$copy/tests"
cp "$root/tools/tidy" "$copy/tools"
tidy() {
    expect "$1" "$copy/tools/tidy" -j 2 "${@:2}"
    # A change in the tick of the clock in which it was judged is none for ninja.
    touch "$copy/judged"
    until touch "$copy/now" && [ "$copy/now" -nt "$copy/judged" ]; do sleep 0.01; done
}
# reports FILE CHECK: it is reported there, and nowhere else.
reports() {
    local found
    tidy 1
    found=$(sed -n "s|^$copy/\([^:]*\):[0-9]*:[0-9]*: error: .*\[\([a-zA-Z.-]*\).*|\1 \2|p" <<<"$output")
    [ "$found" = "$1 $2" ] || fail "not only $1 $2: $output"
}

tidy 2
case $output in *'cmake --preset mps2-an505'*) ;; *) fail "does not say what is missing: $output" ;; esac
for compiler in 'host cc -Werror' 'mps2-an505 arm-none-eabi-gcc -mcpu=cortex-m33+nofp --specs=picolibc.specs'; do
    read -r preset command <<<"$compiler"
    for file in host/sum.c tests/sum.c; do
        jq -n --arg dir "$copy" --arg file "$copy/$file" --arg command "$command" \
            '{directory: $dir, file: $file, command: "\($command) -Wall -o sum.o -c \($file)"}'
    done | jq -s . >"$copy/build/$preset/compile_commands.json"
done
printf '#define START 1\n' >"$copy/host/sum.h"
cat >"$copy/host/sum.c" <<'END'
#include "sum.h"
int sum(const int *from);
int sum(const int *from)
{
#if START
    int all = 0;
#else
    int all;
#endif
    for (int i = 0; i < 4; i++) {
        all += from[i];
    }
    return all;
}
END
sed 's|sum\.h|../host/sum.h|' "$copy/host/sum.c" >"$copy/tests/sum.c"
tidy 0
sed -i 's/all = 0;/all;/' "$copy/host/sum.c" "$copy/tests/sum.c"
reports host/sum.c clang-analyzer-core.uninitialized.Assign
reports host/sum.c clang-analyzer-core.uninitialized.Assign
sed -i '0,/all;/s//all = 0;/' "$copy/host/sum.c"
tidy 0
printf '#define START 0\n' >"$copy/host/sum.h"
reports host/sum.c clang-analyzer-core.uninitialized.Assign
tidy 2 --all
tidy 2 -j none
tidy 2 pico2
