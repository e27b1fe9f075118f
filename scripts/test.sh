#!/usr/bin/env bash
# All tests: unit, property and end-to-end, then the examples in the documentation.
# CARGO_FLAGS goes to cargo, such as --locked; arguments go to the test runner, such as a test's name.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$top"
read -r -a flags <<<"${CARGO_FLAGS:-}"

# An absent credential must not cost seconds of look-ups.
export AWS_EC2_METADATA_DISABLED=true

say "Building"
# The end-to-end tests run the programs of other packages, which cargo doesn't build for them by itself.
# The Python package needs its module, which is a library.
# With the tests, so that dependencies are built once: what the tests need changes their features.
cargo build "${flags[@]}" --workspace --lib --bins --tests

say "Tests"
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run "${flags[@]}" --workspace "$@"
else
    cargo test "${flags[@]}" --workspace --lib --bins --tests "$@"
fi

if [ $# -eq 0 ]; then
    say "Examples in the documentation"
    cargo test "${flags[@]}" --workspace --doc --quiet
    scripts/python.sh
fi
