#!/usr/bin/env bash
# The Python package's tests, on the library as cargo has built it for all other tests: pytest, the examples, mypy, stubtest
# and pyright. Arguments go to pytest.
#
#   scripts/python.sh [ARGS]      DUMPSTREAM_PYTHON_SET_UP=1 only makes .cache/python
set -euo pipefail
. "$(dirname "$0")/lib.sh"
package=$top/bindings/python
venv=$top/.cache/python
wanted=$package/tests/requirements.txt

if ! cmp -s "$wanted" "$venv/requirements.txt"; then
    if have python3 && { [ -x "$venv/bin/python" ] || python3 -m venv "$venv" 2>/dev/null; } &&
        "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"; then
        cp "$wanted" "$venv/requirements.txt"
        note "pytest, mypy and what the Python package is tested with, into .cache/python"
    else
        note "no tests of the Python package: they need python3 (3.9 or newer) with venv, and PyPI"
        exit 0
    fi
fi
[ -z "${DUMPSTREAM_PYTHON_SET_UP:-}" ] || exit 0

say "The Python package"
cd "$package"
built=${CARGO_TARGET_DIR:-$top/target}/debug
case $(uname -s) in
Darwin) native=$built/lib_native.dylib ;;
*) native=$built/lib_native.so ;;
esac
[ -f "$native" ] || fail "no $native: cargo build --workspace --lib --bins"
# Beside its stubs, where Python finds it. A new file: one that is loaded somewhere must not change.
rm -f python/dumpstream/_native.abi3.so
cp "$native" python/dumpstream/_native.abi3.so
export PYTHONPATH=$package/python
export DUMPSTREAM_BINARY=$built/dumpstream
export AWS_EC2_METADATA_DISABLED=true

"$venv/bin/pytest" -q "$@"
[ $# -eq 0 ] || exit 0
say "The Python package, with threads that take turns all the time"
DUMPSTREAM_SWITCH_INTERVAL=1e-6 "$venv/bin/pytest" -q tests/test_restore.py tests/test_stopping.py tests/test_events.py tests/test_transformers.py
say "The Python package's types"
cd python
"$venv/bin/mypy" --config-file ../pyproject.toml dumpstream ../tests
MYPYPATH=. "$venv/bin/stubtest" --concise --mypy-config-file ../pyproject.toml dumpstream._native
if "$venv/bin/pyright" --version >/dev/null 2>&1; then
    "$venv/bin/pyright" -p ../pyproject.toml
else
    note "pyright can't be fetched: it was not run"
fi
