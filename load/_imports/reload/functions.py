"""Functions that go on as the objects they are, with the code of others.

Whoever holds such a function calls the new code: an alias, a bound method, a callback, a `functools.partial`.
"""

from __future__ import annotations

from functools import lru_cache
from types import CodeType, FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import CellType
    from typing import Any

    from load._imports.reload.journal import Journal

EMPTY: Any = type("EMPTY", (), {"__repr__": lambda _: "EMPTY"})()  # what a cell holds before anything is assigned
_PLAIN = ("__code__", "__defaults__", "__kwdefaults__", "__doc__", "__name__", "__qualname__", "__module__")
_HAS_ANNOTATE = hasattr(FunctionType, "__annotate__")
_HAS_TYPE_PARAMS = hasattr(FunctionType, "__type_params__")
_TARGET = "__load_redirects_to__"


def is_same_definition(old: FunctionType, new: FunctionType) -> bool:
    """Whether two functions come of one definition, edited or not; decorators may give them other names than that."""
    return old.__globals__ is new.__globals__ and old.__code__.co_qualname == new.__code__.co_qualname


def is_redirected(function: FunctionType) -> bool:
    """Whether a function only calls another one, which could not be put in its place."""
    return _TARGET in (function.__kwdefaults__ or ())


def patch(old: FunctionType, new: FunctionType, journal: Journal) -> None:
    """Give a function the code of another one with the same free variables, and all that it has but those.

    Args:
        old: the function that goes on.
        new: the one that it is to be like.
        journal: is told how it is undone.
    """
    _remember(old, journal)
    for name in _PLAIN:
        setattr(old, name, getattr(new, name))
    if _HAS_TYPE_PARAMS:
        old.__type_params__ = new.__type_params__  # type: ignore[attr-defined]
    old.__dict__.clear()
    old.__dict__.update(new.__dict__)
    _annotate(old, new)


def patch_code(function: FunctionType, code: CodeType, journal: Journal) -> None:
    """Give a function new code alone: one that was made by a call, and has its own defaults and free variables."""
    before = function.__code__
    journal.did(lambda: setattr(function, "__code__", before))
    function.__code__ = code


def redirect(old: FunctionType, new: Callable[..., Any], journal: Journal) -> None:
    """Have a function call what stands in its place, for whoever still holds it.

    Args:
        old: the function, whose free variables are not those of the new one, or which is of another kind by now.
        new: what is called.
        journal: is told how it is undone.
    """
    _remember(old, journal)
    old.__code__ = _redirecting(len(old.__code__.co_freevars)).replace(
        co_name=old.__code__.co_name, co_qualname=old.__code__.co_qualname
    )
    old.__defaults__ = None
    old.__kwdefaults__ = {_TARGET: new}
    old.__dict__["__wrapped__"] = new  # by which `inspect` tells the signature


@lru_cache(maxsize=32)
def _redirecting(free: int) -> CodeType:
    """Code that calls another function, with as many free variables as it has to have."""
    names = ", ".join(f"free_{number}" for number in range(free))
    lines = ["def outer():"]
    lines += [f"    {names.replace(', ', ' = ')} = None"] if free else []
    lines += [f"    def redirected(*args, {_TARGET}, **kwargs):"]
    lines += [f"        if False: {names}"] if free else []
    lines += [f"        return {_TARGET}(*args, **kwargs)"]
    whole = compile("\n".join(lines), "<reloaded>", "exec", dont_inherit=True)
    outer = next(each for each in whole.co_consts if isinstance(each, CodeType))
    return next(each for each in outer.co_consts if isinstance(each, CodeType))


def _remember(function: FunctionType, journal: Journal) -> None:
    plain = {name: getattr(function, name) for name in _PLAIN}
    own = dict(function.__dict__)
    params = function.__type_params__ if _HAS_TYPE_PARAMS else ()  # type: ignore[attr-defined]
    annotate = function.__annotate__ if _HAS_ANNOTATE else None  # type: ignore[attr-defined]
    annotations = function.__annotations__ if annotate is None else None

    def restore() -> None:
        for name, value in plain.items():
            setattr(function, name, value)
        function.__dict__.clear()
        function.__dict__.update(own)
        if _HAS_TYPE_PARAMS:
            function.__type_params__ = params  # type: ignore[attr-defined]
        if annotate is not None:
            function.__annotate__ = annotate  # type: ignore[attr-defined]
        else:
            function.__annotations__ = annotations or {}

    journal.did(restore)


def _annotate(old: FunctionType, new: FunctionType) -> None:
    annotate = new.__annotate__ if _HAS_ANNOTATE else None  # type: ignore[attr-defined]
    if annotate is not None:  # it is evaluated when somebody asks
        old.__annotate__ = annotate  # type: ignore[attr-defined]
    else:
        old.__annotations__ = new.__annotations__


# -- what functions enclose --------------------------------------------------------------------------------------------


def cells_of(function: FunctionType) -> dict[str, CellType]:
    """The cells of a function by the names of its free variables."""
    return dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))


def content(cell: CellType) -> Any:
    """What a cell holds, or EMPTY."""
    try:
        return cell.cell_contents
    except ValueError:
        return EMPTY


def fill(cell: CellType, value: object, journal: Journal) -> None:
    """Have a cell hold something else."""
    before = content(cell)
    if before is value:
        return
    journal.did(lambda: _fill(cell, before))
    _fill(cell, value)


def _fill(cell: CellType, value: object) -> None:
    if value is EMPTY:
        del cell.cell_contents
    else:
        cell.cell_contents = value


def enclosed_by(function: FunctionType) -> list[Any]:
    """What a function has in its cells."""
    return [content(cell) for cell in function.__closure__ or ()]


def wrapped_by(function: Any) -> list[FunctionType]:
    """A function, what it says that it wraps, what that wraps, and so on."""
    found: list[FunctionType] = []
    while type(function) is FunctionType and function not in found:
        found.append(function)
        function = function.__dict__.get("__wrapped__")
    return found


# -- codes -------------------------------------------------------------------------------------------------------------


def codes_within(code: CodeType) -> Iterator[CodeType]:
    """All code of functions, lambdas and classes that lies in some code, at any depth."""
    todo = [code]
    while todo:
        for each in todo.pop().co_consts:
            if isinstance(each, CodeType):
                yield each
                todo.append(each)


def counterparts(old: list[CodeType], new: list[CodeType]) -> dict[CodeType, CodeType]:
    """Old code → the code that it has become, as far as that can be told; all are of one qualified name.

    Several of one name, as lambdas are, are told apart by their order where none came or went, else by what they do.
    """
    if len(old) == len(new):
        in_order = sorted(old, key=_place), sorted(new, key=_place)
        return {one: other for one, other in zip(*in_order, strict=True) if _can_follow(one, other)}
    found: dict[CodeType, CodeType] = {}
    for one in old:
        alike = [other for other in new if other.co_code == one.co_code and other.co_consts == one.co_consts]
        if len(alike) == 1 and _can_follow(one, alike[0]):
            found[one] = alike[0]
    return found


def counterparts_within(codes: Iterable[CodeType], code: CodeType) -> dict[CodeType, CodeType]:
    """Code of functions of a module → what it has become in the module's new code.

    Args:
        codes: the former.
        code: the latter, of the whole module.
    """
    new: dict[str, list[CodeType]] = {}
    for each in codes_within(code):
        new.setdefault(each.co_qualname, []).append(each)
    old: dict[str, set[CodeType]] = {}
    for each in codes:
        old.setdefault(each.co_qualname, set()).add(each)
    follow: dict[CodeType, CodeType] = {}
    for qualname, alike in old.items():
        follow.update(counterparts(list(alike), new.get(qualname, [])))
    return follow


def _place(code: CodeType) -> tuple[int, int]:
    places = ((line, start) for line, _, start, _ in code.co_positions() if line is not None and start)
    return min(places, default=(code.co_firstlineno, 0))


def _can_follow(old: CodeType, new: CodeType) -> bool:
    """Whether a function can go on with other code, and its own defaults and free variables."""
    return old.co_freevars == new.co_freevars and parameters(old) == parameters(new)


def parameters(code: CodeType) -> tuple[Any, ...]:
    """How many parameters a function has, of which kind and with which names."""
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_argcount, code.co_posonlyargcount, code.co_varnames[:count], code.co_flags & 0x0C
