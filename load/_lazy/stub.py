"""Lazy packages from a stub: the `.pyi` beside the package says what there is, for type checkers and at run time alike.

The stub is parsed once; what came of it is kept beside the byte code of the package, as `marshal` like that, so that no
later start parses anything. Where the stub was not shipped (a frozen program), the imports below `if TYPE_CHECKING:` of
the package itself are taken, from its compiled code.

As `package`, this imports nothing that is not built in before it has to.
"""

import marshal
import os
import sys

from load._lazy.package import LazyPackage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType
    from typing import Any

    from load._lazy.package import Hooks, Target
    from load._lazy.stub_parsing import Found

    Kept = tuple[dict[str, Target], list[str], bool]  # name → what it leads to; the names, sorted; may one be shadowed

_FORM = 2  # of what is kept


def attach_stub(
    package: str, file: str, *, extras: "Mapping[str, str] | None" = None, missing: str = "raise"
) -> "Hooks":
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
    frame = sys._getframe(1)
    made = LazyPackage(package, frame, extras, missing)
    stub = f"{file.rpartition('.')[0] if file.endswith(('.py', '.pyc', '.pyi')) else os.path.splitext(file)[0]}.pyi"
    try:
        status = os.stat(stub)
    except OSError:
        return _hooks(made, _of_code(frame.f_code, package, stub, made))
    spec = frame.f_globals.get("__spec__")
    byte_code = getattr(spec, "cached", None) if getattr(spec, "origin", None) == file else None
    kept_in = f"{(byte_code or _byte_code_of(stub)).removesuffix('.pyc')}.lazy"
    mark = (_FORM, package, status.st_mtime_ns, status.st_size)
    kept = _read(kept_in, mark) or _parsed(stub, package, kept_in, mark)
    if not kept[1]:
        raise _nothing(
            f"The stub {stub} imports no names.", made.place, "write `from .module import name as name` in it"
        )
    return _hooks(made, kept)


def _hooks(made: LazyPackage, kept: "Kept") -> "Hooks":
    made.targets, names, may_be_shadowed = kept
    return made.hooks(names, may_be_shadowed)


def _byte_code_of(stub: str) -> str:
    """The byte code of the package, wherever the interpreter keeps that (`sys.pycache_prefix`)."""
    from _frozen_importlib_external import cache_from_source

    return cache_from_source(stub[:-1])


def _read(path: str, mark: tuple[int | str, ...]) -> "Kept | None":
    try:
        with open(path, "rb", 0) as file:
            kept_mark, kept = marshal.loads(file.read())  # noqa: S302 - as byte code, which lies beside it
    except (OSError, ValueError, EOFError, TypeError):  # none, or not whole: it is made anew
        return None
    return kept if kept_mark == mark else None


def _parsed(stub: str, package: str, kept_in: str, mark: tuple[int | str, ...]) -> "Kept":
    """What the stub says, which is kept as well.

    Raises:
        SourceError: it cannot be parsed, or has a star import.
    """
    from load._lazy.stub_parsing import parse_stub

    kept = _targets(parse_stub(stub), package)
    _write(kept_in, (mark, kept))
    return kept


def _targets(found: "Found", package: str) -> "Kept":
    """In the form of `LazyPackage`: a submodule's own name is short, as a mapping would have it."""
    from load._lazy.shadowing import shadowed
    from load._reference import absolute

    targets: dict[str, Target] = {}
    for name, (written, attribute) in found.items():
        module = absolute(written, package)
        below = module.removeprefix(f"{package}.")
        targets[name] = below if attribute == name and below != module else (module, attribute)
    return targets, sorted(targets), bool(shadowed(package, targets))


def _write(path: str, content: "Any") -> None:
    """Keep it, whole or not at all; a place that may not be written to costs each start the parsing."""
    if sys.dont_write_bytecode:
        return
    part = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(part, "wb") as file:
            marshal.dump(content, file)
        os.replace(part, path)
    except OSError:  # read-only, as site-packages often are
        return


def _of_code(code: "CodeType", package: str, stub: str, made: LazyPackage) -> "Kept":
    from load._lazy.stub_parsing import parse_code

    found = parse_code(code)
    if not found:
        fact = f"There is no stub {stub}, and no import below `if TYPE_CHECKING:` either."
        raise _nothing(fact, made.place, "ship the .pyi, or import the names below `if TYPE_CHECKING:` in the package")
    return _targets(found, package)


def _nothing(fact: str, place: str, hint: str) -> "Any":
    from load.errors import SourceError

    return SourceError(fact, context=(f"declared in {place}",), hint=hint)
