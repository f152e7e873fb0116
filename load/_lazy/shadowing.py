"""Names of a lazy package that are names of its modules, too: `area` of `from .area import area`.

Python binds a module in its package when it is imported, over a function of the same name. Where nothing is lazy the
function comes back at once, as the next statement of the package binds it; here the package itself sees to that.
"""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_guarded: dict[str, _Guard] = {}  # by the import names of the packages


class _Guard:
    """What is known of one package.

    Attributes:
        meant: name → module and attribute that are meant by it.
        settle: to be called when one of them was bound.
        unbound: the names whose own modules the import system has still to bind.
        is_needed: whether names are still to be resolved.
    """

    def __init__(self, package: str, meant: dict[str, tuple[str, str]], settle: Callable[[], None]) -> None:
        self.meant = meant
        self.settle = settle
        self.unbound = {name for name in meant if f"{package}.{name}" not in sys.modules}
        self.is_needed = True


class Guarded(ModuleType):
    """A package with such a name; a plain module again when all is resolved and those modules are bound.

    Another thread may make it one at any time: `super()` would fail then.
    """

    def __setattr__(self, name: str, value: object) -> None:
        guard = _guarded.get(self.__name__)
        own = f"{self.__name__}.{name}"
        if guard is None or name not in guard.meant or not isinstance(value, ModuleType) or value.__name__ != own:
            ModuleType.__setattr__(self, name, value)
            return
        module, attribute = guard.meant[name]
        first, _, more = attribute.partition(".")
        # What the module has not, or would have to make first, is left to the package's hook; and where the name stands
        # for something in another module, its own is not to be seen under it.
        if module == own and first in vars(value) and not more:
            ModuleType.__setattr__(self, name, vars(value)[first])
        guard.unbound.discard(name)
        _release(self.__name__, guard)
        guard.settle()


def guard(package: str, targets: Mapping[str, str | tuple[str, str]], settle: Callable[[], None]) -> None:
    """Watch what is bound in a package, where one of its names may be shadowed.

    Args:
        package: its import name.
        targets: name → what it leads to, as in `LazyPackage`.
        settle: is called when the import system has bound one of those modules.
    """
    found = shadowed(package, targets)
    module = sys.modules.get(package)
    if found and type(module) in (ModuleType, Guarded):
        _guarded[package] = _Guard(package, found, settle)
        module.__class__ = Guarded


def guard_also(package: str, name: str, module: str, attribute: str) -> None:
    """Watch one more name: what it leads to is being imported, and asks the package for a module of that name."""
    _guarded.setdefault(package, _Guard(package, {}, lambda: None)).meant[name] = (module, attribute)
    found = sys.modules.get(package)
    if type(found) is ModuleType:
        found.__class__ = Guarded


def unguard(package: str) -> None:
    """Make it a plain module again, as soon as nothing can be shadowed any more."""
    found = _guarded.get(package)
    if found is not None:
        found.is_needed = False
        _release(package, found)


def _release(package: str, guard: _Guard) -> None:
    """A module that another thread imports is bound after its body has run: until then the guard stays."""
    module = sys.modules.get(package)
    if not guard.is_needed and not guard.unbound and type(module) is Guarded:
        module.__class__ = ModuleType  # type: ignore[assignment]
        _guarded.pop(package, None)


def shadowed(package: str, targets: Mapping[str, str | tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The names that are names of modules, too, from which a name comes; with what is meant by them."""
    whole = {
        name: (f"{package}.{target}", name) if isinstance(target, str) else target for name, target in targets.items()
    }
    modules = {module for module, _ in whole.values()}
    return {
        name: target
        for name, target in whole.items()
        if f"{package}.{name}" in modules and target != (f"{package}.{name}", "")
    }
