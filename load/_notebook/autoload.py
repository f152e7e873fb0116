"""`%autoload`: before a cell runs, the modules that have changed are reloaded, with all that depends on them."""

from __future__ import annotations

import ast
import sys
from functools import partial

from load import _events
from load._imports.reload.calls import reload_changed, remember
from load._imports.watch.watching import survived
from load._reference import is_dotted_name
from load.errors import LoadError, ReloadError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_OFF = frozenset(("0", "off", "none"))
_ALL = frozenset(("2", "all", "on"))


class AutoLoad:
    """What one shell reloads, and when.

    Args:
        shell: IPython's.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._only: list[str] | None = []  # what it reloads before each cell; None for all of one's own modules
        self._taken: dict[str, tuple[str, str, object]] = {}  # by a cell's `from module import`: name → whence, what
        self._ran: set[str] = set()  # modules that were reloaded since, by whomever: another shell, a watcher, a cell
        self._problem = ""
        self._is_on = False
        self._unsubscribe = _events.subscribe(self._note)
        shell.events.register("post_run_cell", self._after_cell)

    def stop(self) -> None:
        """Reload nothing any more, and listen no longer."""
        self._switch(on=False)
        self._unsubscribe()
        self._shell.events.unregister("post_run_cell", self._after_cell)

    def handed_over(self) -> tuple[bool, list[str] | None, dict[str, tuple[str, str, object]]]:
        """What the next one of this shell needs, to go on as this one does."""
        return self._is_on, self._only, self._taken

    def take_over(self, mode: tuple[bool, list[str] | None, dict[str, tuple[str, str, object]]]) -> None:
        """Go on as another one did; nothing that has changed meanwhile is passed over."""
        is_on, only, self._taken = mode
        if is_on:
            self._switch(on=True, only=only)

    def magic(self, line: str = "") -> None:
        """Reload the modules that have changed, with all that depends on them, or do so before each cell.

        Functions and classes go on as the objects they are, with their new code; what was taken by `from module import
        NAME` is renewed, constants too. When a source fails, every module stays as it was, and it is told.

        %autoload              reload now
        %autoload 2            before each cell, all of one's own modules (also: all, on)
        %autoload 1 NAME ...   before each cell, these modules and packages alone
        %autoload off          no longer (also: 0, none)
        """
        words = line.split()
        if not words:
            self._reload(is_asked=True)
            return
        mode, *names = words
        mode = mode.lower()
        if mode in _OFF and not names:
            self._switch(on=False)
        elif mode in _ALL and not names:
            self._switch(on=True, only=None)
        elif mode == "1" and names:
            self._only_these(names)
        else:
            wanted = "%autoload, %autoload 2, %autoload 1 NAME ..., or %autoload off"
            self._tell(SourceError(f"%autoload {line} means nothing.", text=line, hint=wanted))

    # -- before and after a cell ---------------------------------------------------------------------------------------

    def _switch(self, *, on: bool, only: list[str] | None = None) -> None:
        if self._is_on:
            self._shell.events.unregister("pre_run_cell", self._before_cell)
        self._is_on, self._only, self._problem = on, only, ""
        if on:
            remember()
            self._shell.events.register("pre_run_cell", self._before_cell)

    def _only_these(self, names: list[str]) -> None:
        for name in names:
            if not is_dotted_name(name):
                self._tell(
                    SourceError(f"{name!r} is not a dotted import name.", text=name, hint="name modules and packages")
                )
                return
        self._switch(on=True, only=names)

    def _before_cell(self, info: Any = None) -> None:  # noqa: ARG002 - what IPython passes
        self._reload(self._only)

    def _reload(self, only: list[str] | None = None, *, is_asked: bool = False) -> None:
        try:
            report = survived(partial(reload_changed, *(only or ())), SystemExit)  # Ctrl-C is the person's
        except ReloadError as error:
            # The whole of it once; a cell that runs with old code is told each time, but in a line.
            is_known, self._problem = str(error) == self._problem, str(error)
            if is_known:
                self._say(f"load: as before is all, as {error.name or 'a module'} still fails")
            else:
                self._tell(error)
        except LoadError as error:
            self._tell(error)
        else:
            self._problem = ""
            if report or is_asked:
                self._say(f"load: {report.headline if report else 'nothing has changed'}")
        self._renew()

    def _note(self, event: _events.Event) -> None:
        if isinstance(event, _events.Reloaded):
            self._ran.update(event.report, getattr(event.report, "rebound", ()))

    def _renew(self) -> None:
        """Bind what cells have taken from modules that were reloaded to what these have by that name now."""
        if not self._ran:
            return
        ran, self._ran = self._ran, set()
        names = self._shell.user_ns
        for name, (module, attribute, value) in list(self._taken.items()):
            if names.get(name, self) is not value:
                del self._taken[name]  # it is something else by now
                continue
            now = _given(module, attribute, value) if module in ran else value
            if now is not value:
                names[name] = now
                self._taken[name] = (module, attribute, now)

    def _after_cell(self, result: Any) -> None:
        """Note what the cell has taken from modules."""
        cell = result.info.raw_cell if result.info is not None else ""
        if not isinstance(cell, str) or "import" not in cell:
            return
        if cell.startswith("%%"):  # `%%time` and its like; what is not Python does not parse
            cell = cell.partition("\n")[2]
        try:
            tree = ast.parse(self._shell.transform_cell(cell))
        except (SyntaxError, ValueError):
            return  # the cell has shown that
        for module, attribute, name in _taken_by(tree):
            value = self._shell.user_ns.get(name, self)
            if value is not self and _given(module, attribute, self) is value:
                self._taken[name] = (module, attribute, value)

    # -- telling -------------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        from load._console.terminal import readable, write_line
        from load._notebook.cells import publish

        # On standard error it would stand there in red, as errors do.
        if not publish(self._shell, lambda: {"text/plain": readable(text)}):
            write_line(text)

    def _tell(self, error: LoadError) -> None:
        from load._console.tables import print_error

        print_error(error)


def _given(module: str, attribute: str, otherwise: object) -> object:
    """What a module has by a name."""
    try:
        return getattr(sys.modules.get(module), attribute, otherwise)
    except Exception:  # noqa: BLE001 - a module's own __getattr__ may raise anything
        return otherwise


def _taken_by(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """What the statements of a cell take from modules, those in functions apart: the module, its name, the cell's."""
    statements: list[ast.AST] = list(tree.body)
    while statements:
        statement = statements.pop()
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
            for alias in statement.names:
                if alias.name == "*":
                    found = getattr(sys.modules.get(statement.module), "__dict__", {})
                    for name in found.get("__all__", [each for each in found if not each.startswith("_")]):
                        yield statement.module, name, name
                else:
                    yield statement.module, alias.name, alias.asname or alias.name
        statements += ast.iter_child_nodes(statement)
