"""Wrong use of the command line: a line of fact, the names that are near, exit code 2."""

from __future__ import annotations

from load import _cli

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import NoReturn

# What other tools call a command, and what a person may think that one is called.
_SAME = {
    "add": "install",
    "audit": "history",
    "bench": "profile",
    "clean": "cache prune",
    "compile": "lock",
    "config": "doctor",
    "cycles": "graph",
    "delete": "uninstall",
    "deps": "graph",
    "diagnose": "doctor",
    "env": "info",
    "exec": "run",
    "explain": "why",
    "gc": "cache prune",
    "log": "history",
    "outdated": "lock --upgrade",
    "plan": "install --dry-run",
    "prune": "cache prune",
    "python": "run",
    "reload": "run --reload",
    "remove": "uninstall",
    "restore": "sync",
    "rm": "uninstall",
    "settings": "doctor",
    "show": "why",
    "start": "run",
    "status": "info",
    "time": "profile",
    "tree": "graph",
    "update": "lock --upgrade",
    "upgrade": "lock --upgrade",
    "verify": "cache verify",
    "version": "--version",
    "watch": "run --reload",
    "where": "why",
    "which": "why",
}
_INSTALLED = "load history shows what load installed here, uv pip list shows all that is installed"
_OTHERS = {"list": _INSTALLED, "ls": _INSTALLED}  # what is not a command here, nor like one

# Command → what other tools have as its options → what to do instead.
_FROM_FILE = "what a file lists is installed by: uv pip install -r FILE"
_NEWER = "name the version: load install 'NAME>=VERSION'"
_FOLDER = "a project is named by its folder: load install ./FOLDER"
_INDEX = "indexes are set in uv or pip: load doctor shows them"
_AGREED = "a name that is typed is agreed to, and the rest is asked about"
_INSTEAD = {
    "install": {
        **dict.fromkeys(("-r", "--requirement", "--requirements"), _FROM_FILE),
        **dict.fromkeys(("-U", "--upgrade"), _NEWER),
        **dict.fromkeys(("-e", "--editable"), _FOLDER),
        **dict.fromkeys(("-i", "--index", "--index-url", "--extra-index-url", "-f", "--find-links"), _INDEX),
        **dict.fromkeys(("-y", "--yes"), _AGREED),
    },
    "run": {"-c": "python -c CODE", "--with": "load install NAME, then load run"},
    "uninstall": dict.fromkeys(("-y", "--yes"), "nothing is asked: load uninstall NAME"),
}
_SHOWN = 3  # names that are offered
_PROGRAMS = (".py", ".pyw", ".pyc", ".pyz")


def refuse(fact: str, hint: str, context: Iterable[str] = ()) -> NoReturn:
    """Tell what is wrong, and end the process."""
    raise SystemExit(told(fact, hint, context))


def told(fact: str, hint: str, context: Iterable[str] = ()) -> int:
    """Tell what is wrong; the exit code."""
    from load._cli.printing import tell_error
    from load.errors import LoadError

    tell_error(LoadError(fact, context=context, hint=hint), kind="WrongUse", code="wrong-use")
    return _cli.WRONG_USE


def refuse_command(above: str, typed: str, commands: Sequence[str]) -> NoReturn:
    """Tell that there is no such command, and what was meant.

    Args:
        above: the command that it was typed after; "" where it is the first word.
        typed: the word.
        commands: those that there are.
    """
    close = _near(typed, commands)
    hint = f"did you mean {_either(f'load {above} {each}'.replace('  ', ' ') for each in close)}?" if close else ""
    if above and not commands:
        refuse(f"{above} has no commands, so not {typed!r}.", f"load help {above} tells what it takes")
    if above:
        refuse(f"{above} has no command {typed!r}.", hint or f"load help {above} lists its commands")
    refuse(f"There is no command {typed!r}.", _meant_by(typed) or hint or _named(typed))


def refuse_words(
    command: str, unknown: Sequence[str], options: Sequence[str], path_option: str | None, *, has_commands: bool
) -> NoReturn:
    """Tell that a command does not take these words, and what was meant.

    Args:
        command: the command; "" where no command was typed yet.
        unknown: the words.
        options: the options that it has.
        path_option: its one option whose value is a path.
        has_commands: whether it has commands of its own, to which options belong.
    """
    first = unknown[0].partition("=")[0]
    if not first.startswith("-"):
        meant = f"did you mean {path_option} {first}?" if path_option and len(unknown) == 1 else ""
        refuse(f"{command} takes no argument {first!r}.", meant or f"load help {command} tells more")
    fact = f"{command} has no option {first!r}." if command else f"There is no option {first!r}."
    if not has_commands:
        refuse(fact, meant_option(command, first, options))
    known = {} if command else {"-m": "load run -m MODULE", "-c": "python -c CODE", "-v": "load --version"}
    close = [known[first]] if first in known else _near_options(first, options)
    after = f"options stand after their command: {' '.join(filter(None, ('load', command, 'COMMAND', first)))}"
    refuse(fact, f"did you mean {_either(close)}?" if close else after)


def refuse_value(command: str, what: str, typed: str, values: Sequence[str]) -> NoReturn:
    """Tell that something is none of the values that there are, and which was meant."""
    close = _near(typed, values)
    hint = f"did you mean {_either(close)}?" if close else f"load help {command} tells more"
    refuse(f"{command}: {what} is {_either(values)}, not {typed!r}.", hint)


def meant_script(command: str, typed: str) -> str:
    """What was meant by a script that is not there: one with a near name; "" where that cannot be told."""
    import os
    from shlex import quote

    folder, name = os.path.split(typed)
    endings = (*_PROGRAMS, ".ipynb") if command in ("lock", "freeze") else _PROGRAMS
    try:
        there = [each for each in sorted(os.listdir(folder or os.curdir)) if each.lower().endswith(endings)]
    except OSError:
        there = []
    close = [quote(os.path.join(folder, each)) for each in _near(name, there)]
    return f"did you mean load {command} {_either(close)}?" if close else ""


def meant_program(command: str, typed: str) -> str:
    """What was meant by a program that is not there: a script, or a module; "" where that cannot be told."""
    by_module = f"did you mean load {command} -m {typed}?" if _is_module(typed) else ""
    return meant_script(command, typed) or by_module


def _is_module(name: str) -> bool:
    """Whether a module of that name is there, or known."""
    from load._find import find
    from load._names import ImportName, lookup

    return all(part.isidentifier() for part in name.split(".")) and bool(
        find(name.partition(".")[0]) or lookup(ImportName(name))
    )


def meant_option(command: str, typed: str, options: Sequence[str]) -> str:
    """What was meant by an option that a command does not have, or where it is told which there are."""
    instead = _INSTEAD.get(command, {}).get(typed)
    if instead:
        return instead
    close = _near_options(typed, options)
    return f"did you mean {_either(close)}?" if close else f"load help {command} lists its options"


def _near_options(typed: str, options: Sequence[str]) -> list[str]:
    return _near(typed, [each for each in options if each.startswith("--")]) if typed.startswith("--") else []


def _meant_by(typed: str) -> str:
    """What a word in the place of a command may mean: a file, or what another tool calls a command."""
    import os
    from shlex import quote

    name, ending = os.path.split(typed)[1], os.path.splitext(typed)[1].lower()
    if ending == ".ipynb":
        return f"Jupyter runs notebooks; load lock {quote(typed)} writes down what one needs"
    if name.startswith("pylock.") and ending == ".toml":
        return f"did you mean load sync --lock {quote(typed)}?"
    if ending in _PROGRAMS or os.path.isfile(typed) or os.path.isfile(os.path.join(typed, "__main__.py")):
        return f"did you mean load run {quote(typed)}?"
    same = _SAME.get(typed.lower())
    return f"did you mean load {same}?" if same else _OTHERS.get(typed.lower(), "")


def _named(typed: str) -> str:
    """What to type for a module; else where the commands are told."""
    from load._names import ImportName, lookup, shipped_alias, standard_library

    if typed.isidentifier() and (lookup(ImportName(typed)) or shipped_alias(typed) or standard_library(typed)):
        return f"load why {typed} tells about the module; load help lists the commands"
    return "load help lists the commands"


def _near(typed: str, names: Sequence[str]) -> list[str]:
    """The names that begin so, else those that are a slip away."""
    from load._names.near_miss import near

    begun = [each for each in names if each.startswith(typed)] if len(typed.lstrip("-")) > 1 else []
    return begun[:_SHOWN] or near(typed, names, _SHOWN)


def _either(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last
