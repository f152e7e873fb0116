"""`requires`: what a function needs, loaded at its first call and bound in its module."""

from __future__ import annotations

from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction

from load._api.binding import check_fields, known_fields, resolve_each
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FunctionType
    from typing import Any

    from load._caller import Caller
    from load._resolve import Resolved


def requirement(specs: Sequence[str], caller: Caller) -> Callable[[Any], Any]:
    """Make the decorator; see `load.requires`."""
    check_fields(known_fields(specs))

    def decorate(function: Any) -> Any:
        if isinstance(function, (staticmethod, classmethod)):
            return type(function)(decorate(function.__func__))
        namespace = getattr(function, "__globals__", None)
        if namespace is None:
            raise TypeError(f"requires() decorates functions and methods, not {function!r}")
        return _wrapped(function, _Needs(specs, caller, namespace))

    return decorate


class _Needs:
    """What one function needs: bound once, in the globals of its module."""

    __slots__ = ("_caller", "_is_bound", "_namespace", "_specs")

    def __init__(self, specs: Sequence[str], caller: Caller, namespace: dict[str, Any]) -> None:
        self._specs = specs
        self._caller = caller
        self._namespace = namespace
        self._is_bound = False

    def bind(self) -> None:
        """Load and bind, unless that is done.

        Threads that arrive together each resolve: that gives all of them the same objects, and no lock is held while
        modules run.
        """
        if self._is_bound:
            return
        resolved = resolve_each(self._specs, self._caller)
        for each in resolved:
            self._check(each)
        self._namespace.update((each.field, each.value) for each in resolved)
        self._is_bound = True

    def _check(self, resolved: Resolved) -> None:
        field = resolved.field
        if self._namespace.get(field, resolved.value) is resolved.value:
            return
        module = self._namespace.get("__name__", "its module")
        raise SourceError(
            f"{field!r} stands for something else in {module} already: {_shortly(self._namespace[field])}.",
            text=resolved.spec.text,
            hint=f'give the requirement a name that is free: "other={resolved.spec.text.rpartition("=")[2]}"',
            name=field,
        )


def _shortly(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _wrapped(function: FunctionType, needs: _Needs) -> Callable[..., Any]:
    """A function of the same kind that binds what is needed before it goes on to the body."""
    if iscoroutinefunction(function):
        return _coroutine(function, needs)
    if isasyncgenfunction(function):
        return _asynchronous_generator(function, needs)
    if isgeneratorfunction(function):
        return _generator(function, needs)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        needs.bind()
        return function(*args, **kwargs)

    return call


def _coroutine(function: FunctionType, needs: _Needs) -> Callable[..., Any]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        needs.bind()
        return await function(*args, **kwargs)

    return call


def _generator(function: FunctionType, needs: _Needs) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        needs.bind()
        return (yield from function(*args, **kwargs))

    return call


def _asynchronous_generator(function: FunctionType, needs: _Needs) -> Callable[..., Any]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        needs.bind()
        inner = function(*args, **kwargs)
        step = inner.__anext__()
        while True:  # `yield from`, which there is none of for these: what is sent and thrown in is passed on
            try:
                value = await step
            except StopAsyncIteration:
                return
            try:
                step = inner.asend((yield value))
            except GeneratorExit:
                await inner.aclose()
                raise
            except BaseException as error:  # noqa: BLE001 - it is the inner generator's to handle
                step = inner.athrow(error)

    return call
