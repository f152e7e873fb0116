"""An export on its way to its package: allowed, dependencies, import, checks, figures.

A record is what the handle of the export calls at its first use. It holds nothing of the package: the handle does.
"""

from __future__ import annotations

import sys
import time
from _thread import allocate_lock
from copy import copy
from typing import TYPE_CHECKING, cast
from weakref import ref

from load import _events, _memory
from load._caller import Caller
from load._lazy.declaration import is_being_imported
from load._lazy.handle import LazyModule, unpickled
from load.errors import RegistryError
from load.exports._declared import Declared
from load.exports._events import ExportFailed, ExportLoaded
from load.exports._figures import watch
from load.exports._table import MAKING, TABLE, recorded
from load.registry import Registry
from load.registry._turns import turn

if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any

    from load._lazy.declaration import Declaration
    from load._lazy.handle import Handle
    from load.errors import ExportValidationError

    Beginning = tuple[float, int | None, bool]

_LOCK = allocate_lock()
_LOADS: Registry[int, object] = Registry("loads of exports")  # whose turn it is to check a package; it holds nothing


class Record(Declared):
    """One export, which can load itself."""

    __slots__ = ("_began", "_failure", "_mark", "_rounds")

    def __init__(self, package: str, import_name: str, attribute: str, place: Caller, **settings: Any) -> None:
        super().__init__(package, import_name, attribute, place, **settings)
        self._began: Beginning = (0.0, None, False)
        self._mark: ref[Any] | int | None = None  # of the module that has passed
        self._rounds = 0  # of checks that have ended
        self._failure: ExportValidationError | None = None  # of the last; never raised itself, or it would hold frames
        watch()

    def __reduce__(self) -> tuple[Any, ...]:
        place = self.place.filename, self.place.line, self.place.package
        return recalled, (self.package, self.import_name, self.attribute, place, self.as_dict())

    def __load_handle__(self) -> Any:
        """The export of this record, where that is registered: an unpickled one is that."""
        found = recorded(self.name)
        return found[0] if found is not None and found[1] is self else None

    # -- loading -------------------------------------------------------------------------------------------------------

    def __call__(self, declaration: Declaration) -> Any:
        """The package, or the object in it: loaded, and checked.

        Raises:
            ExportDisabled: `enabled` says no.
            ExportValidationError: it has not passed its checks.
            Exception: what kept it from coming.
        """
        began = self._begin()
        try:
            value = self._import(declaration)
            module = sys.modules.get(self.import_name)
            if not is_being_imported(module):  # its own body uses it: there is nothing to check yet
                self._pass(module, began)
        except BaseException as error:  # `sys.exit` in the body of a module is a failure like any
            _events.emit(ExportFailed(self, error))
            raise
        finally:
            with _LOCK:
                self.running -= 1
        return value

    def _begin(self) -> Beginning:
        """When it began, with how much memory, and whether the package was there; of threads together, of the first."""
        memory = _memory.resident() if self.enable_performance_monitoring else None
        with _LOCK:
            if not self.running:
                self._began = time.perf_counter(), memory, self.import_name in sys.modules
            self.running += 1
            return self._began

    def _import(self, declaration: Declaration) -> Any:
        from load._resolve.declared import resolve_declared, resolve_present

        if self.enabled is not None:
            from load.exports._gate import check_enabled

            check_enabled(self)
        if self.dependencies:
            from load.exports._dependencies import load_dependencies

            load_dependencies(self)
        return resolve_declared(declaration) if self.install else resolve_present(declaration)

    # -- checks --------------------------------------------------------------------------------------------------------

    def _pass(self, module: Any, began: Beginning) -> None:
        """Check a module, once for all threads that come at the same time."""
        rounds = self._rounds
        taken = turn(_LOADS, id(self), cast("Any", self), str(self.place))
        try:
            taken.__enter__()
        except RegistryError:  # the checks themselves use it, or a module that they import: they get what there is
            return
        try:
            if self._has_passed(module):
                return
            if self._rounds != rounds and self._failure is not None:  # they have failed while this thread waited
                raise copy(self._failure)
            self._check(module, began)
        finally:
            taken.__exit__()

    def _has_passed(self, module: Any) -> bool:
        mark = self._mark
        return mark() is module if isinstance(mark, ref) else mark == id(module)

    def _check(self, module: Any, began: Beginning) -> None:
        from load.exports._validation import failure_of

        started = time.perf_counter()
        self._failure = failure_of(self, module)
        self._rounds += 1
        if self._failure is not None:
            raise copy(self._failure)
        ended = time.perf_counter()
        self._mark = _mark_of(module)
        since, memory, was_there = began
        self.brought = self.brought or not was_there
        is_measured = memory is not None and not was_there and not _memory.is_peak
        _events.emit(
            ExportLoaded(
                self,
                how="cached" if was_there else "imported",
                seconds=ended - since,
                validation_seconds=ended - started,
                memory=_memory.resident() - (memory or 0) if is_measured else None,
            )
        )

    def __load_renew__(self, touched: Container[str], _successors: object, _past: object) -> None:
        """Check again what has run again; what does not pass is loaded, and refused, at the next use."""
        if self._mark is None or not _is_touched(self.import_name, touched):
            return
        from load.exports._validation import failure_of

        module = sys.modules.get(self.import_name)
        if failure_of(self, module) is None:
            self._mark = _mark_of(module)
            return
        from load._lazy.forgetting import forget, used_handles

        self._mark = None
        for handle, state in used_handles(lambda name, _: name == self.import_name):
            if state[0].resolve is self:
                forget(handle)


def _mark_of(module: Any) -> ref[Any] | int:
    """By what a module is known again, without holding it."""
    try:
        return ref(module)
    except TypeError:  # whatever somebody has put into `sys.modules`
        return id(module)


def _is_touched(module: str, touched: Container[str]) -> bool:
    below = f"{module}."
    return any(name in touched for name in list(sys.modules) if name == module or name.startswith(below))


def handle_of(record: Record) -> Any:
    """A handle that is loaded by a record. No name is bound to what it stands for, so that it keeps its identity."""
    kind: type[Handle] = LazyModule
    if record.attribute:
        from load._lazy.objects import LazyObject

        kind = LazyObject
    place = record.place.filename, record.place.line, record.place.package
    return unpickled(kind, record.target, record, record.require, "raise", place)


def recalled(
    package: str, import_name: str, attribute: str, place: tuple[str, int, str | None], settings: dict[str, Any]
) -> Record:
    """The record of an export that was pickled: that which is registered here, or one that is registered now."""
    record = Record(package, import_name, attribute, Caller(*place), **settings)
    with MAKING:
        found = recorded(record.name)
        if found is None:
            TABLE.register(record.name, handle_of(record), is_instance=True)
        elif isinstance(found[1], Record) and found[1].target == record.target:
            return found[1]
    return record
