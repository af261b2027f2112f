# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Background services of demo and of test scripts: each is started once, known by its pid, and ended
# by that pid whatever way the caller ends. Sourced; functions begin with services_.
#
#   services_begin DIR [KEEP]      DIR is made; KEEP non-empty: services may outlive the caller
#   services_start NAME CMD…       runs CMD in the background, output in DIR/NAME.out and .err
#   services_wait NAME FILE        until FILE has something in it; fails when NAME ended first
#   services_at_end CMD…           run before the services are ended (the latest first)
#   services_end                   ends everything; fit for a trap on EXIT
#   services_keep VARIABLE…        services go on; DIR/environment sets the variables, DIR/stop ends
#   services_free_port             prints a loopback TCP port that nothing listens on

services_begin() {
    mkdir -p "$1"
    services_dir=$(cd "$1" && pwd)
    services_detached=${2:-}
    services_pids=()
    services_commands=()
}

services_start() {
    local name=$1
    shift
    rm -f "$services_dir/$name.out"
    if [ -n "$services_detached" ]; then
        # A shell of its own stays as the service's parent when the caller leaves; it passes on the
        # signal that ends it, also one that comes before there is anybody to pass it on to.
        setsid bash -c '
            out=$1 err=$2 service= ended=; shift 2
            trap "ended=1; [ -z \"\$service\" ] || kill \$service" TERM
            "$@" >"$out" 2>"$err" & service=$!
            [ -z "$ended" ] || kill "$service"
            wait; wait' services \
            "$services_dir/$name.out" "$services_dir/$name.err" "$@" </dev/null >/dev/null 2>&1 &
    else
        "$@" >"$services_dir/$name.out" 2>"$services_dir/$name.err" </dev/null &
    fi
    services_pids+=("$!")
    services_last=$!
}

services_wait() {
    local name=$1 file=$2 i
    # Two minutes: even on a machine with much to do, only what hangs takes as long.
    for ((i = 0; i < 2400; i++)); do
        [ ! -s "$file" ] || return 0
        kill -0 "$services_last" 2>/dev/null || break
        sleep 0.05
    done
    [ ! -s "$file" ] || return 0 # written, and ended, since it was looked at
    echo "$name did not start:" >&2
    cat "$services_dir/$name.err" >&2
    return 1
}

services_at_end() { services_commands+=("$(printf '%q ' "$@")"); }

services_end() {
    local status=$? i
    for ((i = ${#services_commands[@]} - 1; i >= 0; i--)); do
        eval "${services_commands[i]}" >/dev/null 2>&1 || true
    done
    services_commands=()
    for ((i = ${#services_pids[@]} - 1; i >= 0; i--)); do
        kill "${services_pids[i]}" 2>/dev/null || true
        wait "${services_pids[i]}" 2>/dev/null || true
    done
    services_pids=()
    return "$status"
}

services_keep() {
    local name
    for name in "$@"; do
        printf 'export %s=%q\n' "$name" "${!name}"
    done >"$services_dir/environment"
    {
        printf '#!/bin/sh\nexport PATH=%q\n' "$PATH"
        local i
        for ((i = ${#services_commands[@]} - 1; i >= 0; i--)); do
            printf '%s\n' "${services_commands[i]}"
        done
        printf 'kill %s\n' "${services_pids[*]}"
    } >"$services_dir/stop"
    chmod +x "$services_dir/stop"
    services_commands=()
    services_pids=()
}

# Below the kernel's ephemeral range, so that no outgoing connection takes it in between; and by the
# number of the process that asks. Those are given out in turn, so callers whose services listen only
# a while later get different ports. From 26000 on they are hufu-pcscd's.
services_free_port() {
    local port=$((20000 + BASHPID % 6000))
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((20000 + RANDOM % 6000))
    done
    echo "$port"
}
