"""Auto-print: one line for each thing loaded."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from load import _config, _events
from load._console import loaded_table
from load._events import Change, InstallFinished, Loaded
from load._notebook import auto_print, printers
from load._notebook.arrival import Arrival, version_of
from load._notebook.auto_print import disable_auto_print, enable_auto_print, maybe_enable, set_print_limit
from load._notebook.line import line_of
from load._notebook.printers import register_printer
from load.errors import ConfigError

STANDARD = "from the standard library"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No listener, and nothing decided yet."""
    monkeypatch.setattr(_events, "_subscribers", ())
    monkeypatch.setattr(auto_print, "_chosen", None)
    monkeypatch.setattr(auto_print, "_unsubscribe", None)
    monkeypatch.setattr(auto_print, "_printed", set())
    monkeypatch.setattr(printers, "_printers", ())
    monkeypatch.setattr(printers, "_failed", [])
    _config.reread()
    yield
    disable_auto_print()
    _config.configure(auto_print=None, quiet=None, print_limit=None)
    _config.reread()


def load(name: str, how: str = "imported", module: str = "", memory: int | None = None) -> None:
    """Emit the event of one thing that was loaded."""
    _events.emit(Loaded(name, module or name, how, seconds=0.084, import_seconds=0.05, memory=memory))


def line(event: Loaded, **facts: Any) -> str:
    """The line of an event."""
    return line_of(Arrival(event, **facts))


def test_it_is_off_until_it_is_switched_on(capsys: pytest.CaptureFixture[str]) -> None:
    """And once it is, standard output stays the program's own."""
    maybe_enable()
    load("json")
    enable_auto_print()
    enable_auto_print()
    load("json")
    assert capsys.readouterr() == ("", f"json · imported · 84 ms · {STANDARD}\n")


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
    assert capsys.readouterr().err == f"json · imported · 84 ms · {STANDARD}\ndis · imported · 84 ms · {STANDARD}\n"


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
    assert capsys.readouterr().err == f"json · cached · 84 ms · {STANDARD}\njson · imported · 84 ms · {STANDARD}\n"


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
    expected = f"markdown_it {version('markdown-it-py')} · installed · 1.2 s · +21.6 MB · from site-packages"
    assert line(event) == expected
    assert (
        line(Loaded("plt", "matplotlib.pyplot", "cached", seconds=0.00002))
        .partition(" (as plt) ")[2]
        .startswith("· cached · 0.0 ms")
    )
    assert "(as" not in line(Loaded("json>=2", "json", "imported", seconds=1))


def test_versions_come_from_distributions() -> None:
    """Not from the module, which may say something else or have to run code to tell."""
    assert version_of("markdown_it.parser_core") == version("markdown-it-py")
    assert version_of("_pytest") == version("pytest")
    assert version_of("nothing_of_that_name") is None


def test_the_standard_library_has_no_version_of_its_own() -> None:
    """`json.__version__` has been 2.0.9 since 2008."""
    assert version_of("json") is None


def test_a_local_module_may_tell_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that hides a distribution of its name; what is not text is not a version."""
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
    assert (
        line(Loaded("slowpoke", "slowpoke", "local", seconds=0.001)) == "slowpoke · local · 1.0 ms · from slowpoke.py"
    )


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


def test_the_line_says_what_the_time_went_into() -> None:
    """Where it is a part worth a word: the costliest by name, those that nobody knows last."""
    event = Loaded("pandas", "json", "imported", seconds=0.42)
    assert "420 ms (190 ms in numpy and _lib) · " in line(event, pulled_in={"_lib": 0.1, "numpy": 0.09})
    many = dict.fromkeys(["numpy", "pytz", "six", "re"], 0.05)
    assert "420 ms (200 ms in numpy, pytz and 2 more) · " in line(event, pulled_in=many)
    assert " · 420 ms · " in line(event, pulled_in={"numpy": 0.02})


def test_an_install_shows_what_came_along(capsys: pytest.CaptureFixture[str]) -> None:
    """With the thing that needed it, once; not what another request installs for itself."""
    enable_auto_print()
    came = [Change("Requests", None, "2.32"), Change("idna", None, "3.11"), Change("certifi", "2024", "2025")]
    finished = {"backend": "uv", "target": "t", "overlay": False, "seconds": 1.0}
    _events.emit(InstallFinished(["requests>=2"], came, **finished))
    load("json", "installed")
    load("ast", "installed")
    _events.emit(InstallFinished(["a", "b"], [Change(name, None, "1") for name in "abcdef"], **finished))
    load("dis", "installed")
    assert [line.split(" · ")[1] for line in capsys.readouterr().err.splitlines()] == [
        "installed with idna 3.11 and certifi 2024 → 2025",
        "installed",
        "installed with c 1, d 1 and 2 more",
    ]


def test_a_block_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Of this thread or task alone: others go on; and the setting of a block goes before what the program said."""
    block = _config.Override({"auto_print": False})
    enable_auto_print()

    async def silent() -> None:
        with block:
            await asyncio.sleep(0)
            load("ast")

    async def both() -> None:
        task = asyncio.create_task(silent())
        await asyncio.sleep(0)
        load("json")
        await task

    asyncio.run(both())
    load("dis")
    assert [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()] == ["json", "dis"]


def test_a_limit_is_kept_and_the_rest_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """At the end, or when it is switched off; 0 is nothing but the count."""
    enable_auto_print(limit=2)
    for name in ("json", "ast", "dis", "cmd", "bdb"):
        load(name)
    disable_auto_print()
    assert [line.partition(" ·")[0] for line in capsys.readouterr().err.splitlines()] == [
        "json",
        "ast",
        "load: and 3 more",
    ]
    enable_auto_print(limit=0)
    load("json")
    disable_auto_print()
    assert capsys.readouterr().err == "load: and 1 more\n"


@pytest.mark.parametrize("limit", [-1, 1.5, True, "3"])
def test_a_limit_is_a_whole_number(limit: Any) -> None:
    """Said at once, and nothing is changed."""
    with pytest.raises(ConfigError, match="a whole number"):
        set_print_limit(limit)
    assert _config.get("print_limit") is None


def test_the_environment_sets_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not a number is an error."""
    monkeypatch.setenv("LOAD_PRINT_LIMIT", "7")
    _config.reread()
    assert _config.get("print_limit") == 7
    monkeypatch.setenv("LOAD_PRINT_LIMIT", "few")
    _config.reread()
    with pytest.raises(ConfigError, match="LOAD_PRINT_LIMIT"):
        _config.get("print_limit")


def test_printers_say_what_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The last one first; None leaves it to others, and nothing is a text too."""
    enable_auto_print()
    end = register_printer(lambda arrival: f"got {arrival.module}" if arrival.module != "dis" else None)
    register_printer(lambda arrival: "" if arrival.module == "ast" else None)
    for name in ("json", "ast", "dis"):
        load(name)
    end()
    end()
    load("cmd")
    shown = capsys.readouterr().err.splitlines()
    assert shown == ["got json", f"dis · imported · 84 ms · {STANDARD}", f"cmd · imported · 84 ms · {STANDARD}"]
    with pytest.raises(TypeError, match="a function of one argument"):
        register_printer("loud")  # type: ignore[arg-type]


def test_a_printer_that_fails_is_warned_about_once(capsys: pytest.CaptureFixture[str]) -> None:
    """And what is loaded is told without it; where warnings are errors, that is no error of the program."""

    def broken(arrival: Arrival) -> str:
        raise ValueError("no paper")

    enable_auto_print()
    register_printer(broken)
    with pytest.warns(RuntimeWarning, match=r"broken: ValueError\('no paper'\)"):
        load("json")
    load("ast")  # a second warning would be an error
    assert [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()] == ["json", "ast"]
    register_printer(lambda arrival: 7)  # type: ignore[arg-type,return-value]
    load("dis")
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("load: a printer of load's auto-print failed: ")
    assert "it gave 7" in first
    assert second.startswith("dis · ")


# -- the table ---------------------------------------------------------------------------------------------------------

ROWS = [
    ("numpy (as np)", "2.4.6", "imported", "84 ms", "31 ms in json", "+21.6 MB", "numpy"),
    ("json", "", "cached", "0.0 ms", "", "", "the standard library"),
]


def test_the_table_fits_the_terminal() -> None:
    """What there is no room for is left out column by column; a name that is too long is cut."""
    for columns in (200, 100, 80, 60, 40, 20, 10, 1):
        shown = [text for text, _ in loaded_table.lines(ROWS, 3, columns)]
        assert len(shown) == 4
        assert max(map(len, shown)) <= max(columns - 1, 2)
    assert loaded_table.lines(ROWS, 0, 24)[1][0] == "numpy (as np)   84 ms"
    whole = loaded_table.text(ROWS, 0).splitlines()
    assert whole[0].split() == ["name", "version", "how", "time", "of", "which", "memory", "distribution"]
    assert whole[1].startswith("numpy (as np)  2.4.6    imported   84 ms  31 ms in json  +21.6 MB  numpy")


def test_columns_without_anything_are_left_out() -> None:
    """Memory where it was not measured, versions where all is Python's own."""
    assert loaded_table.text([ROWS[1]], 0).splitlines()[0].split() == ["name", "how", "time", "distribution"]


def test_the_rest_is_counted_also_where_it_is_all() -> None:
    """A limit of 0."""
    assert loaded_table.text([], 1200) == "and 1200 more"


def test_the_text_of_a_printer_is_a_row_of_its_own() -> None:
    """Of as many lines as it has."""
    assert loaded_table.text(["mine", ROWS[1], "two\nlines"], 0).splitlines()[1:] == [
        "mine",
        "json  cached  0.0 ms  the standard library",
        "two",
        "lines",
    ]
