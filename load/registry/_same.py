"""Whether what is registered is what stands there already: the same thing, or the same code that is run anew."""

from __future__ import annotations

import functools
import os
import re
import types
from typing import TYPE_CHECKING

from load.registry._entries import ITSELF, Factory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from load.registry._entries import Origin, Raw

_PLAIN = (str, bytes, int, float, complex, bool, type(None))
_CELL = re.compile(r"<?(ipython-input|python-input)-.*")  # what follows is a count, and a hash of the text
_OPTIMIZED = 0x1  # of the flags of a code object: it is a function's


def target_of(raw: Raw, value: object) -> object:
    """What tells whether two entries are of one thing: `module:qualname` where there is such a name.

    Args:
        raw: what an entry is made from.
        value: itself, where it is registered itself.
    """
    if isinstance(raw, str):
        return str(raw)
    if raw is ITSELF:
        return _name_of(value)
    return _name_of(raw.function) if isinstance(raw, Factory) else raw


class _Held:
    """Equal to what holds the same object, or equal text or number."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Held):
            return NotImplemented
        mine, yours = self._value, other._value
        return mine is yours or (type(mine) is type(yours) and isinstance(mine, _PLAIN) and mine == yours)

    __hash__ = None  # type: ignore[assignment]


def _name_of(value: object) -> object:
    """The name of a module, `module:qualname` of a class or function; and what tells it from others of that name."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, functools.partial):
        return _name_of(value.func), _held(value.args), _held(value.keywords), _held(value.keywords.values())
    try:
        module, qualname = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    except Exception:  # noqa: BLE001 - its `__getattr__` may raise anything: it has no name then
        return _Held(value)
    owner = getattr(value, "__self__", None) if isinstance(qualname, str) else None
    if not (isinstance(module, str) and isinstance(qualname, str)):
        return _Held(value) if owner is None else (qualname, _Held(owner))
    name = f"{module}:{qualname}"
    if owner is not None and not isinstance(owner, (type, types.ModuleType)):
        return name, _Held(owner)
    if isinstance(value, types.FunctionType) and "<" in qualname:  # of a function, or a lambda: there may be many
        return name, value.__code__, *_surroundings(value)
    return name


def _surroundings(function: types.FunctionType) -> Iterable[object]:
    """What makes two functions of the same code different: what they enclose, and their defaults."""
    yield [_Held(_content(cell)) for cell in function.__closure__ or ()]
    yield _held(function.__defaults__ or ())
    yield _held((function.__kwdefaults__ or {}).values())


def _content(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # nothing was assigned yet
        return cell


def _held(values: Iterable[object]) -> list[object]:
    return list(map(_Held, values))


# -- the same code, run anew -------------------------------------------------------------------------------------------


def is_run_again(before: Origin | str, now: Origin | str) -> bool:
    """Whether the code that registers is what registered before, made anew: a cell that runs twice, a reload.

    It may have been changed in between. The same code object that comes by again is another matter: it is in a loop, or
    in a function that is called twice.

    Args:
        before: where what stands there was registered; text where only that is left of it.
        now: where it is registered.
    """
    if isinstance(before, str) or isinstance(now, str):
        return False
    old, new = before[0], now[0]
    if old is new or _file_of(old) != _file_of(new) or old.co_qualname != new.co_qualname:
        return False
    if old.co_filename == "<string>":  # anything that is given to `exec` as text
        return old == new
    is_named = old.co_name == "<module>" or not old.co_name.startswith("<")
    return is_named or old.co_firstlineno == new.co_firstlineno


def _file_of(code: types.CodeType) -> str:
    """The file of code; one for all cells of a notebook, and all input of a prompt: a cell that is edited has another.

    IPython counts the cells in their names, ipykernel names them by a hash of their text.
    """
    folder, name = os.path.split(code.co_filename)
    if os.path.basename(folder).startswith("ipykernel_"):
        return folder
    cell = _CELL.fullmatch(name)
    return cell[1] if cell else code.co_filename


def is_undecorated(key: object, frame: types.FrameType) -> bool:
    """Whether a key is the function, or class, that stands below a decorator without brackets: not bound as yet.

    Args:
        key: what was given as the key, and nothing else was.
        frame: whose code gave it.
    """
    name, qualname = getattr(key, "__name__", None), getattr(key, "__qualname__", None)
    if not (isinstance(name, str) and getattr(key, "__module__", None) == frame.f_globals.get("__name__")):
        return False
    code = frame.f_code
    inside = ".<locals>." if code.co_flags & _OPTIMIZED else "."
    scope = "" if code.co_name == "<module>" else f"{code.co_qualname}{inside}"
    return qualname == f"{scope}{name}" and frame.f_locals.get(name) is not key
