"""Names of specialised exports that cannot be had: the errors, and why in one line."""

from __future__ import annotations

from load.errors import AttributeNotFound, LoadError, ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    from load._caller import Caller
    from load.exports._entries import Entry

_NEEDS = "it needs "


class Missing(Exception):
    """A name of a table that is not there; it carries the error for whoever asked."""

    def __init__(self, error: AttributeNotFound | ResolveError) -> None:
        super().__init__(error)
        self.error = error


def no_attribute(cls: str, entry: Entry, place: Caller, error: AttributeNotFound) -> Missing:
    """A module of the path is there, and has no such name.

    Args:
        cls: the class of the exports.
        entry: what was asked for.
        place: where its table is.
        error: what came of it.
    """
    return Missing(
        AttributeNotFound(
            f"{cls}.{entry.name} is not there: {error.message}",
            name=entry.reference.module,
            context=_context(entry, place),
            hint=_hint_of(entry) or error.hint,
            attribute=getattr(error, "attribute", entry.reference.attribute),
        )
    )


def no_module(cls: str, entry: Entry, place: Caller, error: ModuleNotFoundError) -> Missing:
    """A module that the path, or what it names, needs is not there; the arguments are those of `no_attribute`."""
    return Missing(
        ResolveError(
            f"{cls}.{entry.name} is not there: no module is named {error.name!r}.",
            name=error.name,
            context=_context(entry, place),
            hint=_hint_of(entry) or "install what has it, or put the name into `optional` and look at available()",
        )
    )


def _context(entry: Entry, place: Caller) -> tuple[str, ...]:
    return (f"it stands for {entry.written!r} in the table of {place}",)


def _hint_of(entry: Entry) -> str | None:
    return f"{_NEEDS}{entry.needs}" if entry.needs else None


def is_part(name: object, module: str) -> bool:
    """Whether what is not there is the module of a path, or what that lies in."""
    return isinstance(name, str) and f"{module}.".startswith(f"{name}.")


def unknown(cls: str, name: str, names: Iterable[str]) -> AttributeError:
    """The error for a name that stands in no table.

    Args:
        cls: the class of the exports.
        name: what was asked for.
        names: those that there are.
    """
    near = [] if name.startswith("_") else _near(name, names)
    more = f"; did you mean {', '.join(map(repr, near))}?" if near else ""
    return AttributeError(f"{cls!r} has no export {name!r}{more}", name=name)


def _near(name: str, names: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    folded = {each.casefold(): each for each in names}
    return [folded[each] for each in get_close_matches(name.casefold(), folded, 3)]


def refuse_to_be_shown(cls: str, name: str, user: FrameType) -> None:
    """Have lists of variables, and the completion of Python's own prompts, import nothing.

    Raises:
        AttributeError: one of these asks.
    """
    from load._lazy.looking import is_shown

    if is_shown(user):
        raise AttributeError(f"{cls}.{name} was not given yet", name=name)


def refuse_to_a_looker(name: str, error: Exception, user: FrameType) -> None:
    """Have what looks at all names, as `inspect.getmembers` and `unittest.mock` do, find that one is not there.

    Raises:
        AttributeError: one of these asks; they expect no other.
    """
    from load._lazy.failing import only_looks

    if only_looks(user):
        raise AttributeError(str(error), name=name) from error


def reason(error: BaseException) -> str:
    """Why a name is missing, in one line."""
    if not isinstance(error, LoadError):
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    fact = error.message.partition("\n")[0].rstrip(".")
    return f"{fact} ({error.hint})" if error.hint and error.hint.startswith(_NEEDS) else fact
