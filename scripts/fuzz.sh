#!/usr/bin/env bash
# Fuzzes one target. Needs a nightly toolchain and cargo-fuzz, and says how to get them.
#
#   scripts/fuzz.sh TARGET [SECONDS]
set -euo pipefail
. "$(dirname "$0")/lib.sh"
target=${1:-} seconds=${2:-60}
cd "$top"

targets=$(find fuzz -name '*.rs' -path '*fuzz_targets*' -exec basename {} .rs \; 2>/dev/null | sort)
[ -n "$targets" ] || fail "fuzz/ holds no targets"
if [ -z "$target" ]; then
    say "Which? make fuzz TARGET=…"
    printf '%s\n' "$targets" | sed 's/^/   /'
    exit 2
fi
cargo +nightly --version >/dev/null 2>&1 || fail "needs a nightly toolchain: rustup toolchain install nightly"
cargo fuzz --version >/dev/null 2>&1 || fail "needs cargo-fuzz: cargo install --locked cargo-fuzz"
cargo +nightly fuzz run "$target" -- -max_total_time="$seconds"
