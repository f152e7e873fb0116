"""The time of children, as a test says it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def over_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Has the time of a child be over when something has happened, however long that takes: `over_after(happened)`."""

    def set_up(happened: Callable[[], object]) -> None:
        communicate = subprocess.Popen.communicate

        def waits(process: subprocess.Popen[str], input: str | None = None, timeout: float | None = None) -> Any:  # noqa: A002
            if timeout is None:
                return communicate(process, input)
            happened()
            raise subprocess.TimeoutExpired(process.args, timeout)

        monkeypatch.setattr(subprocess.Popen, "communicate", waits)

    return set_up
