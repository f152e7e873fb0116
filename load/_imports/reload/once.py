"""Modules whose source cannot run a second time in one process, as it registers something that may be there but once.

SQLAlchemy refuses a table of the same name, Flask a view, Prometheus a metric. Where nothing but the bodies of
functions was edited, these can have their new code all the same, and the source does not have to run.
"""

from __future__ import annotations

import functools
import gc
from types import CodeType, FunctionType
from weakref import ref

from load._imports.files.module_files import namespace_of
from load._imports.profiling.record import told
from load._imports.reload.changed import compiled_before, holds_other_code, is_older_than_this_process
from load._imports.reload.functions import codes_within, counterparts_within, patch_code, wrapped_by
from load._imports.reload.live import Live, redirect_holders
from load._imports.reload.steps import are_alike, do_the_same, docstring, made_by
from load._referents import tracked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType
    from typing import Any

    from load._imports.reload.changed import Changes
    from load._imports.reload.journal import Journal
    from load._imports.reload.sources import Source

    Functions = Iterable[tuple[FunctionType, CodeType]]  # of a module that stays, each with the code that it has

_CACHED = type(functools.lru_cache(maxsize=1)(lambda: None))


class Once:
    """What is known of modules of this process: what ran of them last, and which cannot run again.

    Args:
        changes: knows of the files that have changed.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._last: dict[str, tuple[Callable[[], ModuleType | None], bytes]] = {}  # and what its source was
        self._why: dict[str, tuple[Callable[[], ModuleType | None], str]] = {}

    def ran(self, sources: Iterable[Source]) -> None:
        """These have run again, or have the new code of their functions."""
        for source in sources:
            self._last[source.name] = (ref(source.module), source.data)

    def why(self, source: Source) -> str:
        """What a module failed with that was found not to run twice; "" for others."""
        module, why = self._why.get(source.name, (None, ""))
        return why if module is not None and module() is source.module else ""

    def give_bodies(self, source: Source, functions: Functions, journal: Journal) -> list[str] | None:
        """Give the functions of a module that stays their new code.

        Args:
            source: where that is.
            functions: them.
            journal: is told how it is undone.

        Returns:
            The qualified names of those that do something else by now; None where nothing at all was edited.
        """
        old, new = self._as_it_ran(source), _compiled(source.data, source)
        if old is None or old == new:
            return None
        patched = _give_bodies(old, new, functions, journal)
        if patched:
            _clear_caches(source, journal)
        return patched

    def fails(self, source: Source, error: Exception, functions: Functions) -> bool:
        """Whether a module that failed is one that cannot run again, and does not have to.

        What ran before is run once more for that: if it fails alike, no edit is to blame, of this module or another.

        Args:
            source: the source that failed; all modules are what they were before.
            error: what it failed with.
            functions: those of the module.
        """
        old = self._as_it_ran(source)
        if old is None or not _reaches(old, _compiled(source.data, source), functions):
            return False
        names = dict(namespace_of(source.module))
        try:
            exec(old, names)  # noqa: S102 - it has run before, as an import
        except Exception as again:  # noqa: BLE001 - whatever it is, it tells
            if type(again) is not type(error) or _way_to(again, source) != _way_to(error, source):
                return False
        else:
            return False
        finally:
            _have_none_held(names, source, functions)
        self._why[source.name] = (ref(source.module), told(error))
        return True

    def has_to_run(self, source: Source, functions: Functions) -> bool:
        """Whether anything but bodies of functions was edited, as far as is known."""
        old = self._as_it_ran(source)
        return old is None or not _reaches(old, _compiled(source.data, source), functions)

    def _as_it_ran(self, source: Source) -> CodeType | None:
        """The code that ran last; None where nobody has it any more."""
        if not source.is_plain:
            return None
        module, data = self._last.get(source.name, (None, b""))
        code: CodeType | None
        if module is not None and module() is source.module:
            code = _compiled(data, source)
        else:
            code, _ = compiled_before(source.module)
            if code == _compiled(source.data, source) and not self._changes.is_unchanged(source.own_name, source.path):
                return None  # another process has compiled the new text meanwhile
            if code is None and source.status is not None and is_older_than_this_process(source.status):
                code = _compiled(source.data, source)
        return None if code is None or holds_other_code(source.module, code) else code


def _compiled(data: bytes, source: Source) -> CodeType:
    """The code of a source without any marks."""
    return compile(data, source.path, "exec", dont_inherit=True)


def _reaches(old: CodeType, new: CodeType, functions: Functions) -> bool:
    """Whether functions that have the code of the new source are all that running it would bring."""
    if old == new:
        return True
    if not do_the_same(old, new):
        return False
    every = set(codes_within(old))
    follow = counterparts_within(every, new)
    held = {code for _, code in functions if code in every}
    if not held <= follow.keys():  # what a decorator has made of others, for one
        return False
    # One that nobody has was called as the source ran; if others of its name are held, it may be of another branch.
    names = {code.co_qualname for code in held if code.co_name != "<lambda>"}
    gone = [code for code in made_by(old) if code not in held and code.co_qualname not in names]
    return all(code in follow and are_alike(code, follow[code]) for code in gone)


def _give_bodies(old: CodeType, new: CodeType, functions: Functions, journal: Journal) -> list[str]:
    """Give functions their new code; the qualified names of those that do something else by now.

    What came of a source that failed, and is still held by its traceback, has neither code.
    """
    patched: dict[str, None] = {}
    follow = counterparts_within(codes_within(old), new)
    for function, before in functions:
        code = follow.get(before)
        if code is None or code is before:
            continue
        documented = docstring(before)
        patch_code(function, code, journal)
        if function.__doc__ == documented:
            _document(function, docstring(code), journal)
        if not are_alike(before, code):
            patched[code.co_qualname] = None
    return list(patched)


def _document(function: FunctionType, text: str | None, journal: Journal) -> None:
    before = function.__doc__
    journal.did(lambda: setattr(function, "__doc__", before))
    function.__doc__ = text


def _clear_caches(source: Source, journal: Journal) -> None:
    """Have `lru_cache` and `cache` forget what came of the old code, or of what that called."""
    for each in tracked():
        if type(each) is _CACHED and getattr(each, "__module__", None) == source.own_name:
            each.cache_clear()
            journal.did(each.cache_clear)


# -- what ran once more ------------------------------------------------------------------------------------------------


def _way_to(error: Exception, source: Source) -> list[tuple[str, str]]:
    """By which functions a source came to where it failed."""
    way: list[tuple[str, str]] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if way or (code.co_name == "<module>" and code.co_filename == source.path):
            way.append((code.co_filename, code.co_qualname))
        trace = trace.tb_next
    return way


def _have_none_held(names: dict[str, Any], source: Source, functions: Functions) -> None:
    """Have whoever was given something by what ran in a copy of a module's names hold what the module has.

    Args:
        names: the copy.
        source: of the module.
        functions: those of the module.
    """
    by_code: dict[CodeType, list[FunctionType]] = {}
    for function, code in functions:
        by_code.setdefault(code, []).append(function)
    stands: list[tuple[Any, Any]] = []
    for function, code in Live([names]).functions_of(names):
        alike = by_code.get(code, [])
        if len(alike) == 1:
            stands.append((function, alike[0]))
    for name, old in namespace_of(source.module).items():
        new = names.get(name)
        if new is not old and type(new) is type(old) and _is_made_alike(new, old):
            stands.append((new, old))
    redirect_holders(stands)
    gc.collect(0)  # classes hold themselves, and their bases know them


def _is_made_alike(new: Any, old: Any) -> bool:
    if type(new) is FunctionType:
        return [each.__code__ for each in wrapped_by(new)] == [each.__code__ for each in wrapped_by(old)]
    return issubclass(type(new), type) and (new.__module__, new.__qualname__) == (old.__module__, old.__qualname__)
