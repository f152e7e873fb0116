"""Auto-print: one line for each thing loaded."""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

from load import _config, _events
from load._events import Loaded
from load._notebook import auto_print
from load._notebook.auto_print import disable_auto_print, enable_auto_print, maybe_enable
from load._notebook.line import line_of, version_of


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No listener, and nothing decided yet."""
    monkeypatch.setattr(_events, "_subscribers", ())
    monkeypatch.setattr(auto_print, "_chosen", None)
    monkeypatch.setattr(auto_print, "_unsubscribe", None)
    monkeypatch.setattr(auto_print, "_printed", set())
    _config.reread()
    yield
    _config.configure(auto_print=None, quiet=None)
    _config.reread()


def load(name: str, how: str = "imported", module: str = "", memory: int | None = None) -> None:
    """Emit the event of one thing that was loaded."""
    _events.emit(Loaded(name, module or name, how, seconds=0.084, import_seconds=0.05, memory=memory))


def test_it_is_off_until_it_is_switched_on(capsys: pytest.CaptureFixture[str]) -> None:
    """And once it is, standard output stays the program's own."""
    maybe_enable()
    load("json")
    enable_auto_print()
    enable_auto_print()
    load("json")
    assert capsys.readouterr() == ("", "json · imported · 84 ms\n")


def test_switched_off_it_is_really_off(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody listens any more, and the environment does not bring it back."""
    monkeypatch.setenv("LOAD_AUTO_PRINT", "1")
    enable_auto_print()
    disable_auto_print()
    disable_auto_print()
    maybe_enable()
    load("json")
    assert _events._subscribers == ()
    assert capsys.readouterr().err == ""


def test_the_environment_switches_it_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs that nobody wants to change; `configure` in the program is stronger."""
    monkeypatch.setenv("LOAD_AUTO_PRINT", "yes")
    maybe_enable()
    load("json")
    _config.configure(auto_print=False)
    load("ast")
    _config.configure(auto_print=True)
    load("dis")
    assert capsys.readouterr().err == "json · imported · 84 ms\ndis · imported · 84 ms\n"


def test_quiet_silences_it(capsys: pytest.CaptureFixture[str]) -> None:
    """As everything that `load` writes on its own account."""
    _config.configure(quiet=True)
    enable_auto_print()
    load("json")
    assert capsys.readouterr().err == ""


def test_what_was_there_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A loop over something loaded long ago is one line; a second import of the same name is news."""
    enable_auto_print()
    for _ in range(1000):
        load("json", "cached")
    load("json", "imported")
    load("json", "cached")
    assert capsys.readouterr().err == "json · cached · 84 ms\njson · imported · 84 ms\n"


@pytest.mark.parametrize("stream", [None, io.StringIO()], ids=["absent", "closed"])
def test_a_stream_that_takes_nothing_reaches_nobody(
    stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not as an exception, nor as a warning, which the tests would raise."""
    if stream is not None:
        stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    enable_auto_print()
    load("json")
    assert auto_print._printed == {"json"}


def test_the_line_has_version_alias_and_memory() -> None:
    """The version is that of the distribution, whose name may be another; memory only where it is tracked."""
    event = Loaded("markdown_it", "markdown_it", "installed", seconds=1.25, memory=21_600_000)
    assert line_of(event) == f"markdown_it {version('markdown-it-py')} · installed · 1.2 s · +21.6 MB"
    assert line_of(Loaded("plt", "matplotlib.pyplot", "cached", seconds=0.00002)).endswith("(as plt) · cached · 0.0 ms")
    assert "as" not in line_of(Loaded("json>=2", "json", "imported", seconds=1))


def test_versions_come_from_distributions() -> None:
    """Not from the module, which may say something else or have to run code to tell."""
    assert version_of("markdown_it.parser_core") == version("markdown-it-py")
    assert version_of("_pytest") == version("pytest")
    assert version_of("nothing_of_that_name") is None


def test_the_standard_library_has_no_version_of_its_own() -> None:
    """`json.__version__` has been 2.0.9 since 2008."""
    assert version_of("json") is None


def test_a_local_module_may_tell_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that hides a distribution of its name; what is no text is no version."""
    module = ModuleType("markdown_it")
    module.__file__ = str(Path("elsewhere") / "markdown_it.py")
    module.__version__ = "0.1"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "markdown_it", module)
    assert version_of("markdown_it", is_local=True) == "0.1"
    assert version_of("markdown_it") == "0.1"
    module.__version__ = (0, 1)  # type: ignore[attr-defined]
    assert version_of("markdown_it", is_local=True) is None


def test_a_lazy_module_stays_lazy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To print a line runs nobody's code."""
    path = tmp_path / "slowpoke.py"
    path.write_text("raise RuntimeError('it ran')\n")
    spec = importlib.util.spec_from_file_location("slowpoke", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "slowpoke", module)
    assert line_of(Loaded("slowpoke", "slowpoke", "local", seconds=0.001)) == "slowpoke · local · 1.0 ms"


def test_a_module_with_a_hook_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one of its dictionary nor one of its class."""

    class Hooked(ModuleType):
        def __getattr__(self, name: str) -> object:
            pytest.fail(f"asked for {name}")

    module = Hooked("hooked")
    module.__getattr__ = lambda name: pytest.fail(f"asked for {name}")  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "hooked", module)
    assert version_of("hooked") is None
    monkeypatch.setitem(sys.modules, "hooked", object())
    assert version_of("hooked") is None
