"""The calls that reload, over what is known of the running program's modules."""

from __future__ import annotations

from load import _events
from load._imports.reload.report import ReloadReport
from load.errors import ReloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from types import ModuleType

    from load._imports.reload.changed import Changes
    from load._imports.reload.importers import Importers
    from load._imports.reload.once import Once
    from load._imports.reload.plan import Plan

    More = Mapping[str, Collection[str]]


class Reloads:
    """Reloads, and somebody who adds to them.

    Args:
        more: gives importers that the sources do not tell, by what they import.
        about: is told of the names that are about to run, before they are read.
    """

    def __init__(
        self, *, more: Callable[[], More] | None = None, about: Callable[[Iterable[str]], object] | None = None
    ) -> None:
        self._more = more
        self._about = about

    def these(self, targets: Iterable[str | ModuleType], *, dry_run: bool = False) -> ReloadReport:
        """Several modules, in their order: all, or none; as `reload_module`."""
        from load._imports.reload.plan import plan_these

        return self._reload(lambda *_: plan_these(targets), dry_run=dry_run)

    def dependencies(self, target: str | ModuleType, *, dry_run: bool = False) -> ReloadReport:
        """As `reload_dependencies`."""
        from load._imports.reload.plan import plan_dependents

        return self._reload(lambda importers, _, more: plan_dependents(target, importers, more), dry_run=dry_run)

    def changed(self, *, only: Collection[str] | None = None, dry_run: bool = False) -> ReloadReport:
        """As `reload_changed`."""
        from load._imports.reload.plan import plan_changed

        return self._reload(
            lambda importers, changes, more: plan_changed(changes, importers, more, only), dry_run=dry_run
        )

    def _reload(self, make: Callable[[Importers, Changes, More], Plan], *, dry_run: bool) -> ReloadReport:
        from load._imports.module_manager import uncollected
        from load._imports.reload.transaction import Transaction
        from load._imports.reload.turn import one_at_a_time

        with one_at_a_time():
            importers, changes, once = _known()
            with uncollected():
                importers.refresh()
                plan = make(importers, changes, {} if self._more is None else self._more())
            if dry_run or not plan.names:
                return ReloadReport(plan.names, plan.skipped)
            if self._about is not None:
                self._about(plan.names)
            transaction = Transaction(plan, importers, once)
            try:
                transaction.run()
            except ReloadError as error:
                failed: ReloadError | None = error
            else:
                failed = None
                importers.ran(source.own_name for source in transaction.sources)
                changes.ran(transaction.sources)
                once.ran(transaction.sources)
        if failed is not None:
            _events.emit(_events.ReloadFailed(failed))
            raise failed
        _events.emit(_events.Reloaded(transaction.report))
        return transaction.report


_kept: list[tuple[Importers, Changes, Once]] = []


def _known() -> tuple[Importers, Changes, Once]:
    """What is known of the modules of this process; the first reload begins to find it out."""
    if not _kept:
        from load._imports.reload.changed import Changes
        from load._imports.reload.importers import Importers
        from load._imports.reload.once import Once

        changes = Changes()
        _kept.append((Importers(), changes, Once(changes)))
    return _kept[0]


def remember() -> dict[str, str]:
    """Note what the files of all loaded modules of one's own say, so that any later change is known for one.

    Returns:
        These modules, each with its file.
    """
    from load._imports.reload.turn import one_at_a_time

    with one_at_a_time():
        importers, changes, _ = _known()
        importers.refresh()
        changes.find(importers.own)
        return dict(importers.own)


def reload_module(target: str | ModuleType, *, dry_run: bool = False) -> ReloadReport:
    """Run the source of a loaded module again, in the same module.

    Functions and classes stay the same objects, and get their new code. Names that other modules took from it by
    `from … import` are bound anew; those modules do not run again.

    Args:
        target: the module, or its name.
        dry_run: only tell what would run.

    Raises:
        ReloadError: it cannot be reloaded, or its source fails; then all is as it was.
        SourceError: the text is not a dotted name.
        TypeError: it is neither a name nor a module.
    """
    return Reloads().these([target], dry_run=dry_run)


def reload_dependencies(target: str | ModuleType, *, dry_run: bool = False) -> ReloadReport:
    """Run a loaded module again, and all that depend on it, in the order in which they need one another.

    Args:
        target: the module, or its name.
        dry_run: only tell what would run, in which order.

    Raises:
        ReloadError: it cannot be reloaded, or one of the sources fails; then all is as it was.
        SourceError: the text is not a dotted name.
        TypeError: it is neither a name nor a module.
    """
    return Reloads().dependencies(target, dry_run=dry_run)


def reload_changed(*names: str, dry_run: bool = False) -> ReloadReport:
    """Run your own modules whose sources have changed again, with all modules that depend on them.

    Installed packages, the standard library and the program itself are never run again by this.

    Args:
        names: modules and packages in which a change counts; all if none is given.
        dry_run: only tell what would run, in which order.

    Raises:
        ReloadError: one of the sources fails; then all is as it was.
        SourceError: one of the names is not a dotted name.
    """
    if names:
        from load._imports.reload.plan import name_of

        return Reloads().changed(only=[name_of(name) for name in names], dry_run=dry_run)
    return Reloads().changed(dry_run=dry_run)
