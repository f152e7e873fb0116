"""Several specs at once, and the names that what they lead to is bound under."""

from __future__ import annotations

from load._caller import shorten_interrupt
from load._notebook import enable_where_wanted
from load.errors import LoadError, SourceError, shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence
    from typing import Any

    from load._caller import Caller
    from load._resolve import Resolved


def resolve_each(texts: Sequence[str], caller: Caller) -> list[Resolved]:
    """Resolve specs in one solve; auto-print is switched on first where the settings ask for it."""
    enable_where_wanted()
    from load._resolve import resolve_all

    try:
        return resolve_all(texts, caller)
    except LoadError as error:
        shorten(error)
        raise
    except KeyboardInterrupt as error:
        shorten_interrupt(error)
        raise


def resolve_together(specs: Sequence[str], caller: Caller, into: MutableMapping[str, Any] | None = None) -> Any:
    """Resolve specs and give a named tuple of them; see `load.import_aliases`."""
    check_fields(known_fields(specs))
    resolved = resolve_each(specs, caller) if specs else []
    fields = [each.field for each in resolved]
    check_fields(fields)
    values = _tuple_type(fields)(*(each.value for each in resolved))
    if into is not None:
        into.update(zip(fields, values, strict=True))
    return values


def _tuple_type(fields: Sequence[str]) -> Any:
    from collections import namedtuple

    return namedtuple("Loaded", fields)  # noqa: PYI024 - the fields are known only now


def known_fields(specs: Sequence[str]) -> list[str]:
    """The fields of specs as far as they are known before anything is resolved.

    Raises:
        SourceError: a spec cannot be read.
    """
    from load._install.spec import parse

    names = [spec.alias or (spec.attribute or spec.module).rpartition(".")[2] for spec in map(parse, specs)]
    return [name for name in names if name]


def check_fields(fields: Iterable[str]) -> None:
    """Refuse names that no field can have.

    Raises:
        SourceError: two are the same, or one begins with an underscore.
    """
    seen: set[str] = set()
    for field in fields:
        if field in seen:
            raise SourceError(
                f"Two specs have the name {field!r}.", text=field, hint=f'give one an alias: "other={field}"'
            )
        if field.startswith("_"):
            raise SourceError(
                f"{field!r} cannot be a field of a named tuple: it begins with an underscore.",
                text=field,
                hint=f'give it an alias: "{field.lstrip("_") or "name"}={field}"',
            )
        seen.add(field)
