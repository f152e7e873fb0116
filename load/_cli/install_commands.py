"""`load install`."""

from __future__ import annotations

from load._caller import NOBODY
from load._cli.printing import print_idle, print_json, show_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from load._cli.arguments import Commands

_EXAMPLES = """\
examples:
  load install pandas 'scikit-learn>=1.4'  install what is missing, in one step
  load install --dry-run polars            show the plan, change nothing
  load install gh:owner/repo@v1            from a repository

Installs go into this environment, or, if that may not be changed, into an
overlay: a folder in your cache that load puts on sys.path.

To type a name here is to agree to it, even if load does not know it. A likely
typo, a build, and a change to what is installed still need a yes, and are
refused where nobody can be asked.
"""

_WAYS = {  # what to do with a file, by how its name ends
    ".py": "load run {} installs what it needs",
    ".ipynb": "load lock {}, then load sync",
    ".toml": "load sync --lock {}, if it is a lock; a project is named by its folder: load install ./",
    ".txt": "uv pip install -r {}",
    ".whl": "load install ./{}",
}


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    install = commands.add_parser(
        "install",
        description="Install whatever of these is missing, in one step.",
        epilog=_EXAMPLES,
    )
    install.add_argument("specs", nargs="+", metavar="SPEC", help="a name, a requirement, a repository or a path")
    install.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    install.add_argument("--json", action="store_true", help="print what changed, or would change, as JSON")
    install.set_defaults(act=_install)


def _install(arguments: argparse.Namespace) -> int:
    for spec in arguments.specs:
        _refuse_file(spec)
    if arguments.dry_run:
        return _plan(arguments)
    from load._resolve.install import install_specs

    outcome = install_specs(arguments.specs, NOBODY)
    if arguments.json:
        changes = [{"name": each.name, "old": each.old, "new": each.new} for each in outcome.changes]
        print_json({"changes": changes, "folders": list(outcome.folders)})
    elif not outcome.changes:
        print_idle("Nothing to do: all of it is there.")
    return 0


def _refuse_file(spec: str) -> None:
    """A file's name would be read as a module's, and something else be installed: `requirements.txt`, say.

    Raises:
        SourceError: a file is meant.
    """
    from os.path import isfile, splitext

    from load._install.sources import is_source
    from load.errors import SourceError

    way = _WAYS.get(splitext(spec)[1].lower())
    if way is not None and isfile(spec) and not is_source(spec):
        raise SourceError(f"{spec} is a file here, not a name.", hint=way.format(spec))


def _plan(arguments: argparse.Namespace) -> int:
    from load import _console
    from load._console.status import shown_while
    from load._resolve.install import plan_specs

    _console.attach()  # what the backend says meanwhile
    with shown_while("finding out what would change"):
        plan = plan_specs(arguments.specs, NOBODY, explicit=True)
    if arguments.json:
        print_json(plan.as_dict())
    else:
        show_plan(plan)
    return 0
