"""Enumerations that go on as the objects they are: their members too, so that `is` holds for whoever has one."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from load._imports.reload.journal import Journal

_TABLES = ("_member_map_", "_value2member_map_")


def is_enum(cls: type) -> bool:
    """Whether a class is an enumeration."""
    enum = sys.modules.get("enum")
    return enum is not None and issubclass(type(cls), enum.EnumType)


def members_standing(old: Any, new: Any, journal: Journal) -> Callable[[Any], Any]:
    """Merge the members of two enumerations, so that those of the old one go on.

    A member of the same name goes on, with its new value where that is nothing but an attribute of it; an `IntEnum` is
    the number that it is, and where that is another, so is the member. Combinations of flags go on as well.

    Args:
        old: the class that goes on.
        new: the one that it is to be like.
        journal: is told how it is undone.

    Returns:
        What tells, of each value in an attribute of the new class, what stands for it: members, and tables of them.
    """
    stands: dict[int, Any] = {}
    for name, member in dict(new._member_map_).items():
        before = old._member_map_.get(name)
        if id(member) not in stands:
            stands[id(member)] = _one(old, new, before, member, journal)
    for member in list(new._value2member_map_.values()):  # combinations that the source names
        if id(member) not in stands:
            before = old._value2member_map_.get(member._value_)
            stands[id(member)] = _one(old, new, before, member, journal)
    tables = {name: {key: stands[id(each)] for key, each in getattr(new, name).items()} for name in _TABLES}
    _keep_combinations(old, new, tables["_value2member_map_"])
    for name in _TABLES:
        stands[id(getattr(new, name))] = tables[name]
    return lambda value: stands.get(id(value), value)


def _one(old: Any, new: Any, before: Any, member: Any, journal: Journal) -> Any:
    """The member that stands for one of the new class."""
    if type(before) is old and (new._member_type_ is object or before._value_ == member._value_):
        own = dict(vars(before))
        journal.did(lambda: (vars(before).clear(), vars(before).update(own)))
        vars(before).clear()
        vars(before).update(vars(member))
        member = before
    else:
        journal.become(member, old)
    vars(member)["__objclass__"] = old
    if "_inverted_" in vars(member):
        vars(member)["_inverted_"] = None  # it is made when somebody asks
    return member


def _keep_combinations(old: Any, new: Any, table: dict[Any, Any]) -> None:
    mask = getattr(new, "_flag_mask_", None)
    if mask is None:
        return
    for value, member in old._value2member_map_.items():
        if value not in table and member._name_ not in old._member_map_ and not value & ~mask:
            table[value] = member
