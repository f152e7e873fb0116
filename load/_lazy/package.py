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
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from types import FrameType
    from typing import Any

    Hooks = tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]
    Target = str | tuple[str, str]  # the submodule that has the name; or a module and the attribute, "" for itself

_has_gil: "Callable[[], bool]" = getattr(sys, "_is_gil_enabled", lambda: True)
packages: "dict[str, LazyPackage]" = {}  # by their import names
_LISTS = frozenset((list, tuple))


def attach(
    package: str,
    submodules: "Iterable[str] | Mapping[str, str | Sequence[str]]" = (),
    attributes: "Mapping[str, str | Sequence[str]] | None" = None,
    *,
    extras: "Mapping[str, str] | None" = None,
    missing: str = "raise",
) -> "Hooks":
    """Make names of a package lazy: `__getattr__, __dir__, __all__ = load.attach(__name__, …)`, as its last statement.

    Args:
        package: `__name__` of the package.
        submodules: those of its submodules that are public names; or, instead, the mapping for `attributes`.
        attributes: submodule → the names that it has for the package ("name" or "name as other"), or a name → what it
            stands for as a reference: "pkg.mod", "pkg.mod:attr" or, below the package, ".mod:attr".
        extras: import name of an optional dependency, or a name of the package → the extra of the package's
            distribution that brings it.
        missing: what happens if the optional dependency of a name is missing: "raise" an ImportError, "warn" and give a
            placeholder that raises when it is used, or "none": warn, and give None.

    Raises:
        SourceError: something is not a valid name.
        ValueError: `missing` is not one of the three.
    """
    made = LazyPackage(package, declaring_frame(package, sys._getframe(1)), extras, missing)
    if not attributes and hasattr(submodules, "items"):
        attributes, submodules = submodules, ()  # type: ignore[assignment]
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
    try:
        lists = attributes.values()
        if not _LISTS.issuperset(map(type, lists)):
            return None
        names = {*chain.from_iterable(lists)}
        if not all(map(str.isidentifier, attributes)) and not all(map(str.isidentifier, _parts(attributes))):
            return None
        # Python knows identifiers in their normal form alone (PEP 3131); others are brought into it.
        return names if all(map(str.isidentifier, names)) and "".join(names).isascii() else None
    except (AttributeError, TypeError):  # something is not a string, or no mapping
        return None


def _parts(names: "Iterable[str]") -> list[str]:
    return ".".join(names).split(".")


def declaring_frame(package: str, frame: "FrameType") -> "FrameType":
    """The frame of the package's own body, where a function in between declares for it."""
    looked_at: FrameType | None = frame
    while looked_at is not None:
        if looked_at.f_globals.get("__name__") == package:
            return looked_at
        looked_at = looked_at.f_back
    return frame


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
        if frame.f_globals.get("__name__") != name:
            from load._lazy.mapping import namespace_of

            self.namespace = namespace_of(name, frame)
        else:
            self.namespace = frame.f_globals
        self.name = name
        self.all: list[str] = []
        self.lists: Mapping[str, Sequence[str]] = {}
        self._targets: dict[str, Target] | None = None
        self._code = frame.f_code
        self._offset = frame.f_lasti
        self._extras = extras
        self._missing = missing
        self._written: dict[str, Any] = {}  # what came of the names
        self._resolved = 0  # so many of the names, from the first on, are there
        self._hook: Callable[[str], Any] | None = None

    @property
    def place(self) -> str:
        """File and line of the declaration."""
        from load._instructions import line_of

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
        getter, namespace = self.get, self.namespace

        def __getattr__(name: str) -> "Any":  # noqa: N807 - PEP 562
            return getter(name)

        def __dir__() -> list[str]:  # noqa: N807 - PEP 562
            return sorted({*namespace, *names})

        before = packages.get(self.name)
        packages[self.name] = self
        if before is not None and before.namespace is namespace:  # a reload: they are to be looked up anew
            namespace["__getattr__"] = __getattr__  # for other threads, before anything goes
            for name, value in before._written.items():
                if namespace.get(name) is value:
                    del namespace[name]
        if may_be_shadowed:
            from load._lazy.shadowing import guard

            guard(self.name, self.targets, self._settle)
        self._hook = __getattr__
        if "LOAD_EAGER" in os.environ and self._is_eager(os.environ["LOAD_EAGER"]):
            namespace.update(__getattr__=__getattr__, __dir__=__dir__, __all__=names)
            self._resolve_all()
        return __getattr__, __dir__, list(names)

    def _is_eager(self, wanted: str) -> bool:
        wanted = wanted.strip().lower()
        if wanted in ("", "0", "false", "no", "off"):
            return False
        if wanted in ("1", "true", "yes", "on", "all", "*"):
            return True
        package = self.name.lower()
        return any(package == each or package.startswith(f"{each}.") for each in wanted.replace(",", " ").split())

    def _resolve_all(self) -> None:
        """Resolve every name but those that need an optional dependency which is not installed."""
        from load.errors import ResolveError

        for name in self.all:
            try:
                self.get(name)
            except ResolveError:
                continue

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
            value = imported(module_name, attribute)
        except Exception as error:  # noqa: BLE001 - raised again, with the place of the declaration
            from load._lazy.failing import Failure

            failure = Failure(self.name, self.place, name, module_name, attribute)
            return failure.handle(error, self._extras or {}, self._missing, sys._getframe(2))
        self._written[name] = self.namespace[name] = value
        self._settle()
        return value

    def __load_renew__(
        self, touched: "Container[str]", successors: "Mapping[int, Any]", _past: object
    ) -> "Callable[[], object] | None":
        from load._lazy.renewing_names import renew_package

        return renew_package(self, touched, successors)

    def get_again(self, name: str) -> None:
        """Have a name lead to what is there now; where nothing is, its next use says why."""
        try:
            self._written[name] = self.namespace[name] = imported(*self.target_of(name))
        except Exception:  # noqa: BLE001 - it is raised anew when the name is used
            self._resolved = 0
            if "__getattr__" not in self.namespace and self._hook is not None:
                self.namespace["__getattr__"] = self._hook
            self._written.pop(name, None)
            self.namespace.pop(name, None)

    def _settle(self) -> None:
        """The hook goes with the last name."""
        if self._are_all_there():
            self._unhook()

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
        if not _has_gil():  # another thread may be about to look for the hook
            return
        if self.namespace.get("__getattr__") is self._hook:
            self.namespace.pop("__getattr__", None)
        shadowing = sys.modules.get("load._lazy.shadowing")
        if shadowing is not None:
            shadowing.unguard(self.name)


def imported(module_name: str, attribute: str) -> "Any":
    """What `from module import attribute` gives: an attribute, or a submodule that nobody imported yet."""
    __import__(module_name)
    found: Any = sys.modules[module_name]
    if not attribute:
        return found
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            from load._lazy.failing import submodule

            found = submodule(found, part, error)
    return found
