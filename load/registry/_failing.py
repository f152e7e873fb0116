"""Why what was registered could not be loaded: the error itself, or one that says more, with the place of it."""

from __future__ import annotations

from load.errors import AttributeNotFound, ImportFailed, LoadError, RegistryError, ResolveError
from load.registry._entries import Factory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from load.registry._entries import Raw
    from load.registry._storage import Storage


def explained(error: Exception, entries: Storage[Any, Any], key: object, raw: Raw, place: str) -> Exception:
    """The error to raise.

    Args:
        error: what came.
        entries: where the entry is.
        key: its key.
        raw: what was registered.
        place: file and line of that.
    """
    note = f"{key!r} of {entries._named()} was registered in {place}"
    if isinstance(error, (KeyError, AttributeError)) and not isinstance(error, LoadError):
        # As what they are, they would say that the key is not there, or a module's name: `except KeyError` took them.
        what = "made" if isinstance(raw, Factory) else "imported"
        return ImportFailed(
            f"{key!r} of {entries._named()} could not be {what}: {type(error).__name__}: {error}",
            context=(note,),
            hint="see the error above, which its own code raised",
        )
    if isinstance(error, ModuleNotFoundError) and not isinstance(error, LoadError) and isinstance(raw, (str, tuple)):
        error = _of_module(error, key, raw, entries._named(), note)
    if isinstance(error, AttributeNotFound):
        error.context = (*(line for line in error.context if line != note), note)
    elif note not in getattr(error, "__notes__", ()) and note not in getattr(error, "context", ()):
        error.add_note(note)
    return error


def _of_module(error: ModuleNotFoundError, key: object, raw: str | tuple[str, ...], where: str, note: str) -> Exception:
    """The module that was registered is not there, or something that it imports is not."""
    from load._lazy import missing
    from load._names import near_known, shipped_alias

    texts = (raw,) if isinstance(raw, str) else raw
    wanted = next((text for text in texts if f"{text.partition(':')[0]}.".startswith(f"{error.name}.")), None)
    if wanted is None:
        return error
    module = wanted.partition(":")[0]
    distribution = missing.distribution_of(module)
    package, dot, last = module.rpartition(".")
    is_attribute = bool(dot) and error.name == module and ":" not in wanted
    if not (is_attribute or missing.is_absent(module)):
        return error
    if is_attribute:
        hint = f"write {f'{package}:{last}'!r} if {last!r} is not a module but a name in {package!r}"
    else:
        root, dot, rest = module.partition(".")
        alias = shipped_alias(root)  # a registry imports, so that it has to be told what `np` stands for
        right = f"{alias}{dot}{rest}" if alias is not None else near_known(module)
        hint = missing.command(distribution) if right is None else f"did you mean {right!r}?"
    return ResolveError(
        f"{key!r} of {where} is {str(wanted)!r}: there is no module {error.name!r}.",
        context=(note,),
        hint=hint,
        name=error.name,
        distribution=distribution,
    )


_SHOWN = 12  # keys


def unknown(key: object, where: str, keys: Sequence[object], otherwise: str) -> RegistryError:
    """The error about a key that is not there, with those that are.

    Args:
        key: what was asked for.
        where: what was looked into.
        keys: what is there.
        otherwise: what to do where nothing resembles the key.
    """
    from difflib import get_close_matches

    texts = [each for each in keys if isinstance(each, str)]
    close = get_close_matches(key, texts, n=3) if isinstance(key, str) else []
    shown = ", ".join(map(repr, keys[:_SHOWN])) + (f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else "")
    return RegistryError(
        f"There is no {key!r} in {where}.",
        context=(f"there is {shown}" if keys else "nothing is registered there",),
        hint=f"did you mean {' or '.join(map(repr, close))}?" if close else otherwise,
    )
