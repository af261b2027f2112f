# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The Debian packages this project needs: the one list, and what is done about it.
# Sourced by setup, demo and test; functions begin with packages_.

PACKAGES=(
    # compiling: the host side, the firmware, message catalogues
    build-essential cmake ninja-build pkg-config gettext
    gcc-arm-none-eabi picolibc-arm-none-eabi
    # unpacking the source packages that tools/deps fetches
    ca-certificates bzip2 xz-utils
    # what a Debian package made by cpack depends on is read off its files
    file
    # libraries of the host side
    libssl-dev libpcsclite-dev libcurl4-openssl-dev libmicrohttpd-dev libsqlite3-dev zlib1g-dev
    libusbredirparser-dev libusb-1.0-0-dev
    # the virtual token, its reader, and the strangers that judge in the demo
    qemu-system-arm pcscd opensc openssl procps curl jq
    # the machine that drives the token's USB in tests/usb/guest
    qemu-system-x86
    # tests: framework, fuzzers, memory checks, independent implementations
    clang libclang-rt-14-dev clang-tidy
    # a core whose instructions can be skipped (tests/fault)
    libunicorn-dev
    libcmocka-dev valgrind clang-format sqlite3 libbotan-2-dev libgmp-dev default-jdk-headless libbcprov-java libbcpkix-java
)

# Prints the packages of the list that are not installed, one a line.
packages_missing() {
    local name
    for name in "${PACKAGES[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
            printf '%s\n' "$name"
    done
}

# The command that installs what is missing, for a person to type.
packages_line() {
    printf 'apt-get install -y --no-install-recommends %s\n' "$*"
}

# Reads apt's status lines and then "status N"; shows progress in steps of 10 percent, returns N.
packages_progress() {
    local kind percent step last='' what
    while IFS=: read -r kind _ percent _; do
        case $kind in
            dlstatus) what=downloading ;;
            pmstatus) what=installing ;;
            'status '*) return "${kind#status }" ;;
            *) continue ;;
        esac
        step="$what $((${percent%%.*} / 10 * 10))%"
        [ "$step" = "$last" ] || printf 'setup: %s\n' "$step"
        last=$step
    done
    return 1
}

# packages_apt PREFIX... -- ARGS: runs apt-get, which asks nothing and reads no input; its errors
# are shown when it fails. Returns its status.
packages_apt() {
    local log status=0
    local -a prefix=()
    while [ "$1" != -- ]; do
        prefix+=("$1")
        shift
    done
    shift
    log=$(mktemp)
    {
        status=0
        # Status has a descriptor of its own, opened inside: apt closes it in the packages' scripts,
        # and sudo hands on no more than three.
        "${prefix[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
            sh -c 'exec apt-get -q -y -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 "$@" 3>&1 1>&2' sh "$@" \
            2>"$log" </dev/null || status=$?
        printf 'status %s\n' "$status"
    } | packages_progress || status=$?
    [ "$status" -eq 0 ] || tail -n 8 "$log" | sed 's/^/setup: apt: /' >&2
    rm -f "$log"
    return "$status"
}

# Installs what is missing as root or through a sudo that asks nothing. Returns 0: all installed;
# 2: cannot be done here, the line to type is on stderr.
packages_install() {
    local -a missing prefix=()
    mapfile -t missing < <(packages_missing)
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            printf 'setup: %d packages are missing; install them with:\n' ${#missing[@]} >&2
            packages_line "${missing[@]}" >&2
            return 2
        fi
        prefix=(sudo -n)
    fi
    printf 'setup: %d packages are missing: %s\n' ${#missing[@]} "${missing[*]}"
    if ! apt-get -s install "${missing[@]}" >/dev/null 2>&1; then
        printf 'setup: reading package lists\n'
        packages_apt "${prefix[@]}" -- update || true
    fi
    packages_apt "${prefix[@]}" -- install --no-install-recommends "${missing[@]}" || true
    mapfile -t missing < <(packages_missing)
    [ ${#missing[@]} -gt 0 ] || return 0
    printf 'setup: apt-get could not install them; by hand:\n' >&2
    packages_line "${missing[@]}" >&2
    return 2
}
