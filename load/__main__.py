"""`python -m load` and the command `load`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the result is the exit code."""
    from load._cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
