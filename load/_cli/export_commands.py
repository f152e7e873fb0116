"""`load exports`: the exports that there are, and whether their packages pass the checks."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

from load import _cli
from load._cli import export_checking as checking
from load._cli.export_checking import ABSENT, FAILED, LATE, PASSED
from load._cli.printing import print_json, print_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from typing import Any

    from load._cli.arguments import Commands

_EXPORTS = """\
examples:
  load exports                            the listed packages, and their versions
  load exports --check                    load and check all that are installed
  load exports torch --check --level comprehensive
  load exports --check --timeout 60       at most a minute for each
  load exports --module myapp.packages    also those that your module makes
  load exports --check --json             for programs

Each package is checked in a fresh process. One that crashes or takes longer
than --timeout is reported, and the others are still checked. Nothing is
installed. At COMPREHENSIVE, the names that TorchExports and its like offer have
to exist as well.

exit codes: 0 everything passed; 1 a check failed or took too long, or a package
that was named is not installed; 2 wrong use.
"""
_PATIENCE = 300  # seconds for one package
_LONGEST = 86_400
_HEADERS = ("export", "version", "level", "result", "time", "memory", "declared in")


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    exports = commands.add_parser(
        "exports",
        description="List the exports (packages that load checks and measures), or check them.",
        epilog=_EXPORTS,
    )
    exports.add_argument("names", nargs="*", metavar="NAME", help="an export, or a package (default: all)")
    exports.add_argument("--check", action="store_true", help="load and check each that is installed")
    exports.add_argument(
        "--level",
        type=_level,
        metavar="LEVEL",
        help="check at none, basic, strict or comprehensive, not at each one's own level",
    )
    exports.add_argument(
        "--module",
        action="append",
        default=[],
        metavar="MODULE",
        help="also list the exports that this module makes; it is imported",
    )
    exports.add_argument(
        "--timeout",
        type=_seconds,
        default=_PATIENCE,
        metavar="SECONDS",
        help=f"limit for the check of one package ({_PATIENCE})",
    )
    exports.add_argument("--json", action="store_true", help="print JSON")
    exports.set_defaults(act=_exports)


def _level(text: str) -> str:
    from load.exports import ExportValidationLevel

    if text.upper() not in ExportValidationLevel.__members__:
        raise ValueError(text)
    return text.upper()


def _seconds(text: str) -> float:
    from argparse import ArgumentTypeError

    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds: more than 0, and at most {_LONGEST} (a day)")
    return seconds


_level.__name__ = "level (none, basic, strict, comprehensive)"  # argparse names it in its message


def _exports(arguments: argparse.Namespace) -> int:
    with redirect_stdout(sys.stderr):  # what is imported may print
        checking.import_all(arguments.module)
    facts = [checking.facts_of(name, arguments.level) for name in checking.names_of(arguments.names)]
    if arguments.check:
        _check(facts, arguments)
    if arguments.json:
        print_json({"exports": facts})
    else:
        _show(facts, checked=arguments.check)
    wrong = (FAILED, LATE, ABSENT) if arguments.names else (FAILED, LATE)
    return _cli.FAILED if any(each["result"] in wrong for each in facts) else 0


def _check(facts: Sequence[dict[str, Any]], arguments: argparse.Namespace) -> None:
    """Write into the facts what the checks have shown, one package after the other: together they would not be fair."""
    from load._console.status import counted_while

    there = [each for each in facts if each["installed"]]
    for each in facts:
        if not each["installed"]:
            each.update(checking.absent(each["name"], each["import_name"]) if arguments.names else {"result": ABSENT})
    with counted_while(f"checking {len(there)} packages", len(there)) as step:
        for done, each in enumerate(there):
            step(done, each["name"])
            what = each["name"], each["import_name"], each["level"], arguments.module
            each.update(checking.check(*what, arguments.timeout))


def _show(facts: Sequence[dict[str, Any]], *, checked: bool) -> None:
    from load._console.tables import print_lines, print_table

    installed = sum(each["installed"] for each in facts)
    title = f"{len(facts)} {'export' if len(facts) == 1 else 'exports'}, {installed} installed"
    if checked:
        results = [each["result"] for each in facts]
        title += f": {results.count(PASSED)} passed, {results.count(FAILED)} failed"
        title += f", {results.count(LATE)} timed out" if LATE in results else ""
    rows = [_row(each) for each in facts if each["result"] != ABSENT or each["error"]]
    used = [any(row[index] for row in rows) for index in range(len(_HEADERS))]
    if rows:
        headers = [header for header, use in zip(_HEADERS, used, strict=True) if use]
        print_table([[cell for cell, use in zip(row, used, strict=True) if use] for row in rows], headers, title)
    else:
        print_text(title)
    for each in facts:
        if each["error"] is not None:
            print_text("")
            print_lines(_told(each["name"], **each["error"]), 4)


def _row(facts: dict[str, Any]) -> list[str]:
    version = facts["version"] or ("installed" if facts["installed"] else ABSENT)
    seconds, size = facts["seconds"], facts["bytes"]
    return [
        facts["name"],
        version,
        facts["level"],
        facts["result"] or "",
        "" if seconds is None else f"{seconds * 1e3:.1f} ms",
        "" if size is None else f"{size / 1e6:+.1f} MB",
        facts["declared_in"] or "",
    ]


def _told(name: str, *, type: str, message: str, context: Sequence[str], hint: str | None) -> Iterator[str]:  # noqa: A002, ARG001
    """What is wrong with an export, and what to do next."""
    yield f"{name}: {message}"
    yield from (f"  {line}" for line in context)
    if hint:
        yield f"  → {hint}"
