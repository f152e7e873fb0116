"""Lazy packages from a stub: the `.pyi` beside the package says what there is, for type checkers and at run time alike.

The stub is parsed once; what came of it is kept as `marshal`, like byte code, so that no later start parses anything.
It is kept beside the top-level package and not in it: an uninstaller would leave the folder behind for it, and what is
left could still be imported. Where that may not be written to, it is kept in the user's cache.

As `package`, this imports nothing that is not built in before it has to.
"""

import _imp
import marshal
import os
import sys

from load._lazy.package import LazyPackage, declaring_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from load._lazy.package import Hooks
    from load._lazy.stub_sources import Kept

    Mark = tuple[int | str, ...]

stubs: dict[str, str] = {}  # package → the stub that it was declared by, or would be
_FORM = 3  # of what is kept
_DIGEST = 8  # bytes of the digest before it


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
        SourceError: the stub is missing, cannot be parsed, or has a star import or a name that leads nowhere.
        ValueError: `missing` is not one of the three.
    """
    frame = declaring_frame(package, sys._getframe(1))
    made = LazyPackage(package, frame, extras, missing)
    file = os.fspath(file)
    if file.endswith(".py"):
        stub = f"{file}i"
    elif file.endswith(".pyi"):
        stub = file
    else:
        from load._lazy.stub_sources import stub_beside

        stub = stub_beside(file)
    stubs[package] = path = stub
    status = _status_of(stub)
    if status is None and file.endswith(".py"):
        path, status = file, _status_of(file)
    if status is None:  # in an archive, or frozen: nothing can be kept
        from load._lazy.stub_sources import make

        return _hooks(made, make(made, stub, file, frame.f_code))
    kept_in = _beside(package, path, is_package="__path__" in made.namespace)
    mark = (_FORM, sys.hexversion, sys.platform, package, "__path__" in made.namespace, path == stub)
    state = (status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)
    kept = _read(kept_in, mark, state, path)
    if kept is None:
        elsewhere = _elsewhere(kept_in)
        kept = _read(elsewhere, mark, state, path)
    if kept is None:
        from load._lazy.stub_sources import make

        digest = _digest_of(path)
        kept = make(made, stub, file, frame.f_code)
        _write((kept_in, elsewhere), (mark, state, digest, kept))
    return _hooks(made, kept)


def _hooks(made: LazyPackage, kept: "Kept") -> "Hooks":
    made.targets, names, may_be_shadowed, told = kept
    hooks = made.hooks(names, may_be_shadowed)
    return hooks if told is None else (*hooks[:2], [*told])


def _status_of(path: str) -> "os.stat_result | None":
    try:
        return os.stat(path)
    except OSError:
        return None


def _beside(package: str, path: str, *, is_package: bool) -> str:
    """A file in the folder for byte code beside the top-level package, or wherever `sys.pycache_prefix` has it."""
    folder = os.path.dirname(path)
    for _ in range(package.count(".") + is_package):
        folder = os.path.dirname(folder)
    if sys.pycache_prefix is None:
        return f"{folder}{os.sep}__pycache__{os.sep}{package}.{sys.implementation.cache_tag}.lazy"
    from _frozen_importlib_external import cache_from_source

    return f"{cache_from_source(f'{folder}{os.sep}{package}.py', optimization='')}.lazy"


def _elsewhere(kept_in: str) -> str:
    from load._folders import user_cache

    cache = os.environ.get("LOAD_CACHE_DIR") or user_cache()
    return os.path.join(cache, "stubs", f"{_imp.source_hash(_FORM, os.fsencode(kept_in)).hex()}.lazy")


def _read(kept_in: str, mark: "Mark", state: "Mark", path: str) -> "Kept | None":
    """What was kept, where it is whole, and the stub at `path` is still what it was.

    A stub that was copied, or touched, has another state; then its content tells.
    """
    try:
        with open(kept_in, "rb", 0) as file:
            data = file.read()
        content = data[_DIGEST:]
        if data[:_DIGEST] != _imp.source_hash(_FORM, content):
            return None
        kept_mark, kept_state, digest, kept = marshal.loads(content)  # noqa: S302 - as byte code, which lies beside it
    except Exception:  # noqa: BLE001 - there is none, or none of ours: it is made anew
        return None
    if kept_mark != mark:
        return None
    made: Kept = kept
    return made if kept_state == state or digest == _digest_of(path) else None


def _digest_of(path: str) -> bytes:
    try:
        with open(path, "rb", 0) as file:
            return _imp.source_hash(_FORM, file.read())
    except OSError:  # reading it to parse it will say why
        return b""


def _write(paths: tuple[str, ...], content: "Any") -> None:
    """Keep it in the first place that may be written to, whole or not at all; else each start parses the stub."""
    if sys.dont_write_bytecode:
        return
    data = marshal.dumps(content)
    data = _imp.source_hash(_FORM, data) + data
    any(_is_written(path, data) for path in paths)


def _is_written(path: str, data: bytes) -> bool:
    part = f"{path}.{os.getpid()}.{id(data)}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(part, "xb") as file:
            file.write(data)
        os.replace(part, path)
    except OSError:  # read-only, as site-packages often are
        _remove(part)
        return False
    return True


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:  # it was never there
        return
