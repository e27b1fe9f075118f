#!/usr/bin/env bash
# Builds the Python package's wheel into target/wheels, for every Python from 3.9 on, and tries it in a virtual environment
# that has nothing else: it restores into a throwaway server, MariaDB or MySQL, which has to be installed.
#
#   scripts/wheel.sh here         for this machine
#   scripts/wheel.sh manylinux    for any Linux from 2014 on (glibc 2.17), linked by zig
set -euo pipefail
. "$(dirname "$0")/lib.sh"
kind=${1:-here}
have python3 || fail "no python3: 3.9 or newer is needed, with venv"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/build"
"$work/build/bin/pip" install --quiet --disable-pip-version-check 'maturin[zig]>=1.9,<2'
# zig's wrapper needs absolute paths.
export PATH="$work/build/bin:$PATH"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$top/target}"

case $kind in
here) options=(--compatibility linux) ;;
manylinux) options=(--zig --compatibility manylinux2014) ;;
*) fail "here or manylinux, not $kind" ;;
esac
[ "$(uname -s)" = Linux ] || options=()
cd "$top/bindings/python"
rm -f python/dumpstream/_native.abi3.so
maturin build --release --out "$work/wheels" "${options[@]}"
wheel=$(find "$work/wheels" -name '*.whl')

say "The wheel in a clean environment"
python3 -m venv "$work/clean"
"$work/clean/bin/pip" install --quiet --disable-pip-version-check --no-deps "$wheel"
cd "$work"
cp "$top/demo/sakila.sql.zst" .
# The first lines that a reader tries: a restore into a throwaway server.
sed -n '/^```python$/,/^```$/p' "$top/bindings/python/README.md" | sed -e 1d -e '/^```$/,$d' >first.py
"$work/clean/bin/python" first.py | grep -q '^sakila\.rental 16044 equal$'
"$work/clean/bin/dumpstream" --version
mkdir -p "$CARGO_TARGET_DIR/wheels"
cp "$wheel" "$CARGO_TARGET_DIR/wheels/"
note "target/wheels/$(basename "$wheel")"
