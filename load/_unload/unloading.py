"""`load.unload`: look first, then take out what can be taken out whole, then tell what came of it."""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from types import ModuleType

from load._reserved import PREFIX
from load._unload.aftermath import carried_out, give_back
from load._unload.dependents import dependents, needed_only_by, subtree, used_packages
from load._unload.plan import ONE_AT_A_TIME, foretold, make_plan
from load._unload.report import UnloadReport
from load._unload.running import running
from load._unload.statements import graph_of_users
from load._unload.verdict import NEEDS_OF_LOAD, UNFINISHED, Verdict, is_unfinished, namespace_of, root_of
from load.errors import UnloadRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._imports.graph.graph import DependencyGraph

_NAMED = 6  # dependents that an error names


def unload(name: str, asker: str, *, dry_run: bool = False, force: bool = False) -> UnloadReport:
    """Take a module out, with all below it and what only it needed; see `load.unload`.

    Args:
        name: its name, as `name_of` gives it.
        asker: the module that asks: what that holds is its own affair.
        dry_run: whether nothing is changed.
        force: whether what others need goes, and what is registered of it.

    Raises:
        UnloadRefused: it cannot go; nothing was changed.
    """
    with ONE_AT_A_TIME:
        name = _loaded_name(name)  # another thread may have taken it out meanwhile
        report = _Unloading(name, asker, force=force).report(dry_run=dry_run)
        return report if dry_run else give_back(report)


class _Unloading:
    """One module that is to go."""

    def __init__(self, name: str, asker: str, *, force: bool) -> None:
        self._name = name
        self._asker = asker
        self._force = force
        self._subtree = subtree(name)
        self._along: list[str] = []

    def report(self, *, dry_run: bool) -> UnloadReport:
        refusal = self._refusal_at_once()
        if refusal is None and not self._stays_anyway():
            refusal = self._look_around()
        if refusal is None:
            return self._carried_out(dry_run=dry_run)
        if not dry_run:
            raise refusal
        kept = dict.fromkeys(self._subtree, refusal.message)
        return UnloadReport((), kept, dry_run=True, refused=refusal.message)

    def _look_around(self) -> UnloadRefused | None:
        """See who else uses it, and what only it uses, which goes as well."""
        packages = used_packages(self._subtree) - _asked_for()
        graph = graph_of_users(self._subtree, packages)
        self._along = needed_only_by(self._subtree, packages, graph)
        return self._refusal(graph)

    def _carried_out(self, *, dry_run: bool) -> UnloadReport:
        names = [*self._subtree, *self._along]
        verdict = Verdict({name: sys.modules[name] for name in names}, requested=[root_of(self._name)])
        force = self._force
        plan = make_plan(verdict, takes_back=force, whatever_holds=force, is_askers=lambda each: each == self._asker)
        del verdict  # it holds the modules
        for each in (names, self._subtree, self._along):
            each.clear()  # see `carried_out`
        return foretold(plan) if dry_run else carried_out(plan)

    # -- refused -------------------------------------------------------------------------------------------------------

    def _refusal_at_once(self) -> UnloadRefused | None:
        """What can be told without looking at who imports whom, which takes a while."""
        active = running(self._subtree)
        if active:
            module, words = next(iter(active.items()))
            return self._refused(
                "running", f"{module!r} cannot be unloaded now: {words}.", hint="wait until it has ended"
            )
        unfinished = next((each for each in self._subtree if is_unfinished(sys.modules.get(each))), None)
        if unfinished is not None:
            return self._refused("importing", f"{unfinished!r} cannot be unloaded: it is {UNFINISHED}.")
        file = namespace_of(sys.modules[self._name]).get("__file__")
        if not self._force and isinstance(file, str) and _is_lost(file):
            return self._refused(
                "gone",
                f"{self._name!r} is not unloaded: its file is gone, so that it could not be imported again.",
                context=(file,),
                hint=f"load.unload({self._name!r}, force=True) takes it out for good",
            )
        return None

    def _refusal(self, graph: DependencyGraph) -> UnloadRefused | None:
        if self._force:
            return None
        others = list(dependents(self._subtree, graph, (self._asker, *self._along)))
        if not others:
            return None
        more = [f"and {len(others) - _NAMED} more"] if len(others) > _NAMED else []
        return self._refused(
            "needed",
            f"{self._name!r} is not unloaded: other modules that are loaded use it.",
            context=(*others[:_NAMED], *more),
            hint=f"unload those first, or load.unload({self._name!r}, force=True): they keep what they have of it",
        )

    def _stays_anyway(self) -> bool:
        """Whether it would not go whoever uses it; that is then the reason to tell."""
        candidates = {name: sys.modules[name] for name in self._subtree}
        return not Verdict(candidates, requested=[root_of(self._name)]).go

    def _refused(self, reason: str, message: str, *, context: tuple[str, ...] = (), hint: str = "") -> UnloadRefused:
        return UnloadRefused(message, context=context, hint=hint or None, name=self._name, reason=reason)


def _is_lost(file: str) -> bool:
    """Whether a file was deleted that lay in a folder; what lies in an archive never had one."""
    return not os.path.exists(file) and os.path.isdir(os.path.dirname(file))


def _asked_for() -> set[str]:
    """The top-level packages that were asked of `load` by name."""
    ledger = sys.modules.get("load._resolve.ledger")
    entries = namespace_of(ledger).get("_entries", {})
    return {root_of(event.module) for event in list(entries.values())}


# -- what is meant -----------------------------------------------------------------------------------------------------


def name_of(target: object) -> str:
    """The name in `sys.modules` of what is to go. Whoever has the module itself forgets it then, or would hold it.

    Args:
        target: a name, or an alias; a module, or a handle on one.

    Raises:
        TypeError: it is neither a name nor a module.
        UnloadRefused: no such module is loaded, or it is one that never goes.
    """
    text = _text_of(target)
    name = _loaded_name(text.removeprefix(PREFIX) if _is_second_name(text) else text)
    root = root_of(name)
    if name in ("__main__", "__mp_main__"):
        raise _never("program", name, "it is the program itself")
    if root == "load":
        raise _never("load", name, "load cannot unload itself")
    if root in NEEDS_OF_LOAD:
        raise _never("load", name, "load itself runs on it")
    if name in sys.builtin_module_names:
        raise _never("interpreter", name, "it is part of the interpreter")
    return name


def _text_of(target: object) -> str:
    if isinstance(target, str):
        return target
    if issubclass(type(target), ModuleType):
        return next((name for name, each in list(sys.modules.items()) if each is target), _own_name(target))
    lazy = sys.modules.get("load._lazy.handle")
    if lazy is not None and lazy.is_handle(target):
        return str(lazy.reference(target).module)
    raise TypeError(f"a module or its name is expected, not {type(target).__name__!r}")


def _is_second_name(text: str) -> bool:
    """Whether it is a module's name as it is imported through `load`."""
    return text.startswith(PREFIX) and _own_name(sys.modules.get(text)) != text


def _own_name(module: object) -> str:
    name = namespace_of(module).get("__name__")
    return name if isinstance(name, str) else "?"


def _loaded_name(name: str) -> str:
    from load._resolve.presence import target_of

    for each in (name, target_of(name)):
        if issubclass(type(sys.modules.get(each)), ModuleType):
            return each
    is_something = sys.modules.get(name) is not None
    loaded = [each for each, module in list(sys.modules.items()) if type(each) is str and module is not None]
    near = get_close_matches(name, loaded, 1)
    raise UnloadRefused(
        f"What is loaded as {name!r} is not a module." if is_something else f"{name!r} is not loaded.",
        hint=f"did you mean {near[0]!r}?" if near and not is_something else None,
        name=name,
        reason="no-module" if is_something else "not-loaded",
    )


def _never(reason: str, name: str, words: str) -> UnloadRefused:
    return UnloadRefused(f"{name!r} cannot be unloaded: {words}.", name=name, reason=reason)
