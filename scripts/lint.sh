#!/usr/bin/env bash
# Format, clippy, dependencies' licences and advisories, shell scripts. What isn't installed is said and passed over.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$top"
read -r -a flags <<<"${CARGO_FLAGS:-}"

if cargo fmt --version >/dev/null 2>&1; then
    say "cargo fmt --check"
    cargo fmt --all --check
else
    say "rustfmt is not here: rustup component add rustfmt"
fi
if cargo clippy --version >/dev/null 2>&1; then
    say "cargo clippy"
    cargo clippy "${flags[@]}" --workspace --all-targets --quiet -- -D warnings
else
    say "clippy is not here: rustup component add clippy"
fi
if cargo deny --version >/dev/null 2>&1; then
    say "cargo deny"
    cargo deny --log-level error check --hide-inclusion-graph bans licenses sources
    if cargo deny --log-level off fetch db >/dev/null 2>&1; then
        cargo deny --log-level error check --hide-inclusion-graph advisories
    else
        note "the advisory database can't be fetched: advisories were not looked at"
    fi
else
    say "cargo-deny is not here: cargo install --locked cargo-deny"
fi
if have shellcheck; then
    say "shellcheck"
    shellcheck --external-sources --source-path=SCRIPTDIR scripts/*.sh .ci/run
else
    say "shellcheck is not here: apt-get install shellcheck"
fi
