# shellcheck shell=bash disable=SC2034
# Shared by the scripts beside it. Sourced, not run.

# The work tree, whatever the directory the script was called from.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "== $*"; }
note() { printf '%s\n' "   $*"; }
fail() {
    printf '%s\n' "$(basename "$0"): $*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: directly, or through sudo where that asks no questions a script can't answer.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        return 1
    fi
}

# Installs Debian packages. Fails, having said why, where that can't be done.
apt_install() {
    if ! have apt-get; then
        note "no apt-get here: install by hand what provides: $*"
        return 1
    fi
    note "apt-get install $*"
    local log
    log=$(mktemp)
    if as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >"$log" 2>&1 ||
        { as_root apt-get -q update >>"$log" 2>&1 &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >>"$log" 2>&1; }; then
        rm -f "$log"
        return 0
    fi
    tail -n 5 "$log" | sed 's/^/   | /'
    rm -f "$log"
    note "could not install them; as root: apt-get install $*"
    return 1
}

# A server program outside PATH counts as well.
have_mariadbd() {
    [ -n "${DUMPSTREAM_MARIADBD:-}" ] || have mariadbd || [ -x /usr/sbin/mariadbd ] || [ -x /usr/libexec/mariadbd ]
}
