# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Figures of the whole token for tools/bench, each as "NAME VALUE [GOAL]". Sourced after
# bench_crypto.sh, on the same terms.
#
#   bench_token    start and commands through pcscd, flash operations, stacks
#   bench_cipher   SM4-CBC through the SKF library, and where its time goes
#   bench_demo     a fresh clone's first and second run of tools/demo, in seconds

bench_token() {
    tools/with-token -- tests/bench/card/run.sh || bench_fail 'the token could not be measured'
}

bench_cipher() {
    tools/with-token -- build/host/tests/bench_cipher || bench_fail 'SM4-CBC could not be measured'
}

bench_demo() {
    local clone=$bench_work/clone run from
    git clone -q . "$clone" || bench_fail 'the repository cannot be cloned'
    for run in first second; do
        from=$SECONDS
        # a machine that never built this has no compiler cache
        env -u CMAKE_C_COMPILER_LAUNCHER "$clone/tools/demo" >"$bench_work/demo.$run" 2>&1 ||
            bench_fail "tools/demo failed: $(tail -n 1 "$bench_work/demo.$run")"
        printf 'demo_%s_s %d\n' "$run" $((SECONDS - from))
    done
}
