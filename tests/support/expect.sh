# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What a test script says about a command. The first thing that is not so ends the script.
#   fail TEXT…               ends the script
#   expect CODE CMD…         exit CODE; everything it said is in $output
#   done_well TEXT CMD…      exit 0, TEXT on standard output, nothing on standard error
#   refused CODE TEXT CMD…   exit CODE and exactly one line on standard error, "hufu: …TEXT…"
#   json FILTER CMD…         exit 0, and standard output is JSON for which jq's FILTER holds
#   eventually CMD…          CMD succeeds within a minute or two; time for a machine with much to do

fail() {
    printf 'FAIL: %s\n' "$*" >&2
    exit 1
}

expect() {
    local expected=$1 status=0
    shift
    output=$("$@" 2>&1) || status=$?
    [ "$status" -eq "$expected" ] ||
        fail "exit $status, not $expected: $* : $output"
}

# Sets status, output and complaint (the two streams) of CMD.
expect_run() {
    local folder
    folder=$(mktemp -d)
    status=0
    "$@" >"$folder/out" 2>"$folder/err" </dev/null || status=$?
    output=$(cat "$folder/out")
    complaint=$(cat "$folder/err")
    rm -rf "$folder"
}

done_well() {
    local text=$1
    shift
    expect_run "$@"
    [ "$status" -eq 0 ] || fail "exit $status: $* : $complaint"
    [ -z "$complaint" ] || fail "succeeded, but complained: $* : $complaint"
    case $output in *"$text"*) ;; *) fail "no '$text' in the output of $* : $output" ;; esac
}

refused() {
    local expected=$1 text=$2
    shift 2
    expect_run "$@"
    one_complaint "$expected" "$text" "$*"
}

# Of a command that has run: status and complaint are set.
one_complaint() {
    [ "$status" -eq "$1" ] || fail "exit $status, not $1: $3 : $output$complaint"
    [ "$(grep -c '' <<<"$complaint")" -eq 1 ] || fail "not one line: $3 : $complaint"
    case $complaint in
        'hufu: '*"$2"*) ;;
        *) fail "no 'hufu: …$2…' from $3 : $complaint" ;;
    esac
}

json() {
    local filter=$1
    shift
    expect_run "$@"
    [ "$status" -eq 0 ] || fail "exit $status: $* : $complaint"
    jq -e "$filter" <<<"$output" >/dev/null || fail "not $filter: $* : $output"
}

eventually() {
    local i
    for ((i = 0; i < 1200; i++)); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.05
    done
    fail "never: $*"
}
