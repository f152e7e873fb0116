"""Names of a lazy package that are names of its modules, too: `area` of `from .area import area`.

Python binds a module in its package when it is imported, over a function of the same name. Where nothing is lazy the
function comes back at once, as the next statement of the package binds it; here the package itself sees to that.
"""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_guarded: dict[str, dict[str, tuple[str, str]]] = {}  # package → such names → module and attribute that are meant


class Guarded(ModuleType):
    """A package with such a name; a plain module again when all is resolved."""

    def __setattr__(self, name: str, value: object) -> None:
        module, attribute = _guarded.get(self.__name__, {}).get(name, ("", ""))
        own = f"{self.__name__}.{name}"
        if not module or not isinstance(value, ModuleType) or value.__name__ != own:
            super().__setattr__(name, value)
        elif module == own:
            found = _within(value, attribute)
            super().__setattr__(name, value if found is None else found)
        # Else the name stands for something in another module, and its own is not to be seen under it.


def guard(package: str, targets: Mapping[str, str | tuple[str, str]]) -> None:
    """Watch what is bound in a package, where one of its names may be shadowed.

    Args:
        package: its import name.
        targets: name → what it leads to, as in `LazyPackage`.
    """
    found = shadowed(package, targets)
    if found:
        _guarded[package] = found
        module = sys.modules.get(package)
        if type(module) is ModuleType:
            module.__class__ = Guarded


def unguard(package: str) -> None:
    """Make it a plain module again."""
    _guarded.pop(package, None)
    module = sys.modules.get(package)
    if type(module) is Guarded:
        module.__class__ = ModuleType  # type: ignore[assignment]


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


def _within(module: object, attribute: str) -> object:
    """What a dotted path in a module leads to; None where it does not."""
    for part in attribute.split("."):
        module = getattr(module, part, None)
    return module
