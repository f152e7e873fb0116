"""A headless Chromium, driven by selenium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    *("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "no-first-run", "hide-scrollbars"),
    "disable-dev-shm-usage",  # containers have little there, and the page would crash
)
_SECONDS = 150  # that a script of a page may take, on a busy machine


@contextmanager
def chromium(profile: Path, flags: Sequence[str] = ()) -> Iterator[Any]:
    """A browser with a profile of its own; the test is skipped, and says why, where there is none.

    Args:
        profile: folder of the profile.
        flags: more flags, without their dashes.
    """
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install '.[browser]'")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("there is no Chromium here, or no chromedriver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*_FLAGS, *flags, f"user-data-dir={profile}"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    running = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    running.set_script_timeout(_SECONDS)
    try:
        yield running
    finally:
        running.quit()
