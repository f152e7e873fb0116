"""`load lock`, `load sync`, `load freeze`."""

from __future__ import annotations

import os

from load import _cli
from load._caller import NOBODY
from load._cli.printing import print_idle, print_json, print_text, show_plan, tell_error
from load._cli.wrong_use import meant_script
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from load._cli.arguments import Commands

_LOCK = """\
examples:
  load lock analysis.py report.ipynb     lock what they need; versions that are
                                         locked already stay
  load lock                              lock again for the same scripts
  load lock --upgrade-package pandas     allow a newer pandas
  load lock app.py --output pylock.toml  write it to another file

Every file in the lock has a SHA-256 hash. Each of these installs from it:
  load sync
  uv pip install -r pylock.load.toml
  pip install -r pylock.load.toml
With LOAD_INSTALL=locked, load installs nothing else. A lock made with uv is
for all platforms, one made with pip for this platform only.
"""
_SYNC = """\
examples:
  load sync                    install and replace what differs from the lock
  load sync --dry-run --json   show what would change, and change nothing
  load sync --exact --yes      also remove what is not locked; ask nothing

Without --exact, what is not in the lock is left alone. pip, uv, load and what
they need are never removed, and what a running program has loaded is never
replaced.
"""
_FREEZE = """\
examples:
  load freeze analysis.py            then, on any machine: uv run analysis.py
  load freeze report.ipynb --loose   write >= instead of ==

Only the `# /// script` block (PEP 723) is written; every other byte stays.
"""


def add_to(commands: Commands) -> None:
    """Add the commands to the command line."""
    _add_lock(commands)
    _add_sync(commands)
    _add_freeze(commands)


def _add_lock(commands: Commands) -> None:
    lock = commands.add_parser(
        "lock",
        description="Resolve what scripts and notebooks need and write it to pylock.load.toml (PEP 751), beside the "
        "project's pyproject.toml or else beside the script.",
        epilog=_LOCK,
    )
    lock.add_argument("scripts", nargs="*", metavar="SCRIPT", help=".py or .ipynb files (default: those in the lock)")
    lock.add_argument("--output", metavar="PATH", help="write the lock to this file")
    lock.add_argument("--upgrade", action="store_true", help="allow newer versions of everything")
    lock.add_argument(
        "--upgrade-package", action="append", default=[], metavar="NAME", help="allow a newer version of NAME"
    )
    lock.add_argument(
        "--allow", action="append", default=[], metavar="NAME", help="lock a name that load does not know"
    )
    lock.add_argument("--json", action="store_true", help="print what was locked as JSON")
    lock.set_defaults(act=_lock)


def _lock(arguments: argparse.Namespace) -> int:
    return _with_scripts("lock", arguments.scripts, lambda: _lock_scripts(arguments))


def _with_scripts(command: str, scripts: Sequence[str], act: Callable[[], int]) -> int:
    """Do what is asked with scripts; one that is not there is wrong use, as it is for `load run`."""
    try:
        return act()
    except SourceError as error:
        if all(os.path.isfile(script) and os.access(script, os.R_OK) for script in scripts):
            raise
        lacking = next((script for script in scripts if not os.path.lexists(script)), "")
        error.hint = (meant_script(command, lacking) if lacking else "") or error.hint
        tell_error(error)
        return _cli.WRONG_USE


def _lock_scripts(arguments: argparse.Namespace) -> int:
    from load._resolve import lock

    options = {
        "upgrade": arguments.upgrade,
        "upgrade_packages": arguments.upgrade_package,
        "allow": arguments.allow,
    }
    if arguments.scripts:
        result = lock.lock(arguments.scripts, NOBODY, arguments.output, **options)
    else:
        result = lock.relock(arguments.output, **options)
    if arguments.json:
        print_json(result.as_dict())
    else:
        print_text(str(result))
    return 0


def _add_sync(commands: Commands) -> None:
    sync = commands.add_parser(
        "sync",
        description="Install what is missing, exactly as locked and with hashes checked, and replace other versions.",
        epilog=_SYNC,
    )
    sync.add_argument("--lock", metavar="PATH", help="the lock (default: pylock.load.toml of the project)")
    sync.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    sync.add_argument("--exact", action="store_true", help="also remove what is not in the lock")
    sync.add_argument("--yes", action="store_true", help="replace and remove without asking")
    sync.add_argument("--json", action="store_true", help="print what changed, or would change, as JSON")
    sync.set_defaults(act=_sync)


def _sync(arguments: argparse.Namespace) -> int:
    from load import _console
    from load._install.plan import Plan
    from load._resolve.sync import sync

    _console.attach()  # what is only removed is announced, too
    result = sync(arguments.lock, dry_run=arguments.dry_run, exact=arguments.exact, yes=arguments.yes)
    if arguments.json:
        changes = [{"name": each.name, "old": each.old, "new": each.new} for each in result.changes]
        print_json(result.as_dict() if isinstance(result, Plan) else {"changes": changes})
    elif not result.changes:
        print_idle("Nothing to do: all of the lock is there.")
    elif isinstance(result, Plan):
        show_plan(result)
    return 0


def _add_freeze(commands: Commands) -> None:
    freeze = commands.add_parser(
        "freeze",
        description="Write or update the PEP 723 block of a script, or of a notebook's first cell, with what it needs "
        "at the versions that are installed here.",
        epilog=_FREEZE,
    )
    freeze.add_argument("script", metavar="SCRIPT", help="a .py or .ipynb file")
    freeze.add_argument("--loose", action="store_true", help="allow later versions: write >= instead of ==")
    freeze.add_argument("--json", action="store_true", help="print what was written as JSON")
    freeze.set_defaults(act=_freeze)


def _freeze(arguments: argparse.Namespace) -> int:
    return _with_scripts("freeze", [arguments.script], lambda: _freeze_script(arguments))


def _freeze_script(arguments: argparse.Namespace) -> int:
    from load._resolve.freeze import freeze

    result = freeze(arguments.script, NOBODY, loose=arguments.loose)
    if arguments.json:
        print_json(result.as_dict())
    else:
        print_text(str(result))
    return 0
