"""Classes that go on as the objects they are, with what others define.

Instances, subclasses, aliases, `isinstance` and `except` of whoever holds such a class see what its source says now.
"""

from __future__ import annotations

import sys
from functools import cached_property
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType

from load._imports.reload.class_names import put, take_out
from load._imports.reload.functions import cells_of, content, is_same_definition
from load._imports.reload.journal import MISSING
from load._imports.reload.live import instances_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from load._imports.reload.journal import Journal

    # Gives the object that stands for a new one: the old one, where that goes on.
    Standing = Callable[[Any, Any], Any]

_SLOTS = (MemberDescriptorType, GetSetDescriptorType)
_ITS_OWN = frozenset(("_abc_impl", "__annotations_cache__"))  # of each class anew
_SIZES = ("__basicsize__", "__itemsize__", "__dictoffset__", "__weakrefoffset__")
_bases: Any = type.__dict__["__bases__"]


def why_not(old: type, new: type, metaclass: type) -> str:
    """Why a class cannot go on with what another one defines; "" where it can, if its bases let it.

    Args:
        old: the class that is to go on.
        new: the one that it is to be like.
        metaclass: that of the new one, or what stands for it.
    """
    if type(old) is not metaclass:
        return f"its metaclass is {metaclass.__name__!r} now"
    if getattr(old, "_fields", None) != getattr(new, "_fields", None) and issubclass(old, tuple):
        return "its fields are others"
    if _slots(old) != _slots(new):
        return "its __slots__ are others"
    if any(getattr(old, name) != getattr(new, name) for name in _SIZES):
        return "its instances are laid out in another way"
    return ""


def _slots(cls: type) -> list[str]:
    return [name for name, value in vars(cls).items() if type(value) is MemberDescriptorType]


def take_bases(old: type, bases: tuple[type, ...], journal: Journal) -> str:
    """Give a class other bases; why it cannot have them, or ""."""
    before = _bases.__get__(old)
    if before == bases:
        return ""
    try:
        _bases.__set__(old, bases)
    except TypeError:  # Python refuses where instances would be laid out, or taken down, in another way
        return "Python does not let it have its new bases"
    journal.did(lambda: _bases.__set__(old, before))
    return ""


def take_attributes(old: type, new: type, standing: Standing, journal: Journal) -> None:
    """Give a class what another one defines, and take from it what that has not.

    Args:
        old: the class that goes on.
        new: the one that it is to be like.
        standing: tells what stands for each attribute: a function that goes on stays.
        journal: is told how it is undone.
    """
    names = dict(vars(old))
    for name, value in list(vars(new).items()):
        if name in _ITS_OWN or type(value) in _SLOTS:
            continue
        stands = standing(names.get(name, MISSING), value)
        if names.get(name, MISSING) is not stands:
            set_attribute(old, name, stands, journal)
    for name, value in names.items():
        if name not in vars(new) and name not in _ITS_OWN and type(value) not in _SLOTS:
            drop_attribute(old, name, journal)
    for function in functions_of(new):
        cell = cells_of(function).get("__class__")
        if cell is not None and content(cell) is new:
            cell.cell_contents = old  # of functions that are new in the class: `super()` means the one that goes on
    if "_abc_impl" in vars(old):
        sys.modules["_abc"]._reset_caches(old)
    if "__annotations_cache__" in vars(old):  # made of what the class said before, when somebody asked
        drop_attribute(old, "__annotations_cache__", journal)


def set_attribute(cls: type, name: str, value: object, journal: Journal) -> None:
    """Set an attribute in a class itself, whatever its metaclass makes of that."""
    before = vars(cls).get(name, MISSING)
    journal.did(lambda: _put_back(cls, name, before))
    put(cls, name, value)


def drop_attribute(cls: type, name: str, journal: Journal) -> None:
    """Take an attribute out of a class."""
    before = vars(cls)[name]
    journal.did(lambda: _put_back(cls, name, before))
    take_out(cls, name)


def _put_back(cls: type, name: str, value: object) -> None:
    if value is not MISSING:
        put(cls, name, value)
    elif name in vars(cls):
        take_out(cls, name)


def functions_of(cls: type) -> Iterator[FunctionType]:
    """The functions that a class defines, in whatever they are wrapped."""
    for value in list(vars(cls).values()):
        todo = [value]
        for each in todo:  # grows as it is walked
            if type(each) is FunctionType:
                yield each
                todo += [part for part in (each.__dict__.get("__wrapped__"),) if part not in todo]
            elif issubclass(type(each), (property, staticmethod, classmethod, cached_property)):
                parts = (getattr(each, name, None) for name in ("fget", "fset", "fdel", "func", "__func__"))
                todo += [part for part in parts if part is not None]


def paired_functions(old: type, new: type) -> list[tuple[FunctionType, FunctionType]]:
    """The functions of two classes that come of one definition each."""
    found: dict[str, list[FunctionType]] = {}
    for function in functions_of(new):
        found.setdefault(function.__code__.co_qualname, []).append(function)
    pairs = []
    for function in functions_of(old):
        others = found.get(function.__code__.co_qualname)
        if others and is_same_definition(function, others[0]):
            pairs.append((function, others.pop(0)))
    return pairs


def give_place(old: type, new: type, journal: Journal) -> int:
    """Have the subclasses and the instances of a class be those of another one, as far as Python lets them.

    Args:
        old: the class.
        new: what has its place.
        journal: is told how it is undone.

    Returns:
        How many instances stay as they are.
    """
    below: list[type] = type.__subclasses__(old)
    for sub in below:
        if sub is not new:
            take_bases(sub, tuple(new if base is old else base for base in sub.__bases__), journal)
    stay = 0
    for instance in instances_of(old):
        try:
            journal.become(instance, new)
        except TypeError:
            stay += 1
    return stay
