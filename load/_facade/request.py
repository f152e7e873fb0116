"""A request to the Resolver, from an attribute, a call, a subscript or an import statement."""

from __future__ import annotations

import sys

from load._caller import find_caller, shorten_interrupt
from load._facade import submodules
from load._facade.asked import attributes_after, behind_lazy_loader, is_asked_of
from load._notebook import enable_where_wanted
from load._reserved import OWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any


def by_attribute(namespace: dict[str, Any], name: str, frame: FrameType) -> Any:
    """The module that `load.<name>` means, in answer to the facade's hook.

    Args:
        namespace: the facade's own dictionary.
        name: a public name that nothing is bound to.
        frame: the frame that looked it up.

    Raises:
        AttributeError: nobody asked for it: something only looks whether it is bound.
        ImportError: it is asked for, and cannot be had.
    """
    facade = sys.modules.get(namespace["__name__"])
    asking = behind_lazy_loader(frame, name)
    if not is_asked_of(facade, asking, name):
        raise AttributeError(
            f"module 'load' has nothing bound as {name!r}; to import or install it, use load({name!r})",
            name=name,
            obj=facade,
        )
    return by_name(name, asking, (".".join((name, *attributes_after(asking))),))


def by_name(name: str, frame: FrameType, written: tuple[str, ...]) -> Any:
    """The module of an import name or alias.

    Args:
        name: what is asked for; its first segment is not an own name of `load`.
        frame: from where on the caller is looked for.
        written: the whole dotted names that stand in the source.

    Raises:
        ImportError: it cannot be had.
        ConfigError: a setting cannot be.
    """
    try:
        _begin()
        root = name.partition(".")[0]
        if root not in sys.modules and root not in sys.stdlib_module_names:
            _refuse_near_miss(root)
        if name not in sys.modules and root not in sys.stdlib_module_names and _resolve_members(name, written, frame):
            return sys.modules[name]
        from load._resolve import resolve_name

        return resolve_name(name, find_caller(frame))
    except (ImportError, ValueError) as error:
        from load.errors import shorten

        shorten(error)
        raise
    except KeyboardInterrupt as error:
        shorten_interrupt(error)
        raise


def by_specs(specs: tuple[str, ...], frame: FrameType) -> Any:
    """The object of one spec, or a named tuple of several.

    Raises:
        SourceError: a spec cannot be read.
        ImportError: something cannot be had.
    """
    try:
        _begin()
        caller = find_caller(frame)
        if len(specs) == 1:
            from load._resolve import resolve_spec

            return resolve_spec(specs[0], caller)
        from load._api.binding import resolve_together

        return resolve_together(specs, caller)
    except (ImportError, ValueError) as error:
        from load.errors import shorten

        shorten(error)
        raise
    except KeyboardInterrupt as error:
        shorten_interrupt(error)
        raise


def _begin() -> None:
    """What every request begins with: packages loaded meanwhile are followed, auto-print is on where it is wanted."""
    submodules.follow()
    enable_where_wanted()


def _refuse_near_miss(root: str) -> None:
    """What means something of `load`'s own is not a package to install; the Resolver is not asked.

    Raises:
        ResolveError: it does, and nobody has a module of that name; it says what to write.
    """
    from load._facade.near_own import near_own

    meant = near_own(root)
    if meant is None or _is_somebodys(root):
        return
    from load.errors import ResolveError

    raise ResolveError(
        f"load has no {root!r}, and no module of that name is known.",
        hint=f"write {meant}; for a package of that very name, load({root!r})",
        # No name: notebooks offer to install what a ModuleNotFoundError names.
    )


def _is_somebodys(root: str) -> bool:
    """Whether a name is an alias, importable, known, or vouched for by the project or the user."""
    from load._find import find
    from load._install.policy import is_vouched_for
    from load._names import ImportName, lookup
    from load._resolve.presence import target_of

    if target_of(root) != root or find(root) is not None or lookup(ImportName(root)) is not None:
        return True
    return is_vouched_for(root)


def _resolve_members(name: str, written: tuple[str, ...], frame: FrameType) -> bool:
    """Resolve the members of a namespace package that the source names, where `name` itself belongs to nobody.

    No distribution is `google`; but `load.google.cloud.storage` says further on which one is meant.
    """
    members = [member for each in written if (member := submodules.known_member(name, each)) is not None]
    if not members:
        return False
    from load._resolve import resolve_all

    resolve_all(members, find_caller(frame))
    return name in sys.modules


def is_own(name: str) -> bool:
    """Tell whether the first segment of a dotted name is one that `load` keeps for itself."""
    return name.partition(".")[0] in OWN
