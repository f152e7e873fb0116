"""`load run SCRIPT`, `load run -m MODULE`, `load run -`: what it needs in one solve, then the program itself."""

from __future__ import annotations

import os
import sys

from load import _cli
from load.errors import LoadError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

USAGE = "usage: load run SCRIPT [ARG ...]\n       load run -m MODULE [ARG ...]\n       load run - [ARG ...]"
_STDIN = "<stdin>"  # what Python calls a program that it reads from there


def run_program(argv: Sequence[str]) -> int:
    """Prepare and run a program in this process; the result is its exit code."""
    words = list(argv)
    if words[:1] == ["-m"]:
        if len(words) < 2:
            return _wrong("what is missing is the module: load run -m MODULE")
        return prepared(prepare_module, words[1]) or _run_module(words[1:])
    if words[:1] == ["--"]:
        words = words[1:]
    elif words and words[0].startswith("-") and words[0] != "-":
        return _wrong(f"no such option: {words[0]}")
    if not words:
        return _wrong("what is missing is the script")
    if words[0] == "-":
        return _run_standard_input(words)
    if words[0].lower().endswith(".ipynb") and os.path.isfile(words[0]):
        return refuse_notebook(words[0])
    return prepared(prepare_script, words[0]) or _run_script(words)


def _wrong(what: str) -> int:
    print(f"{USAGE}\nload run: {what}", file=sys.stderr)  # noqa: T201 - usage, as argparse has it
    return _cli.WRONG_USE


def refuse_notebook(path: str) -> int:
    """Say who runs notebooks; the exit code."""
    from load._console.tables import print_error

    print_error(
        SourceError(
            f"{path} is a notebook, which is run by Jupyter and not by Python.",
            context=[f"what it needs is written down by: load lock {path}, or load freeze {path}"],
            hint=f"jupyter lab {path}, or jupyter execute {path}",
        )
    )
    return _cli.WRONG_USE


def prepared(prepare: Callable[[str], int], program: str) -> int:
    """Prepare a program; the exit code where that fails, which has been told, else 0."""
    try:
        return prepare(program)
    except LoadError as error:
        from load._console.tables import print_error

        print_error(error)
        return _cli.FAILED
    except KeyboardInterrupt:
        return _cli.INTERRUPTED


def prepare_script(script: str) -> int:
    """Install what a script needs and is missing."""
    from load._imports.beside import local_modules, script_folder
    from load._imports.scan import scan_file

    try:
        needs = scan_file(script)
    except (OSError, SyntaxError):
        return 0  # running it tells what is wrong with it, in Python's own words
    if not (needs.needs or needs.dependencies):
        return 0
    from load import _config
    from load._resolve.programs import prepare

    folder = script_folder(script)
    _config.reread(folder)
    if not sys.flags.safe_path:
        sys.path[0] = folder  # what can be found must be looked for where the script will look
    prepare(os.path.abspath(script), needs, is_local=local_modules(script))
    return 0


def _run_standard_input(words: list[str]) -> int:
    """Run the program that standard input holds, as `python -` does; at a terminal that would be a prompt."""
    from load._cli.execute import run_text
    from load._console.terminal import is_terminal

    if sys.stdin is None or is_terminal(sys.stdin):
        return _wrong("a program is expected on standard input: load run - < SCRIPT")
    source = sys.stdin.buffer.read()
    return prepared(lambda _: _prepare_text(source), "-") or run_text(source, words)


def _prepare_text(source: bytes) -> int:
    from load._imports.beside import local_modules
    from load._imports.scan import scan_source

    try:
        needs = scan_source(source, _STDIN)
    except (SyntaxError, ValueError):
        return 0  # as for a script
    if not (needs.needs or needs.dependencies):
        return 0
    from load import _config
    from load._resolve.programs import prepare

    _config.reread(os.getcwd())
    if not sys.flags.safe_path:
        sys.path[0] = ""
    prepare(_STDIN, needs, is_local=local_modules(os.path.join(os.getcwd(), _STDIN)))
    return 0


def prepare_module(name: str) -> int:
    """Install what provides a module, where it is missing."""
    from load._caller import NOBODY
    from load._find import find
    from load._resolve.install import install_specs

    if not sys.flags.safe_path:
        sys.path[0] = os.getcwd()
    if find(name.partition(".")[0]) is None:
        install_specs([name], NOBODY)
    return 0


def _run_script(words: list[str]) -> int:
    from load._cli.execute import run_path

    try:
        return run_path(words[0], words)
    except SourceError as error:  # the file cannot be opened; what the script itself raises ends in `run_path`
        from load._console.tables import print_error

        print_error(error)
        return _cli.WRONG_USE


def _run_module(words: list[str]) -> int:
    from load._cli.execute import run_module

    return run_module(words[0], words)
