"""Lazy packages: names of a package that are imported when they are used (PEP 562).

What a name leads to is written into the package's own namespace, and the hook goes with the last of them: from then on
an access costs what it costs on any module.

Every start of a program that has lazy packages runs this: it imports nothing that is not built in, and leaves to
`mapping` and `shadowing` what most packages have no need of. Annotations are quoted, as `__future__` is a file to read.
"""

import os
import sys
from itertools import chain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import FrameType
    from typing import Any

    Hooks = tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]
    Target = str | tuple[str, str]  # the submodule that has the name; or a module and the attribute, "" for itself

packages: "dict[str, LazyPackage]" = {}  # by their import names
_LISTS = frozenset((list, tuple))


def attach(
    package: str,
    submodules: "Iterable[str]" = (),
    attributes: "Mapping[str, str | Sequence[str]] | None" = None,
    *,
    extras: "Mapping[str, str] | None" = None,
    missing: str = "raise",
) -> "Hooks":
    """Make names of a package lazy: `__getattr__, __dir__, __all__ = load.attach(__name__, …)`, as its last statement.

    Args:
        package: `__name__` of the package.
        submodules: its submodules that are names of it.
        attributes: submodule → the names that it has for the package ("name" or "name as other"), or a name → what it
            stands for as a reference: "pkg.mod", "pkg.mod:attr" or, below the package, ".mod:attr".
        extras: import name of an optional dependency, or a name of the package → the extra of the package's
            distribution that brings it.
        missing: what becomes of a name whose optional dependency is not there: "raise" an ImportError, "warn" and
            give a placeholder that raises when it is used, or "none": warn, and give None.

    Raises:
        SourceError: a name cannot be one.
        ValueError: `missing` is none of the three.
    """
    made = LazyPackage(package, sys._getframe(1), extras, missing)
    names = _names_of_lists(attributes) if attributes and not submodules else None
    if names is not None:
        made.lists = dict(attributes or {})
    else:
        from load._lazy.mapping import targets_of

        made.targets = targets_of(package, submodules, attributes or {}, lambda: made.place)
        names = set(made.targets)
    return made.hooks(sorted(names), bool(attributes and not attributes.keys().isdisjoint(names)))


def _names_of_lists(attributes: "Mapping[str, str | Sequence[str]]") -> set[str] | None:
    """The names of the common form, submodules with lists of plain names; None where there is anything else."""
    lists = attributes.values()
    try:
        if not _LISTS.issuperset(map(type, lists)):
            return None
        names = {*chain.from_iterable(lists)}
        if not all(map(str.isidentifier, attributes)) and not all(map(str.isidentifier, _parts(attributes))):
            return None
        return names if all(map(str.isidentifier, names)) else None
    except TypeError:  # something is no string
        return None


def _parts(names: "Iterable[str]") -> list[str]:
    return ".".join(names).split(".")


class LazyPackage:
    """One package and the names of it that are not there yet.

    Attributes:
        name: its import name.
        all: the names, sorted.
        lists: submodule → its names, where there is nothing else; `targets` is made of that when it is looked at.
        namespace: its globals.
    """

    def __init__(self, name: str, frame: "FrameType", extras: "Mapping[str, str] | None", missing: str) -> None:
        if missing not in ("raise", "warn", "none"):
            raise ValueError(f"missing is one of 'raise', 'warn', 'none', not {missing!r}")
        self.name = name
        self.all: list[str] = []
        self.lists: Mapping[str, Sequence[str]] = {}
        self._targets: dict[str, Target] | None = None
        self.namespace = frame.f_globals
        self._code = frame.f_code
        self._offset = frame.f_lasti
        self._extras = extras
        self._missing = missing
        self._resolved = 0  # so many of the names, from the first on, are there
        self._hook: Callable[[str], Any] | None = None

    @property
    def place(self) -> str:
        """File and line of the declaration."""
        from load._lazy.declaration import line_of

        return f"{self._code.co_filename}:{line_of(self._code, self._offset)}"

    @property
    def targets(self) -> "dict[str, Target]":
        """Name → what it leads to."""
        if self._targets is None:
            self._targets = {name: submodule for submodule, names in self.lists.items() for name in names}
        return self._targets

    @targets.setter
    def targets(self, targets: "dict[str, Target]") -> None:
        self._targets = targets

    def hooks(self, names: list[str], may_be_shadowed: bool) -> "Hooks":
        """What the package binds; everything is resolved at once where `LOAD_EAGER` says so.

        Args:
            names: all names, sorted.
            may_be_shadowed: whether one of them may be the name of one of the package's modules, too.
        """
        self.all = names
        before = packages.get(self.name)
        if before is not None and before.namespace is self.namespace:  # a reload: they are to be looked up anew
            for name in before.all:
                self.namespace.pop(name, None)
        packages[self.name] = self
        if may_be_shadowed:
            from load._lazy.shadowing import guard

            guard(self.name, self.targets)
        getter, namespace = self.get, self.namespace

        def __getattr__(name: str) -> "Any":  # noqa: N807 - PEP 562
            return getter(name)

        def __dir__() -> list[str]:  # noqa: N807 - PEP 562
            return sorted({*namespace, *names})

        self._hook = __getattr__
        if "LOAD_EAGER" in os.environ and self._is_eager(os.environ["LOAD_EAGER"]):
            namespace.update(__getattr__=__getattr__, __dir__=__dir__, __all__=names)
            for name in names:
                self.get(name)
        return __getattr__, __dir__, list(names)

    def _is_eager(self, wanted: str) -> bool:
        if wanted.lower() in ("", "0", "false", "no", "off"):
            return False
        if wanted.lower() in ("1", "true", "yes", "on"):
            return True
        return any(self.name == each or self.name.startswith(f"{each}.") for each in wanted.replace(",", " ").split())

    def target_of(self, name: str) -> tuple[str, str]:
        """The module that a name leads to, and the attribute of it, or ""."""
        target = self.targets[name]
        return (f"{self.name}.{target}", name) if isinstance(target, str) else target

    def get(self, name: str) -> "Any":
        """What a name leads to; it stands in the package from then on.

        Raises:
            AttributeError: it is none of its names.
            ImportError: what it leads to is not there.
            Exception: whatever the module raises that is imported for it.
        """
        if name not in self.targets:
            module = sys.modules.get(self.name)
            raise AttributeError(f"module {self.name!r} has no attribute {name!r}", name=name, obj=module)
        module_name, attribute = self.target_of(name)
        try:
            value = _imported(module_name, attribute)
        except Exception as error:  # noqa: BLE001 - raised again, with the place of the declaration
            from load._lazy.failing import Failure

            failure = Failure(self.name, self.place, name, module_name, attribute)
            return failure.handle(error, self._extras or {}, self._missing)
        self.namespace[name] = value
        if self._are_all_there():
            self._unhook()
        return value

    def _are_all_there(self) -> bool:
        """Whether every name was resolved, or bound by the import system; each is looked at once in the long run.

        Threads may do this at a time: all that they can do to each other is to look again.
        """
        names, position, namespace = self.all, self._resolved, self.namespace
        while position < len(names) and names[position] in namespace:
            position += 1
        self._resolved = position
        return position == len(names)

    def _unhook(self) -> None:
        if self.namespace.get("__getattr__") is self._hook:
            self.namespace.pop("__getattr__", None)
        shadowing = sys.modules.get("load._lazy.shadowing")
        if shadowing is not None:
            shadowing.unguard(self.name)


def _imported(module_name: str, attribute: str) -> "Any":
    __import__(module_name)
    module = sys.modules[module_name]
    if not attribute:
        return module
    for part in attribute.split("."):
        module = getattr(module, part)
    return module
