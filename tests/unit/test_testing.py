"""`load.testing`: what users' tests need."""

from __future__ import annotations

import sys

import pytest

import load
from load.errors import InstallError, InstallRefused


def test_installable_installs_from_the_given_source() -> None:
    """A name that is not installed comes from the test's own text, and is gone afterwards."""
    with load.testing.installable({"frobnicator": "VALUE = 3"}) as asked:
        assert load.frobnicator.VALUE == 3
    assert asked == ["frobnicator"]
    assert "frobnicator" not in sys.modules
    assert "frobnicator" not in vars(load)


def test_installable_keeps_the_policy_that_is_asked_for() -> None:
    """The policy is the real one."""
    with (
        load.testing.installable({"frobnicator": ""}, install="known") as asked,
        pytest.raises(InstallRefused, match="no name that load knows"),
    ):
        load.frobnicator  # noqa: B018 - the access is the request
    assert asked == []


def test_installable_knows_nothing_else() -> None:
    """What the test did not offer cannot be installed."""
    with load.testing.installable({}), pytest.raises(InstallError, match="not among what this test can install"):
        load("frobnicator")


def test_isolated_restores_the_process() -> None:
    """Modules, aliases and bindings made inside are gone."""
    path = list(sys.path)
    with load.testing.isolated(install="never"):
        load.alias("chrono", "colorsys")
        assert load.chrono.rgb_to_hsv
        sys.path.append("somewhere")
    assert "chrono" not in vars(load)
    assert sys.path == path
    assert load.why("chrono").module == "chrono"
