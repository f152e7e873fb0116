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
  load lock analysis.py report.ipynb     lock what they need; what was locked
                                         before keeps its version
  load lock                              lock again for the same scripts
  load lock --upgrade-package pandas     let one version go
  load lock app.py --output pylock.toml  write it to another file

Everything in it has a SHA-256 hash. Each of these installs from it:
  load sync
  uv pip install -r pylock.load.toml
  pip install -r pylock.load.toml
LOAD_INSTALL=locked has load install nothing else. With uv it holds for all
platforms, with pip for this one.
"""
_SYNC = """\
examples:
  load sync                    install and replace what differs from the lock
  load sync --dry-run --json   only tell what would change
  load sync --exact --yes      remove what the lock does not hold, unasked

What the lock does not hold is left alone without --exact; pip, uv, load and
what they need always are. What is loaded in a running program is never
replaced.
"""
_FREEZE = """\
examples:
  load freeze analysis.py            then, on any machine: uv run analysis.py
  load freeze report.ipynb --loose   write >= in place of ==

Only the `# /// script` block is written (PEP 723); all else keeps every byte.
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
    lock.add_argument("scripts", nargs="*", metavar="SCRIPT", help="a .py or .ipynb file; none: those in the lock")
    lock.add_argument("--output", metavar="PATH", help="the lock to write")
    lock.add_argument("--upgrade", action="store_true", help="let all locked versions go")
    lock.add_argument(
        "--upgrade-package", action="append", default=[], metavar="NAME", help="let the locked version of NAME go"
    )
    lock.add_argument(
        "--allow", action="append", default=[], metavar="NAME", help="lock a name that load does not know"
    )
    lock.add_argument("--json", action="store_true", help="what was locked, as JSON")
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
        description="Install from the lock what lacks, exactly and with its hashes, and replace other versions.",
        epilog=_SYNC,
    )
    sync.add_argument("--lock", metavar="PATH", help="the lock; pylock.load.toml of the project by default")
    sync.add_argument("--dry-run", action="store_true", help="only tell what would change")
    sync.add_argument("--exact", action="store_true", help="remove what the lock does not hold")
    sync.add_argument("--yes", action="store_true", help="replace and remove without asking")
    sync.add_argument("--json", action="store_true", help="what changed, or would change, as JSON")
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
    freeze.add_argument("--loose", action="store_true", help="admit later versions: >= in place of ==")
    freeze.add_argument("--json", action="store_true", help="what was written, as JSON")
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
