"""Temporary imports: `with load.temporarily("yaml") as yaml:`."""

from __future__ import annotations

import os
import sys
import threading
from _thread import get_ident
from types import ModuleType

from load._caller import is_library_code
from load._unload.aftermath import carried_out, give_back
from load._unload.plan import ONE_AT_A_TIME, foretold, make_plan
from load._unload.report import UnloadReport
from load._unload.running import running
from load._unload.verdict import LATER_BLOCK, OTHER_THREAD, UNKNOWN_THREAD, Verdict, copied, namespace_of, root_of
from load._unload.witness import Witness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType
    from typing import Any, Protocol

    from load._caller import Caller
    from load._unload.plan import Plan

    class HasValue(Protocol):
        """What a resolver gives for each spec."""

        @property
        def value(self) -> Any:
            """The module or object."""

    Resolve = Callable[[Sequence[str], Caller], Sequence[HasValue]]


class _Block:
    """One block that is open: what was there when it was entered."""

    __slots__ = ("folders", "inherited", "modules", "paths", "requested", "thread")

    def __init__(self) -> None:
        self.modules = frozenset(sys.modules)
        self.paths = frozenset(sys.path_importer_cache)
        self.thread = get_ident()
        self.requested: set[str] = set()
        self.folders: list[str] = []  # what it has put on `sys.path`
        self.inherited: set[str] = set()  # what earlier blocks, which ended before this one, had brought

    def brought(self) -> dict[str, object]:
        """Name → module, of those that have come since."""
        return {
            copied(name): module
            for name, module in list(sys.modules.items())
            # Below `load` are its own modules, and second names of others, as `load.yaml`.
            if (name not in self.modules or name in self.inherited) and root_of(name) != "load"
        }


_witness = Witness()
_open: list[_Block] = []
_changing = threading.RLock()  # for the two above; never held while anything is imported


class Temporarily:
    """Loads modules for the length of a `with` block, and takes out afterwards what the block brought in.

    The block gives the module of a single spec, or a tuple of several in order; a dotted name gives the submodule. On
    exit every module that has come since the entry, through whatever import in this thread, is removed from
    `sys.modules`, and what it has registered with `copyreg`, logging, `warnings` and the import system is taken back;
    what was there before is not touched. The standard library, packages with extension modules and whatever those use
    stay, as does what another thread imported meanwhile, what is running, and what something holds for good (`atexit`,
    a cache of another library); `report` says which and why. Code that still holds a removed module goes on with it,
    until it imports parts of its package: these are new ones then.

    May be entered again, also within itself. What other tasks of the same thread import during the block cannot be
    told from the block's own; of blocks of one thread that overlap, the last to end removes what all have brought.
    There is no `async with`: nothing here waits, and a plain `with` does in a coroutine.

    Args:
        specs: what to load, as for `load(...)`; none is allowed, for a block with imports of its own. The folder of a
            file or of a package folder is on `sys.path` for the length of the block, as its last entry: what lies
            beside it can be imported, and hides nothing.
        caller: who asks; relative paths start there.
        resolve: gives the objects of specs.

    Attributes:
        report: what the block that ended last removed and kept; None before.
    """

    report: UnloadReport | None

    def __init__(self, specs: Sequence[str], caller: Caller, resolve: Resolve) -> None:
        self.report = None
        self._specs = tuple(specs)
        self._caller = caller
        self._resolve = resolve
        self._blocks: list[_Block] = []

    def __repr__(self) -> str:
        return f"temporarily({', '.join(map(repr, self._specs))})"

    def __enter__(self) -> Any:
        """Load; on failure what came in halfway goes out again.

        Raises:
            Exception: what resolving the specs raises.
        """
        block = _Block()
        _enter(block)
        try:
            block.folders = _folders(self._specs, self._caller)
            sys.path += block.folders
            values = [each.value for each in self._resolve(self._specs, self._caller)] if self._specs else []
        except BaseException:
            self.report = _leave(block)
            raise
        block.requested.update(_roots_of(values))
        self._blocks.append(block)
        return values[0] if len(values) == 1 else tuple(values)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        block = self._innermost()
        self._blocks.remove(block)
        self.report = _leave(block)

    def preview(self) -> UnloadReport:
        """What would be removed and kept if the block ended now; nothing is changed.

        Raises:
            RuntimeError: it was not entered.
        """
        block = self._innermost()
        with _changing:
            verdict = _verdict(block)
        with ONE_AT_A_TIME:
            return foretold(_plan(verdict))

    def _innermost(self) -> _Block:
        """The innermost block of this thread; where none is, it was entered in another."""
        mine = [block for block in self._blocks if block.thread == get_ident()] or self._blocks
        if not mine:
            raise RuntimeError(f"{self!r} was not entered")
        return mine[-1]


def _folders(specs: Iterable[str], caller: Caller) -> list[str]:
    """The folders of the files and package folders among specs."""
    from load._imports.local import is_module_path
    from load._install.sources import PathSource
    from load._install.spec import parse

    sources = [parse(spec).source for spec in specs]
    paths = [source.resolved(caller.folder) for source in sources if isinstance(source, PathSource)]
    return [os.path.dirname(path) for path in paths if is_module_path(path)]


def _roots_of(values: Iterable[object]) -> set[str]:
    """The top-level packages of modules, and of the modules that objects say they are from."""
    names = (getattr(value, "__name__" if isinstance(value, ModuleType) else "__module__", None) for value in values)
    return {root_of(name) for name in names if isinstance(name, str)}


def _enter(block: _Block) -> None:
    with _changing:
        if not _open:
            _witness.start()
        _open.append(block)


def _leave(block: _Block) -> UnloadReport:
    """End a block: remove or hand on what it brought, then see what that gave back."""
    for folder in block.folders:
        _take_from_path(folder, block.paths)
    with _changing:
        try:
            verdict = _verdict(block)
        finally:  # whatever cannot be told, the block has ended
            later = _open[_open.index(block) + 1 :]
            _open.remove(block)
            if not _open:
                _witness.stop()
        if later:
            later[-1].inherited.update(verdict.go)
            return UnloadReport((), {**verdict.kept, **dict.fromkeys(verdict.go, LATER_BLOCK)})
    with ONE_AT_A_TIME:
        plan = _plan(verdict)
        del verdict  # it holds the modules
        report = carried_out(plan, known_paths=block.paths)
        del plan
        return give_back(report)


def _take_from_path(folder: str, known: frozenset[str]) -> None:
    """Remove the last entry of a folder from `sys.path`: the one of this block, or one like it."""
    for at in range(len(sys.path) - 1, -1, -1):
        if sys.path[at] == folder:
            del sys.path[at]
            break
    if folder not in sys.path and folder not in known:
        sys.path_importer_cache.pop(folder, None)


def _plan(verdict: Verdict) -> Plan:
    return make_plan(verdict, takes_back=True, whatever_holds=False, is_askers=_is_own_code)


def _verdict(block: _Block) -> Verdict:
    brought = block.brought()
    verdict = Verdict(
        brought,
        requested=block.requested,
        for_load=_witness.for_load,
        foreign=_foreign(block, brought),
    )
    verdict.keep({root_of(name): words for name, words in running(verdict.go).items()})
    return verdict


def _is_own_code(module: str) -> bool:
    """Whether a module is of somebody's own: neither installed nor of the standard library."""
    file = namespace_of(sys.modules.get(module)).get("__file__")
    return not (isinstance(file, str) and is_library_code(file)) and module not in sys.stdlib_module_names


def _foreign(block: _Block, brought: Iterable[str]) -> dict[str, str]:
    """Top-level packages that another thread had a hand in during the block → that, in words.

    Where no other thread imported anything, what nobody saw being imported is the block's own.
    """
    inherited = {root_of(name) for name in block.inherited}
    threads: dict[str, set[int]] = {root_of(name): set() for name in brought}
    for name in brought:
        if name in _witness.threads:
            threads[root_of(name)].add(_witness.threads[name])
    others = {root for root, seen in threads.items() if seen - {block.thread} and root not in inherited}
    if not others:
        return {}
    unseen = {root for root, seen in threads.items() if not seen} - block.requested - inherited
    return {**dict.fromkeys(others, OTHER_THREAD), **dict.fromkeys(unseen, UNKNOWN_THREAD)}
