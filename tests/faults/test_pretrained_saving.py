"""Saving a model: all of it or nothing, beside others who save, and over what is not a folder or no file."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from load.errors import ConfigError
from load.registry import Registry
from load.registry.pretrained import AutoRegistry, PretrainedMixin
from tests.support.environments import Python
from tests.support.library import CHECKOUT

POSIX = pytest.mark.skipif(os.name == "nt", reason="of POSIX")


class Model(PretrainedMixin):
    """With a state in a file and in a folder."""

    state: dict[str, str] = {"weights": "1", "parts/0": "1"}  # noqa: RUF012 - replaced, never changed

    def save_state(self, folder: Path) -> None:
        """A file each."""
        assert list(folder.iterdir()) == []
        for name, text in self.state.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)


class Failing(Model):
    """Whose state is half there when it goes wrong."""

    error: BaseException = OSError(28, "No space left on device")

    def save_state(self, folder: Path) -> None:
        """Half of it."""
        super().save_state(folder)
        raise self.error


class PlainModel:
    """One that knows nothing of configs."""

    def __init__(self, config: object) -> None:
        self.config = config


def tree(folder: Path) -> dict[str, str]:
    """Each file below a folder."""
    return {str(each.relative_to(folder)): each.read_text() for each in sorted(folder.rglob("*")) if each.is_file()}


def saved(folder: Path, size: int = 1, **state: str) -> dict[str, str]:
    """What lies in a folder after saving."""
    model = Model({"size": size})
    model.state = state or Model.state
    model.save_pretrained(folder)
    return tree(folder)


# -- all or nothing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OSError(28, "No space left"), ValueError("no"), KeyboardInterrupt(), SystemExit(1)])
def test_a_state_that_cannot_be_saved_leaves_the_old_one(error: BaseException, tmp_path: Path) -> None:
    """Every file of it, and nothing beside."""
    before = saved(tmp_path)
    failing = Failing({"size": 2})
    failing.error, failing.state = error, {"weights": "2", "parts/0": "2", "parts/1": "2", "more/x": "2"}
    with pytest.raises(type(error)) as caught:
        failing.save_pretrained(tmp_path)
    assert caught.value is error
    assert tree(tmp_path) == before
    assert sorted(os.listdir(tmp_path)) == ["config.json", "parts", "weights"]


def test_what_a_state_does_not_name_stays(tmp_path: Path) -> None:
    """As where it is written in place; folders are gone into."""
    (tmp_path / "notes.txt").write_text("mine")
    saved(tmp_path, 1, **{"weights": "1", "parts/0": "1", "parts/1": "1"})
    assert saved(tmp_path, 2, **{"weights": "2", "parts/1": "2", "parts/deep": "2", "new/x": "2"}) == {
        "config.json": '{\n  "size": 2\n}\n',
        "new/x": "2",
        "notes.txt": "mine",
        "parts/0": "1",
        "parts/1": "2",
        "parts/deep": "2",
        "weights": "2",
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("parts/0", "parts", "made a file, and there is a folder"), ("a", "a/b", "made a folder, and there is a file")],
)
def test_a_folder_does_not_take_the_place_of_a_file(old: str, new: str, message: str, tmp_path: Path) -> None:
    """Nor the other way; neither does anything else then."""
    before = saved(tmp_path, 1, **{old: "1", "z": "1"})
    with pytest.raises(OSError, match=message):
        saved(tmp_path, 2, **{new: "2", "z": "2"})
    assert tree(tmp_path) == before


@POSIX
def test_the_operating_system_says_that_there_is_no_room(child: Python, tmp_path: Path) -> None:
    """A limit on the size of files: the error is the system's own, and the old config stands."""
    code = f"""
import os, resource
from load.registry.pretrained import PretrainedMixin
PretrainedMixin({{"size": 1}}).save_pretrained({str(tmp_path)!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    PretrainedMixin({{"size": "x" * 5000}}).save_pretrained({str(tmp_path)!r})
except OSError as error:
    print(error.errno, os.listdir({str(tmp_path)!r}), PretrainedMixin.from_pretrained({str(tmp_path)!r}).config)
"""
    result = child.run(code)
    assert result.stdout.strip() == "27 ['config.json'] {'size': 1}"


@POSIX
def test_a_folder_that_may_not_be_written_to(child: Python, tmp_path: Path) -> None:
    """Is named in the error, and not a file in it that the user never heard of."""
    before = saved(tmp_path)
    child.give_up_rights()
    tmp_path.chmod(0o555)
    code = """
from load.registry.pretrained import PretrainedMixin
for folder in (".", "new"):
    try:
        PretrainedMixin({"size": 2}).save_pretrained(folder)
    except PermissionError as error:
        print(error.filename)
"""
    result = child.run(code, cwd=tmp_path)
    tmp_path.chmod(0o755)
    assert (result.stdout.split(), result.stderr) == ([".", "new"], "")
    assert tree(tmp_path) == before


@POSIX
def test_a_folder_that_may_be_written_to_and_not_listed(child: Python, tmp_path: Path) -> None:
    """Serves all the same."""
    child.give_up_rights()
    tmp_path.chmod(0o300)
    code = """
from load.registry.pretrained import PretrainedMixin
class Model(PretrainedMixin):
    def save_state(self, folder): (folder / "weights").write_text("1")
    def load_state(self, folder): self.weights = (folder / "weights").read_text()
for size in (1, 2):
    Model({"size": size}).save_pretrained(".")
    print(Model.from_pretrained(".").config, Model.from_pretrained(".").weights)
"""
    result = child.run(code, cwd=tmp_path)
    tmp_path.chmod(0o755)
    assert (result.stdout, result.stderr) == ("{'size': 1} 1\n{'size': 2} 1\n", "")
    assert sorted(tree(tmp_path)) == ["config.json", "weights"]


# -- what a kill leaves ------------------------------------------------------------------------------------------------


def left(folder: Path, name: str, age: float) -> Path:
    """What a save leaves that was killed a while ago, in seconds."""
    part = folder / name
    (part / "parts").mkdir(parents=True)
    (part / "parts" / "0").write_text("half")
    now = folder.stat().st_mtime
    for each in (part / "parts" / "0", part / "parts", part):
        os.utime(each, (now - age, now - age))
    return part


@POSIX
def test_a_save_that_is_killed(child: Python, tmp_path: Path) -> None:
    """Leaves the old model whole, and what it had made beside it, which a later save takes away."""
    before = saved(tmp_path)
    code = f"""
import os, signal
from load.registry.pretrained import PretrainedMixin
class Model(PretrainedMixin):
    def save_state(self, folder):
        (folder / "weights").write_text("2")
        os.kill(os.getpid(), signal.SIGKILL)
Model({{"size": 2}}).save_pretrained({str(tmp_path)!r})
"""
    assert child.run(code).returncode == -signal.SIGKILL
    (part,) = tmp_path.glob("*.part")
    assert {name: text for name, text in tree(tmp_path).items() if ".part" not in name} == before
    saved(tmp_path, 3)
    assert part.exists()  # for all that can be known, somebody is at it
    for each in (part / "weights", part):
        os.utime(each, (0, 0))
    saved(tmp_path, 3)
    assert not part.exists()


def test_what_others_are_at_is_left_alone(tmp_path: Path) -> None:
    """Only what is old, and named as this class of models names it, is taken away."""
    hour = 60 * 60
    old = left(tmp_path, "config.json.0123abcd.part", hour + 60)
    others = [
        left(tmp_path, "config.json.0123abce.part", hour - 60),
        left(tmp_path, "other.json.0123abcd.part", 2 * hour),
        left(tmp_path, "config.json.0123abcd.parts", 2 * hour),
        left(tmp_path, "config.json.0123.part", 2 * hour),
        left(tmp_path, "xconfig.json.0123abcd.part", 2 * hour),
    ]
    busy = left(tmp_path, "config.json.0123abcf.part", 2 * hour)
    (busy / "parts" / "0").write_text("growing")
    saved(tmp_path)
    assert not old.exists()
    assert all(each.exists() for each in (*others, busy))


# -- several at once ---------------------------------------------------------------------------------------------------


def test_two_processes_that_save_at_once_leave_the_model_of_one(tmp_path: Path) -> None:
    """State and config belong together, and nothing is left beside them."""
    code = f"""
import sys
from load.registry.pretrained import PretrainedMixin
class Model(PretrainedMixin):
    def save_state(self, folder):
        for name in "abcdef":
            (folder / name).write_text(str(self.config["size"]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    Model({{"size": int(sys.argv[1]) * 1000 + number}}).save_pretrained({str(tmp_path)!r})
"""
    run = [sys.executable, "-c", code]
    with contextlib.ExitStack() as stack:
        savers = [
            stack.enter_context(
                subprocess.Popen(
                    [*run, str(at)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
                )
            )
            for at in range(3)
        ]
        for saver in savers:
            assert saver.stdout is not None
            assert saver.stdout.readline().strip() == b"ready"
        for saver in savers:  # each waits for this, and saves beside the others
            assert saver.stdin is not None
            saver.stdin.write(b"go\n")
            saver.stdin.flush()
        outcomes = [saver.communicate()[1] for saver in savers]
    assert outcomes == [b"", b"", b""]
    found = tree(tmp_path)
    assert sorted(found) == ["a", "b", "c", "config.json", "d", "e", "f"]
    if os.name != "nt":
        assert {found[name] for name in "abcdef"} == {str(json.loads(found["config.json"])["size"])}


@POSIX
def test_files_are_moved_alone_and_the_config_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the names: where the config is new, so is all else, and nobody moves anything in between."""
    import fcntl

    moved: list[str] = []
    replace = os.replace

    def watched(source: str, target: str) -> None:
        moved.append(os.path.relpath(target, tmp_path))
        folder = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
        os.close(folder)
        replace(source, target)

    monkeypatch.setattr(os, "replace", watched)
    for _ in range(2):
        saved(tmp_path, 1, **{"weights": "1", "a": "1", "parts/0": "1"})
    assert moved == ["a", "parts", "weights", "config.json", "a", "parts/0", "weights", "config.json"]
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # free again
    os.close(folder)


class Loading(Model):
    """Whose state is read while others save."""

    def load_state(self, folder: Path) -> None:
        """Both files of it; `meanwhile` is what others do between the two."""
        self.state = {"weights": (folder / "weights").read_text()}
        type(self).meanwhile()
        self.state["parts/0"] = (folder / "parts/0").read_text()

    meanwhile: Callable[[], object] = lambda: None


def test_who_loads_while_others_save_gets_all_of_one_save(tmp_path: Path) -> None:
    """Never the config of one and the state of another; it is made anew."""
    saved(tmp_path, 1)
    loads: list[int] = []

    def meanwhile() -> None:
        loads.append(1)
        if len(loads) < 4:
            saved(tmp_path, len(loads) + 1, **{"weights": f"{len(loads) + 1}", "parts/0": f"{len(loads) + 1}"})

    model = type("Model", (Loading,), {"meanwhile": staticmethod(meanwhile)})
    found = model.from_pretrained(tmp_path)
    assert (found.config, found.state) == ({"size": 4}, {"weights": "4", "parts/0": "4"})
    assert len(loads) == 4


def test_a_state_that_goes_away_while_it_is_loaded(tmp_path: Path) -> None:
    """Is an error if nobody saved; else that of what was saved is loaded; a restless folder is given up."""
    saved(tmp_path, 1)
    (tmp_path / "parts" / "0").unlink()
    with pytest.raises(FileNotFoundError, match="parts"):
        Loading.from_pretrained(tmp_path)
    again = type("Model", (Loading,), {"meanwhile": staticmethod(lambda: saved(tmp_path, 2))})
    (tmp_path / "parts" / "0").write_text("1")
    with pytest.raises(ConfigError, match=r"was saved to anew each of the 20 times that it was loaded"):
        again.from_pretrained(tmp_path)


# -- links, pipes, devices ---------------------------------------------------------------------------------------------


@POSIX
def test_a_folder_that_is_a_link(tmp_path: Path) -> None:
    """Is followed; one that leads nowhere is called what it is, by reading and writing."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    saved(tmp_path / "link")
    assert Model.from_pretrained(tmp_path / "real").config == {"size": 1}
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "lost").symlink_to("nowhere")
    for act in (Model.from_pretrained, Model({}).save_pretrained):
        with pytest.raises(ConfigError, match=r"lost is a link that leads nowhere\."):
            act(tmp_path / "lost")
    assert os.readlink(tmp_path / "lost") == "nowhere"


@POSIX
def test_a_config_that_is_a_link_to_itself(tmp_path: Path) -> None:
    """Is told, and replaced."""
    (tmp_path / "config.json").symlink_to("config.json")
    with pytest.raises(ConfigError, match=r"config\.json is a link that leads nowhere"):
        Model.from_pretrained(tmp_path)
    saved(tmp_path)
    assert Model.from_pretrained(tmp_path).config == {"size": 1}


@pytest.fixture
def no_file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Something in the place of a config."""
    path = tmp_path / "config.json"
    made: dict[str, Callable[[], object]] = {
        "a folder": path.mkdir,
        "a pipe": lambda: os.mkfifo(path),
        "a device": lambda: path.symlink_to("/dev/zero"),
        "a socket": lambda: os.mknod(path, stat.S_IFSOCK | 0o600),
    }
    made[request.param]()
    yield request.param
    assert os.path.lexists(path)


@pytest.mark.parametrize(
    "no_file",
    ["a folder", *(pytest.param(kind, marks=POSIX) for kind in ("a pipe", "a device", "a socket"))],
    indirect=True,
)
def test_a_config_that_is_no_file(no_file: str, tmp_path: Path) -> None:
    """Is neither waited for nor replaced."""
    auto: AutoRegistry[Any] = AutoRegistry(Registry("models"))
    for act in (Model.from_pretrained, auto.from_pretrained, Model({}).save_pretrained):
        with pytest.raises(ConfigError, match=rf"config\.json is {no_file}, not a file\.") as caught:
            act(tmp_path)
        assert isinstance(caught.value, OSError)
        assert caught.value.filename == str(tmp_path / "config.json")
    assert os.listdir(tmp_path) == ["config.json"]


def test_what_no_path_can_be(tmp_path: Path) -> None:
    """A text with a null byte, or with half of a surrogate pair."""
    for act in (Model.from_pretrained, Model({}).save_pretrained, AutoRegistry[Any](Registry("m")).from_pretrained):
        with pytest.raises(ConfigError, match=r"x\\x00y' is not a path: it has a null byte"):
            act(tmp_path / "x\0y")
        with pytest.raises(ConfigError, match=r"it has a character that no name can have"):
            act(f"{tmp_path}/\ud800")
        for odd in (None, 3):
            with pytest.raises(TypeError):
                act(odd)  # type: ignore[arg-type]
    assert os.listdir(tmp_path) == []


# -- files as large as nobody expects them -----------------------------------------------------------------------------

MANY = 100_000
KEYS = ",".join(f'"k{number}": 1' for number in range(MANY))
LARGE: dict[str, tuple[str, str]] = {
    "a key twice": (f'{{{KEYS}, "k{MANY - 1}": 2}}', "has the key 'k99999' twice"),
    "no type": (f"{{{KEYS}}}", "There is no 'model_type' in"),
    "unknown keys": (f'{{"model_type": "plain", {KEYS}}}', r"Config has no 'k0' and no 'k1' .* and 99,988 more\."),
    "unknown keys of pydantic": (f'{{"model_type": "strict", {KEYS}}}', r"(?s)k0: Extra inputs .* and 99,988 more"),
    "a long key": (f'{{"model_type": "plain", "{"k" * MANY}": 1}}', r"no 'kkk.*\(100,000 characters\)"),
    "a long type": (f'{{"model_type": "{"b" * MANY}"}}', r"(?s)There is no 'bbb.*\(100,000 characters\).*'plain'"),
    "a long value": (f'{{"model_type": "plain", "kind": "{"b" * MANY}"}}', r"'kind' is 'bbb.*\(100,000 characters\)"),
    "a long key twice": (
        f'{{"{"k" * MANY}": 1, "{"k" * MANY}": 1}}',
        r"has the key 'kkk.*\(100,000 characters\) twice",
    ),
    "a large value": (f'{{"model_type": "plain", "kind": [{"1," * MANY}1]}}', r"'kind' is \[1, 1.*characters\)"),
    "a long number": ('{"model_type": "plain", "kind": %s}' % ("9" * MANY), "holds a number of too many digits"),
    "a large number": ('{"kind": 1%se9}' % ("0" * MANY), r"holds the number 1000.*, which is too large"),
}


@pytest.fixture
def models() -> AutoRegistry[Any]:
    """Some that are strict."""
    import enum
    from dataclasses import make_dataclass

    kind = enum.Enum("Kind", {"GOOD": "good"})
    config = make_dataclass("Config", [("model_type", str), ("kind", kind, kind.GOOD)])
    made: AutoRegistry[Any] = AutoRegistry(Registry("models"), config_class=config)
    made.register("plain", PlainModel)
    return made


@pytest.mark.parametrize("case", LARGE)
def test_an_error_about_a_large_file_is_short(case: str, models: AutoRegistry[Any], tmp_path: Path) -> None:
    """And comes at once: nothing is compared with everything."""
    text, message = LARGE[case]
    if "pydantic" in case:
        pydantic = pytest.importorskip("pydantic", minversion="2")
        strict = pydantic.create_model("Strict", __config__=pydantic.ConfigDict(extra="forbid"), model_type=(str, "x"))
        models.registry["strict"] = type("Strict", (PretrainedMixin,), {"config_class": strict})
    (tmp_path / "config.json").write_text(text)
    with pytest.raises((ConfigError, KeyError), match=message) as caught:
        models.from_pretrained(tmp_path)
    assert len(str(caught.value)) < 3000
    assert len(str(caught.value).splitlines()) < 20


def test_a_type_that_is_null_is_told_as_null(models: AutoRegistry[Any], tmp_path: Path) -> None:
    """It is there; nobody is told to write it instead of itself."""
    (tmp_path / "config.json").write_text('{"model_type": null, "mode_type": 1}')
    with pytest.raises(ConfigError, match=r"'model_type' in .* is null, and has to be a text") as caught:
        models.from_pretrained(tmp_path)
    assert "→ write one of the types as 'model_type'" in str(caught.value)
    with pytest.raises(ConfigError, match="There is no 'model_type' in the config"):
        models.from_config(object())
