"""What happens to exports that are loaded in the background, as events of the stream (`load.subscribe`)."""

from __future__ import annotations

from load._events import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load.exports._background_status import BackgroundStatus


class BackgroundEvent(Event):
    """Something that happened to a background loading.

    Attributes:
        loading: the number of what `start_background_loading` gave (`BackgroundLoading.number`).
    """

    __slots__ = ("loading",)

    def __init__(self, loading: int) -> None:
        super().__init__()
        self.loading = loading


class BackgroundProgress(BackgroundEvent):
    """An export is being loaded in the background, or that has come to its end.

    Attributes:
        name: the export.
        state: "loading", "loaded", "failed" or "cancelled".
        done: how many of the exports have come to their end.
        total: how many there are.
        seconds: that it took; None where it was not begun, or has not ended.
        error: why it failed, or None.
    """

    __slots__ = ("done", "error", "name", "seconds", "state", "total")

    def __init__(
        self,
        loading: int,
        name: str,
        state: str,
        *,
        done: int,
        total: int,
        seconds: float | None = None,
        error: BaseException | None = None,
    ) -> None:
        super().__init__(loading)
        self.name = name
        self.state = state
        self.done = done
        self.total = total
        self.seconds = seconds
        self.error = error


class BackgroundFinished(BackgroundEvent):
    """All exports of a background loading have come to their end.

    Attributes:
        status: what became of each.
        seconds: from the start to the end of the last.
    """

    __slots__ = ("seconds", "status")

    def __init__(self, loading: int, status: BackgroundStatus, seconds: float) -> None:
        super().__init__(loading)
        self.status = status
        self.seconds = seconds
