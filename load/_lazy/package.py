"""Lazy packages: names of a package that are imported when they are used (PEP 562).

What a name leads to is written into the package's own namespace, and the hook goes with the last of them: from then on
an access costs what it costs on any module.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import CodeType, FrameType, ModuleType
    from typing import Any

    Hooks = tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]
    Target = str | tuple[str, str]  # the submodule that has the name; or a module and the attribute, "" for itself
else:
    ModuleType = type(sys)  # `types` itself would have to be imported

packages: dict[str, LazyPackage] = {}  # by their import names


def attach(
    package: str,
    submodules: Iterable[str] = (),
    attributes: Mapping[str, str | Sequence[str]] | None = None,
    *,
    extras: Mapping[str, str] | None = None,
    missing: str = "raise",
) -> Hooks:
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
    made = LazyPackage(package, sys._getframe(1), extras or {}, missing)
    made.add_submodules(submodules)
    made.add_attributes(attributes or {})
    return made.hooks()


class LazyPackage:
    """One package and the names of it that are not there yet.

    Attributes:
        name: its import name.
        all: the names, sorted.
        targets: name → what it leads to.
    """

    def __init__(self, name: str, frame: FrameType, extras: Mapping[str, str], missing: str) -> None:
        if missing not in ("raise", "warn", "none"):
            raise ValueError(f"missing is one of 'raise', 'warn', 'none', not {missing!r}")
        self.name = name
        self.all: list[str] = []
        self.targets: dict[str, Target] = {}
        self._namespace = frame.f_globals
        self._code: CodeType = frame.f_code
        self._offset = frame.f_lasti
        self._extras = extras
        self._missing = missing
        self._pending: set[str] = set()
        self._hook: Callable[[str], Any] | None = None

    @property
    def place(self) -> str:
        """File and line of the declaration."""
        from load._lazy.declaration import line_of

        return f"{self._code.co_filename}:{line_of(self._code, self._offset)}"

    # -- declaring -----------------------------------------------------------------------------------------------------

    def add_submodules(self, names: Iterable[str]) -> None:
        """Names that are submodules."""
        for name in names:
            self._check(name)
            self.targets[name] = (f"{self.name}.{name}", "")

    def add_attributes(self, attributes: Mapping[str, str | Sequence[str]]) -> None:
        """Names that are attributes of other modules."""
        for key, value in attributes.items():
            if isinstance(value, str):
                self._check(key)
                self.targets[key] = self._reference(value)
            elif isinstance(key, str) and all(map(str.isidentifier, (*key.split("."), *value))):
                self.targets.update(dict.fromkeys(value, key))
            else:
                self._add_renamed(key, value)

    def _add_renamed(self, submodule: str, names: Sequence[str]) -> None:
        for part in submodule.split(".") if isinstance(submodule, str) else (submodule,):
            self._check(part)
        for text in names:
            attribute, _, name = text.partition(" as ")
            self._check(attribute)
            self._check(name or attribute)
            self.targets[name or attribute] = (f"{self.name}.{submodule}", attribute)

    def _check(self, name: object) -> None:
        if not (isinstance(name, str) and name.isidentifier()):
            from load.errors import SourceError

            raise SourceError(
                f"{name!r} cannot be a name of the package {self.name!r}.",
                text=str(name),
                context=(f"declared in {self.place}",),
                hint='write {"submodule": ["name"]} or {"name": "package.module:attribute"}',
            )

    def _reference(self, text: str) -> tuple[str, str]:
        from load._reference import Reference, absolute
        from load.errors import SourceError

        try:
            found = Reference.parse(absolute(text, self.name))
        except SourceError as error:
            error.context = (*error.context, f"declared in {self.place}")
            raise
        return found.module, found.attribute

    def hooks(self) -> Hooks:
        """What the package binds; everything at once where `LOAD_EAGER` says so."""
        self.all = sorted(self.targets)
        before = packages.get(self.name)
        if before is not None and before._namespace is self._namespace:  # a reload: they are to be looked up anew
            for name in before.targets:
                self._namespace.pop(name, None)
        self._pending = set(self.targets)
        packages[self.name] = self
        self._guard()
        getter, namespace, names = self.get, self._namespace, self.all

        def __getattr__(name: str) -> Any:  # noqa: N807 - PEP 562
            return getter(name)

        def __dir__() -> list[str]:  # noqa: N807 - PEP 562
            return sorted({*namespace, *names})

        self._hook = __getattr__
        if self._is_eager():
            namespace.update(__getattr__=__getattr__, __dir__=__dir__, __all__=names)
            for name in names:
                self.get(name)
        return __getattr__, __dir__, list(names)

    def _is_eager(self) -> bool:
        wanted = os.environ.get("LOAD_EAGER", "")
        if wanted.lower() in ("", "0", "false", "no", "off"):
            return False
        if wanted.lower() in ("1", "true", "yes", "on"):
            return True
        return any(self.name == each or self.name.startswith(f"{each}.") for each in wanted.replace(",", " ").split())

    def target_of(self, name: str) -> tuple[str, str]:
        """The module that a name leads to, and the attribute of it, or ""."""
        target = self.targets[name]
        return (f"{self.name}.{target}", name) if isinstance(target, str) else target

    # -- resolving -----------------------------------------------------------------------------------------------------

    def get(self, name: str) -> Any:
        """What a name leads to; it stands in the package from then on.

        Raises:
            AttributeError: it is none of its names.
            ImportError: what it leads to is not there.
            Exception: whatever the module raises that is imported for it.
        """
        target = self.targets.get(name)
        if target is None:
            module = sys.modules.get(self.name)
            raise AttributeError(f"module {self.name!r} has no attribute {name!r}", name=name, obj=module)
        module_name, attribute = self.target_of(name)
        try:
            value = _imported(module_name, attribute)
        except Exception as error:  # noqa: BLE001 - raised again, with the place of the declaration
            return self._failed(name, module_name, attribute, error)
        self.put(name, value)
        return value

    def put(self, name: str, value: object) -> None:
        """Write a name into the package; the hook goes with the last."""
        self._namespace[name] = value
        self._pending.discard(name)
        if not self._pending:
            self._unhook()

    def _failed(self, name: str, module_name: str, attribute: str, error: Exception) -> Any:
        from load._lazy.failing import Failure

        failure = Failure(self.name, self.place, name, module_name, attribute)
        return failure.handle(error, self._extras, self._missing)

    def _unhook(self) -> None:
        if self._namespace.get("__getattr__") is self._hook:
            self._namespace.pop("__getattr__", None)
        module = sys.modules.get(self.name)
        if isinstance(module, _Guarded) and type(module) is _Guarded:
            module.__class__ = ModuleType  # type: ignore[assignment]

    # -- names that a submodule has, too -------------------------------------------------------------------------------

    def _guard(self) -> None:
        """Python binds a submodule in its package when it is imported: over a function of the same name."""
        for name, target in self.targets.items():
            if target == name or (not isinstance(target, str) and target[0] == f"{self.name}.{name}" and target[1]):
                module = sys.modules.get(self.name)
                if type(module) is ModuleType:
                    module.__class__ = _Guarded
                return

    def meant(self, name: str, value: object) -> object:
        """What a name is to be bound to when the import system binds a submodule under it."""
        target = self.targets.get(name)
        if target is None or not isinstance(value, ModuleType) or value.__name__ != f"{self.name}.{name}":
            return value
        attribute = name if isinstance(target, str) else target[1]
        if not attribute or (isinstance(target, str) and target != name):
            return value
        return getattr(value, attribute, value)


class _Guarded(ModuleType):
    """A package that has a name which one of its submodules has, too; a plain module again when all is resolved."""

    def __setattr__(self, name: str, value: object) -> None:
        package = packages.get(self.__name__)
        super().__setattr__(name, value if package is None else package.meant(name, value))


def _imported(module_name: str, attribute: str) -> Any:
    __import__(module_name)
    module = sys.modules[module_name]
    if not attribute:
        return module
    for part in attribute.split("."):
        module = getattr(module, part)
    return module
