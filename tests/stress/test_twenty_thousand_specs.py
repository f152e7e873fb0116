"""Twenty thousand texts as specs: only the two errors for bad ones come out, and no text becomes an option."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from load import _process
from load._caller import NOBODY
from load._install.failures import BackendError
from load._install.job import Job
from load._install.pip import Pip
from load._install.policy import Need
from load._install.spec import parse
from load._install.uv import Uv
from load._resolve.install import need_of
from load._resolve.lacking import lacking
from load.errors import ResolveError, SourceError
from tests.unit.test_spec import ALIASES, NAMES, PIECES, VERSIONS

COUNT = 20_000
EXTRAS = st.sampled_from(["", "[a]", "[a,b-c]", "[-e]", "[--pre]"])
SOURCES = st.sampled_from(
    [
        *("", "gh:o/r@", "gh:o/r@-", "git+https://h/r@", "git+ssh://-oProxyCommand=x/", "pypi:", "pypi:-"),
        *("https://h/", "./-"),
    ]
)
LIKELY = st.builds("{}={}{}{}".format, ALIASES, NAMES, EXTRAS, VERSIONS)
NAMED = st.builds("{} @ {}{}".format, NAMES, SOURCES, st.text(max_size=12))
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map("".join), LIKELY, NAMED)

# What the two backends are given by us, and nothing else that begins with a dash.
OWN = {
    *("-P", "-m", "--python", "--color", "--dry-run", "--break-system-packages", "--constraint", "--only-binary"),
    *("--no-binary", "--target", "--no-deps", "--editable", "--disable-pip-version-check", "--no-input", "--no-color"),
    *("--no-compile", "--progress-bar", "--report", "--log", "--"),
    *("--requirement", "--requirements"),
}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The command lines that would be run; none is."""
    seen: list[Sequence[str]] = []

    def run(command: Sequence[str], **_: Any) -> _process.Finished:
        seen.append(command)
        return _process.Finished(command, 1, "", "not run", 0.0)

    monkeypatch.setattr(_process, "run", run)
    return seen


def given_to_backends(need: Need, scratch: Path) -> None:
    """Have both backends make their command lines of a need."""
    job = Job(
        [] if need.editable else [need.requirement],
        editables=[need.requirement] if need.editable else [],
        built=[need.distribution] if need.builds and need.distribution else [],
        scratch=str(scratch),
        dry_run=True,
    )
    for backend in (Uv("uv"), Pip()):
        with pytest.raises(BackendError):
            backend.run(job)


def check_command(command: Sequence[str]) -> None:
    """Every word that begins with a dash is one of ours, and what a person wrote stands behind the `--`."""
    foreign = [word for word in command if word.startswith("-") and word not in OWN]
    assert foreign == [], command
    assert all("\0" not in word and "\n" not in word for word in command)


def test_twenty_thousand_specs(commands: list[Sequence[str]], tmp_path: Path) -> None:
    """Each ends in a command line that holds no option of its own making, or in a typed error."""
    ends: Counter[str] = Counter()

    @settings(
        max_examples=COUNT,
        deadline=None,
        derandomize=False,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(TEXTS)
    def one(text: str) -> None:
        commands.clear()
        try:
            missing = lacking(parse(text), NOBODY)
            need = None if missing is None else need_of(missing)
        except (SourceError, ResolveError) as error:
            ends[type(error).__name__] += 1
            return
        ends["there" if need is None else "need"] += 1
        if need is not None:
            given_to_backends(need, tmp_path)
            for command in commands:
                check_command(command)

    one()
    print(dict(ends))
    assert sum(ends.values()) >= COUNT
    assert ends["need"] > COUNT // 20, "enough of them get as far as a command line"
    assert ends["SourceError"] > COUNT // 20
