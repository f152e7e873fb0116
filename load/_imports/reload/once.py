"""Modules whose source cannot run a second time in one process, as it registers something that may be there but once.

SQLAlchemy refuses a table of the same name, Flask a view, Prometheus a metric. Where nothing but the bodies of
functions was edited, these can have their new code all the same, and the source does not have to run.
"""

from __future__ import annotations

import sys
from types import CodeType
from weakref import ref

from load._imports.files.module_files import namespace_of
from load._imports.profiling.record import told
from load._imports.reload.changed import compiled_before, holds_other_code
from load._imports.reload.functions import codes_within, counterparts_within, parameters, patch_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FunctionType, ModuleType
    from typing import Any

    from load._imports.reload.journal import Journal
    from load._imports.reload.sources import Source

_OPTIMIZED = 0x1  # CO_OPTIMIZED: the code of a function, and of no class
_HAS_DOCSTRING = 0x4000000  # CO_HAS_DOCSTRING, from 3.14 on; before, the first constant is None where there is none
# What Python notes of a class by itself (3.13): where it stands, and what its methods assign.
_NOTED = ("__firstlineno__", "__static_attributes__")
# Code of its own that runs with what it lies in, or is asked for by what runs.
_RUNS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "__annotate__")
_GENERIC = "<generic parameters of "


class Once:
    """What is known of modules of this process: what ran of them last, and which cannot run again."""

    def __init__(self) -> None:
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

    def give_bodies(
        self, source: Source, functions: Iterable[tuple[FunctionType, CodeType]], journal: Journal
    ) -> list[str] | None:
        """Give the functions of a module that stays their new code.

        Args:
            source: where that is.
            functions: them, each with the code that it has.
            journal: is told how it is undone.

        Returns:
            The qualified names of those that do something else by now; None where nothing at all was edited.
        """
        old, new = self._as_it_ran(source), _compiled(source.data, source)
        return None if old is None or old == new else _give_bodies(old, new, functions, journal)

    def fails(self, source: Source, error: Exception) -> bool:
        """Whether a module that failed is one that cannot run again, and does not have to.

        What ran before is run once more for that: if it fails alike, no edit is to blame, of this module or another.

        Args:
            source: the source that failed; all modules are what they were before.
            error: what it failed with.
        """
        old = self._as_it_ran(source)
        if old is None or not _do_the_same(old, _compiled(source.data, source)):
            return False
        try:
            exec(old, dict(namespace_of(source.module)))  # noqa: S102 - it has run before, as an import
        except Exception as again:  # noqa: BLE001 - whatever it is, it tells
            if type(again) is not type(error):
                return False
        else:
            return False
        self._why[source.name] = (ref(source.module), told(error))
        return True

    def has_to_run(self, source: Source) -> bool:
        """Whether anything but bodies of functions was edited, as far as is known."""
        old = self._as_it_ran(source)
        return old is None or not _do_the_same(old, _compiled(source.data, source))

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
        return None if code is None or holds_other_code(source.module, code) else code


def _compiled(data: bytes, source: Source) -> CodeType:
    """The code of a source without any marks."""
    return compile(data, source.path, "exec", dont_inherit=True)


def _do_the_same(old: CodeType, new: CodeType) -> bool:
    """Whether two sources do the same as they run, whatever their functions do when they are called."""
    return old == new or _steps(old) == _steps(new)


def _give_bodies(
    old: CodeType, new: CodeType, functions: Iterable[tuple[FunctionType, CodeType]], journal: Journal
) -> list[str]:
    """Give functions their new code; the qualified names of those that do something else by now.

    What came of a source that failed, and is still held by its traceback, has neither code.
    """
    patched: dict[str, None] = {}
    follow = counterparts_within(codes_within(old), new)
    for function, before in functions:
        code = follow.get(before)
        if code is None or code is before:
            continue
        documented = _docstring(before)
        patch_code(function, code, journal)
        if function.__doc__ == documented:
            _document(function, _docstring(code), journal)
        if _steps(before, whole=True) != _steps(code, whole=True):
            patched[code.co_qualname] = None
    return list(patched)


def _document(function: FunctionType, text: str | None, journal: Journal) -> None:
    before = function.__doc__
    journal.did(lambda: setattr(function, "__doc__", before))
    function.__doc__ = text


def _docstring(code: CodeType) -> str | None:
    first = code.co_consts[0] if code.co_consts else None
    has_one = isinstance(first, str) and (sys.version_info < (3, 14) or bool(code.co_flags & _HAS_DOCSTRING))
    return first if has_one else None


def _steps(code: CodeType, *, whole: bool = False) -> list[tuple[Any, ...]]:
    """What some code does, step by step, on whatever lines.

    Args:
        code: of a module, a class or a function.
        whole: also what functions that it makes do when they are called.
    """
    from dis import get_instructions

    found: list[tuple[Any, ...]] = []
    for each in get_instructions(code):
        if each.opname == "STORE_NAME" and each.argval in _NOTED:
            found.pop()
        else:
            found.append((each.opname, *_exactly(each.argval, whole)))
    return found


def _exactly(value: object, whole: bool) -> tuple[Any, ...]:
    """A constant with its type: 1 is not True; and -0.0 is not 0.0."""
    if isinstance(value, CodeType):
        runs = whole or not value.co_flags & _OPTIMIZED or value.co_name in _RUNS or value.co_name.startswith(_GENERIC)
        called = (value.co_qualname, value.co_freevars, parameters(value))
        return (*called, _steps(value, whole=whole)) if runs else called
    if isinstance(value, tuple):
        return (tuple, *(_exactly(each, whole) for each in value))
    if isinstance(value, frozenset):
        return (frozenset, frozenset(_exactly(each, whole) for each in value))
    return (type(value), repr(value) if isinstance(value, (float, complex)) else value)
