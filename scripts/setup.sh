#!/usr/bin/env bash
# Brings what building, testing or the demo needs and this machine lacks. Says what it does, and what is missing where it
# can't. Installs Debian packages as root or through sudo, and nothing else outside the work tree and cargo's own bin.
#
#   scripts/setup.sh build | demo | test
set -euo pipefail
. "$(dirname "$0")/lib.sh"
purpose=${1:-build}

say "What is needed to $purpose"

if ! have cargo; then
    if [ -x "$HOME/.cargo/bin/cargo" ]; then
        fail "cargo is in ~/.cargo/bin, which is not in PATH: export PATH=\"\$HOME/.cargo/bin:\$PATH\""
    fi
    fail "no Rust here. Install it with rustup (https://rustup.rs), then run this again"
fi
wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$top/Cargo.toml")
found=$(rustc --version | sed -n 's/^rustc \([0-9.]*\).*/\1/p')
if [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" != "$wanted" ]; then
    fail "Rust $found is too old, $wanted is needed: rustup update stable"
fi
note "Rust $found"

packages=()
have cc || packages+=(gcc libc6-dev)
if [ "$purpose" != build ]; then
    # The core packages bring the programs without a service that would start by itself.
    have_mariadbd || packages+=(mariadb-server-core)
    have mariadb && have mariadb-dump || packages+=(mariadb-client)
    have zstd || packages+=(zstd)
fi
if [ "$purpose" = test ]; then
    for tool in gzip bzip2 lz4 pigz; do have "$tool" || packages+=("$tool"); done
    have xz || packages+=(xz-utils)
fi
if [ ${#packages[@]} -gt 0 ]; then apt_install "${packages[@]}" || true; fi
have cc || fail "no C compiler (cc)"
if [ "$purpose" != build ]; then
    have_mariadbd && have mariadb && have mariadb-dump && have zstd ||
        fail "MariaDB's server, its client programs and zstd are needed: apt-get install mariadb-server-core mariadb-client zstd"
    note "MariaDB, zstd"
fi
[ "$purpose" = test ] || exit 0

if ! cargo nextest --version >/dev/null 2>&1; then
    note "cargo install cargo-nextest (several minutes, once)"
    cargo install --locked --quiet cargo-nextest 2>&1 | tail -n 3 | sed 's/^/   | /' || true
fi
if cargo nextest --version >/dev/null 2>&1; then
    note "cargo-nextest"
else
    note "no cargo-nextest: cargo test will run the tests instead"
fi

if [ -n "${DUMPSTREAM_MYSQLD:-}" ]; then
    note "MySQL: $DUMPSTREAM_MYSQLD"
elif have mysqld && mysqld --no-defaults --version 2>/dev/null | grep -qv MariaDB; then
    note "MySQL: $(command -v mysqld)"
else
    "$top/scripts/get-server.sh" mysql || note "no MySQL: the tests that need it are skipped, and say so"
fi

moto=$top/.cache/moto
if [ -x "$moto/bin/moto_server" ]; then
    note "moto (AWS's stand-in)"
elif have python3 && python3 -m venv "$moto" 2>/dev/null &&
    "$moto/bin/pip" install --quiet --disable-pip-version-check 'moto[server,s3,secretsmanager]==5.*' awscrt crc32c; then
    note "moto (AWS's stand-in) into .cache/moto"
else
    rm -rf "$moto"
    note "no moto: it needs python3 with venv, and PyPI; the tests of S3 against it are skipped, and say so"
fi

DUMPSTREAM_PYTHON_SET_UP=1 "$top/scripts/python.sh"
