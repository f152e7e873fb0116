"""Without a network: refused at once where it is known already, and what is there is used without any process."""

from __future__ import annotations

import pytest

from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment

GONE = {
    "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple/",
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple/",
    "UV_HTTP_RETRIES": "0",
    "PIP_RETRIES": "0",
    "PIP_DEFAULT_TIMEOUT": "2",
}
TWICE = """
    import sys, time
    started = []
    sys.addaudithook(
        lambda event, args: started.append(args) if event in ("subprocess.Popen", "socket.connect") else None
    )
    import load
    def ask(name):
        before, count = time.process_time(), len(started)
        try:
            load(name)
        except ImportError as error:
            kind = f"{type(error).__name__} {getattr(error, 'reason', '')} {error.name}"
        return kind, len(started) - count, time.process_time() - before
    first = ask("humanize")
    print(*first[:2])
    later = [ask(name) for name in ("tabulate", "pluggy", "humanize", "toolz")]
    print(sorted({count for _, count, _ in later}), later[0][0], file=sys.stdout)
    print("quick" if sorted(seconds for _, _, seconds in later)[1] < 0.05 else later)
"""


@BACKENDS
def test_an_index_that_is_gone_is_asked_once(venv: Environment, backend: str) -> None:
    """The first request pays for finding it out; the following are refused without any process or connection.

    What they take of a processor is measured, whatever else it has to do, and is less than 50 ms.
    """
    result = venv.run(TWICE, env={**GONE, "LOAD_BACKEND": backend}, timeout=100).check()
    first, later, pace = result.stdout.splitlines()
    assert first.startswith("InstallError  humanize ")
    assert later == "[0] InstallRefused offline tabulate"
    assert pace == "quick"


@pytest.mark.parametrize("kind", ["venv", "bare"])
def test_what_is_there_starts_no_process(request: pytest.FixtureRequest, kind: str) -> None:
    """With a version asked for, by any face: nothing is started, and no index is needed."""
    python: Environment = request.getfixturevalue(kind)
    code = """
        import sys
        started = []
        sys.addaudithook(lambda event, args: started.append(args) if event == "subprocess.Popen" else None)
        import load
        load.packaging; load("packaging>=1"); load.import_aliases("packaging", "pkg=packaging")
        load.install("packaging")
        import load.packaging
        print(load.why("packaging").found, bool(load.plan("packaging")), len(started))
    """
    assert python.run(code, env=GONE).check().stdout.split()[-2:] == ["False", "0"]


def test_offline_is_said_before_anything_is_started(venv: Environment) -> None:
    """The setting refuses by itself."""
    code = TWICE.replace('first = ask("humanize")', 'load.configure(offline=True); first = ask("humanize")')
    assert venv.run(code).check().stdout.splitlines()[0] == "InstallRefused offline humanize 0"
