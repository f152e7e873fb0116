"""Where the names of a package are declared for type checkers, and what they become in a lazy package.

That is its stub; where none was shipped, its own source; where neither was, its compiled code. A package in an archive
is read through its loader.
"""

from __future__ import annotations

import os

from load._lazy.shadowing import shadowed
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType
    from typing import Any

    from load._lazy.package import LazyPackage, Target
    from load._lazy.stub_parsing import Stub

    # name → what it leads to; all names, sorted; whether one may be shadowed; those of `__all__`, if not all
    Kept = tuple[dict[str, Target], list[str], bool, list[str] | None]


def read(path: str, namespace: Mapping[str, Any]) -> bytes | None:
    """A file beside a module: from disk, or from wherever its loader has it; None where it is not there.

    Args:
        path: the file.
        namespace: the globals of the module.

    Raises:
        SourceError: it is there, and cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise SourceError(
            f"The stub {path} cannot be read: {error.strerror}.", hint="look at its permissions, or put a file there"
        ) from error
    loader = getattr(namespace.get("__spec__"), "loader", None)
    try:
        data: bytes = loader.get_data(path)  # type: ignore[union-attr]
    except (AttributeError, OSError):  # it has none to give
        return None
    return data


def declared(stub: str, source: str, namespace: Mapping[str, Any]) -> Stub | None:
    """What the stub says, else the source below `if TYPE_CHECKING:`; None where there is neither.

    Raises:
        SourceError: it cannot be read or parsed, or has a star import.
    """
    from load._lazy.stub_parsing import parse_source, parse_stub

    data = read(stub, namespace)
    if data is not None:
        return parse_stub(stub, data)
    data = read(source, namespace) if source.endswith(".py") else None
    return None if data is None else parse_source(source, data)


def base_of(package: str, namespace: Mapping[str, Any]) -> str:
    """The package that dots are relative to: for a plain module, the one that it lies in."""
    parent = getattr(namespace.get("__spec__"), "parent", None)
    return package if parent is None or "__path__" in namespace else parent


def make(made: LazyPackage, stub: str, source: str, code: CodeType) -> Kept:
    """The names of a lazy package, in its own form.

    Args:
        made: the package.
        stub: its stub, which need not be there.
        source: its file.
        code: what runs its body.

    Raises:
        SourceError: they are declared nowhere, or wrongly.
    """
    try:
        found = declared(stub, source, made.namespace)
        if found is None:
            from load._lazy.compiled import parse_code

            found = parse_code(code)
        targets = _short(made.name, found.targets(made.name, base_of(made.name, made.namespace)))
    except SourceError as error:
        error.context = (*error.context, f"declared in {made.place}")
        raise
    if not targets:
        raise _nothing(made, stub, found.path)
    told = sorted(targets.keys() - found.unsure) if found.unsure else found.told
    return targets, sorted(targets), bool(shadowed(made.name, targets)), told


def _short(package: str, targets: dict[str, tuple[str, str]]) -> dict[str, Target]:
    """In the form of `LazyPackage`: a submodule's own name is short, as a mapping would have it."""
    short: dict[str, Target] = {}
    for name, (module, attribute) in targets.items():
        below = module.removeprefix(f"{package}.")
        short[name] = below if attribute == name and below != module else (module, attribute)
    return short


def _nothing(made: LazyPackage, stub: str, path: str) -> SourceError:
    if path == stub:
        fact, hint = f"The stub {stub} imports no names.", "write `from .module import name as name` in it"
    else:
        fact = f"There is no stub {stub}, and no import below `if TYPE_CHECKING:` either."
        hint = "ship the .pyi, or import the names below `if TYPE_CHECKING:` in the package"
    return SourceError(fact, context=(f"declared in {made.place}",), hint=hint)


def stub_beside(file: str) -> str:
    """The stub of a module's file: `__init__.pyi`, too, for `__init__.cpython-311-x86_64-linux-gnu.so`."""
    folder, name = os.path.split(file)
    return os.path.join(folder, f"{name.partition('.')[0]}.pyi")
