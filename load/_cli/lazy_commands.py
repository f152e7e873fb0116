"""`load check-lazy` and `load check-stub`: whether packages stay as lazy as they are meant to be."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

from load import _cli
from load._cli.checkout import require
from load._cli.figures import amount, limit
from load._cli.printing import print_json, print_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from load._cli.arguments import Commands

_LAZY = """\
examples:
  load check-lazy mypkg --not-loaded torch --max-modules 50
  load check-lazy mypkg --max-ms 20         the best of three runs
  load check-lazy mypkg --json

The package is imported in a fresh process. If a forbidden module comes along,
the chain of imports that brought it is shown, with file and line.

exit codes: 0 all limits hold, 1 at least one does not.
"""
_STUB = """\
examples:
  load check-stub mypkg         fails if a name is missing or differs
  load check-stub mypkg --json  for programs

The stub (or the imports below `if TYPE_CHECKING:`), __all__ and the lazy names
are compared, and every name is imported. A name whose optional dependency is
not installed is listed, but is not a fault.

exit codes: 0 they agree, 1 they do not.
"""


def add_to(commands: Commands) -> None:
    """Add the commands to the command line."""
    lazy = commands.add_parser(
        "check-lazy",
        description="Show how much importing a package brings in, and check it against limits.",
        epilog=_LAZY,
    )
    lazy.add_argument("package", metavar="PKG", help="its import name")
    lazy.add_argument(
        "--not-loaded",
        action="append",
        default=[],
        metavar="NAME",
        help="a module that must not be imported along with it",
    )
    lazy.add_argument("--max-modules", type=limit, metavar="N", help="at most so many modules")
    lazy.add_argument("--max-ms", type=amount, metavar="N", help="at most so many milliseconds")
    lazy.add_argument("--json", action="store_true", help="print JSON")
    lazy.set_defaults(act=_check_lazy)
    stub = commands.add_parser(
        "check-stub",
        description="Check that a lazy package, its stub and its __all__ agree.",
        epilog=_STUB,
    )
    stub.add_argument("package", metavar="PKG", help="its import name")
    stub.add_argument("--json", action="store_true", help="print JSON")
    stub.set_defaults(act=_check_stub)


def _check_lazy(arguments: argparse.Namespace) -> int:
    from load._lazy.laziness import look

    require(arguments.package.partition(".")[0])  # a package may make the modules below it as it is imported
    found = look(arguments.package, rounds=1 if arguments.max_ms is None else 3)
    facts = found.check(arguments.not_loaded, arguments.max_modules, arguments.max_ms)
    if arguments.json:
        print_json({"modules": list(found.modules), "seconds": found.seconds, "faults": facts})
    else:
        print_text(
            "\n".join(facts)
            or f"{found.package}: {_counted(len(found.modules), 'module')}, {found.seconds * 1e3:.1f} ms"
        )
    return _cli.FAILED if facts else 0


def _check_stub(arguments: argparse.Namespace) -> int:
    from load._lazy.stub_check import check_stub

    require(arguments.package.partition(".")[0])
    with redirect_stdout(sys.stderr):  # what is imported may print
        found = check_stub(arguments.package)
    if arguments.json:
        print_json({"names": list(found.names), "faults": list(found.faults), "skipped": found.skipped})
    else:
        lines = [*found.faults, *(f"not tried: {name}: {why}" for name, why in found.skipped.items())]
        told = f"{_counted(len(found.names), 'name')}, {_counted(len(found.faults), 'fault')}"
        print_text("\n".join([*lines, f"{found.package}: {told}"]))
    return 0 if found else _cli.FAILED


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
