"""Lazy packages from a stub: the `.pyi` beside the package says what there is, for type checkers and at run time alike.

The stub is parsed once; what came of it is kept beside the byte code of the package, as `marshal` like that, so that no
later start parses anything. Where the stub was not shipped (a frozen program), the imports below `if TYPE_CHECKING:` of
the package itself are taken, from its compiled code.
"""

from __future__ import annotations

import marshal
import os
import sys

from load._lazy.package import LazyPackage
from load._reference import absolute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from load._lazy.package import Hooks

    Found = dict[str, tuple[str, str]]  # name → module, absolute or with leading dots, and attribute or ""

_FORM = 1  # of what is kept


def attach_stub(package: str, file: str, *, extras: dict[str, str] | None = None, missing: str = "raise") -> Hooks:
    """Make a package lazy by its stub: `__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)`.

    Args:
        package: `__name__` of the package.
        file: `__file__` of the package, or the path of the stub.
        extras: as for `attach`.
        missing: as for `attach`.

    Raises:
        SourceError: the stub is not there, cannot be parsed, or has a star import.
        ValueError: `missing` is none of the three.
    """
    made = LazyPackage(package, sys._getframe(1), extras or {}, missing)
    stub = f"{os.path.splitext(file)[0]}.pyi"
    found = names_of_stub(stub)
    if found is None:
        found = _names_of_code(sys._getframe(1).f_code)
    if not found:
        raise _not_there(stub, made.place)
    made.targets = {name: (absolute(module, package), attribute) for name, (module, attribute) in found.items()}
    return made.hooks()


def names_of_stub(stub: str) -> Found | None:
    """What a stub exports; None where there is none.

    Raises:
        SourceError: it cannot be parsed, or has a star import.
    """
    try:
        status = os.stat(stub)
    except OSError:
        return None
    mark = (_FORM, status.st_mtime_ns, status.st_size)
    kept = _kept_in(stub)
    found = _read(kept, mark)
    if found is None:
        from load._lazy.stub_parsing import parse_stub

        found = parse_stub(stub)
        _write(kept, mark, found)
    return found


def _kept_in(stub: str) -> str:
    """The file beside the byte code, wherever the interpreter keeps that (`sys.pycache_prefix`)."""
    from _frozen_importlib_external import cache_from_source

    return f"{cache_from_source(f'{stub[:-4]}.py', optimization='').removesuffix('.pyc')}.lazy"


def _read(path: str, mark: tuple[int, ...]) -> Found | None:
    try:
        with open(path, "rb") as file:
            kept_mark, found = marshal.load(file)  # noqa: S302 - as byte code, which lies beside it
    except (OSError, ValueError, EOFError, TypeError):  # none, or not whole: it is made anew
        return None
    return found if kept_mark == mark else None


def _write(path: str, mark: tuple[int, ...], found: Found) -> None:
    """Keep it, whole or not at all; a place that may not be written to costs each start the parsing."""
    if sys.dont_write_bytecode:
        return
    part = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(part, "wb") as file:
            marshal.dump((mark, found), file)
        os.replace(part, path)
    except OSError:  # read-only, as site-packages often are
        return


def _names_of_code(code: CodeType) -> Found:
    from load._lazy.stub_parsing import parse_code

    return parse_code(code)


def _not_there(stub: str, place: str) -> Any:
    from load.errors import SourceError

    return SourceError(
        f"There is no stub {stub}, and no import below `if TYPE_CHECKING:` either.",
        context=(f"declared in {place}",),
        hint="ship the .pyi with the package, or import the names below `if TYPE_CHECKING:` in it",
    )
