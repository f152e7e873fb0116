"""What is declared and not installed: an error that says what to type, a warning, or None."""

from __future__ import annotations

import warnings

from load._lazy import operators
from load._names import ImportName, lookup, normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Never

    from load._lazy.declaration import Declaration

WAYS = ("raise", "warn", "none")


class Placeholder:
    """Stands for something that is not installed: whatever is done with it raises the error that says what to type.

    It is false, so that `if package.thing:` asks whether it is there.
    """

    __slots__ = ("__load_error__",)
    __load_error__: ImportError

    def __init__(self, error: ImportError) -> None:
        object.__setattr__(self, "__load_error__", error)

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        error = self.__load_error__
        hint = getattr(error, "hint", None)
        return f"<missing: {getattr(error, 'message', error)}{f' → {hint}' if hint else ''}>"

    def __getattr__(self, name: str) -> Never:
        if name.startswith("__"):  # asked by whoever wants to know what kind of thing this is
            raise AttributeError(f"what is missing has no attribute {name!r}", name=name)
        raise self._anew()

    def __setattr__(self, name: str, value: object) -> Never:
        raise self._anew()

    def __delattr__(self, name: str) -> Never:
        raise self._anew()

    def __mro_entries__(self, bases: object) -> Never:
        raise self._anew()

    def __instancecheck__(self, instance: object) -> bool:
        return False  # nothing can be an instance of what is not there

    def __subclasscheck__(self, subclass: object) -> bool:
        return False

    def __copy__(self) -> Placeholder:
        return self

    def __deepcopy__(self, memo: object) -> Placeholder:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Placeholder, (self.__load_error__,)

    def _anew(self) -> ImportError:
        import copy

        return copy.copy(self.__load_error__)


def _raising(name: str) -> Callable[..., Never]:
    def use(self: Placeholder, *_: object, **__: object) -> Never:
        raise self._anew()

    use.__name__ = name
    return use


for _each in ("call", "getitem", "setitem", "delitem", "iter", "len", "contains", "reversed", "enter", "exit", "abs"):
    setattr(Placeholder, f"__{_each}__", _raising(f"__{_each}__"))
operators.refuse(Placeholder, _raising)


def is_missing(error: ModuleNotFoundError, module: str) -> bool:
    """Whether the declared module itself is not there, or a package above it; and not something that it needs."""
    name = error.name or ""
    return (module == name or module.startswith(f"{name}.")) and is_absent(name)


def is_absent(name: str) -> bool:
    """Whether nothing is installed that a module could be in; a wrong name in what is there is another mistake."""
    import sys

    from load._find import find

    root = name.partition(".")[0]
    return bool(root) and root not in sys.stdlib_module_names and find(root) is None


def explained(error: ModuleNotFoundError, declaration: Declaration, extra: str = "") -> ModuleNotFoundError:
    """The error with the distribution, and the command that brings it.

    Args:
        error: what Python, or the Resolver, said.
        declaration: what was declared.
        extra: a requirement with the extra that brings it, as `package[extra]`; "" where there is none.
    """
    from load.errors import LoadError, ResolveError

    if isinstance(error, LoadError) and not extra:
        return error
    distribution = distribution_of(declaration.reference.module)
    explanation = ResolveError(
        f"{declaration.name!r} is not there: the distribution {distribution!r} is not installed.",
        context=(f"declared in {declaration}",),
        hint=command(extra or distribution),
        name=error.name,
        distribution=distribution,
    )
    explanation.__cause__ = error
    return explanation


def distribution_of(module: str) -> str:
    """The distribution that brings a module, as far as a table tells; else it is taken to have its name."""
    entry = lookup(ImportName(module))
    return entry.distribution if entry is not None else normalize(module.partition(".")[0]).strip("-")


def command(requirement: str) -> str:
    """What to type for it to be there."""
    import shlex
    import sys

    from load import _interpreter

    if not _interpreter.is_python():
        from load._names import import_names_of

        known = import_names_of(requirement)[:1]  # none of an extra, which brings something else
        modules = known or (() if "[" in requirement else (requirement.replace("-", "_"),))
        return _interpreter.how_to_bundle([requirement], modules)
    return f"{shlex.quote(sys.executable or 'python')} -m pip install {shlex.quote(requirement)}"


def warn(error: ModuleNotFoundError, depth: int) -> None:
    """Say what is missing, at the place that wanted it."""
    hint = getattr(error, "hint", None)
    text = getattr(error, "message", None) or str(error)
    warnings.warn(f"{text} {hint}" if hint else str(text), UserWarning, stacklevel=depth + 1)


def instead(error: ModuleNotFoundError, declaration: Declaration, *, is_module: bool) -> Any:
    """What stands for a module that is not there; the error where nothing does. It is tried again at the next use."""
    if not is_missing(error, declaration.reference.module):
        raise error
    told = explained(error, declaration)
    if declaration.missing != "raise":
        warn(told, 4)
    if declaration.missing != "none":
        raise told
    return nothing(declaration.name if is_module else None)


def nothing(module: str | None) -> Any:
    """What `missing="none"` gives: None for an object, and for a module something whose every attribute is None."""
    return _Nothing(module) if module is not None else None


class _Nothing:
    """A module that is not there: it is false, and its every attribute is None."""

    __slots__ = ("_module",)

    def __init__(self, module: str) -> None:
        object.__setattr__(self, "_module", module)

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<nothing: the module {object.__getattribute__(self, '_module')!r} is missing>"

    def __reduce__(self) -> tuple[Any, ...]:
        return nothing, (object.__getattribute__(self, "_module"),)

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") and name not in _OF_MODULES:  # what it would be one of
            return object.__getattribute__(self, name)
        return None

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"nothing is there that could have the attribute {name!r}", name=name)


_OF_MODULES = frozenset((
    *("__all__", "__author__", "__cached__", "__doc__", "__file__", "__loader__", "__name__", "__package__"),
    *("__path__", "__spec__", "__version__"),
))  # fmt: skip
