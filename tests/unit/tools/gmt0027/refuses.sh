#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/gmt0027 refuses rows that name what is not there, and a page that is not its rows'. REQ: K1
set -euo pipefail
. "$(dirname "$0")/../../../support/expect.sh"
tool=$(cd "$(dirname "$0")/../../../.." && pwd)/tools/gmt0027
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/docs" "$work/src" "$work/tests/unit/part"
echo 'int limit;' >"$work/src/a.c"
echo 'static void shows(void **state)' >"$work/tests/unit/part/a_test.c"
echo 'static void lost(void **state)' >"$work/tests/unit/part/other.c"
echo 'hufu_test(x unit SOURCES a_test.c)' >"$work/tests/unit/part/CMakeLists.txt"
row() { printf 'clause: 1\ntext: %s\nkind: %s\nwhere: %s\ntest: %s\nnote: %s\n' "$@" >"$work/docs/gmt0027.rows"; }
make() { "$tool" --root "$work" "$@"; }
bad() {
    local text=$1
    shift
    expect 1 make "$@"
    case $output in *"$text"*) ;; *) fail "no '$text' in: $output" ;; esac
}

row r software src/a.c:limit tests/unit/part/a_test.c:shows n
expect 0 make
grep -q '| 1 | r | software | `src/a.c` (limit) | `tests/unit/part/a_test.c` (shows) | n |' "$work/docs/gmt0027.md" ||
    fail 'the row is not in the page'
expect 0 make --check
echo >>"$work/docs/gmt0027.md"
bad 'is not what' --check
expect 0 make
row r software src/b.c tests/unit/part/a_test.c n
bad 'src/b.c is not there' --check
row r software src/a.c:missing tests/unit/part/a_test.c n
bad "no 'missing' in src/a.c"
row r software src/a.c tests/unit/part/a_test.c:gone n
bad "no 'gone' in tests"
row r software src/a.c tests/unit/part/other.c:lost n
bad 'no CMakeLists.txt runs tests/unit/part/other.c'
row r software src/a.c '' n
bad 'no test: r'
row r software '' tests/unit/part/a_test.c n
bad 'no place in the source'
row r other src/a.c tests/unit/part/a_test.c n
bad "kind 'other'"
row r board '' '' n
expect 0 make
echo 'nonsense' >>"$work/docs/gmt0027.rows"
bad 'not a line of a row'
: >"$work/docs/gmt0027.rows"
bad 'has no row'
rm "$work/docs/gmt0027.rows"
bad 'no docs/gmt0027.rows'
expect 2 "$tool" --nonsense
expect 2 "$tool" --root
echo ok
