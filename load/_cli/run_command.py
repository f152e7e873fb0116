"""`load run SCRIPT`, `load run -m MODULE`, `load run -`: what it needs in one solve, then the program itself."""

from __future__ import annotations

import os
import sys

from load import _cli
from load.errors import LoadError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_STDIN = "<stdin>"  # what Python calls a program that it reads from there


def run_program(argv: Sequence[str]) -> int:
    """Prepare and run a program in this process; the result is its exit code."""
    words, is_reloading = _without_options(argv)
    if words[:1] in (["-h"], ["--help"]):
        return _help()
    if words[:1] == ["--"]:
        words = words[1:]
    elif words and words[0].startswith("-") and words[0] not in ("-", "-m"):
        return _wrong_option(words[0])
    return _run_reloading(words) if is_reloading else _run_once(words)


def _without_options(argv: Sequence[str]) -> tuple[list[str], bool]:
    """The words without the options that they begin with, which hold from now on; and whether to reload."""
    words, is_reloading = _cli.without_general(argv), False
    while words[:1] == ["--reload"]:
        words, is_reloading = _cli.without_general(words[1:]), True
    return words, is_reloading


def _run_once(words: list[str]) -> int:
    if not words:
        return _wrong("the script is missing")
    if not words[0]:
        return _wrong("the path of the script is empty")
    if words[0] == "-m":
        if len(words) < 2:
            return _wrong("the module is missing")
        return prepared(prepare_module, words[1]) or _run(lambda: _run_module(words[1:]), words[1])
    if words[0] == "-":
        return _run_standard_input(words)
    if words[0].lower().endswith(".ipynb") and os.path.isfile(words[0]):
        return refuse_notebook(words[0])
    return prepared(prepare_script, words[0]) or _run(lambda: _run_script(words), words[0])


def _run(run: Callable[[], int], program: str) -> int:
    """Run a program that is prepared, under the eyes of another process where that has started it."""
    if "_LOAD_RUN_RELOAD" not in os.environ:  # on the way of every script: nothing is imported to find out
        return run()
    from load._cli.reloading import run_supervised

    return run_supervised(run, program)


def _run_reloading(words: list[str]) -> int:
    """Run a program that sees its modules change; the exit code of its last run."""
    from load._cli.reloading import supervise

    if not words or words == ["-m"]:
        return _wrong("the program is missing")
    if words[0] == "-":
        return _wrong("a program on standard input has no file that could change")
    try:
        return supervise(words)
    except LoadError as error:
        from load._console.tables import print_error

        print_error(error)
        return _cli.FAILED


def _wrong(what: str) -> int:
    from load._cli.parser import CommandLine
    from load._cli.wrong_use import told

    return told(f"run: {what}", "load help run tells more", CommandLine().part("run").usage_lines())


def _wrong_option(typed: str) -> int:
    from load._cli.parser import CommandLine
    from load._cli.wrong_use import meant_option, told

    options = list(CommandLine().part("run").options)
    return told(f"run has no option {typed!r}.", meant_option("run", typed, options))


def _help() -> int:
    from load._cli.output import delivered
    from load._cli.parser import run_command

    return delivered(lambda: run_command(["help", "run"]))


def refuse_notebook(path: str) -> int:
    """Say who runs notebooks; the exit code."""
    from load._cli.printing import tell_error

    tell_error(
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
    from load._imports.scripts.beside import local_modules, script_folder
    from load._imports.scripts.scan import scan_file

    try:
        needs = scan_file(script)
    except (OSError, SyntaxError):
        return 0  # running it tells what is wrong with it, in Python's own words
    if not (needs.needs or needs.dependencies or needs.requires_python):
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
    try:
        source = sys.stdin.buffer.read()
    except KeyboardInterrupt:  # nothing of the program has run
        return _cli.INTERRUPTED
    return prepared(lambda _: _prepare_text(source), "-") or run_text(source, words)


def _prepare_text(source: bytes) -> int:
    from load._cli.checkout import working_directory
    from load._imports.scripts.beside import local_modules
    from load._imports.scripts.scan import scan_source

    try:
        needs = scan_source(source, _STDIN)
    except (SyntaxError, ValueError):
        return 0  # as for a script
    if not (needs.needs or needs.dependencies or needs.requires_python):
        return 0
    from load import _config
    from load._resolve.programs import prepare

    folder = working_directory()
    _config.reread(folder)
    if not sys.flags.safe_path:
        sys.path[0] = ""
    prepare(_STDIN, needs, is_local=local_modules(os.path.join(folder, _STDIN)))
    return 0


def prepare_module(name: str) -> int:
    """Install what provides a module, where it is missing."""
    from load._caller import NOBODY
    from load._cli.execute import working_directory
    from load._find import find
    from load._resolve.install import install_specs

    folder = working_directory()
    if not sys.flags.safe_path and folder is not None:
        sys.path[0] = folder
    if find(name.partition(".")[0]) is None:
        install_specs([name], NOBODY)
    return 0


def _run_script(words: list[str]) -> int:
    from load._cli.execute import run_path

    try:
        return run_path(words[0], words)
    except SourceError as error:  # the file cannot be opened; what the script itself raises ends in `run_path`
        from load._cli.wrong_use import meant_program
        from load._console.tables import print_error

        if not os.path.lexists(words[0]):
            error.hint = meant_program("run", words[0]) or error.hint
        print_error(error)
        return _cli.WRONG_USE


def _run_module(words: list[str]) -> int:
    from load._cli.execute import run_module

    return run_module(words[0], words)
