"""Names that a module binds once and for all, to what is known before it runs: `WINDOWS = sys.platform == "win32"`."""

from __future__ import annotations

from _ast import AST, AnnAssign, Assign, Constant, Delete, Global, ImportFrom, Name

from load._imports.source.scopes import bindings_of
from load._truth import UNKNOWN, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")


class Constants(dict[str, object]):
    """The names of a module with their values; those whose values cannot be told are not there.

    Args:
        tree: the module.

    Attributes:
        written: those that are bound to a constant as it is written, as in `MYPY = False`.
    """

    def __init__(self, tree: AST) -> None:
        super().__init__()
        self.written: set[str] = set()
        assigned = dict(_assigned(tree))
        if not assigned:
            return
        bound = list(bindings_of(tree))
        changed, last_star = _changed_elsewhere(tree)
        rebound = {name for name in assigned if bound.count(name) > 1} | changed
        for name, (value, line) in assigned.items():
            # What `*` brings may be of that name, but for one that begins with an underscore.
            if name in rebound or (line < last_star and not name.startswith("_")):
                continue
            known = value_of(value, self)
            if known is not UNKNOWN:
                self[name] = known
                if isinstance(value, Constant):
                    self.written.add(name)


def _assigned(tree: Any) -> Iterator[tuple[str, tuple[Any, int]]]:
    """What the statements of the module itself, in no block of it, bind single names to."""
    for node in tree.body:
        target = node.targets[0] if isinstance(node, Assign) and len(node.targets) == 1 else None
        if isinstance(node, AnnAssign) and node.value is not None:
            target = node.target
        if isinstance(target, Name):
            yield target.id, (node.value, node.lineno)


def _changed_elsewhere(tree: AST) -> tuple[set[str], int]:
    """Names that functions may bind, and those that are deleted; and the line of the last `from … import *`."""
    names: set[str] = set()
    last_star = 0
    todo: list[Any] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, Global):
            names.update(node.names)
        elif isinstance(node, Delete):
            names.update(each.id for each in node.targets if isinstance(each, Name))
        elif isinstance(node, ImportFrom):
            last_star = max(last_star, node.lineno if node.names[0].name == "*" else 0)
        else:
            for block in _BLOCKS:
                todo += getattr(node, block, ())
    return names, last_star
