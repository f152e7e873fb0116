"""The memory of an index that could not be reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from load._install import reachability
from load._install.failures import CONFLICT, NETWORK, TIMEOUT, BackendError
from load._install.policy import Need
from load.errors import InstallRefused

NEEDS = [Need("humanize", module="humanize", distribution="humanize", requirement="humanize")]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing is remembered before, nor after."""
    reachability.forget()
    yield
    reachability.forget()


@pytest.mark.parametrize("kind", [NETWORK, TIMEOUT])
def test_who_asks_again_at_once_is_refused(kind: str) -> None:
    """The refusal says why, and when it is tried again."""
    reachability.note(BackendError("The index could not be reached.", kind=kind), clock=lambda: 100.0)
    with pytest.raises(InstallRefused) as caught:
        reachability.refuse_if_unreachable(NEEDS, clock=lambda: 110.0)
    assert caught.value.reason == "offline"
    assert "The index could not be reached." in str(caught.value)
    assert "tried again in 20 s" in str(caught.value)


def test_the_memory_ages() -> None:
    """After half a minute the network may be back."""
    reachability.note(BackendError("gone", kind=NETWORK), clock=lambda: 100.0)
    reachability.refuse_if_unreachable(NEEDS, clock=lambda: 100.0 + reachability.LASTS)
    reachability.refuse_if_unreachable(NEEDS, clock=lambda: 100.0)  # it is forgotten for good


def test_other_failures_are_no_news_of_the_network() -> None:
    """A conflict is the same however often one asks, and says nothing of other names."""
    reachability.note(BackendError("conflict", kind=CONFLICT))
    reachability.note(ValueError("x"))
    reachability.refuse_if_unreachable(NEEDS)


def test_an_install_ends_it() -> None:
    """What was fetched just now proves that there is a network."""
    reachability.note(BackendError("gone", kind=NETWORK))
    reachability.forget()
    reachability.refuse_if_unreachable(NEEDS)
