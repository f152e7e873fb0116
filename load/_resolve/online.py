"""Whether the indexes answer, asked through the backend: with its certificates, proxies and credentials."""

from __future__ import annotations

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


def unreachable() -> Iterator[Finding]:
    """A finding for each index that does not answer as one.

    Raises:
        BackendNotFound: there is nothing to ask with.
        ConfigError: the settings are wrong.
    """
    if _config.get("offline"):
        yield Finding(NOTE, "network", "the indexes were not asked: offline is on", "set offline = false")
        return
    backend = backends.choose()
    names = {"the index": _ANY_NAME}
    names |= {f"the index {each.name!r}": _name_for(each) for each in indexes.bound()}
    with _config.Override({"timeout": min(_PATIENCE, _config.get("timeout"))}):
        for index, name in names.items():
            yield from _asked(backend, index, name)


def _name_for(index: indexes.Index) -> str:
    """A name that leads to a private index."""
    return index.names[0] if index.names else f"{index.prefixes[0].rstrip('-')}-load-doctor"


def _asked(backend: Backend, index: str, name: str) -> Iterator[Finding]:
    with Scratch() as scratch:
        try:
            backend.lock(Job([name], scratch=scratch, dependencies=False, fresh=True))
        except BackendError as error:
            if error.kind in _NOT_REACHED:
                advice = error.hint or "look at the network, proxies and certificates"
                yield Finding(PROBLEM, "network", f"{index} does not answer: {error.message}", advice)
