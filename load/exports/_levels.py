"""How much a package is checked before it is handed out."""

from __future__ import annotations

from enum import IntEnum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ExportValidationLevel(IntEnum):
    """How much of a package is checked when it is loaded; each level has the checks of those before it.

    Attributes:
        NONE: nothing.
        BASIC: it is a module with a name, which came from somewhere: a file, the interpreter, or folders that are
            there.
        STRICT: it is what the import system made, in its place in `sys.modules`, and has all that it says it offers
            (`__all__`).
        COMPREHENSIVE: it has something in it; and what the tables say of it holds: names, what can be called,
            versions, and a small trial.
    """

    NONE = 0
    BASIC = 1
    STRICT = 2
    COMPREHENSIVE = 3

    def __str__(self) -> str:
        return self.name


def level_of(value: Any, place: object) -> ExportValidationLevel:
    """A level, or the name of one in whatever case.

    Args:
        value: what somebody gave.
        place: where.

    Raises:
        ValueError: there is none of that name.
        TypeError: it is neither.
    """
    if isinstance(value, ExportValidationLevel):
        return value
    words = ", ".join(ExportValidationLevel.__members__)
    if not isinstance(value, str):
        raise TypeError(f"validation_level is an ExportValidationLevel ({words}), not {value!r} (declared in {place})")
    found = ExportValidationLevel.__members__.get(value.upper())
    if found is None:
        raise ValueError(f"validation_level is one of {words}, not {value!r} (declared in {place})")
    return found
