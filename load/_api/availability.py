"""What is there to be imported, told without importing."""

from __future__ import annotations

from load._find import find
from load._reference import is_dotted_name
from load._resolve.presence import target_of, user_aliases


def present_name(name: str) -> str:
    """The import name that a name or alias leads to: the user's aliases, what is there, the shipped aliases."""
    if name.partition(".")[0] in user_aliases or find(name) is None:
        return target_of(name)
    return name


def is_available(name: str) -> bool:
    """Tell whether the module of a name or alias, or the name of a lazy package, could be had; see `load.available`."""
    if not isinstance(name, str) or not is_dotted_name(name):
        from load.errors import SourceError

        raise SourceError(
            f"{name!r} is not an import name.", text=str(name), hint=f"load.why({name!r}) tells about whole specs"
        )
    found = find(present_name(name)) is not None
    package, dot, last = name.rpartition(".")
    if not dot:
        return found
    from load._resolve.lazy_names import is_available as is_lazy_name_available

    of_lazy = is_lazy_name_available(package, last)
    return found if of_lazy is None else of_lazy
