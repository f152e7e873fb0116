"""One reload: everything is compiled, then runs, and where one thing fails all is as it was."""

from __future__ import annotations

import gc
import sys
from functools import partial
from time import perf_counter
from types import MappingProxyType

from load._imports.files.module_files import namespace_of
from load._imports.module_manager import uncollected
from load._imports.profiling.record import told
from load._imports.reload import still_running
from load._imports.reload.alike import may_go_on
from load._imports.reload.journal import Before, Journal
from load._imports.reload.live import RENEW, Live, redirect_holders
from load._imports.reload.marks import Listener
from load._imports.reload.outlived import no_more, note, outlived
from load._imports.reload.rebinding import rebind_replaced, rebind_taken
from load._imports.reload.report import ReloadReport, listed
from load._imports.reload.settling import Settler, is_definition
from load._imports.reload.sources import Source, drop_compiled, forget_lines
from load.errors import ReloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from load._imports.reload.importers import Importers
    from load._imports.reload.once import Once
    from load._imports.reload.outlived import Old
    from load._imports.reload.plan import Plan
    from load._imports.reload.rebinding import Rebound

# What Python goes on writing into as a body runs: each run gets its own, and one that failed leaves the old as it was.
_OF_ONE_RUN = ("__annotations__", "__annotate__", "__conditional_annotations__", "__warningregistry__")
_OF_THE_IMPORT = frozenset((
    *("__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__name__", "__package__", "__path__"),
    "__spec__",
))  # fmt: skip


class Transaction:
    """One reload.

    Args:
        plan: what is to run.
        importers: who takes what from whom.
        once: which modules cannot run twice.

    Attributes:
        report: what became of it.
        sources: what ran, as it was read.
    """

    def __init__(self, plan: Plan, importers: Importers, once: Once) -> None:
        self.report = ReloadReport(plan.names, plan.skipped)
        self.sources: list[Source] = []
        self._names = plan.names
        self._importers = importers
        self._once = once
        self._stay: dict[str, str] = {}  # modules that do not run, with why
        self._running: Source | None = None
        self._journal = Journal()
        self._settlers: list[Settler] = []
        self._begun: list[str] = []

    def run(self) -> None:
        """Do it.

        Raises:
            ReloadError: a source cannot be compiled, or fails; all is as it was then.
        """
        began = perf_counter()
        try:
            self._compile()
            with uncollected():
                self._run()
            ran = [source.own_name for source in self.sources]
            self.report.may_have_left(partial(_left_with_others, ran, self._left()))
        except ReloadError as error:
            self.report.undone(error.name, error.rolled_back)
            error.report = self.report
            raise
        finally:
            self.report.seconds = perf_counter() - began

    def _compile(self) -> None:
        for name in self._names:
            module = sys.modules[name]
            names = namespace_of(module)
            own = names.get("__name__")
            wanted = {each for each, value in names.items() if is_definition(value, str(own)) or may_go_on(value)}
            self.sources.append(Source(name, module, wanted=wanted))

    def _run(self) -> None:
        """Run them, until each that cannot run twice is among those that stay."""
        live = Live([namespace_of(source.module) for source in self.sources])
        for source in self.sources:
            if why := self._why_to_stay(source, live):
                self._stay[source.name] = why
        while not self._went_well(live):
            live.touched.clear()
            self._begun.clear()
            self._settlers.clear()
            self.report.undone(None, ())
            # What came of the run that failed, its traceback held until now; registers may hold it weakly, by name.
            gc.collect()

    def _went_well(self, live: Live) -> bool:
        before = Before([(source.name, source.module) for source in self.sources])
        registered = live.keep()
        try:
            self._run_all(live)
            self._renew(live)
        except BaseException as error:
            left = self._roll_back([before.restore, registered])
            if isinstance(error, Exception):
                if not left and self._can_stay(error, live, before.restore, registered):
                    return False
                raise self._failed(error, left) from error
            for each in left:
                error.add_note(f"could not be undone: {each}")
            raise
        for source in self.sources:
            still_running.note(source.own_name, live.functions_of(namespace_of(source.module)))
        self._commit()
        return True

    def _run_all(self, live: Live) -> None:
        pending = {name for name in self._names if name not in self._stay}
        for source in self.sources:
            self._begun.append(source.name)
            if source.name in self._stay:
                self._give_bodies(source, live)
                continue
            pending.discard(source.name)
            self._running = source
            self._run_one(source, live, pending)
            self._running = None

    # -- one module ----------------------------------------------------------------------------------------------------

    def _run_one(self, source: Source, live: Live, pending: set[str]) -> None:
        forget_lines(source.path)
        names = namespace_of(source.module)
        before, loaded = dict(names), len(sys.modules)
        settler = Settler(source.own_name, names, before, live, self._journal)
        self._settlers.append(settler)
        later = self._take_out(source, names)
        listener = Listener(names, settler.settle, settler.defined)
        exec(source.telling(listener), names)  # noqa: S102 - that is what importing it does
        stands = sys.modules.get(source.name)
        if stands is None:
            raise ImportError("it took itself out of sys.modules", name=source.name)
        for name in later - listener.bound:
            names.pop(name, None)
        path = names.get("__path__")
        if type(path) is list:  # what a package adds to it stood there from the run before
            path[:] = dict.fromkeys(path)
        settler.finish(source.code)
        self._keep_fall_through(before, names)
        hook = names.get("__reload__")
        if callable(hook):
            hook(MappingProxyType(before))
        replaced = list(settler.successors)
        if stands is not source.module:
            replaced.append((source.module, stands))
        elif sys.modules.get(settler.name) is stands:
            if len(sys.modules) != loaded:  # what it has imported for the first time may have taken names, too
                self._importers.refresh()
            self._note(rebind_taken(settler.name, before, self._importers, pending, self._journal))
        self._note(rebind_replaced(replaced, self._journal))

    @staticmethod
    def _take_out(source: Source, names: dict[str, Any]) -> set[str]:
        """The names that a fresh module would not have by then.

        Returns:
            Those that stay until it has run, as it may bind them and tells so: other threads never miss them.
        """
        later: set[str] = set()
        for name in _OF_ONE_RUN:
            names.pop(name, None)
        for name, value in list(names.items()):
            submodule = sys.modules.get(f"{source.own_name}.{name}")
            if name in _OF_THE_IMPORT or (submodule is not None and submodule is value):
                continue
            if type(name) is not str or not source.goes(name):
                continue
            if source.tells(name):
                later.add(name)
            else:
                names.pop(name, None)
        names["__doc__"] = None
        return later

    @staticmethod
    def _keep_fall_through(before: dict[str, Any], names: dict[str, Any]) -> None:
        """What the face of `load` has planted in a package goes on, after the package's own hook."""
        planted = before.get("__getattr__")
        again = getattr(planted, "_planted_again", None)
        if again is not None and names.get("__getattr__") is not planted:
            names["__getattr__"] = again(names.get("__getattr__"))

    def _note(self, rebound: Rebound) -> None:
        for name, found in rebound.items():
            known = dict.fromkeys(self.report.rebound.get(name, ()))
            self.report.rebound[name] = tuple(known | found)

    # -- modules that cannot run twice ---------------------------------------------------------------------------------

    def _why_to_stay(self, source: Source, live: Live) -> str:
        """Why a module is not even tried: it could not run before, and nothing that it needs runs now."""
        why = self._once.why(source)
        if not why or self._once.has_to_run(source, live.functions_of(namespace_of(source.module))):
            return ""
        run = [name for name in self._names if name not in self._stay]
        return "" if any(source.name in self._importers.of(name) for name in run) else why

    def _can_stay(self, error: Exception, live: Live, *restore: Callable[[], object]) -> bool:
        """Whether the module that has failed cannot run twice and does not have to; then it stays the next time.

        Args:
            error: what it failed with.
            live: has the functions of the modules.
            restore: have all be as it was, once more.
        """
        source, self._running = self._running, None
        if source is None:
            return False
        try:
            stays = self._once.fails(source, error, live.functions_of(namespace_of(source.module)))
        finally:
            for each in restore:
                each()
        if stays:
            self._stay[source.name] = told(error)
        return stays

    def _give_bodies(self, source: Source, live: Live) -> None:
        """The new code for the functions of a module that stays."""
        why = self._stay[source.name]
        functions = live.functions_of(namespace_of(source.module))
        patched = self._once.give_bodies(source, functions, self._journal)
        if patched is None:
            self.report.skipped[source.name] = f"it cannot run twice in a process: {why}"
            return
        forget_lines(source.path)
        self.report.not_run[source.name] = why
        if patched:
            self.report.patched[source.own_name] = tuple(patched)

    # -- all of them ---------------------------------------------------------------------------------------------------

    def _renew(self, live: Live) -> None:
        """Have registries, handles and lazy packages hold what there is now."""
        replaced = [pair for settler in self._settlers for pair in settler.successors]
        successors = {id(old): new for old, new in replaced}
        touched = frozenset((*self._begun, *self.report.rebound, *(settler.name for settler in self._settlers)))
        past = {settler.name: settler.before for settler in self._settlers}
        for each in live.keepers:
            undo = getattr(each, RENEW)(touched, successors, past)
            if undo is not None:
                self._journal.did(undo)

    def _commit(self) -> None:
        report = self.report
        for settler in self._settlers:
            if settler.patched:
                report.patched[settler.name] = tuple(settler.patched)
            report.replaced.update(settler.replaced)
        for source in self.sources:
            drop_compiled(source)
        for name in [name for name in report.rebound if name in self._names and name not in self._stay]:
            del report.rebound[name]
        report.done(name for name in self._begun if name not in report.skipped)
        self._have_old_held()

    def _left(self) -> list[Old]:
        """What the modules have no more, and others may still have; nothing here holds it any longer."""
        found: dict[int, tuple[str, Any]] = {}
        modules = [settler.name for settler in self._settlers]
        while self._settlers:
            for name, old in no_more(self._settlers.pop(0)):
                found.setdefault(id(old), (name, old))
        self._journal = Journal()
        names, things = [name for name, _ in found.values()], [old for _, old in found.values()]
        found.clear()
        old = None
        return note(names, things, modules)

    def _have_old_held(self) -> None:
        redirect_holders([pair for settler in self._settlers for pair in settler.release()])
        # Nobody holds the new classes any more, but they hold themselves, and their bases know them as subclasses. As
        # no garbage was collected since, they are among the youngest objects.
        gc.collect(0)

    def _roll_back(self, steps: list[Callable[[], object]]) -> list[str]:
        """Undo all; what could not be undone, in words. What else can be is in any case."""
        left = [told(each) for each in self._journal.undo()]
        for step in (*steps, self._have_old_held):
            try:
                step()
            except Exception as another:  # noqa: BLE001 - see above
                left.append(told(another))
        for source in self.sources:
            forget_lines(source.path)
        return left

    def _failed(self, error: Exception, left: list[str]) -> ReloadError:
        name = self._begun[-1]
        undone = [f"could not be undone: {each}" for each in left]
        hint = "restart the program" if left else "mend its source and reload it once more"
        if not left and any(self._once.why(each) for each in self.sources if each.name == name):
            hint = "it cannot run twice in a process: edit bodies of functions alone, or restart the program"
        return ReloadError(
            f"{name!r} failed when its source ran again: {told(error)}",
            context=(*undone, f"as before {'is all else of' if left else 'are'}: {listed(self._begun)}"),
            hint=hint,
            name=name,
            rolled_back=tuple(self._begun),
        )


def _left_with_others(modules: Sequence[str], olds: list[Old]) -> dict[str, str]:
    """What modules that have run had before, and who has it yet, or runs it."""
    return still_running.still_running(modules) | outlived(olds)
