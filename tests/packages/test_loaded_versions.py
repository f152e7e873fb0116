"""The case that breaks programs elsewhere, with real packages: an older numpy is loaded, and pandas asked for."""

from __future__ import annotations

import pytest

from tests.support.environments import Environment

pytestmark = pytest.mark.registry

OLD = "1.26.4"
CODE = """
    import numpy
    import load
    before = numpy.__version__
    try:
        pandas = load({spec!r})
        print(pandas.__version__, float(pandas.Series([1, 2]).mean()))
    except ImportError as error:
        print(type(error).__name__)
    import subprocess, sys
    on_disk = subprocess.run(
        [sys.executable, "-c", "import numpy; print(numpy.__version__)"], capture_output=True, text=True
    ).stdout.strip()
    print(before, numpy.__version__, on_disk, float(numpy.ones(3).sum()))
"""


@pytest.fixture
def with_old_numpy(venv: Environment) -> Environment:
    """An environment with a numpy before 2; skipped where there is no wheel of it for this Python."""
    if venv.uv_pip("install", "--only-binary", ":all:", f"numpy=={OLD}").returncode != 0:
        pytest.skip(f"there is no wheel of numpy {OLD} for this Python")
    return venv


def test_a_release_of_pandas_that_goes_with_the_loaded_numpy_is_taken(with_old_numpy: Environment) -> None:
    """The solve is held to what is loaded: pandas works, and numpy on disk is the one in memory."""
    lines = with_old_numpy.run(CODE.format(spec="pandas"), timeout=300).check().stdout.splitlines()
    assert lines[0].endswith(" 1.5")
    assert lines[1] == f"{OLD} {OLD} {OLD} 3.0"


def test_a_release_that_cannot_is_a_conflict(with_old_numpy: Environment) -> None:
    """Nothing is changed under the running program."""
    venv = with_old_numpy
    lines = venv.run(CODE.format(spec="contourpy @ pypi:numpy>=2"), timeout=300).check().stdout.splitlines()
    assert lines == ["VersionConflict", f"{OLD} {OLD} {OLD} 3.0"]
