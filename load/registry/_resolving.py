"""From what was registered to the value: once, whoever asks at the same time, and again after a failure."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from load._reference import Reference
from load.registry._entries import ITSELF, Clash, Factory, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

    from load.registry._entries import Origin, Raw, Table

K = TypeVar("K")
V = TypeVar("V")

_waits: dict[int, Turn] = {}  # thread → the turn that it waits for


class Resolved(dict[K, V], Generic[K, V]):
    """Values that were loaded.

    Attributes:
        errors: key → what kept its value from being loaded.
    """

    def __init__(self) -> None:
        super().__init__()
        self.errors: dict[K, Exception] = {}


def resolved(entries: Table, values: dict[K, V], key: K) -> V:
    """The value of a key that is not loaded, which is loaded from then on.

    Args:
        entries: where it is registered.
        values: the same, as the dictionary of what is loaded.
        key: its key.

    Raises:
        RegistryError: it is nothing that may stand there; its factory asks for itself.
        ImportError: it cannot be imported.
    """
    raw = entries._raw[key]
    if raw is ITSELF:  # it was registered while it was looked up
        return _present(entries, values, key)
    if type(raw) is not Factory:
        return _kept(entries, values, key, raw)
    with _turn(entries, key):
        if entries._raw.get(key) is raw and dict.__contains__(values, key):  # another thread was first
            return dict.__getitem__(values, key)
        return _kept(entries, values, key, raw)


def _present(entries: Table, values: dict[K, V], key: K) -> V:
    if dict.__contains__(values, key):
        return dict.__getitem__(values, key)
    from load.errors import RegistryError

    raise RegistryError(
        f"{key!r} of {entries._named()} was taken out while it was looked up, or past its own methods.",
        hint="register it again",
    )


def _kept(entries: Table, values: dict[K, V], key: K, raw: Raw) -> V:
    """Load a value and keep it, unless the key got another meaning meanwhile, or another thread was first."""
    value: V = value_of(entries, key, raw, entries._origins.get(key, ""))
    with entries._guard:
        if entries._raw.get(key) is not raw:
            return value
        return dict.setdefault(values, key, value)


def value_of(entries: Table, key: object, raw: Raw, origin: Origin | str) -> Any:
    """What an entry stands for, imported or made now.

    Raises:
        Exception: what kept it from coming, each time anew, with the place where it was registered as a note.
    """
    try:
        value = _made(entries, raw)
    except Exception as error:
        from load.registry._failing import explained

        better = explained(error, entries, key, raw, place_of(origin))
        if better is error:
            raise
        raise better from error
    entries._verify(key, value, origin)
    return value


def _made(entries: Table, raw: Raw) -> Any:
    if isinstance(raw, Factory):
        return raw.function()
    if isinstance(raw, tuple):
        return tuple(_imported(entries, each) for each in raw)
    if isinstance(raw, Clash):
        raise _several(raw)
    return _imported(entries, str(raw))


def _imported(entries: Table, text: str) -> Any:
    reference = Reference.parse(text)
    return reference.resolve() if entries._resolve is None else entries._resolve(reference)


def _several(clash: Clash) -> Exception:
    from load.errors import RegistryError

    several = len(clash.targets) > 1
    return RegistryError(
        "Several distributions have an entry point of this name." if several else "The entry point names nothing.",
        context=tuple(f"{text or 'one that is malformed'} of {name}" for name, text in clash.targets.items()),
        hint="register the one that is meant, or uninstall the others",
    )


# -- one turn per factory ----------------------------------------------------------------------------------------------


class Turn:
    """The right to call the factory of one key; the thread that has it, and the lock that others wait for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.thread = 0


class _turn:  # noqa: N801 - a context manager
    """One thread at a time; a circle of threads, or of one, that would wait for ever is an error."""

    def __init__(self, entries: Table, key: object) -> None:
        self._entries = entries
        self._key = key
        with entries._guard:
            self._turn: Turn = entries._locks.setdefault(key, Turn())

    def __enter__(self) -> Turn:
        me = threading.get_ident()
        if not self._turn.lock.acquire(blocking=False):
            _waits[me] = self._turn
            try:
                if _is_circle(me):
                    raise self._asks_for_itself()
                self._turn.lock.acquire()
            finally:
                del _waits[me]
        self._turn.thread = me
        return self._turn

    def __exit__(self, *_: object) -> None:
        self._turn.thread = 0
        self._turn.lock.release()

    def _asks_for_itself(self) -> Exception:
        from load.errors import RegistryError

        return RegistryError(
            f"The factory of {self._key!r} in {self._entries._named()} asks for {self._key!r} itself.",
            context=(f"registered in {place_of(self._entries._origins[self._key])}",),
            hint="have the factory make the value without looking it up",
        )


def _is_circle(me: int) -> bool:
    """Whether the thread that this one would wait for waits, over others perhaps, for this one."""
    seen: set[int] = set()
    thread = me
    while thread not in seen:
        seen.add(thread)
        turn = _waits.get(thread)
        if turn is None:
            return False
        thread = turn.thread
        if thread == me:
            return True
    return False


# -- many --------------------------------------------------------------------------------------------------------------


def resolve_all(entries: dict[K, V], on_error: str) -> Resolved[K, V]:
    """See `LazyImportDict.resolve_all`."""
    if on_error not in ("raise", "skip", "collect"):
        raise ValueError(f"on_error is one of 'raise', 'skip', 'collect', not {on_error!r}")
    found: Resolved[K, V] = Resolved()
    for key in list(entries):
        try:
            found[key] = entries[key]
        except Exception as error:
            if on_error == "raise":
                raise
            if on_error == "collect":
                found.errors[key] = error
    return found


def preload(entries: dict[K, V], keys: Iterable[K], *, background: bool) -> Future[Resolved[K, V]]:
    """See `LazyImportDict.preload`."""
    from concurrent.futures import Future

    future: Future[Resolved[K, V]] = Future()

    def run() -> None:
        try:
            load_each()
        except BaseException as error:  # `sys.exit` of a module, or an interruption: who waits for it has to know
            future.set_exception(error)
            if not background:
                raise

    def load_each() -> None:
        found: Resolved[K, V] = Resolved()
        for key in keys:
            if future.cancelled():
                return
            try:
                found[key] = entries[key]
            except Exception as error:  # noqa: BLE001 - told in the result, and again where the value is asked for
                found.errors[key] = error
        if future.set_running_or_notify_cancel():
            future.set_result(found)

    if background:
        threading.Thread(target=run, name="load-preload", daemon=True).start()
    else:
        run()
    return future
