"""What happens to exports, as events of the stream (`load.subscribe`)."""

from __future__ import annotations

from load._events import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load.exports._levels import ExportValidationLevel


class ExportEvent(Event):
    """Something that happened to an export.

    Attributes:
        name: its name, as `get_export` takes it.
    """

    __slots__ = ("name", "record")  # the record is ours: figures are kept there

    def __init__(self, record: Any) -> None:
        super().__init__()
        self.name = record.name
        self.record = record


class ExportLoaded(ExportEvent):
    """An export was loaded and has passed its checks.

    Attributes:
        module: the import name.
        how: "imported", or "cached" where the package was in the process already.
        level: the level of its checks.
        seconds: from the first use to the end of the checks, whatever had to be installed for it included.
        validation_seconds: of that, the checks.
        memory: bytes by which the resident memory of the process grew meanwhile; None where the package was there
            already, or nobody tells.
    """

    __slots__ = ("how", "level", "memory", "module", "seconds", "validation_seconds")

    def __init__(self, record: Any, *, how: str, seconds: float, validation_seconds: float, memory: int | None) -> None:
        super().__init__(record)
        self.module = record.import_name
        self.how = how
        self.level: ExportValidationLevel = record.validation_level
        self.seconds = seconds
        self.validation_seconds = validation_seconds
        self.memory = memory


class ExportFailed(ExportEvent):
    """A use of an export failed: it could not be had, or did not pass its checks.

    Attributes:
        error: the error that its user gets.
    """

    __slots__ = ("error",)

    def __init__(self, record: Any, error: BaseException) -> None:
        super().__init__(record)
        self.error = error
