"""The face of `load`: the module that is called, subscripted and asked for attributes, and the `load.` finder.

All that `import load` runs stands here, as each file more is a tenth of what that costs. It imports nothing but the
table of own names, and quotes its annotations because even `__future__` is a file to read.
"""

import sys
from _imp import acquire_lock, release_lock

from load._reserved import OWN, PREFIX, is_submodule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any
else:
    ModuleType = type(sys)

WATCHED: set[str] = set()  # top-level packages reached through `load`: their subpackages answer to dotted use


class LoadModule(ModuleType):
    """The module `load`: `load.numpy`, `load("numpy>=2")` and `load["numpy>=2"]` give the thing itself."""

    # It has no `__getattr__` of its own: a hook in a module's dictionary costs a third of what one in its class costs
    # on every later access (https://peps.python.org/pep-0562/). Not in the docstring, which `load?` shows.

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


# -- the finder --------------------------------------------------------------------------------------------------------


class PrefixFinder:
    """Finds `load.<name>` for every name that is not `load`'s own; it stands at `sys.meta_path[0]`.

    It sees every import of the process, so what is not its own leaves after one comparison.
    """

    _load_prefix_finder = True  # by which `load` recognises it, also one of an earlier import of `load`

    def find_spec(
        self, fullname: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Describe a module of the prefix, without importing anything (`importlib.abc.MetaPathFinder`)."""
        if fullname.startswith(PREFIX):
            root = fullname[len(PREFIX) :].partition(".")[0]
            if root.startswith("_") or is_submodule(root):
                return None
            return _outside_the_lock(_describe, fullname, sys._getframe(1))
        if WATCHED and fullname.partition(".")[0] in WATCHED:
            return _outside_the_lock(_find_watched, fullname, path, target, sys._getframe(1))
        return None


def _outside_the_lock(function: "Callable[..., ModuleSpec | None]", *arguments: "Any") -> "ModuleSpec | None":
    """Call something that imports, without the global import lock that finders are asked under.

    Another thread that imports the same may wait for that lock with the lock of a module that is wanted here.
    """
    try:
        release_lock()
    except RuntimeError:  # it is not held: somebody only asks where a module is
        return function(*arguments)
    try:
        return function(*arguments)
    finally:
        acquire_lock()


def _describe(*arguments: "Any") -> "ModuleSpec | None":
    from load._facade.prefix import describe

    return describe(*arguments)


def _find_watched(*arguments: "Any") -> "ModuleSpec | None":
    from load._facade.submodules import find_watched

    return find_watched(*arguments)


FINDER = PrefixFinder()


def place() -> None:
    """Put the finder first, once; one that an earlier import of `load` left behind goes."""
    if FINDER in sys.meta_path:
        return
    sys.meta_path[:] = [FINDER, *(each for each in sys.meta_path if not hasattr(each, "_load_prefix_finder"))]
