"""From what was registered to the value: once, whoever asks at the same time, and again after a failure."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from load._reference import Reference
from load.registry._entries import ITSELF, Clash, Factory, place_of
from load.registry._storage import GUARD, NOTHING
from load.registry._turns import turn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

    from load.registry._entries import Origin, Raw
    from load.registry._storage import Storage

K = TypeVar("K")
V = TypeVar("V")


class Resolved(dict[K, V], Generic[K, V]):
    """Values that were loaded.

    Attributes:
        errors: key → what kept its value from being loaded.
    """

    def __init__(self) -> None:
        super().__init__()
        self.errors: dict[K, Exception] = {}

    def take(self, entries: Storage[K, V], key: K) -> None:
        """Load one more, unless it was taken out meanwhile.

        Raises:
            Exception: what kept it from being loaded.
        """
        value = entries.get(key, NOTHING)
        if value is not NOTHING:
            self[key] = value


def resolved(entries: Storage[K, V], key: K) -> Any:
    """The value of a key, which is loaded from then on; NOTHING where the key is not there (any more).

    Args:
        entries: where it is registered.
        key: its key; no alias.

    Raises:
        RegistryError: it is nothing that may stand there; its factory asks for itself.
        ImportError: it cannot be imported.
    """
    entry = entries._entry(key)
    if entry is None:
        return NOTHING
    raw, value, origin = entry
    if value is not NOTHING:  # it was registered, or loaded, while it was looked up
        return value
    if raw is ITSELF:
        raise _past_its_methods(entries, key)
    if not isinstance(raw, Factory):
        return _kept(entries, key, value_of(entries, key, raw, origin), origin)
    with turn(entries, key, raw, origin):
        entry = entries._entry(key)
        if entry is not None and entry[2] is origin and entry[1] is not NOTHING:  # another thread was first
            return entry[1]
        return _kept(entries, key, value_of(entries, key, raw, origin), origin)


def _past_its_methods(entries: Storage[K, V], key: K) -> Exception:
    from load.errors import RegistryError

    return RegistryError(
        f"{key!r} of {entries._named()} was taken out past its own methods, as by dict.pop(registry, key).",
        hint="register it again, and use the methods of the registry",
    )


def _kept(entries: Storage[K, V], key: K, value: V, origin: Origin | str) -> V:
    """Keep a value, unless the key got another meaning while it was loaded, or another thread was first."""
    with GUARD:
        if entries._origins.get(key) is not origin:
            return value
        return dict.setdefault(entries, key, value)


def value_of(entries: Storage[Any, Any], key: object, raw: Raw, origin: Origin | str) -> Any:
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
            from load.errors import shorten

            shorten(error)
            raise
        raise better from error
    entries._verify(key, value, origin)
    return value


def _made(entries: Storage[Any, Any], raw: Raw) -> Any:
    if isinstance(raw, Factory):
        return raw.function()
    if isinstance(raw, tuple):
        return tuple(_imported(entries, each) for each in raw)
    if isinstance(raw, Clash):
        raise _several(raw)
    return _imported(entries, str(raw))


def _imported(entries: Storage[Any, Any], text: str) -> Any:
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


# -- many --------------------------------------------------------------------------------------------------------------


def resolve_all(entries: Storage[K, V], on_error: str) -> Resolved[K, V]:
    """See `LazyImportDict.resolve_all`."""
    if on_error not in ("raise", "skip", "collect"):
        raise ValueError(f"on_error is one of 'raise', 'skip', 'collect', not {on_error!r}")
    found: Resolved[K, V] = Resolved()
    for key in list(entries):
        try:
            found.take(entries, key)
        except Exception as error:
            if on_error == "raise":
                raise
            if on_error == "collect":
                found.errors[key] = error
    return found


def preload(entries: Storage[K, V], keys: Iterable[K], *, background: bool) -> Future[Resolved[K, V]]:
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
                found.take(entries, key)
            except Exception as error:  # noqa: BLE001 - told in the result, and again where the value is asked for
                found.errors[key] = error
        if future.set_running_or_notify_cancel():
            future.set_result(found)

    if background:
        threading.Thread(target=run, name="load-preload", daemon=True).start()
    else:
        run()
    return future
