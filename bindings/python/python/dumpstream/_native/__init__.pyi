from . import cli as cli, logs as logs, runs as runs

__all__ = ["cli", "logs", "runs", "__version__"]

__version__: str
