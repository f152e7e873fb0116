"""Plain import statements that install what they find missing: `load.enable_auto_install()`.

A finder at the very end of `sys.meta_path` is asked only for what nothing else has found. It answers import statements
(on 3.15 also the first use of a lazy one, PEP 810) in code that is neither installed nor the standard library.
Questions (`importlib.util.find_spec`), calls (`importlib.import_module`) and the optional imports of libraries get
what they would have got without it.
"""

from __future__ import annotations

import sys
from _imp import acquire_lock, release_lock
from _thread import RLock, get_ident

from load import _names
from load._caller import find_caller
from load._imports.statements import import_names, importing_frame, is_library, is_statement
from load._resolve.presence import Missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import FrameType, ModuleType, TracebackType

    from load._caller import Caller

_changing = RLock()
_blocks = 0
_switched_on = False
_at_work: set[int] = set()  # threads that are in the middle of an answer: what that imports is not asked for


class _Finder:
    """Asks the Resolver for what an import statement names and nothing else has found."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - what other finders have looked through already
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """The spec of a module that was installed just now (`importlib.abc.MetaPathFinder`); None for all else."""
        if get_ident() in _at_work:
            return None
        # Finders are asked under the global import lock. Another thread that imports what is imported here may wait for
        # that lock, with the lock of such a module.
        try:
            release_lock()
        except RuntimeError:  # it is not held: somebody only asks where a module is
            return None
        try:
            return _found(fullname, sys._getframe(1))
        finally:
            acquire_lock()


def _found(fullname: str, finding: FrameType) -> ModuleSpec | None:
    frame = importing_frame(finding)
    if frame is None or not _could_be_installed(fullname) or not is_statement(frame) or is_library(frame):
        return None
    thread = get_ident()
    _at_work.add(thread)
    try:
        return _installed(fullname, import_names(finding), frame)
    finally:
        _at_work.discard(thread)


_FINDER = _Finder()


def _could_be_installed(fullname: str) -> bool:
    """Whether a missing module of this name could come with a distribution: a part of an installed one cannot.

    Parts that are distributions of their own, as those of `google.cloud`, stand in the table.
    """
    root, dot, _ = fullname.partition(".")
    if root.startswith("_") or _names.standard_library(root):
        return False
    if not dot:
        return True
    entry = _names.lookup(_names.ImportName(fullname))
    return entry is not None and entry.import_name == fullname


def _installed(fullname: str, written: Sequence[str], frame: FrameType) -> ModuleSpec | None:
    """Have what the statement names installed, as far as it lies below a missing module, and find that."""
    caller = find_caller(frame)
    if _is_third_party(caller):
        return None
    from load._find import find
    from load._resolve.install import install_missing

    wanted = dict.fromkeys(_wanted(fullname, name) for name in written)
    try:
        install_missing([Missing(name, name) for name in wanted if find(name) is None], caller)
    except ImportError as error:
        note = f"imported in {caller}, with auto-install switched on"
        if note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        raise
    return find(fullname)


def _wanted(fullname: str, written: str) -> str:
    """The import name that an install has to bring: the longest in the statement that the table knows."""
    if written.startswith(f"{fullname}."):
        entry = _names.lookup(_names.ImportName(written))
        if entry is not None and (entry.import_name == fullname or entry.import_name.startswith(f"{fullname}.")):
            return entry.import_name
    return fullname


def _is_third_party(caller: Caller) -> bool:
    """Whether installed code asks that may not make `load` install: for it the module is simply not there.

    So it is in every mode: the optional imports of a large package are dozens, and each would bring its own.
    """
    return caller.package is not None


def enable() -> None:
    """Switch it on for this process; again changes nothing."""
    global _switched_on
    with _changing:
        _switched_on = True
        _place()


def disable() -> None:
    """Switch it off; within an `AutoInstall` block it stays until the block ends."""
    global _switched_on
    with _changing:
        _switched_on = False
        _place()


class AutoInstall:
    """A `with` block in which plain import statements install what is missing; may be nested and entered again."""

    def __enter__(self) -> None:
        global _blocks
        with _changing:
            _blocks += 1
            _place()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _blocks
        with _changing:
            _blocks -= 1
            _place()


def _place() -> None:
    """Put the finder last, or take it away without trace."""
    if _FINDER in sys.meta_path:
        sys.meta_path.remove(_FINDER)
    if _switched_on or _blocks:
        sys.meta_path.append(_FINDER)
