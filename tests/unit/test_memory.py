"""Readings of this process's memory."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from load import _memory
from load._memory import resident, unique
from tests.support.environments import Python

PROC = Path("/proc/self/statm").exists()

pytestmark = pytest.mark.skipif(sys.platform == "linux" and not PROC, reason="there is no /proc here")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the descriptor on statm is Linux's")


@pytest.fixture
def spare() -> Iterator[list[int]]:
    """Descriptors to close at the end."""
    opened: list[int] = []
    yield opened
    for descriptor in opened:
        os.close(descriptor)


def test_the_resident_size_is_that_of_psutil() -> None:
    """To within what a reading itself may take."""
    assert abs(resident() - psutil.Process().memory_info().rss) < 4_000_000


def test_memory_that_is_used_is_seen(child: Python) -> None:
    """Fifty megabytes, give or take some; in a process of its own, where no other test's memory is used again."""
    code = """
        import os
        from load._memory import resident
        before = resident()
        block = bytearray(os.urandom(1024)) * 50_000
        print(resident() - before, len(block))
    """
    grown, size = map(int, child.run(code).check().stdout.split())
    assert size == 51_200_000
    assert 45_000_000 < grown < 60_000_000


def test_unique_memory_is_some_of_the_resident() -> None:
    """Where the system tells it at all."""
    size = unique()
    assert size is not None
    assert 0 < size <= resident() + 4_000_000


@linux_only
def test_a_descriptor_that_somebody_closed_is_opened_again(spare: list[int]) -> None:
    """Daemons close them all, and another file may stand under its number then."""
    before = resident()
    taken = _memory._statm
    with open(os.devnull, "rb") as other:
        os.dup2(other.fileno(), taken)  # closes what it stands for, and puts the other in its place
    spare.append(taken)
    assert abs(resident() - before) < 4_000_000
    assert os.fstat(taken).st_rdev == os.stat(os.devnull).st_rdev


@linux_only
def test_without_proc_the_peak_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever needs a size that can shrink can tell."""
    before = resident()
    assert not _memory.is_peak

    def nothing(path: str, flags: int) -> int:
        raise FileNotFoundError(2, "No such file or directory", path)

    monkeypatch.setattr(_memory, "_statm", -1)
    monkeypatch.setattr(os, "open", nothing)
    monkeypatch.setattr(_memory, "is_peak", False)
    assert resident() >= before - 4_000_000  # the two counters of the kernel are not of one moment
    assert _memory.is_peak
    monkeypatch.undo()
    assert not _memory.is_peak


def test_elsewhere_psutil_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS and Windows."""
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(_memory, "_open", lambda: pytest.fail("opened statm"))
    assert abs(resident() - psutil.Process().memory_info().rss) < 4_000_000


def test_denied_readings_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems keep it to themselves."""

    def denied(self: psutil.Process) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil.Process, "memory_full_info", denied)
    assert unique() is None
