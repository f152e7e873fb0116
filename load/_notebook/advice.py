"""Where an `import` of a cell fails as nothing of that name is there, the line below says how `load` gets it."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Any


class Advice:
    """Watches the cells of one shell.

    Args:
        shell: IPython's.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        shell.events.register("post_run_cell", self._after_cell)

    def stop(self) -> None:
        """Say nothing any more."""
        self._shell.events.unregister("post_run_cell", self._after_cell)

    def _after_cell(self, result: Any) -> None:
        error = getattr(result, "error_in_exec", None)
        if type(error) is not ModuleNotFoundError or not error.name:
            return  # an error of `load` itself says what to do
        if any(issubclass(ModuleNotFoundError, each) for each in self._shell.custom_exceptions):
            return  # somebody else tells of these
        line = _line_of_cell(error.__traceback__, self._shell.user_global_ns)
        if line is not None:
            self._advise(error.name, result, line)

    def _advise(self, name: str, result: Any, line: int) -> None:
        from load._caller import NOBODY
        from load._console.terminal import write_line
        from load._resolve.why import why
        from load.errors import LoadError

        cell = result.info.raw_cell if result.info is not None else ""
        specs = _specs(self._shell.transform_cell(cell), line, name)
        if not specs:
            return  # not by a statement of the cell
        try:
            found = why(name, NOBODY)
        except LoadError:  # a setting that cannot be read: whoever uses `load` is told
            return
        root = name.partition(".")[0]
        fact = f"load: {root} is not installed"
        if found.verdict.startswith("would be refused"):
            by_hand = f"; by hand: {found.command}" if found.command else ""
            write_line(f"{fact}, and {found.verdict}{by_hand}")
        elif found.verdict.startswith("would be asked about"):
            _, colon, reason = found.verdict.partition(": ")
            write_line(f"{fact}; %use {' '.join(specs)}, or load.{root}, asks first{colon and ', as '}{reason}")
        elif found.verdict.startswith("would be"):
            write_line(f"{fact}: %use {' '.join(specs)}, or load.{root}, gets it ({found.distribution})")


def _line_of_cell(trace: TracebackType | None, namespace: object) -> int | None:
    """The line of the cell that raised an error itself; None where it came from code that the cell called."""
    last = None
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith("<frozen importlib"):
            last = trace
        trace = trace.tb_next
    if last is None or last.tb_frame.f_globals is not namespace:
        return None
    is_function = not last.tb_frame.f_code.co_name.startswith(("<module", "<cell line"))  # the latter up to IPython 8.4
    return None if is_function else last.tb_lineno


def _specs(source: str, line: int, name: str) -> list[str]:
    """What an import statement binds, as specs; nothing where there is none in that line that asks for `name`."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno <= line <= (node.end_lineno or line):
            specs = list(_of_import(node) if isinstance(node, ast.Import) else _of_from(node))
            if any(_asks_for(spec, name) for spec in specs):
                return specs
    return []


def _of_import(node: ast.Import) -> Iterator[str]:
    for alias in node.names:
        root = alias.name.partition(".")[0]
        yield f"{alias.asname}={alias.name}" if alias.asname and alias.asname != alias.name else root


def _of_from(node: ast.ImportFrom) -> Iterator[str]:
    if node.level or not node.module:
        return
    for alias in node.names:
        target = node.module if alias.name == "*" else f"{node.module}:{alias.name}"
        yield f"{alias.asname}={target}" if alias.asname and alias.asname != alias.name else target


def _asks_for(spec: str, name: str) -> bool:
    module = spec.rpartition("=")[2].partition(":")[0]
    return module.partition(".")[0] == name.partition(".")[0]
