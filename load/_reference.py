"""A Reference names an object: `pkg.mod` or `pkg.mod:attr.attr`.

It says nothing about how the object gets here. The form is that of entry points
(https://packaging.python.org/specifications/entry-points/).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any


def is_dotted_name(text: str) -> bool:
    """Whether `text` is one or more identifiers joined by dots."""
    return all(part.isidentifier() for part in text.split("."))


def absolute(name: str, package: str) -> str:
    """A name with its leading dots resolved against a package, as `from ..mod import name` does it.

    Args:
        name: "..mod", ".mod:attr", "." or a name that is absolute already.
        package: dotted name of the package that the name stands in; "" where there is none.

    Raises:
        SourceError: the name lies above the package, or there is none.
    """
    rest = name.lstrip(".")
    levels = len(name) - len(rest)
    if not levels:
        return name
    parts = package.split(".")
    if not package or levels > len(parts):
        from load.errors import SourceError

        where = f"lies above {package!r}" if package else "is relative, and the code that declares it is in no package"
        raise SourceError(f"{name!r} {where}.", text=name, position=0, hint="write the whole name")
    base = ".".join(parts[: len(parts) - levels + 1])
    return f"{base}.{rest}" if rest and not rest.startswith(":") else f"{base}{rest}"


class Reference:
    """The name of a module, or of an object in a module; frozen, hashable, picklable.

    Attributes:
        module: dotted import name.
        attribute: dotted path within the module, or "".
    """

    __slots__ = ("attribute", "module")
    module: str
    attribute: str

    def __init__(self, module: str, attribute: str = "") -> None:
        if not is_dotted_name(module) or (attribute and not is_dotted_name(attribute)):
            from load.errors import SourceError

            text = f"{module}:{attribute}" if attribute else module
            raise SourceError(
                f"{text!r} names no object.",
                text=text,
                hint='write "package.module" or "package.module:name"',
            )
        object.__setattr__(self, "module", module)
        object.__setattr__(self, "attribute", attribute)

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read `pkg.mod` or `pkg.mod:attr.attr`.

        Raises:
            SourceError: the text has another form.
        """
        module, colon, attribute = text.partition(":")
        if colon and not attribute:
            from load.errors import SourceError

            raise SourceError(
                f"{text!r} names no attribute after the colon.",
                text=text,
                position=len(text),
                hint=f"write {module!r}, or a name after the colon",
            )
        return cls(module, attribute)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Reference is frozen: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Reference is frozen: cannot delete {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Reference):
            return NotImplemented
        return (self.module, self.attribute) == (other.module, other.attribute)

    def __hash__(self) -> int:
        return hash((self.module, self.attribute))

    def __str__(self) -> str:
        return f"{self.module}:{self.attribute}" if self.attribute else self.module

    def __repr__(self) -> str:
        return f"Reference({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Reference, (self.module, self.attribute)

    def resolve(self) -> Any:
        """Import the module and give the object; nothing is installed.

        Raises:
            ImportError: the module cannot be imported (its own error, unchanged).
            AttributeNotFound: the module has no such attribute.
        """
        return self.within(import_named(self.module))

    def within(self, module: object) -> Any:
        """The object that the attribute path names in `module`, importing submodules on the way."""
        found: Any = module
        for part in self.attribute.split(".") if self.attribute else ():
            found = self._step(found, part)
        return found

    def _step(self, owner: Any, part: str) -> Any:
        try:
            return getattr(owner, part)
        except AttributeError as error:
            # An AttributeError from inside a lazy package's own hook is a fault of that package, not a missing name.
            if getattr(error, "name", part) not in (part, None):
                raise
            submodule = _submodule(owner, part)
            if submodule is not None:
                return submodule
            raise self._missing(owner, part) from error

    def _missing(self, owner: Any, part: str) -> Exception:
        from load.errors import AttributeNotFound

        return AttributeNotFound(
            f"{getattr(owner, '__name__', owner)!r} has no attribute {part!r}.",
            name=self.module,
            context=(f"asked for as {str(self)!r}",),
            hint=_did_you_mean(owner, part) or f"check the spelling of {part!r}",
            attribute=part,
        )


def import_named(name: str) -> ModuleType:
    """Import a module as an import statement does, and give it, not its package."""
    from importlib import import_module

    try:
        return import_module(name)
    except RuntimeError as error:
        return unfinished(name, error)


def unfinished(name: str, error: RuntimeError) -> ModuleType:
    """The module that an import statement would give where `importlib.import_module` has raised an error.

    Of two threads that import modules which import one another, one has to take a module that is not finished. A
    statement does; `importlib.import_module` raises an error of the interpreter's own instead.

    Args:
        name: the module.
        error: what was raised; raised again where it is another one.

    Source: `_lock_unlock_module` in https://github.com/python/cpython/blob/main/Lib/importlib/_bootstrap.py
    """
    import sys

    module = sys.modules.get(name)
    if type(error).__name__ != "_DeadlockError" or module is None:
        raise error
    return module


def _submodule(owner: Any, part: str) -> Any:
    """The submodule `part` of a package, imported; None where there is none."""
    if not hasattr(owner, "__path__"):
        return None
    full_name = f"{owner.__name__}.{part}"
    try:
        return import_named(full_name)
    except ModuleNotFoundError as error:
        if error.name != full_name:
            raise
        return None


def _did_you_mean(owner: Any, part: str) -> str | None:
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in (*_submodule_names(owner), *dir(owner))}
    close = get_close_matches(part.casefold(), folded, n=3)
    return f"did you mean {', '.join(repr(folded[name]) for name in close)}?" if close else None


def _submodule_names(owner: Any) -> list[str]:
    from pkgutil import iter_modules

    return [each.name for each in iter_modules(getattr(owner, "__path__", ()))]
