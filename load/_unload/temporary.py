"""Temporary imports: `with load.temporarily("yaml") as yaml:`."""

from __future__ import annotations

import sys
import threading
from _thread import get_ident
from types import ModuleType

from load._unload.removal import remove
from load._unload.report import Report
from load._unload.verdict import LATER_BLOCK, OTHER_THREAD, UNKNOWN_THREAD, Verdict, root_of
from load._unload.witness import Witness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType
    from typing import Any, Protocol

    from load._caller import Caller

    class HasValue(Protocol):
        """What a resolver gives for each spec."""

        @property
        def value(self) -> Any:
            """The module or object."""

    Resolve = Callable[[Sequence[str], Caller], Sequence[HasValue]]


class _Block:
    """One block that is open: what was there when it was entered."""

    __slots__ = ("inherited", "modules", "paths", "requested", "thread")

    def __init__(self) -> None:
        self.modules = frozenset(sys.modules)
        self.paths = frozenset(sys.path_importer_cache)
        self.thread = get_ident()
        self.requested: set[str] = set()
        self.inherited: set[str] = set()  # what earlier blocks, which ended before this one, had brought

    def brought(self) -> dict[str, object]:
        """Name → module, of those that have come since."""
        return {
            name: module
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
    `sys.modules`; what was there before is not touched. The standard library, packages with extension modules and
    whatever those use stay, as does what another thread imported meanwhile; `report` says which and why. Code that
    still holds a removed module goes on with it, until it imports parts of its package: these are new ones then.

    May be entered again, also within itself. What other tasks of the same thread import during the block cannot be
    told from the block's own; of blocks of one thread that overlap, the last to end removes what all have brought.

    Args:
        specs: what to load, as for `load(...)`; none is allowed, for a block with imports of its own.
        caller: who asks; relative paths start there.
        resolve: gives the objects of specs.

    Attributes:
        report: what the block that ended last removed and kept; None before.
    """

    report: Report | None

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
        self.report = _leave(self._last_block())

    def _last_block(self) -> _Block:
        """The innermost block of this thread; where none is, it was entered in another."""
        mine = [block for block in self._blocks if block.thread == get_ident()] or self._blocks
        if not mine:
            raise RuntimeError(f"{self!r} was left without having been entered")
        self._blocks.remove(mine[-1])
        return mine[-1]


def _roots_of(values: Iterable[object]) -> set[str]:
    """The top-level packages of modules, and of the modules that objects say they are from."""
    names = (getattr(value, "__name__" if isinstance(value, ModuleType) else "__module__", None) for value in values)
    return {root_of(name) for name in names if isinstance(name, str)}


def _enter(block: _Block) -> None:
    with _changing:
        if not _open:
            _witness.start()
        _open.append(block)


def _leave(block: _Block) -> Report:
    """End a block: remove or hand on what it brought, then see what that gave back."""
    before = _resident()
    removed, kept = _take_out(block)
    import gc

    gc.collect()
    after = _resident()
    return Report(removed, kept, None if before is None or after is None else before - after)


def _take_out(block: _Block) -> tuple[list[str], dict[str, str]]:
    """The names removed, and those kept with their reasons; no module is held on to."""
    with _changing:
        brought = block.brought()
        verdict = Verdict(
            brought,
            requested=block.requested,
            for_load=_witness.for_load,
            foreign=_foreign(block, brought),
        )
        later = _open[_open.index(block) + 1 :]
        _open.remove(block)
        if not _open:
            _witness.stop()
        if later:
            later[-1].inherited.update(verdict.go)
            return [], {**verdict.kept, **dict.fromkeys(verdict.go, LATER_BLOCK)}
        return remove(verdict.go, known_paths=block.paths), verdict.kept


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


def _resident() -> int | None:
    from load import _memory

    size = _memory.resident()
    return None if _memory.is_peak else size
