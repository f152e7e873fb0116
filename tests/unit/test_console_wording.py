"""The sentences in which installs are announced."""

from __future__ import annotations

from typing import Any

import pytest

from load._console.wording import distribution_key, duration, growth, installed
from load._events import Change, InstallFinished


def sentence(requirements: list[str], changes: list[Change], **facts: Any) -> str | None:
    """Give the line of an install of 0.1 seconds with uv into `/venv`."""
    rest = {"backend": "uv", "target": "/venv", "overlay": False, "seconds": 0.1, **facts}
    return installed(InstallFinished(requirements, changes, **rest))


def test_one_distribution_is_one_short_line() -> None:
    """What, which version, by whom, how long, where."""
    assert sentence(["humanize"], [Change("humanize", None, "4.17.0")]) == (
        "load: installed humanize 4.17.0 with uv in 0.1 s (into the environment /venv)"
    )


def test_what_was_asked_for_comes_before_what_it_needs() -> None:
    """Names are compared as distribution names are."""
    changes = [Change("numpy", None, "2.4"), Change("Scikit_Learn", None, "1.8"), Change("scipy", None, "1.17")]
    assert sentence(["scikit-learn[all]>=1"], changes) == (
        "load: installed Scikit_Learn 1.8 and what it needs (numpy 2.4, scipy 1.17)"
        " with uv in 0.1 s (into the environment /venv)"
    )
    several = sentence(["scipy", "numpy>=2"], changes)
    assert several is not None
    assert "numpy 2.4, scipy 1.17 and what they need (Scikit_Learn 1.8)" in several


def test_a_replacement_is_told_as_one() -> None:
    """Old and new version are both named, apart from what is new; what goes is told as gone."""
    line = sentence(["pandas"], [Change("numpy", "1.26", "2.4"), Change("pandas", None, "3.1"), Change("x", "1", None)])
    assert line is not None
    assert "installed pandas 3.1, replaced numpy 1.26 → 2.4, removed x 1 with uv in 0.1 s (into" in line


def test_what_is_removed_is_told_as_removed() -> None:
    """From where, and without a time where nobody measured it; the words of a target are not doubled."""
    gone = [Change("a", "1.0", None), Change("b", "2.0", None)]
    assert sentence(["a"], gone) == "load: removed a 1.0, b 2.0 with uv in 0.1 s (from the environment /venv)"
    unmeasured = sentence([], gone, seconds=0.0, target="the environment /venv")
    assert unmeasured == "load: removed a 1.0, b 2.0 with uv (from the environment /venv)"


def test_a_long_list_is_cut() -> None:
    """Six are named and the rest is counted; seven are named, because counting one saves nothing."""
    many = sentence(["big"], [Change("big", None, "1"), *(Change(f"d{i}", None, "1") for i in range(18))])
    assert many is not None
    assert "(d0 1, d1 1, d2 1, d3 1, d4 1, d5 1 and 12 more)" in many
    seven = sentence(["big"], [Change("big", None, "1"), *(Change(f"d{i}", None, "1") for i in range(7))])
    assert seven is not None
    assert "d6 1)" in seven


def test_an_overlay_says_who_sees_it() -> None:
    """Plain `python` does not, which surprises people."""
    line = sentence(["humanize"], [Change("humanize", None, "4.17.0")], overlay=True)
    assert line is not None
    assert line.endswith("into an overlay: seen by programs that use load, not by plain `python`")


def test_where_nothing_changed_there_is_nothing_to_say() -> None:
    """An overlay that is found again is not news."""
    assert sentence(["humanize"], [], backend="none", overlay=True) is None
    assert sentence(["humanize"], [Change("humanize", "4.17.0", "4.17.0")]) is None


@pytest.mark.parametrize(
    ("requirement", "key"),
    [
        ("humanize", "humanize"),
        (" Zope.Interface>=5 ", "zope-interface"),
        ("a--b_.c[x]; python_version > '3'", "a-b-c"),
        ("cv2 @ git+https://host/x", "cv2"),
        ("git+https://host/x", ""),
        ("https://host/x.whl", ""),
        ("./folder", ""),
        ("C:\\folder", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_requirement(requirement: str, key: str) -> None:
    """A path or an address has none."""
    assert distribution_key(requirement) == key


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.0 ms"),
        (0.00042, "0.4 ms"),
        (0.084, "84 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (12.34, "12.3 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (125.2, "2 min 5 s"),
    ],
)
def test_durations_have_the_unit_that_suits_them(seconds: float, text: str) -> None:
    """No unit reaches its limit by rounding."""
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "+0 kB"),
        (-100, "+0 kB"),
        (128_000, "+128 kB"),
        (-131_072, "-131 kB"),
        (21_600_000, "+21.6 MB"),
        (-2_400_000, "-2.4 MB"),
        (1_500_000_000, "+1.50 GB"),
    ],
)
def test_growth_has_its_sign(size: int, text: str) -> None:
    """Megabytes are millions of bytes."""
    assert growth(size) == text
