"""`load profile`: what the imports of a program cost, as a tree, a page, a trace, or JSON."""

from __future__ import annotations

import os
import sys

from load import _process
from load._cli.printing import print_text
from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from typing import Any

    from load._cli.arguments import Commands
    from load._imports.budget import Budget

_CHILD = "from load._cli.profiled import main; main()"
_MOST = 40  # modules that are shown
_WIDTH = 120  # columns where there is no terminal
_PROFILE = """\
examples:
  load profile analysis.py --fast           a script and its words; first what it
                                            needs is installed, as by load run
  load profile -m mypkg.tool                a module, as python -m
  load profile --import pandas              no program, just an import
  load profile --import pandas --memory     the largest first
  load profile --html page.html app.py      a page to look at in the browser
  load profile --trace trace.json app.py    for Perfetto or speedscope
  load profile --json --import pandas       for programs
  load profile --suggest app.py             what could be imported later, or not
  load profile --budget budget.toml app.py  fails where limits are not held
  load profile --read imports.log           what python -X importtime wrote, or
                                            what --json printed

The options stand before the script: the words after it are its own. The
program runs in a process of its own; its profile is told however it ends.

exit codes: that of the program; 1 an error of load, or a budget not held.
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    profile = commands.add_parser(
        "profile",
        help="what the imports of a program cost, in time and memory",
        description="Run a program, or an import, and tell what each of its imports cost.",
        epilog=_PROFILE,
        usage="load profile [OPTIONS] (SCRIPT | -m MODULE) [ARG ...]\n"
        "       load profile [OPTIONS] (--import NAME | --read FILE)",
    )
    what = profile.add_mutually_exclusive_group()
    what.add_argument("-m", dest="module", metavar="MODULE", help="run a module as `python -m` would")
    what.add_argument("--import", dest="imported", metavar="NAME", help="import a module, and nothing else")
    what.add_argument("--read", metavar="FILE", help="run nothing: a log of `-X importtime`, or a profile as JSON")
    profile.add_argument("--memory", action="store_true", help="the largest first, instead of the slowest")
    profile.add_argument("--most", type=_positive, default=_MOST, metavar="N", help=f"modules to show ({_MOST})")
    profile.add_argument(
        "--suggest", action="store_true", help="tell what could be done (on Python 3.11 it slows the program)"
    )
    profile.add_argument("--budget", metavar="FILE", help="limits (TOML); it fails where one is not held")
    profile.add_argument("--html", metavar="FILE", help="write a page that holds all of it")
    profile.add_argument("--trace", metavar="FILE", help="write a trace in Chrome's format")
    profile.add_argument("--json", action="store_true", help="as JSON; the program prints to standard error then")
    profile.add_argument("program", nargs="?", metavar="SCRIPT", help="path of a script")
    profile.add_argument("arguments", nargs="...", metavar="ARG", help="passed on to the program")
    profile.set_defaults(act=lambda arguments: _profile(arguments, profile))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _profile(arguments: argparse.Namespace, parser: Any) -> int:
    words = [word for word in (arguments.program, *arguments.arguments) if word is not None]
    budget = _budget(arguments.budget) if arguments.budget else None
    chosen = [arguments.module, arguments.imported, arguments.read]
    if not words and not any(chosen):
        parser.error("what is missing is the script (or -m MODULE, --import NAME, --read FILE)")
    if words and (arguments.imported or arguments.read):
        parser.error(f"unrecognized arguments: {' '.join(words)}")
    if arguments.read:
        code, document = 0, _read(arguments.read)
    else:
        kind = "module" if arguments.module else "import" if arguments.imported else "script"
        words = [each for each in chosen if each] + words
        looks = ["cycles"] if arguments.json or arguments.html else []
        looks += ["suggestions"] if arguments.suggest else []
        code, document = _run(kind, words, ",".join(looks), quiet=arguments.json)
    _tell(document, arguments)
    if budget is not None:
        _enforce(budget, document)
    return code if code >= 0 else 128 - code  # as a shell reports of what a signal ended


def _budget(path: str) -> Budget:
    from load._imports.budget import Budget

    return Budget.read(path)


def _enforce(budget: Budget, document: Mapping[str, Any]) -> None:
    from load._imports.budget import measure_startup
    from load._imports.documents import profile_of

    startup = measure_startup() if "startup_ratio" in budget.limits else None
    budget.enforce(profile_of(document), startup, what=document["title"])


def _run(kind: str, words: list[str], look: str, *, quiet: bool) -> tuple[int, dict[str, Any]]:
    """Run it in a process of its own; its exit code, and its profile."""
    import tempfile

    from load._report.files import read_document
    from load._resolve.programs import child_env

    _prepare(kind, words[0])
    with tempfile.TemporaryDirectory(prefix="load-", ignore_cleanup_errors=True) as folder:
        output = os.path.join(folder, "profile.json")
        command = [sys.executable, "-c", _CHILD, output, look, kind, *words]
        code = _process.accompany(command, env=child_env(), quiet=quiet)
        try:
            with open(output, "rb") as file:
                return code, dict(read_document(file.read()))
        except FileNotFoundError:
            raise ProfileError(
                "The program ended before its profile could be written.",
                context=(f"it ended with the exit code {code}",),
                hint="os._exit and signals end a process at once; let it return, or call sys.exit",
            ) from None


def _prepare(kind: str, program: str) -> None:
    from load._cli.run_command import prepare_module, prepare_script
    from load.errors import SourceError

    if kind == "script":
        if not os.path.exists(program):
            raise SourceError(f"There is no file {program!r}.", text=program, hint="give the path of a script")
        prepare_script(program)
    elif kind == "module":
        prepare_module(program)
    else:
        from load._cli.checkout import require

        require(program.partition(".")[0])


def _read(path: str) -> dict[str, Any]:
    from load._imports.importtime import from_importtime
    from load._report.document import checked
    from load._report.files import read_document

    with open(path, "rb") as file:
        data = file.read()
    if data.lstrip()[:1] == b"{":
        return dict(read_document(data))
    document = from_importtime(data.decode("utf-8", "replace")).as_document(os.path.basename(path))
    return dict(checked(document))


def _tell(document: Mapping[str, Any], arguments: argparse.Namespace) -> None:
    if arguments.json:
        from load._report.files import as_json

        print_text(as_json(document))
    else:
        _draw(document, arguments)
    if arguments.html:
        from load._report.files import write
        from load._report.page import html

        write(arguments.html, html(document))
    if arguments.trace:
        import json

        from load._report.files import write
        from load._report.trace import trace

        write(arguments.trace, json.dumps(trace(document)))


def _draw(document: Mapping[str, Any], arguments: argparse.Namespace) -> None:
    from load._console.terminal import print_segments, width
    from load._report.tree import tree

    columns = width(sys.stdout) or _WIDTH
    print_segments(tree(document, limit=arguments.most, by="memory" if arguments.memory else "time", width=columns))
    if arguments.suggest:
        print_segments(_suggested(document))


def _suggested(document: Mapping[str, Any]) -> Iterator[list[tuple[str, str]]]:
    from load._imports.suggestions import Suggestion

    found = [Suggestion(**each) for each in document["suggestions"]]
    yield []
    yield [("what could be done" if found else "nothing to suggest: no import of your own code costs much", "bold")]
    for each in found:
        yield []
        first, *rest = str(each).splitlines()
        yield [(first, "")]
        yield from ([(line, "green")] for line in rest)
