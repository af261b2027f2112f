# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The SKF figures of tools/bench, each a table of its own. Sourced after bench_crypto.sh, on the same
# terms.
#
#   bench_commands     each command of the SKF applet in the vault: "NAME INSTRUCTIONS STACK CYCLES
#                      PROGRAMS ERASES" (means over the runs, - where the cycle model is not there)
#   bench_commands_table, bench_commands_json   the same for people, and as rows
#   bench_rates        signatures a second and latencies through pcscd, native and on the board
#   bench_endurance    operations until the store's first sector reaches its rated erases

bench_commands() {
    # shellcheck disable=SC2154 # the caller's
    local rows=$bench_work/bench_commands.rows out=$bench_work/bench_commands.out
    bench_image bench_commands >"$rows"
    awk 'NR == FNR { if ($1 == "flash") { programs[$2] = $3; erases[$2] = $4; runs = 5 } next }
        !($1 in programs) { exit 1 }
        { printf "%s %d %d %s %.1f %.1f\n", $1, $2, $5, $6, programs[$1] / runs, erases[$1] / runs }' \
        "$out" "$rows" || bench_fail 'a command has no flash figures'
}

bench_commands_table() {
    printf '\nCommands of the SKF applet, in the vault (_k: with 1,024 bytes); flash: mean of five runs\n'
    awk 'BEGIN { printf "%-31s %12s %8s %8s %9s %8s\n", "command", "instructions", "stack", "ms@150M", "programs", "erases" }
        { printf "%-31s %12d %8d %8s %9.1f %8.1f\n", $1, $2, $3, ($4 == "-" ? "-" : sprintf("%.3f", $4 / 150000)), $5, $6 }' \
        "$1"
}

bench_commands_json() {
    awk 'BEGIN { print "[" }
        { printf "%s{\"operation\":\"%s\",\"instructions\":%d,\"stack_bytes\":%d,\"flash_programs\":%s,\"flash_erases\":%s}", (NR > 1 ? ",\n" : ""), $1, $2, $3, $5, $6 }
        END { print "\n]" }' "$1"
}

bench_rates() {
    printf '\nThrough libskf_hufu.so and pcscd; figures without a unit are a second\n'
    tests/bench/rate/table.sh || bench_fail 'the rates could not be measured'
}

bench_endurance() {
    local program=build/host/tests/endurance
    printf '\nOperations until the first sector of the store reaches its rated erases\n'
    "$program" 2>"$bench_work/endurance.err" | grep -v '^\[\|^$' ||
        bench_fail "the store's endurance could not be measured"
}
