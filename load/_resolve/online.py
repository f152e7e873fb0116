"""Whether the indexes answer, asked through the backend: with its certificates, proxies and credentials."""

from __future__ import annotations

from time import perf_counter

from load import _config
from load._install import backends, failures, indexes
from load._install.failures import BackendError
from load._install.job import Job
from load._install.scratch import Scratch
from load._resolve.findings import NOTE, PROBLEM, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from load._install.job import Backend

_PATIENCE = 20.0  # seconds for each index
_NOT_REACHED = (
    failures.NETWORK,
    failures.TIMEOUT,
    failures.CERTIFICATE,
    failures.UNAUTHORISED,
    failures.INDEX,
)
_ANY_NAME = "pip"  # on the public index, and on each copy of it; that it is not found is an answer, too


class Answer:
    """What came of asking an index.

    Attributes:
        index: `index` for the public one, `index NAME` for a private one; "" where none was asked.
        seconds: how long it took, the start of the backend included.
        finding: what is wrong, or None.
    """

    __slots__ = ("finding", "index", "seconds")

    def __init__(self, index: str, seconds: float, finding: Finding | None) -> None:
        self.index = index
        self.seconds = seconds
        self.finding = finding

    def __str__(self) -> str:
        return f"{'answers' if self.finding is None else 'does not answer'}, {self.seconds:.1f} s"


def answers() -> Iterator[Answer]:
    """Ask every index.

    Raises:
        BackendNotFound: there is nothing to ask with.
        ConfigError: the settings are wrong.
    """
    if _config.get("offline"):
        unasked = Finding(NOTE, "network", "the indexes were not asked: offline is on", "set offline = false")
        yield Answer("", 0.0, unasked)
        return
    backend = backends.choose()
    names = {"index": _ANY_NAME}
    names |= {f"index {each.name}": _name_for(each) for each in indexes.bound()}
    with _config.Override({"timeout": min(_PATIENCE, _config.get("timeout"))}):
        for index, name in names.items():
            started = perf_counter()
            finding = _asked(backend, index, name)
            yield Answer(index, perf_counter() - started, finding)


def _name_for(index: indexes.Index) -> str:
    """A name that leads to a private index."""
    return index.names[0] if index.names else f"{index.prefixes[0].rstrip('-')}-load-doctor"


def _asked(backend: Backend, index: str, name: str) -> Finding | None:
    """What is wrong with an index, or None where it answers as one."""
    with Scratch() as scratch:
        try:
            backend.lock(Job([name], scratch=scratch, dependencies=False, fresh=True))
        except BackendError as error:
            if error.kind in _NOT_REACHED:
                advice = error.hint or "look at the network, proxies and certificates"
                return Finding(PROBLEM, "network", f"the {index} does not answer: {error.message}", advice)
    return None
