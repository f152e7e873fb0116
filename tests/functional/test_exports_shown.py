"""Specialised exports and isolated workers as text, in a notebook and under rich; nothing is loaded or asked for it."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import Console

import load
from load.exports import EinopsExports, SpecializedExports, TorchExports
from load.exports._background_status import BackgroundStatus
from tests.support.environments import Python
from tests.support.exports import own_registry

BAD = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """What a test registers is gone after it."""
    with own_registry():
        yield


def by_rich(thing: object, width: int = 120) -> str:
    """What rich prints of it."""
    out = io.StringIO()
    Console(file=out, width=width).print(thing)
    return out.getvalue()


def pretty(thing: object) -> str:
    """What IPython prints of it at a prompt."""
    printers = pytest.importorskip("IPython.lib.pretty", reason="ipython is not installed")
    return str(printers.pretty(thing))


class Colors(SpecializedExports):
    """Of a module of Python's own."""

    package = "colorsys"
    exports = {"third": "colorsys.ONE_THIRD", "to_hsv": "colorsys.rgb_to_hsv"}  # noqa: RUF012 - as people write it
    optional = {"fast": ("colours_of_nobody.fast", "colours>=2"), "slow": "colorsys.slow"}  # noqa: RUF012


def test_names_and_which_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """As text, as a table of a notebook and under rich; being shown imports nothing, and `repr` is one line."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    colors: Any = Colors()
    assert str(colors).splitlines() == [
        "Colors: 4 names of colorsys, which is not loaded; 0 given",
        "name    stands for              given  needs",
        "----    ----------              -----  -----",
        "third   colorsys.ONE_THIRD      no",
        "to_hsv  colorsys.rgb_to_hsv     no",
        "fast    colours_of_nobody.fast  no     colours>=2",
        "slow    colorsys.slow           no     may be missing",
    ]
    assert "colours&gt;=2" in colors._repr_html_()
    assert "colours_of_nobody.fast" in by_rich(colors)
    assert pretty(colors) == str(colors)
    assert "colorsys" not in sys.modules
    assert vars(colors) == {}
    assert colors.third
    assert "Colors: 4 names of colorsys, which is loaded; 1 given" in by_rich(colors)
    assert "<tr><th" not in colors._repr_html_().partition("<tbody>")[2]
    assert repr(colors) == "<Colors: 4 names of 'colorsys'>"
    assert pretty([colors]) == "[<Colors: 4 names of 'colorsys'>]"
    with pytest.raises(ImportError):
        _ = colors.slow
    assert str(colors).splitlines()[-1].startswith("the last error: AttributeNotFound: Colors.slow is not there")


def test_long_tables_and_hostile_names() -> None:
    """Text shows forty rows, a notebook fifty, folded away; whatever a name stands for is text."""
    torch = TorchExports()
    lines = str(torch).splitlines()
    assert len(lines) == 44
    assert lines[-1] == f"and {len(torch._entries) - 40} more"
    assert torch._repr_html_().count("<tr>") == 51
    assert "<details><summary" in torch._repr_html_()
    exports = {f"name_{at}": "json.dumps" for at in range(2)}
    wild = type(BAD, (SpecializedExports,), {"package": "json", "exports": exports})()
    for shown in (str(wild), by_rich(wild)):
        assert BAD in " ".join(shown.split())
    assert "<img" not in wild._repr_html_()
    assert "\x1b" not in str(wild) + by_rich(wild, 20)


@pytest.mark.parametrize("make", [load.memory_usage, BackgroundStatus, EinopsExports])
def test_ipython_at_a_terminal_shows_what_print_does(make: Callable[[], object]) -> None:
    """It takes the nearest of `__repr__` and `_repr_pretty_`: a class with the first has the second as well."""
    thing = make()
    assert pretty(thing).strip() == str(thing).strip()
    assert pretty([thing]).count("\n") == 0


def test_a_worker_at_work() -> None:
    """Its process, its memory and its calls; that it is busy keeps nobody from looking at it."""
    with load.isolated("time", "json") as worker:
        assert worker.versions.keys() == {"time", "json"}
        future = worker.submit("time:sleep", 30)
        while not future.running():
            pass
        waiting = [worker.submit("time:sleep", 0) for _ in range(3)]
        waiting[0].cancel()
        shown = str(worker).splitlines()
        assert shown[0] == "isolated('time', 'json')"
        facts = {name.strip(): fact.strip() for name, _, fact in (line.partition(":") for line in shown[1:])}
        assert facts["process"] == str(worker.pid)
        assert facts.get("memory", "").endswith("MB") == (worker.memory is not None)  # a bare chroot does not tell it
        assert (facts["runs"], facts["waiting"]) == ("time:sleep", "2 calls")
        assert facts["versions"] == "time, json"
        assert "<th>process</th>" in worker._repr_html_()
        assert "2 calls" in by_rich(worker)
        assert pretty(worker).splitlines()[0] == "isolated('time', 'json')"
        worker.close(cancel=True)
    assert str(worker).splitlines()[1].split(":")[1].strip() == "none, it was closed"
    assert repr(worker) == "<isolated('time', 'json'): no worker>"


def test_a_worker_that_has_ended() -> None:
    """It says that the next call gets a new one; what it is called is text."""
    with load.isolated() as worker:
        with pytest.raises(load.errors.WorkerDied):
            worker.call("os:_exit", 3)
        assert "none until the next call" in str(worker)
        assert threading.active_count() >= 1
        worker._title = BAD
        assert "<img" not in worker._repr_html_()
        assert BAD in by_rich(worker)


def test_who_never_looks_pays_nothing(child: Python) -> None:
    """What draws is imported when something is drawn."""
    code = """
        import sys, load
        from load.exports import EinopsExports
        with load.isolated() as worker:
            worker.call("os:getpid"), repr(worker), repr(EinopsExports())
        print([name for name in ("load._picture", "load._console.pictures", "rich") if name in sys.modules])
        print(str(EinopsExports()).splitlines()[0])
    """
    lines = child.run(code).check().stdout.splitlines()
    assert lines == ["[]", "EinopsExports: 17 names of einops, which is not loaded; 0 given"]
