"""The way of a backend to the indexes: its environment for one job, and how what it says is to be read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class Route:
    """A way to the indexes; where no private ones are set, it is the backend's own.

    Attributes:
        environment: the backend's whole environment.
        descriptors: what it has to inherit.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.descriptors: tuple[int, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was opened."""

    def plain(self, text: str) -> str:
        """What the backend says, with the true addresses of indexes."""
        return text
