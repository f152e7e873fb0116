"""Whether a lazy package, its stub and its `__all__` say the same, and every name leads somewhere."""

from __future__ import annotations

from load._lazy.package import packages
from load.errors import LoadError, ResolveError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from load._lazy.package import LazyPackage
    from load._lazy.stub_parsing import Stub

_ABSENT = object()


class StubCheck:
    """What was found.

    Attributes:
        package: its import name.
        names: its lazy names.
        faults: what is wrong, a line each; empty where all agrees.
        skipped: names that could not be tried, as an optional dependency is not installed, with the reason.
    """

    def __init__(self, package: str, names: Iterable[str], faults: Iterable[str], skipped: dict[str, str]) -> None:
        self.package = package
        self.names = tuple(names)
        self.faults = tuple(faults)
        self.skipped = dict(skipped)

    def __bool__(self) -> bool:
        return not self.faults

    def __repr__(self) -> str:
        return f"<StubCheck of {self.package!r}: {len(self.names)} names, {len(self.faults)} faults>"


def check_stub(package: str) -> StubCheck:
    """Compare what a lazy package declares with its stub, or with its imports below `if TYPE_CHECKING:`.

    Every name is resolved: what that imports stays imported.

    Args:
        package: its import name.

    Raises:
        SourceError: `package` is not an import name, is not lazy, or its stub cannot be parsed.
        ResolveError: it cannot be imported; `context` says why.
    """
    from load._reference import Reference

    Reference(package)
    module = _imported(package)
    lazy = packages.get(package)
    if lazy is None or lazy.namespace is not vars(module):
        raise SourceError(
            f"The package {package!r} is not lazy: it calls neither load.attach nor load.attach_stub.",
            text=package,
            hint="__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)",
        )
    stub = _declared(module, lazy)
    skipped: dict[str, str] = {}
    faults = [
        *_against_stub(module, lazy, stub),
        *_against_all(module, lazy, stub),
        *_tried(module, lazy, stub, skipped),
    ]
    return StubCheck(package, lazy.all, faults, skipped)


def _imported(package: str) -> ModuleType:
    """The package.

    Raises:
        ResolveError: it cannot be imported, or would end the process.
    """
    from importlib import import_module

    try:
        return import_module(package)
    except (KeyboardInterrupt, LoadError):
        raise
    except BaseException as error:
        raise ResolveError(
            f"The package {package!r} cannot be imported: {_told(error)}",
            context=_origin(error),
            hint=f"python -c 'import {package}' shows the whole",
            name=package,
        ) from error


def _told(error: BaseException) -> str:
    """Its type, and the first line of what it says, if anything."""
    kind, text = type(error).__name__, str(error).strip()
    return f"{kind}: {text.splitlines()[0]}" if text else kind


def _origin(error: BaseException) -> list[str]:
    """The line that raised it; of a file that cannot be compiled, the place in it."""
    from traceback import extract_tb

    if isinstance(error, SyntaxError) and error.filename:
        return [f"{error.filename}:{error.lineno or 0}"]
    frames = [each for each in extract_tb(error.__traceback__) if "importlib" not in each.filename]
    return [f"{each.filename}:{each.lineno}: {each.line}" for each in frames[1:][-1:]]


# -- the stub ----------------------------------------------------------------------------------------------------------


def _declared(module: ModuleType, lazy: LazyPackage) -> Stub | None:
    from load._lazy.stub import stubs
    from load._lazy.stub_sources import declared, stub_beside

    file = getattr(module, "__file__", None) or ""
    return declared(stubs.get(lazy.name) or stub_beside(file), file, lazy.namespace)


def _against_stub(module: ModuleType, lazy: LazyPackage, stub: Stub | None) -> list[str]:
    from load._lazy.stub_sources import base_of

    if stub is None:
        return [f"{module.__name__} has no stub, and no source to look into"]
    if not stub.found:
        return [_without_names(stub.path)]
    targets = stub.targets(lazy.name, base_of(lazy.name, lazy.namespace))
    own = stub.own if stub.path.endswith(".pyi") else vars(module).keys()
    faults = [f"{name!r} is not in {stub.path}" for name in lazy.all if name not in targets and name not in own]
    for name, target in targets.items():
        if name not in lazy.targets:
            faults.append(f"{name!r} of {stub.path} is not a name of the package")
        elif _dotted(lazy.target_of(name)) != _dotted(target):
            shown = _shown(lazy.target_of(name))
            faults.append(f"{name!r} is {_shown(target)} in {stub.path}, and {shown} in the package")
    absent = sorted(name for name in stub.own if name not in vars(module))
    return faults + [f"{name!r} of {stub.path} is not defined in the package" for name in absent]


def _without_names(path: str) -> str:
    """What is wrong with a stub that declares nothing, or with the package's own source where there is no stub."""
    if path.endswith(".pyi"):
        return f"{path} imports no names"
    return f"there is no stub beside {path}, which imports nothing below `if TYPE_CHECKING:` either"


def _shown(target: tuple[str, str]) -> str:
    return f"{target[0]}:{target[1]}" if target[1] else target[0]


def _dotted(target: tuple[str, str]) -> str:
    """A submodule may be written as itself, or as what its package has."""
    return f"{target[0]}.{target[1]}" if target[1] else target[0]


# -- the rest ----------------------------------------------------------------------------------------------------------


def _against_all(module: ModuleType, lazy: LazyPackage, stub: Stub | None) -> list[str]:
    told = list(getattr(module, "__all__", ()))
    there = {*lazy.all, *vars(module)}
    faults = [f"{name!r} of __all__ is not a name of the package" for name in told if name not in there]
    of_stub = stub.told if stub is not None else None
    if stub is None or of_stub is None:
        return [f"{name!r} is not in __all__" for name in lazy.all if name not in told] + faults
    known = {*there, *stub.own, *stub.private, *stub.found}
    faults += [
        f"{name!r} of __all__ in {stub.path} is not a name of the package"
        for name in of_stub
        if name not in known | {*told}
    ]
    faults += [f"{name!r} of __all__ in {stub.path} is not in __all__" for name in of_stub if name not in told]
    return faults + [f"{name!r} of __all__ is not in that of {stub.path}" for name in told if name not in of_stub]


def _tried(module: ModuleType, lazy: LazyPackage, stub: Stub | None, skipped: dict[str, str]) -> list[str]:
    from load._lazy.missing import Placeholder

    faults: list[str] = []
    for name in lazy.all:
        try:
            value = getattr(module, name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever keeps a name from being resolved is what is looked for
            if isinstance(error, ResolveError) and not _is_half_there(error):
                skipped[name] = error.message
            else:
                where = f" ({stub.where(name)})" if stub is not None and name in stub.found else ""
                faults.append(f"{name!r} cannot be resolved: {_told(error)}{where}")
        else:
            if isinstance(value, Placeholder) or (value is None and not _is_none(lazy.target_of(name))):
                skipped[name] = "an optional dependency is not installed"
    return faults


def _is_half_there(error: ResolveError) -> bool:
    """Whether a module is missing from something that is installed, which is not an optional dependency."""
    from load._find import find

    root, dot, _ = (error.name or "").partition(".")
    return bool(dot) and find(root) is not None


def _is_none(target: tuple[str, str]) -> bool:
    """Whether a name is None where it comes from, too."""
    from sys import modules

    found: object = modules.get(target[0], _ABSENT)
    for part in target[1].split("."):
        found = getattr(found, part, _ABSENT)
    return found is None
