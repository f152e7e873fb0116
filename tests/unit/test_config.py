"""Settings: which layer wins, what no layer may raise, and what is said of a wrong one."""

from __future__ import annotations

import asyncio
import json
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from load import _config, _folders
from load._caller import Caller
from load._config import Override, configure, get, lookup, reread
from load._install.policy import is_known, judge
from load._install.spec import parse
from load._resolve.install import need_of
from load._resolve.presence import Missing
from load._settings import INSTALL_MODES, SETTINGS
from load.errors import ConfigError
from tests.support.environments import Python
from tests.support.library import CHECKOUT

LAYERS = ("machine", "user", "project", "environment", "configure", "override")


class Files:
    """The settings files of one test."""

    def __init__(self, root: Path) -> None:
        self.machine = root / "machine" / "load.toml"
        self.user = root / "config" / "load" / "load.toml"
        self.project = root / "project" / "pyproject.toml"

    def write(self, layer: str, text: str) -> None:
        """Write one file; the text of the project's is below `[tool.load]`."""
        path: Path = getattr(self, layer)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"[tool.load]\n{text}" if layer == "project" else text, encoding="utf-8")
        reread(str(self.project.parent))


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    """No settings but the test's own, whichever way they come."""
    made = Files(tmp_path)
    made.project.parent.mkdir()
    for name in [name for name in os.environ if name.startswith("LOAD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(_folders, "machine_config", lambda: str(made.machine.parent))
    monkeypatch.setattr(_folders, "user_config", lambda: str(made.user.parent))
    monkeypatch.setattr(_config, "_configured", {})
    before = _config._project_start
    reread(str(made.project.parent))
    yield made
    reread(before)


def put(layer: str, files: Files, monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    """Set `timeout` in one layer."""
    if layer in ("machine", "user", "project"):
        files.write(layer, f"timeout = {value}\n")
    elif layer == "environment":
        monkeypatch.setenv("LOAD_TIMEOUT", str(value))
        reread(str(files.project.parent))
    else:
        configure(timeout=value)


@pytest.mark.parametrize("highest", range(len(LAYERS)))
def test_the_highest_layer_wins_and_says_so(highest: int, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every layer up to one set, that one holds, and its origin is named."""
    origins = {
        "machine": str(files.machine),
        "user": str(files.user),
        "project": f"[tool.load] of {files.project}",
        "environment": "LOAD_TIMEOUT",
        "configure": "load.configure()",
        "override": "load.override()",
    }
    for number, layer in enumerate(LAYERS[: min(highest, 4) + 1]):
        put(layer, files, monkeypatch, number + 1)
    if LAYERS[highest] == "override":
        with Override({"timeout": highest + 1}):
            assert lookup("timeout") == (highest + 1, origins["override"])
        assert lookup("timeout") == (5, origins["configure"])
    else:
        assert lookup("timeout") == (highest + 1, origins[LAYERS[highest]])


def test_without_any_layer_the_defaults_hold() -> None:
    """Every default is a value that its own setting accepts."""
    assert lookup("install") == ("known", "default")
    for name, setting in SETTINGS.items():
        assert get(name) == setting.default
        assert setting.valid(setting.default), name


@pytest.mark.parametrize("machine", [None, *INSTALL_MODES])
@pytest.mark.parametrize("environment", [None, *INSTALL_MODES])
def test_nothing_raises_install_above_machine_and_environment(
    machine: str | None, environment: str | None, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The strictest of the two is a ceiling for every later layer, and no floor."""
    if machine:
        files.write("machine", f'install = "{machine}"')
    if environment:
        monkeypatch.setenv("LOAD_INSTALL", environment)
    files.write("user", 'install = "always"')
    files.write("project", 'install = "always"')
    ranks = [INSTALL_MODES.index(mode) for mode in (machine, environment) if mode]
    ceiling = INSTALL_MODES[min(ranks, default=len(INSTALL_MODES) - 1)]
    configure(install="always")
    assert get("install") == ceiling
    with Override({"install": "always"}):
        assert get("install") == ceiling
        with Override({"install": "never"}):
            assert get("install") == "never"
    if ceiling != "always":
        assert lookup("install")[1].endswith("(a ceiling)")


def test_the_ceiling_holds_for_a_mode_of_the_project_alone(files: Files) -> None:
    """A project that somebody hands on cannot make a careful machine careless."""
    files.write("machine", 'install = "ask"')
    files.write("project", 'install = "always"')
    assert lookup("install") == ("ask", f"{files.machine} (a ceiling)")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("install", "sometimes"),
        ("install", "Never"),
        ("install", 1),
        ("install", ["never"]),
        ("backend", "conda"),
        ("timeout", 0),
        ("timeout", -1.5),
        ("timeout", float("nan")),
        ("timeout", True),
        ("timeout", "5"),
        ("offline", 1),
        ("offline", "yes"),
        ("allow", "numpy"),
        ("allow", [1]),
        ("packages", {"a": 1}),
        ("packages", ["a"]),
        ("cache_dir", ""),
        ("cache_dir", 3),
        ("cache_dir", "a\0b"),
    ],
)
@pytest.mark.parametrize("way", ["configure", "override"])
def test_a_value_that_cannot_be_names_key_and_origin(key: str, value: Any, way: str) -> None:
    """The error says the setting, what was given, where, and what it may be; nothing is changed."""
    before = get(key)
    with pytest.raises(ConfigError) as caught:
        configure(**{key: value}) if way == "configure" else Override({key: value})
    error = caught.value
    assert (error.key, error.origin) == (key, f"load.{way}()")
    assert repr(value) in error.message
    assert error.hint == f"set {key} to {SETTINGS[key].expected}"
    assert get(key) == before


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "a b", "-a", "a-", ".", "--index-url http://evil", "./evil", "../../evil", "/abs/evil", "a/b"),
        *("frobx @ file:///evil", "git+https://x/y", "https://h/x.whl", "frobx>=1", "frobx[extra]", "frobx; a", "a\n"),
        *("a\x1b]0;x\x07", "größe", "a,b", "a#b", "a\\b", "C:\\evil"),
    ],
)
def test_what_an_import_name_stands_for_is_the_name_of_a_distribution(value: str, files: Files) -> None:
    """It is handed to the installer: no path, no source and no option; the error names the setting and the key."""
    with pytest.raises(ConfigError, match=r"packages\.google\.cloud = .* is not the name of a distribution") as caught:
        configure(packages={"good": "frobx", "google.cloud": value})
    assert caught.value.key == "packages"
    files.write("project", f"[tool.load.packages]\nfrobx = {json.dumps(value)}\n")
    with pytest.raises(ConfigError, match=r"packages\.frobx = ") as caught:
        get("install")
    assert caught.value.origin == f"[tool.load] of {files.project}"


def test_a_key_that_would_move_a_terminal_is_shown_escaped() -> None:
    """It comes from a file that somebody else may have written."""
    with pytest.raises(ConfigError) as caught:
        configure(packages={"\x1b]0;x\x07": "a b"})
    assert str(caught.value).replace("\n", "").isprintable()


def test_every_name_that_a_distribution_can_have_is_taken() -> None:
    """Letters of both cases, digits, and what may stand between them."""
    names = {"a": "A", "b": "opencv-python-headless", "c": "zope.interface", "d": "3to2", "e": "a_-.9"}
    configure(packages=names)
    assert get("packages") == names


def said(text: str, *, person: bool = False) -> tuple[str, str]:
    """What the policy does about a spec, and the reason."""
    spec = parse(text)
    need = need_of(Missing(text, spec.module, None if spec.is_plain else spec))
    verdict = judge(need, Caller("program.py", 1), person=person)
    assert (verdict.action == "install") or not is_known(need)
    return verdict.action, verdict.reason


_WHEEL = "https://host/frobx-1.0-py3-none-any.whl"


@pytest.mark.parametrize("text", [f"frobx @ {_WHEEL}", _WHEEL, "numpy @ https://host/numpy-66.0-py3-none-any.whl"])
@pytest.mark.parametrize("by", ["allow", "dependencies", "packages"])
def test_an_address_without_a_hash_is_known_by_no_name(text: str, by: str, files: Files) -> None:
    """What lies there may call itself anything; a hash says what is meant."""
    lines = {
        "allow": "allow = ['frobx', 'numpy']",
        "dependencies": "[project]\ndependencies = ['frobx', 'numpy']",
        "packages": "[tool.load.packages]\nfrobx = 'frobx'",
    }
    files.write("project", lines[by])
    assert said(text) == ("refuse", "unknown-name")
    assert said(text, person=True) == ("ask", "unknown-name")
    assert said(f"{text}#sha256={'0' * 64}")[0] == "install"
    configure(install="always")
    assert said(text)[0] == "install"


@pytest.mark.parametrize("text", ["frobx @ pypi:evil", "frobx @ pypi:evil>=1", "frobx @ pypi:evil[extra]"])
def test_where_a_distribution_is_named_its_name_alone_is_allowed(text: str) -> None:
    """An import name in `allow` stands for its own distribution and not for any that claims to bring it."""
    configure(allow=["frobx"])
    assert said(text) == ("refuse", "unknown-name")
    assert said("frobx")[0] == "install"
    assert said("frobx>=1")[0] == "install"
    configure(allow=["evil"])
    assert said(text)[0] == "install"


@pytest.mark.parametrize("layer", ["machine", "user", "project"])
def test_a_wrong_value_in_a_file_names_the_file(layer: str, files: Files) -> None:
    """It is told when a setting is first needed, whichever it is, and each time again."""
    files.write(layer, "offline = 3\n")
    for _ in range(2):
        with pytest.raises(ConfigError) as caught:
            get("install")
        assert caught.value.key == "offline"
        assert str(getattr(files, layer)) in caught.value.origin


@pytest.mark.parametrize(
    ("variable", "text"),
    [("LOAD_INSTALL", "maybe"), ("LOAD_OFFLINE", "perhaps"), ("LOAD_TIMEOUT", "soon"), ("LOAD_PACKAGES", "a=b")],
)
def test_a_wrong_value_in_the_environment_names_the_variable(
    variable: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name that was typed stands in the message."""
    monkeypatch.setenv(variable, text)
    reread()
    with pytest.raises(ConfigError, match=variable) as caught:
        get("install")
    assert (caught.value.key, caught.value.origin) == (variable.removeprefix("LOAD_").lower(), variable)


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("LOAD_OFFLINE", " ON ", True),
        ("LOAD_OFFLINE", "", False),
        ("LOAD_SUBMODULES", "0", False),
        ("LOAD_TIMEOUT", "1.5", 1.5),
        ("LOAD_ALLOW", "numpy, rich  attrs,", ("numpy", "rich", "attrs")),
        ("LOAD_CACHE_DIR", "/x", "/x"),
    ],
)
def test_text_of_the_environment_is_read_as_people_write_it(
    variable: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Switches, numbers, lists and folders."""
    monkeypatch.setenv(variable, text)
    reread()
    assert get(variable.removeprefix("LOAD_").lower()) == value


@pytest.mark.parametrize("layer", ["machine", "user", "project", "configure", "override"])
def test_an_unknown_setting_is_an_error_that_says_what_was_meant(layer: str, files: Files) -> None:
    """A slip in a name never passes in silence: `instal = "never"` would protect nobody."""
    with pytest.raises(ConfigError, match="no setting 'instal'") as caught:
        if layer == "configure":
            configure(instal="never")
        elif layer == "override":
            Override({"instal": "never"})
        else:
            files.write(layer, 'instal = "never"')
            get("timeout")
    assert caught.value.hint == "did you mean 'install'?"
    assert caught.value.key == "instal"


def test_a_setting_like_none_lists_them_all() -> None:
    """Where nothing is near, the hint names every setting."""
    with pytest.raises(ConfigError) as caught:
        configure(zzz=None)
    assert caught.value.hint is not None
    assert all(name in caught.value.hint for name in SETTINGS)


@pytest.mark.parametrize("layer", ["machine", "user", "project"])
@pytest.mark.parametrize(
    "content", [b"install = [load", b"\xff\xfe load", b'load = "\x00"', b"[tool.load]\n[tool.load]\n"]
)
def test_a_file_that_is_no_toml_is_an_error_that_names_it(layer: str, content: bytes, files: Files) -> None:
    """Broken files are never taken for empty ones."""
    files.write(layer, "")
    path: Path = getattr(files, layer)
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="not valid TOML") as caught:
        get("install")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\nload = 3", "tool.load = ['x']", "load = 1\n[tool.other]\nx = 1"])
def test_a_project_file_of_another_form_gives_settings_or_a_config_error(text: str, files: Files) -> None:
    """`tool.load` that is not a table is told; what has no `tool.load` says nothing."""
    files.project.write_text(text)
    reread(str(files.project.parent))
    if "load = 3" in text or "['x']" in text:
        with pytest.raises(ConfigError, match="not a table"):
            get("install")
    else:
        assert get("install") == "known"


def test_a_broken_project_file_without_a_word_of_load_is_not_ours(files: Files) -> None:
    """Somebody else's slip does not keep a program from running."""
    files.project.write_text("this is = = no toml")
    reread(str(files.project.parent))
    assert get("install") == "known"


def test_a_folder_in_the_place_of_a_file_is_a_config_error(files: Files) -> None:
    """What is there and cannot be read is told."""
    files.user.mkdir(parents=True)
    reread(str(files.project.parent))
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        get("install")
    assert caught.value.origin == str(files.user)


def test_a_dash_in_a_key_of_a_file_is_an_underscore(files: Files) -> None:
    """TOML people write `track-memory`."""
    files.write("project", "track-memory = true")
    assert get("track_memory") is True


def test_a_list_of_a_file_cannot_be_changed_by_who_reads_it(files: Files) -> None:
    """Lists become tuples."""
    files.write("project", 'allow = ["a", "b"]')
    assert get("allow") == ("a", "b")


def test_configure_with_none_takes_back_and_all_or_nothing_is_set(files: Files) -> None:
    """One wrong value among several changes nothing."""
    files.write("user", "timeout = 3")
    configure(timeout=7, quiet=True)
    with pytest.raises(ConfigError):
        configure(timeout=None, quiet=False, backend="x")
    assert (get("timeout"), get("quiet")) == (7, True)
    configure(timeout=None)
    assert (get("timeout"), get("quiet")) == (3, True)


def test_overrides_nest_and_end_with_an_error_too() -> None:
    """The innermost holds; each block gives back what was there."""
    with Override({"timeout": 1, "quiet": True}):
        with pytest.raises(LookupError), Override({"timeout": 2}):
            assert (get("timeout"), get("quiet")) == (2, True)
            raise LookupError
        assert get("timeout") == 1
    assert get("timeout") == 600


def test_one_override_can_be_entered_twice() -> None:
    """Leaving the inner block keeps the outer one."""
    same = Override({"timeout": 1})
    with same:
        with same:
            assert get("timeout") == 1
        assert get("timeout") == 1
    assert get("timeout") == 600


def test_an_override_is_not_seen_by_another_thread() -> None:
    """Threads at a barrier, each in a block of its own, see their own value alone."""
    barrier = threading.Barrier(8)
    seen: dict[int, list[float]] = {}

    def work(number: int) -> None:
        barrier.wait()
        with Override({"timeout": number}):
            barrier.wait()
            seen[number] = [get("timeout")]
            barrier.wait()
        seen[number].append(get("timeout"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {number: [number, 600] for number in range(1, 9)}


def test_the_first_overrides_of_a_process_may_race(child: Python) -> None:
    """Several threads that make the first override at once each see their own."""
    code = """
        import sys, threading
        from load import _config
        sys.setswitchinterval(1e-6)
        wrong = []
        def work(number):
            barrier.wait()
            with _config.Override({"timeout": number}):
                if _config.get("timeout") != number: wrong.append(number)
        for _ in range(50):
            _config._overrides = None
            barrier = threading.Barrier(8)
            threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 9)]
            for t in threads: t.start()
            for t in threads: t.join()
        print(wrong)
    """
    assert child.run(code).check().stdout == "[]\n"


def test_an_override_belongs_to_its_task() -> None:
    """Tasks that take turns inside their blocks do not see one another's."""

    async def work(number: int) -> list[float]:
        seen = []
        with Override({"timeout": number}):
            for _ in range(3):
                await asyncio.sleep(0)
                seen.append(get("timeout"))
        return [*seen, get("timeout")]

    async def main() -> list[list[float]]:
        return await asyncio.gather(*(work(number) for number in range(1, 6)))

    assert asyncio.run(main()) == [[number] * 3 + [600] for number in range(1, 6)]


def test_blocks_of_generators_may_end_in_any_order() -> None:
    """Each takes away its own settings and no other's."""

    def block(value: float) -> Iterator[None]:
        with Override({"timeout": value}):
            yield

    first, second = block(1), block(2)
    next(first)
    next(second)
    assert get("timeout") == 2
    assert next(first, "ended") == "ended"
    assert get("timeout") == 2
    assert next(second, "ended") == "ended"
    assert get("timeout") == 600


def test_files_are_read_once_and_again_when_told(files: Files) -> None:
    """A running program does not change its mind with a file."""
    files.write("user", "timeout = 1")
    assert get("timeout") == 1
    files.user.write_text("timeout = 2")
    assert get("timeout") == 1
    reread(str(files.project.parent))
    assert get("timeout") == 2


def test_the_project_is_the_nearest_one_above(files: Files) -> None:
    """A `pyproject.toml` in a folder above is the project's; a nearer one hides it whole."""
    files.write("project", "timeout = 4")
    deep = files.project.parent / "a" / "b"
    deep.mkdir(parents=True)
    reread(str(deep))
    assert (get("timeout"), _config.project_file()) == (4, str(files.project))
    (deep.parent / "pyproject.toml").write_text("")
    reread(str(deep))
    assert get("timeout") == 600


def test_the_dependencies_of_the_project_are_those_of_its_table(files: Files) -> None:
    """Its own and those of its extras, as written; whatever has another form is left out."""
    files.project.write_text(
        '[project]\ndependencies = ["numpy>=2", 3]\n[project.optional-dependencies]\na = ["rich[x]"]\nb = "no"\n'
    )
    reread(str(files.project.parent))
    assert _config.project_dependencies() == ("numpy>=2", "rich[x]")


def test_the_cache_folder_is_absolute_wherever_it_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` and relative folders are meant; without the setting it is the user's cache."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert _config.cache_folder() == _folders.user_cache()
    with Override({"cache_dir": "~/kept"}):
        assert _config.cache_folder() == str(tmp_path / "kept")
    with Override({"cache_dir": "here"}):
        assert _config.cache_folder() == str(Path.cwd() / "here")


def test_a_script_in_a_removed_folder_has_no_project(child: Python, tmp_path: Path) -> None:
    """Without a working directory settings are still to be had."""
    gone = tmp_path / "gone"
    gone.mkdir()
    move = f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r})"
    result = child.run(f"{move}; from load import _config; print(_config.get('install'))")
    assert result.check().stdout == "known\n"


def test_the_page_of_the_settings_is_their_table() -> None:
    """Every setting has its heading and its default there, in both directions; every mode has its row."""
    page = (CHECKOUT / "docs/reference/settings.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### `(\w+)`\n\n\*Default(.*?)\*", page, re.MULTILINE | re.DOTALL))
    assert set(sections) == set(SETTINGS)
    words = {(): "an empty list", None: "cache folder"}
    for name, setting in SETTINGS.items():
        default = setting.default
        if isinstance(default, (str, bool)):
            shown = f"`{json.dumps(default)}`"
        elif isinstance(default, float):
            shown = f"`{default:g}`"
        elif name == "print_limit":
            shown = "no limit"
        else:
            shown = "an empty table" if default == {} else words[default]  # type: ignore[index]
        assert shown in sections[name], name
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(INSTALL_MODES)


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("LOAD_INSTAL", "LOAD_INSTALL"),
        ("LOAD_NO_INSTALL", "LOAD_INSTALL=never"),
        ("LOAD_NO_AUTOPRINT", "LOAD_AUTO_PRINT=0"),
        ("LOAD_OFFLIN", "LOAD_OFFLINE"),
        ("LOAD_CACHEDIR", "LOAD_CACHE_DIR"),
        ("LOAD_EXCLUDE_NEWERS", "LOAD_EXCLUDE_NEWER"),
        ("LOAD_EAGR", "LOAD_EAGER"),
        ("LOAD_INDEX_ACME_PASSWRD", "LOAD_INDEX_ACME_PASSWORD"),
    ],
)
def test_a_misspelt_variable_is_an_error(variable: str, meant: str, child: Python) -> None:
    """It would have no effect, and somebody relies on it."""
    code = "from load import _config\ntry: _config.get('install')\nexcept ValueError as error: print(error)"
    text = child.run(code, env={variable: "never"}).check().stdout
    assert variable in text
    assert f"did you mean {meant}?" in text


def test_variables_of_others_are_left_alone(child: Python) -> None:
    """Also those that begin like ours."""
    others = ["LOAD_BALANCER", "LOAD_PATH", "LOAD_AVERAGE", "LOAD_INDEX_FILE", "LOAD_DEBUG", "LOAD_INDEX_ACME_PASSWORD"]
    code = "from load import _config; print(_config.get('install'))"
    assert child.run(code, env=dict.fromkeys(others, "1")).check().stdout == "known\n"


@pytest.mark.parametrize("variable", ["LOAD_INSTALL", "LOAD_BACKEND", "LOAD_TIMEOUT", "LOAD_CACHE_DIR"])
def test_a_variable_set_to_nothing_is_not_set(variable: str, child: Python) -> None:
    """As in most programs; where nothing is a value (a list of names), it is that value."""
    code = f"from load import _config; print(_config.lookup({variable[5:].lower()!r})[1])"
    assert child.run(code, env={variable: ""}).check().stdout == "default\n"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system does not tell how a process started")
@pytest.mark.parametrize("lift", ["os.environ['LOAD_INSTALL'] = 'always'", "del os.environ['LOAD_INSTALL']"])
def test_a_program_cannot_lift_its_own_ceiling(lift: str, child: Python) -> None:
    """What counts is the environment that the process was started with, before and after `import load`."""
    for code in (f"import os; {lift}; import load", f"import os, load; {lift}"):
        asked = "; load.configure(install='always'); from load import _config; print(_config.lookup('install'))"
        text = child.run(code + asked, env={"LOAD_INSTALL": "never"}).check().stdout
        assert text == "('never', 'LOAD_INSTALL at the start of the process (a ceiling)')\n"


def test_a_folder_may_be_a_path_object(tmp_path: Path) -> None:
    """As `pathlib` gives it."""
    with Override({"cache_dir": tmp_path / "kept"}):
        assert _config.cache_folder() == str(tmp_path / "kept")


def test_indexes_of_several_files_are_put_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project cannot take away what its user's file binds."""
    entry = '{ url = "https://h.invalid/", names = ["x"] }'
    user = tmp_path / "config" / "load"
    user.mkdir(parents=True)
    (user / "load.toml").write_text(f"index.acme = {entry}\n")
    (tmp_path / "pyproject.toml").write_text(f"[tool.load]\nindex.other = {entry}\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    _config.reread(str(tmp_path))
    try:
        assert set(_config.get("index")) == {"acme", "other"}
    finally:
        _config.reread()


def test_an_index_that_a_file_binds_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a project nor the program gives the same name another address; saying the same again changes nothing."""
    user = tmp_path / "config" / "load"
    user.mkdir(parents=True)
    (user / "load.toml").write_text('index.acme = { url = "https://h.invalid/", names = ["x"] }\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    _config.reread(str(tmp_path))
    own = {"url": "https://h.invalid/", "names": ["x"]}
    try:
        with Override({"index": {"acme": own, "more": own}}):
            assert set(_config.get("index")) == {"acme", "more"}
        with Override({"index": {}}):
            assert set(_config.get("index")) == {"acme"}
        with (
            Override({"index": {"acme": {**own, "url": "https://other.invalid/"}}}),
            pytest.raises(ConfigError, match=r"'acme' \(from load.override\(\)\) is another one in "),
        ):
            _config.get("index")
        (tmp_path / "pyproject.toml").write_text(
            '[tool.load]\nindex.acme = { url = "https://h.invalid/", names = ["y"] }\n'
        )
        _config.reread(str(tmp_path))
        with pytest.raises(ConfigError, match="'acme'"):
            _config.get("index")
    finally:
        _config.reread()
