from . import cli as cli, logs as logs, runs as runs

__version__: str
