"""`LoadModule`, the class of the module `load`, and the PEP 562 hook behind `load.x`.

Everything here is on the path of `import load`: it imports nothing but the table of own names, and quotes its
annotations because even `__future__` is a file to read.
"""

import sys

from load._reserved import OWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any
else:
    ModuleType = type(sys)


class LoadModule(ModuleType):
    """The module `load`: `load.numpy`, `load("numpy>=2")` and `load["numpy>=2"]` give the thing itself.

    The class has no `__getattr__` of its own: a hook in a module's dictionary costs a third of what one in its class
    costs on every later access (https://peps.python.org/pep-0562/).
    """

    __iter__ = None  # or `__getitem__` would make it a sequence

    def __call__(self, spec: str, /, *more: str) -> "Any":
        """Give what a spec names; with several, a named tuple of them in order.

        Args:
            spec: what is wanted, as in `numpy`, `numpy>=2`, `pkg.mod:name`, `gh:owner/repo@ref`, `./file.py`.
            more: further specs; all that is missing is installed in one solve.

        Raises:
            SourceError: a spec cannot be read.
            ImportError: it is not there and was not installed (`ResolveError`, `InstallError` and their kinds).
        """
        from load._facade.request import by_specs

        return by_specs((spec, *more), sys._getframe(1))

    def __getitem__(self, spec: str | tuple[str, ...], /) -> "Any":
        """The same as a call; also for a name that `load` keeps for itself (`load["errors"]`)."""
        from load._facade.request import by_specs

        return by_specs(spec if isinstance(spec, tuple) else (spec,), sys._getframe(1))

    def __dir__(self) -> list[str]:
        """The API, what is bound, the aliases, the standard library and what could be imported; none is imported."""
        from load._facade.listing import names_of

        return names_of(self, sys._getframe(1))

    def __reduce__(self) -> "tuple[Callable[..., object], tuple[str]]":
        """Pickled by name, and copied as itself."""
        return __import__, (self.__name__,)


def furnish(namespace: "dict[str, Any]") -> None:
    """Make the module that `namespace` belongs to the face of `load`; again at each reload.

    Args:
        namespace: the globals of `load/__init__.py`, while it runs.
    """
    from load._facade import place

    place()
    namespace["__getattr__"] = _hook(namespace)
    module = sys.modules.get(namespace["__name__"])
    if module is not None and module.__dict__ is namespace:
        module.__class__ = LoadModule


def _hook(namespace: "dict[str, Any]") -> "Callable[[str], Any]":
    """The `__getattr__` of the module: bound names never come here."""

    def __getattr__(name: str) -> "Any":  # noqa: N807
        if name in OWN:
            value = _own(namespace, name)
        elif name.startswith("_"):  # never asked for, and common: the import system itself looks for `_names`
            owner = sys.modules.get(namespace["__name__"])
            raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}", name=name, obj=owner)
        else:
            from load._facade.request import by_attribute

            value = by_attribute(namespace, name, sys._getframe(1))
        namespace[name] = value
        return value

    return __getattr__


def _own(namespace: "dict[str, Any]", name: str) -> "Any":
    """An own name: a function, a class, a public submodule, or the module itself."""
    module, _, attribute = OWN[name].partition(":")
    if not module:
        return sys.modules[namespace["__name__"]]
    if module == "load._api":  # its functions lead to packages, which are then reached through `load`
        from load._facade.submodules import follow

        follow()
    __import__(module)
    found = sys.modules[module]
    return getattr(found, attribute) if attribute else found
