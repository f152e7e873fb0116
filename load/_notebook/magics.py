"""`%use` and `%whyload`: what is loaded, or would be, from a cell."""

from __future__ import annotations

import os
import sys
from functools import partial

from load._caller import NOBODY, Caller, is_own_code, is_standard_library, package_of
from load._notebook import enable_where_wanted
from load.errors import LoadError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType
    from typing import Any

_MACHINERY = ("IPython", "decorator", "ipykernel", "traitlets")  # packages through which a cell calls a magic


class Magics:
    """The magics of one shell.

    Args:
        shell: IPython's.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell

    def use(self, line: str = "") -> None:
        """Load what is named and bind it in the notebook; all that is missing is installed in one solve.

        %use numpy plt=matplotlib.pyplot                 the names numpy and plt
        %use sklearn.linear_model:LinearRegression       an object of a module
        %use "pandas[excel]>=2, <3" gh:owner/repo@v1     whatever a spec can say; with blanks in quotes
        """
        try:
            self._shell.push(_resolved(_words(line, "%use numpy plt=matplotlib.pyplot"), _caller(sys._getframe())))
        except LoadError as error:
            raise _told_briefly(error)  # noqa: B904 - it is the same error

    def whyload(self, line: str = "") -> None:
        """Print how names or specs would be resolved, without importing or installing anything.

        %whyload numpy cv2
        """
        from load._console.tables import print_lines
        from load._resolve.why import why

        try:
            caller = _caller(sys._getframe())
            for number, word in enumerate(_words(line, "%whyload numpy")):
                print_lines(["", *str(why(word, caller)).splitlines()][not number :], indent=16)
        except LoadError as error:
            raise _told_briefly(error)  # noqa: B904 - it is the same error


def _words(line: str, example: str) -> list[str]:
    """The specs of a line.

    Raises:
        SourceError: there is none, or a quote is left open.
    """
    import shlex

    try:
        words = shlex.split(line, comments=True, posix=True) if os.sep == "/" else _split_with_backslashes(line)
    except ValueError as error:
        raise SourceError(f"{line!r} cannot be read: {error}.", text=line, hint=f"write {example}") from None
    if not words:
        raise SourceError("Nothing is named.", text=line, hint=f"write {example}")
    return words


def _split_with_backslashes(line: str) -> list[str]:
    """The words where a backslash is part of a path."""
    import shlex

    return [word.strip("'\"") for word in shlex.split(line, comments=True, posix=False)]


def _resolved(words: Sequence[str], caller: Caller) -> dict[str, Any]:
    """Name → what it is bound to.

    Raises:
        SourceError: a spec cannot be read, or two are for one name.
        ImportError: something cannot be had; nothing is bound.
    """
    from load._install.spec import parse
    from load._resolve import resolve_all

    specs = [parse(word) for word in words]
    _refuse_twice([spec.alias or (spec.attribute or spec.module).rpartition(".")[2] for spec in specs])
    enable_where_wanted()
    resolved = resolve_all(words, caller)
    _refuse_twice([each.field for each in resolved])
    return {each.field: each.value for each in resolved}


def _refuse_twice(names: Sequence[str]) -> None:
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise SourceError(
            f"Two specs are for the name {twice!r}.", text=twice, hint=f"give one an alias: other={twice}"
        )


def _caller(frame: FrameType | None) -> Caller:
    """Who called the magic: the cell, or the library that has IPython run it."""
    while frame is not None:
        filename = frame.f_code.co_filename
        package = package_of(filename)
        if not (is_own_code(filename) or is_standard_library(filename) or package in _MACHINERY):
            return Caller(filename, frame.f_lineno or 0, package)
        frame = frame.f_back
    return NOBODY


def _told_briefly(error: LoadError) -> LoadError:
    """The error as IPython shows it without the frames of the magic, which tell nothing; `LOAD_DEBUG=1` keeps them."""
    if not os.environ.get("LOAD_DEBUG"):
        text = f"{type(error).__name__}: {error}"
        error._render_traceback_ = partial(text.splitlines)  # type: ignore[method-assign]
    return error.with_traceback(None)
