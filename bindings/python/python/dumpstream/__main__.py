"""``python -m dumpstream``: the command line."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn, Optional, Sequence

from ._native import cli


def main(argv: Optional[Sequence[str]] = None) -> NoReturn:
    """Runs a command line, the program's name first, and exits with its code. Default: this process's."""
    # Python's own handler would raise KeyboardInterrupt behind the program's back, which stops cleanly by itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(cli.main(["dumpstream", *sys.argv[1:]] if argv is None else argv))


if __name__ == "__main__":
    main()
