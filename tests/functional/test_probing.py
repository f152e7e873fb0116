"""Nothing that only looks names up imports, installs, or raises anything but AttributeError; see `probing`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.functional import probing


@pytest.mark.parametrize("probe", probing.PROBES)
def test_a_probe_asks_for_nothing(probe: str, tmp_path: Path) -> None:
    """In an interpreter of its own, no foreign module is imported and the Resolver is not called."""
    if probe in probing.NEEDS and importlib.util.find_spec(probing.NEEDS[probe]) is None:
        pytest.skip(f"{probing.NEEDS[probe]} is not installed")
    probing.lay_out(tmp_path)
    result = probing.run(probe, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.endswith("nothing was asked for\n")


def test_the_decoys_are_seen_when_they_are_asked_for(tmp_path: Path) -> None:
    """The check of the probes bites: a plain attribute, an import statement and a call are all counted."""
    probing.lay_out(tmp_path)
    for asking in ("load.cupy", "from load import torch", "load('cupy')", "load['cupy']", "import load.no_such_module"):
        probing.PROBES["asking"] = asking
        try:
            result = probing.run("asking", tmp_path)
        finally:
            del probing.PROBES["asking"]
        assert result.returncode == 1, asking
        assert "AssertionError: [('resolve_" in result.stderr, asking
