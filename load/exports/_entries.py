"""Tables of specialised exports, read: each name and the object that it stands for, checked when its class is made."""

from __future__ import annotations

import keyword
from sys import intern

from load._reference import Reference, is_dotted_name
from load.errors import RegistryError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from load._caller import Caller


class Entry:
    """One name of a table.

    Attributes:
        name: as it is asked for.
        written: what stands in the table.
        reference: what it stands for.
        is_optional: whether it may be missing.
        needs: the requirement that has to be met for it, as text, or "".
    """

    __slots__ = ("is_optional", "name", "needs", "reference", "written")

    def __init__(self, name: str, written: str, reference: Reference, *, is_optional: bool, needs: str) -> None:
        self.name = name
        self.written = written
        self.reference = reference
        self.is_optional = is_optional
        self.needs = needs

    @property
    def path(self) -> str:
        """The same with dots alone."""
        return str(self.reference).replace(":", ".")


class _Row:
    """A line of a table as it was written."""

    __slots__ = ("is_optional", "needs", "path")

    def __init__(self, path: str, needs: str, *, is_optional: bool) -> None:
        self.path = path
        self.needs = needs
        self.is_optional = is_optional


def entries_of(cls: type, place: Caller) -> dict[str, Entry]:
    """All names of a class and of those that it derives from; a name that is said again is the later one.

    Args:
        cls: a class with `package`, `exports` and `optional`.
        place: where it is made.

    Raises:
        SourceError: a name or a path is none, or the name stands twice or is one of the class itself.
        RegistryError: names stand for one another in a circle.
        TypeError: a table is of another type.
    """
    rows: dict[str, _Row] = {}
    for each in reversed(cls.__mro__):
        rows.update(_rows_in(each, place))
    root = str(getattr(cls, "import_name", None) or getattr(cls, "package", "")).partition(".")[0]
    return {name: _entry(name, rows, root, f"{cls.__qualname__} of {place}") for name in rows}


def _rows_in(cls: type, place: Caller) -> dict[str, _Row]:
    where = f"{cls.__qualname__} of {place}"
    rows: dict[str, _Row] = {}
    for table in ("exports", "optional"):
        for name, value in _items(vars(cls).get(table, {}), table, where):
            _check_name(name, cls, where)
            if name in rows:
                raise SourceError(
                    f"{name!r} stands in `exports` and in `optional`.",
                    context=(f"in {where}",),
                    hint="keep it in one of them",
                    text=name,
                )
            path, needs = _parts(name, value, table, where)
            rows[name] = _Row(path, needs, is_optional=table == "optional")
    return rows


def _items(table: Any, what: str, where: str) -> Iterator[tuple[Any, Any]]:
    if not hasattr(table, "items"):
        raise TypeError(f"{what} is a mapping like {{'nn': 'torch.nn'}}, not {table!r} (in {where})")
    yield from table.items()


def _check_name(name: object, cls: type, where: str) -> None:
    """A name has to be one that can be asked for with a dot, and that the class has not got."""
    if not isinstance(name, str):
        raise TypeError(f"a name in a table is a text, not {name!r} (in {where})")
    why = ""
    if not name.isidentifier() or keyword.iskeyword(name):
        why = "is not a name"
    elif name.startswith("_"):
        why = "begins with an underscore: such names are nobody's exports"
    elif hasattr(cls, name):
        why = "is what the class itself has"
    if why:
        raise SourceError(f"{name!r} {why}.", context=(f"in {where}",), hint="give it another name", text=name)


def _parts(name: str, value: Any, table: str, where: str) -> tuple[str, str]:
    """The path and the requirement of a line."""
    if isinstance(value, str):
        return value, ""
    is_pair = isinstance(value, tuple) and len(value) == 2 and all(isinstance(each, str) for each in value)
    if table == "optional" and is_pair:
        return value[0], value[1]
    form = 'a path, or a pair like ("torch.optim.Muon", "torch>=2.9")' if table == "optional" else "a path"
    raise TypeError(f"what {name!r} stands for is {form}, not {value!r} (in {where})")


def _entry(name: str, rows: Mapping[str, _Row], root: str, where: str) -> Entry:
    row = rows[name]
    path = _absolute(name, rows, root, where)
    module, colon, attribute = path.partition(":")
    if not colon:
        module, _, attribute = path.partition(".")
    if not is_dotted_name(module) or ((colon or attribute) and not is_dotted_name(attribute)):
        raise SourceError(
            f"{row.path!r} names no object, and {name!r} is to stand for it.",
            context=(f"in {where}",),
            hint='write "package.module.name"',
            text=row.path,
        )
    return Entry(intern(name), row.path, Reference(module, attribute), is_optional=row.is_optional, needs=row.needs)


def _absolute(name: str, rows: Mapping[str, _Row], root: str, where: str) -> str:
    """A path with the name that it begins with, if that is one of the same table, put in full.

    Raises:
        RegistryError: that leads back.
    """
    seen, path, rest = [name], rows[name].path, ""
    while True:
        first, dot, after = path.partition(".")
        if ":" in path or first == root or first == seen[-1] or first not in rows:
            break
        rest = f"{dot}{after}{rest}"
        if first in seen:
            raise RegistryError(
                f"The name {first!r} stands for itself.",
                context=(" → ".join([*seen[seen.index(first) :], first]), f"in {where}"),
                hint=f"have {first!r} stand for an object of a module, as {root or 'package'}.{first}",
            )
        seen.append(first)
        path = rows[first].path
    return path + rest
