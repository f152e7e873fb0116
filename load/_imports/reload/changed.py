"""Which modules' sources are not what ran any more.

Of what was loaded by this engine, or looked at by it before, that is known. Of the rest it is found out as late as
somebody asks: a file that is older than the process ran as it is; of a younger one, the compiled file that Python wrote
when it was imported tells, and what the module holds. Where nothing tells, it counts as changed, once.
"""

from __future__ import annotations

import os
import sys
import time
from functools import lru_cache
from types import CodeType, FunctionType
from weakref import ref

from load._imports.files.kept import digest_of
from load._imports.files.module_files import namespace_of
from load._imports.reload.functions import codes_within, is_redirected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType
    from typing import Any

    from load._imports.reload.sources import Source

_SETTLED = 2_000_000_000  # nanoseconds after which another change of a file shows in its time


class _Seen:
    """A module whose file was what had run, at one moment.

    Attributes:
        digest: of what ran; None where that was not read.
    """

    __slots__ = ("digest", "is_settled", "module", "stamp")

    def __init__(self, module: ModuleType, stamp: tuple[int, ...], digest: bytes | None) -> None:
        self.module = ref(module)
        self.digest = digest
        self.take(stamp)

    def take(self, stamp: tuple[int, ...]) -> None:
        """The file is the same with this stamp."""
        self.stamp = stamp
        self.is_settled = time.time_ns() - max(stamp[:2]) > _SETTLED


class Changes:
    """What ran of the loaded modules, as far as it is known."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def find(self, own: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """The modules whose sources have changed since they ran, and those whose files are gone.

        Args:
            own: the modules to look at, with their files.
        """
        changed: list[str] = []
        gone: list[str] = []
        known, modules, stat = self._seen.get, sys.modules.get, os.stat  # this runs before each cell of a notebook
        for name, file in own.items():
            module = modules(name)
            seen = known(name)
            if seen is not None and seen.is_settled and seen.module() is module:
                try:
                    if seen.stamp == _stamp(stat(file)):
                        continue
                except (OSError, ValueError):
                    gone.append(name)
                    continue
            verdict = False if module is None else self._has_changed(name, module, file)
            if verdict is None:
                gone.append(name)
            elif verdict:
                changed.append(name)
        return changed, gone

    def is_unchanged(self, name: str, file: str) -> bool:
        """Whether the file of a module says what ran, as far as is known."""
        module = sys.modules.get(name)
        return module is not None and self._has_changed(name, module, file) is False

    def ran(self, sources: Iterable[Source]) -> None:
        """These have run again, as they were read."""
        for source in sources:
            if source.status is not None:
                self._seen[source.own_name] = _Seen(source.module, _stamp(source.status), digest_of(source.data))

    # -- within --------------------------------------------------------------------------------------------------------

    def _known(self, name: str, module: ModuleType) -> _Seen | None:
        seen = self._seen.get(name)
        return seen if seen is not None and seen.module() is module else None

    def _has_changed(self, name: str, module: ModuleType, file: str) -> bool | None:
        """Whether a module's file has changed; None where it is gone."""
        try:
            stamp = _stamp(os.stat(file))
        except (OSError, ValueError):
            return None
        seen = self._known(name, module)
        if seen is None and _is_older(stamp):
            self._seen[name] = _Seen(module, stamp, None)
            return False
        try:
            with open(file, "rb") as stream:
                data = stream.read()
        except OSError:
            return None
        digest = digest_of(data)
        if seen is not None and seen.digest is not None:
            changed = digest != seen.digest
        else:
            changed = _differs(module, data, file, max(stamp[:2]) if seen is not None else None)
        if not changed:
            self._seen[name] = _Seen(module, stamp, digest)
        return changed


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    # A file's time can be set, and often is; the time when its entry was changed cannot, where a system has one.
    entry = 0 if os.name == "nt" else status.st_ctime_ns
    return status.st_mtime_ns, entry, status.st_size, status.st_ino


def is_older_than_this_process(status: os.stat_result) -> bool:
    """Whether a file was there, as it is, before this process began: what was imported of it is what it says."""
    return _is_older(_stamp(status))


def _is_older(stamp: tuple[int, ...]) -> bool:
    return max(stamp[:2]) < _started() - _SETTLED


@lru_cache(maxsize=1)
def _started() -> int:
    """When this process began, in nanoseconds since the epoch; 0 where the system does not tell."""
    import psutil  # type: ignore[import-untyped, unused-ignore]

    try:
        return int(psutil.Process().create_time() * 1e9)
    except (psutil.Error, OSError):  # a Linux without /proc
        return 0


# -- what the module itself tells --------------------------------------------------------------------------------------


def _differs(module: ModuleType, data: bytes, file: str, since: int | None) -> bool:
    """Whether a module whose file changed while the process runs may have come of another text than this.

    Args:
        module: the module.
        data: what its file says now.
        file: the file.
        since: when the file changed, in nanoseconds since the epoch, where the module was loaded before that.
    """
    try:
        code = compile(data, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True  # that cannot have run
    compiled, written = compiled_before(module)
    if compiled is None or compiled != code or (since is not None and written >= since):
        return True  # the last: another process has imported it since
    return holds_other_code(module, code) or _holds_other_values(module, data)


def compiled_before(module: ModuleType) -> tuple[CodeType | None, int]:
    """What Python wrote down when the module was imported, or when another process did so later; and when."""
    cached = getattr(namespace_of(module).get("__spec__"), "cached", None)
    if not isinstance(cached, str):
        return None, 0
    import marshal
    from importlib.util import MAGIC_NUMBER

    try:
        with open(cached, "rb") as stream:
            written = os.fstat(stream.fileno()).st_mtime_ns
            content = stream.read()
        found = marshal.loads(content[16:]) if content.startswith(MAGIC_NUMBER) else None  # noqa: S302 - as Python does
    except (OSError, EOFError, ValueError, TypeError):
        return None, 0
    return (found if isinstance(found, CodeType) else None), written


def holds_other_code(module: ModuleType, code: CodeType) -> bool:
    """Whether a function of the module, or of its classes, is none that the source has, on the lines that it has."""
    written = {(each.co_qualname, each.co_firstlineno, each) for each in codes_within(code)}
    namespace = namespace_of(module)
    values: list[Any] = list(namespace.values())
    values += [
        inner
        for each in values
        if issubclass(type(each), type) and each.__module__ == namespace.get("__name__")
        for inner in vars(each).values()
    ]
    for each in values:
        if type(each) is FunctionType and each.__globals__ is namespace and not is_redirected(each):
            own = each.__code__
            made = own.co_filename.startswith("<") or "<locals>" in own.co_qualname  # by somebody else's code
            if not made and (own.co_qualname, own.co_firstlineno, own) not in written:
                return True
    return False


def _holds_other_values(module: ModuleType, data: bytes) -> bool:
    """Whether a name that the source binds to a plain value once, and nowhere else, stands for another."""
    import ast

    from load._imports.reload.names import bound_by, names_of

    tree = ast.parse(data)
    names = names_of(tree)
    namespace = namespace_of(module)
    said: dict[str, Any] = {}
    for statement in tree.body:
        for name, _ in bound_by(statement, names):
            is_plain = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
            said[name] = statement.value.value if is_plain and name not in said else said  # type: ignore[attr-defined]
    apart = names.perhaps | names.by_functions
    missing = object()
    for name, value in said.items():
        if value is said or name in apart:
            continue
        held = namespace.get(name, missing)
        if type(held) is not type(value) or held != value:
            return True
    return False
