"""`load profile`: what the imports of a program cost, as a tree, a page, a trace, or JSON."""

from __future__ import annotations

import os
import sys

from load import _cli, _process
from load._cli import run_command
from load._cli.arguments import Parser
from load._cli.figures import count
from load._cli.printing import tell_error
from load._cli.profile_output import tell
from load._report.files import check_place
from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence
    from typing import IO, Any

    from load._cli.arguments import Commands
    from load._imports.budgets.budget import Budget

_START = os.path.join(os.path.dirname(os.path.abspath(__file__)), "profiled_start.py")
_WHERE = os.path.dirname(os.path.dirname(os.path.dirname(_START)))
_MOST = 40  # modules that are shown
_PROFILE = """\
examples:
  load profile analysis.py --fast           a script with its own arguments; what
                                            it needs is installed, as by load run
  load profile -m mypkg.tool                a module, like python -m
  load profile --import pandas              a single import
  load profile --import pandas --memory     the largest first
  load profile --html page.html app.py      a page for the browser
  load profile --trace trace.json app.py    for Perfetto or speedscope
  load profile --json --import pandas       for programs
  load profile --suggest app.py             imports to make lazy or to drop
  load profile --budget budget.toml app.py  fail if a limit is exceeded; from a
                                            pyproject.toml it reads
                                            [tool.load.budget]
  load profile --read imports.log           what python -X importtime wrote,
                                            or what --json printed

Options of load profile come before the script or -m MODULE; what follows is
passed to the program. The program runs in a process of its own, with the
options of this Python. Its profile is shown however it ends, just before its
atexit handlers run.

exit codes: that of the program; 1 for an error of load or an exceeded limit.
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    profile = commands.add_parser(
        "profile",
        description="Run a program, or a single import, and show what each import cost in time and memory.",
        epilog=_PROFILE,
        usage="load profile [OPTIONS] (SCRIPT | -m MODULE) [ARG ...]\n"
        "       load profile [OPTIONS] (--import NAME | --read FILE)",
    )
    profile.__class__ = _Parser  # argparse makes the parsers of all commands alike
    what = profile.add_mutually_exclusive_group()
    what.add_argument("-m", dest="module", type=_given, metavar="MODULE", help="run a module as `python -m` would")
    what.add_argument("--import", dest="imported", type=_given, metavar="NAME", help="just import this module")
    what.add_argument(
        "--read", type=_given, metavar="FILE", help="run nothing; read a log of `-X importtime`, or a profile in JSON"
    )
    profile.add_argument("--memory", action="store_true", help="sort by memory instead of time")
    profile.add_argument("--most", type=count, default=_MOST, metavar="N", help=f"show so many modules ({_MOST})")
    profile.add_argument(
        "--suggest",
        action="store_true",
        help="say which imports to make lazy or drop (slows the program on Python 3.11)",
    )
    profile.add_argument("--budget", type=_given, metavar="FILE", help="fail if a limit in this TOML file is exceeded")
    profile.add_argument("--html", type=_given, metavar="FILE", help="write an HTML page with everything")
    profile.add_argument("--trace", type=_given, metavar="FILE", help="write a trace in Chrome's format")
    profile.add_argument(
        "--json", action="store_true", help="print JSON; the program's own output goes to standard error"
    )
    profile.add_argument("program", nargs="?", metavar="SCRIPT", help="path of a script")
    profile.add_argument("arguments", nargs="...", metavar="ARG", help="passed on to the program")
    profile.set_defaults(act=lambda arguments: _profile(arguments, profile))


class _Parser(Parser):
    """Its options end where the program begins: after a script, after `-m MODULE`, all words are the program's own."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As in argparse, for what stands before the program."""
        words = list(sys.argv[1:] if args is None else args)
        end, program = self._program(words)
        found, unknown = super().parse_known_args(words[:end], namespace)
        if program:
            found.program, found.arguments = program[0] if found.module is None else None, program
        return found, unknown

    def _program(self, words: list[str]) -> tuple[int, list[str]]:
        """How many of the words are options, and the program with its own words."""
        place = 0
        while place < len(words):
            word = words[place]
            if word == "--":
                return place, words[place + 1 :]
            if word == "-m":
                return place + 2, words[place + 1 :]
            if word.startswith("-m"):
                return place + 1, [word.removeprefix("-m"), *words[place + 1 :]]
            if not word.startswith("-") or word == "-":
                return place, words[place:]
            place += 1 + self._takes_next(word)
        return place, []

    def _takes_next(self, word: str) -> bool:
        """Whether the word after an option is its value."""
        return word in self.options and self.options[word].nargs != 0


def _given(text: str) -> str:
    from argparse import ArgumentTypeError

    if not text:
        raise ArgumentTypeError("it is empty")
    return text


def _profile(arguments: argparse.Namespace, parser: Parser) -> int:
    words = list(arguments.arguments)
    chosen = arguments.imported or arguments.read
    if not words and not chosen:
        parser.error("the script is missing (or -m MODULE, --import NAME, --read FILE)")
    if words and chosen:
        parser.refuse(words)
    if arguments.program and _is_notebook(arguments.program):
        return run_command.refuse_notebook(arguments.program)
    budget = _budget(arguments.budget) if arguments.budget else None
    for path in filter(None, (arguments.html, arguments.trace)):
        check_place(path)
    if arguments.read:
        return _report(0, _read(arguments.read), arguments, budget)
    kind = "module" if arguments.module else "import" if arguments.imported else "script"
    looks = ["cycles"] if arguments.json or arguments.html else []
    looks += ["suggestions"] if arguments.suggest else []
    code, document = _run(kind, words or [arguments.imported], looks, quiet=arguments.json)
    code = code if code >= 0 else 128 - code  # as a shell reports of what a signal ended
    if document is None:
        return code or _cli.FAILED
    if arguments.json or (budget is not None and "startup_ratio" in budget.limits):
        from load._imports.budgets.budget import measure_startup

        document["startup_seconds"] = measure_startup()  # here and now: the machine that reads it may be another one
    return _report(code, document, arguments, budget)


def _is_notebook(path: str) -> bool:
    return path.lower().endswith(".ipynb") and os.path.isfile(path)


def _report(code: int, document: Mapping[str, Any], arguments: argparse.Namespace, budget: Budget | None) -> int:
    """Tell a profile; the exit code."""
    is_told = tell(document, arguments, code)
    if budget is not None:
        _enforce(budget, document)
    return code or (0 if is_told else _cli.FAILED)


def _budget(path: str) -> Budget:
    from load._imports.budgets.budget import Budget

    return Budget.read(path)


def _enforce(budget: Budget, document: Mapping[str, Any]) -> None:
    from load._imports.budgets.budget import measure_startup
    from load._imports.profiling.documents import profile_of

    startup = document["startup_seconds"]
    if startup is None and "startup_ratio" in budget.limits:  # a log, or what an earlier version wrote
        from load._console.terminal import write_line

        startup = measure_startup()
        write_line("load: this profile does not tell how long Python took to start: what it takes here counts instead")
    budget.enforce(profile_of(document), startup, what=document["title"])


def _run(kind: str, words: list[str], looks: list[str], *, quiet: bool) -> tuple[int, dict[str, Any] | None]:
    """Run it in a process of its own; its exit code, and its profile, or None where there is none, which is told."""
    import tempfile
    from contextlib import nullcontext

    from load._console.elsewhere import shown_while_there_is
    from load._install import overlay
    from load._resolve.programs import child_env

    path = list(sys.path)
    try:
        _prepare(kind, words[0])
    finally:  # what lies beside the script is not a module of this process
        overlays = [folder for folder in overlay.active() if folder in sys.path]
        sys.path[:] = [*path, *(folder for folder in overlays if folder not in path)]
    with tempfile.TemporaryDirectory(prefix="load-", ignore_cleanup_errors=True) as folder:
        output = os.path.join(folder, "profile")
        command = [sys.executable, *_process.interpreter_options(), _START, _WHERE]
        command += [output, ",".join(looks), os.pathsep.join(overlays), kind, *words]
        shown = shown_while_there_is(f"{output}.looking", f"looking for {' and '.join(looks)} in what was imported")
        with shown if looks else nullcontext():
            code = _process.accompany(command, env=child_env(), quiet=quiet)
        if os.path.exists(output):
            title = {"import": "import ", "module": "-m "}.get(kind, "") + " ".join(words)
            return code, _document(output, title, looks)
    error = ProfileError(
        "The program ended before its profile could be written.",
        context=(f"it ended with the exit code {code}" if code >= 0 else f"signal {-code} ended it",),
        hint="os._exit, os.exec… and signals end a process at once; let it return, or call sys.exit",
    )
    tell_error(error)
    return code, None


def _document(output: str, title: str, looks: list[str]) -> dict[str, Any]:
    """The profile that a process wrote, and on standard error what it could not find out."""
    from load._console.terminal import write_line
    from load._imports.profiling.documents import profile_of
    from load._report.document import checked

    problems: list[str] = []
    parts: dict[str, Any] = {}
    with open(output, "rb") as file:
        for part in _parts(file):
            problems += part.pop("problems", [])
            parts.update(part)
    document = profile_of(parts).as_document(title)
    document.update({name: parts[name] for name in (*looks, "cycle_groups") if name in parts})
    missing = [name for name in looks if name not in parts]
    if missing and not problems:
        problems.append("the process ended meanwhile")
    if problems:
        what = f"no {' and '.join(missing)} could be looked for" if missing else "not all could be told"
        write_line(f"load: {what}, after what the program did: {'; '.join(dict.fromkeys(problems))}")
    return dict(checked(document))


def _parts(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    import marshal

    while True:
        try:
            part: dict[str, Any] = marshal.load(file)  # noqa: S302 - of our own process
        except (EOFError, ValueError, TypeError):  # the end, or the middle of what a signal ended
            return
        yield part


def _prepare(kind: str, program: str) -> None:
    if kind == "script":
        _check_script(program)
        run_command.prepare_script(program)
    elif kind == "module":
        run_command.prepare_module(program)
    else:
        from load._cli.checkout import require
        from load.errors import SourceError

        if not all(part.isidentifier() for part in program.split(".")):
            raise SourceError(
                f"{program!r} is not a name of a module.", text=program, hint="give it as an import has it"
            )
        require(program.partition(".")[0])


def _check_script(path: str) -> None:
    from load.errors import SourceError

    if path != "-" and (os.path.isfile(path) or os.path.isdir(path)):
        return
    if path == "-" or os.path.exists(path):  # it is read to see what it needs, and then to run it
        fact = f"{path} is not a file, and cannot be read twice."
        raise SourceError(fact, hint="write the program to a file, and profile that")
    from load._cli.wrong_use import meant_program

    hint = meant_program("profile", path) or "give the path of a script, or a module with `-m`"
    raise SourceError(f"There is no file {path!r}.", hint=hint)


def _read(path: str) -> dict[str, Any]:
    from load._imports.profiling.importtime import from_importtime
    from load._report.document import checked
    from load._report.files import read_document

    with open(path, "rb") as file:
        data = file.read()
    if data.lstrip()[:1] == b"{":
        return dict(read_document(data))
    document = from_importtime(data.decode("utf-8", "replace")).as_document(os.path.basename(path))
    return dict(checked({**document, "python": ""}))  # a log does not tell which Python wrote it
