"""Credentials that somebody wrote where they do not belong appear in no error, note, answer or file for others."""

from __future__ import annotations

import os
import pickle
import stat
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from load import _config, errors
from load._caller import Caller
from load._install import intent
from load._install.job import Job
from load._install.spec import parse
from load._install.target import Target
from load._redact import redact
from load._resolve import resolve_all, resolve_spec
from load._resolve.programs import _spec_of_dependency
from load._resolve.versions import is_from
from load._resolve.why import why
from load.errors import ConfigError, InstallError, LoadError, ResolveError, SourceError
from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment
from tests.support.index import Index

MakeWheel = Callable[..., Path]

SECRET = "S3CR3Tpw"
CALLER = Caller("program.py", 1)
SPECS = [
    f"frobx @ https://user:{SECRET}@host/frobx-1.0-py3-none-any.whl",
    f"https://user:{SECRET}@host/frobx-1.0-py3-none-any.whl",
    f"https://{SECRET}@host/frobx-1.0-py3-none-any.whl",
    f"frobx @ git+https://{SECRET}@github.com/o/r@main",
    f"frobx @ https://host/frobx-1.0-py3-none-any.whl?token={SECRET}",
    f"frobx @ https://host/frobx-1.0-py3-none-any.whl?X-Amz-Signature={SECRET}&X-Amz-Security-Token={SECRET}",
]
NO_SPECS = [
    f"https://user:{SECRET}@host/x.zip",
    f"https://user:{SECRET}@host/x.whl#md5=1",
    f"http://user:{SECRET}@host/x.whl",
    f"git+https://user:{SECRET}@host/o/r@-x",
    f"git+ssh://user:{SECRET}@-host/o/r",
    f"frob @ ftp://user:{SECRET}@h/x",
    f"frob @ https//user:{SECRET}@h/x.whl",
    f"frob @ https:/user:{SECRET}@h/x.whl",
    f"https://user:'{SECRET}@host/x.whl",
    f"https://user:{SECRET}/x@host/x.zip",
    f"pypi:frob @ https://user:{SECRET}@h/x",
    f"x=y=https://user:{SECRET}@h/x",
    f"https://user:{SECRET}@host/\x1b.whl",
]


def all_of(error: BaseException) -> str:
    """Everything that an error, and what it came from, tell anybody."""
    texts = [str(error), repr(error), repr(vars(error)), repr(error.args), repr(getattr(error, "msg", ""))]
    return "\n".join([*texts, "".join(traceback.TracebackException.from_exception(error).format_exception_only())])


def raised(act: Callable[[], object]) -> LoadError:
    """The error that something ends in, and its causes, shown to hold no secret."""
    with pytest.raises(LoadError) as caught:
        act()
    link: BaseException | None = caught.value
    while link is not None:
        assert SECRET not in all_of(link), type(link)
        link = link.__cause__
    return caught.value


@pytest.mark.parametrize("text", NO_SPECS)
def test_a_spec_that_cannot_be_read_is_shown_without_its_credentials(text: str) -> None:
    """Neither the text nor the line with the caret has them, whatever is wrong with it."""
    error = raised(lambda: parse(text))
    assert isinstance(error, SourceError)
    assert "****" in error.text
    assert error.position is None or 0 <= error.position <= len(error.text)


def test_the_caret_stands_below_the_same_place() -> None:
    """Before, behind and within what became stars."""
    text = f"frob @ https://user:{SECRET}@host/x y"
    shown = "frob @ https://****@host/x y"
    places = {text.index("frob"): 0, text.index(" y"): shown.index(" y"), text.index(SECRET): shown.index("****")}
    for position, moved in places.items():
        error = SourceError("Off.", text=text, position=position)
        assert (error.text, error.position) == (shown, moved)
        assert error.context == (shown, " " * moved + "^")


@pytest.mark.parametrize("cls", [getattr(errors, name) for name in errors.__all__], ids=lambda cls: cls.__name__)
def test_no_error_keeps_credentials_in_any_of_its_parts(cls: type[LoadError]) -> None:
    """Fact, context, hint and details, here and in another process."""
    url = f"https://user:{SECRET}@host/simple/"
    parts: dict[str, Any] = {"context": [url], "hint": f"type {url}"}
    error = cls(f"{url!r} is off.", **parts, wanted=url, command=["pip", url], last_lines=(url,), lines=[(url, 3)])
    for each in (error, pickle.loads(pickle.dumps(error))):
        assert SECRET not in all_of(each)
        assert str(each).splitlines()[0] == "'https://****@host/simple/' is off."
        assert (each.command, each.last_lines) == (["pip", "https://****@host/simple/"], ("https://****@host/simple/",))


def test_an_error_without_an_address_is_as_it_was_given() -> None:
    """Nothing is looked at or copied that need not be: details keep their type."""
    details = {"exit_code": 2, "last_lines": ("a", "b"), "errors": (ValueError("x"),), "kind": "key=value"}
    assert {key: value for key, value in vars(InstallError("x", **details)).items() if key in details} == details


@pytest.mark.parametrize("text", SPECS)
def test_what_is_refused_is_named_without_credentials(text: str) -> None:
    """The error, its hint, its reason, and the note of where it was asked for."""
    with _config.Override({"install": "never"}):
        error = raised(lambda: resolve_spec(text, CALLER))
    assert "****" in error.message
    (note,) = error.__notes__
    assert note == f"asked of load as {parse(text).module or redact(text)!r} in {CALLER}"


def test_several_that_fail_are_named_without_credentials() -> None:
    """One error names them all."""
    with _config.Override({"install": "never"}):
        error = raised(lambda: resolve_all([f"./nowhere@https://u:{SECRET}@h/", "./elsewhere.py"], CALLER))
    assert isinstance(error, ResolveError)


@pytest.mark.parametrize("text", SPECS)
def test_why_tells_no_credentials(text: str) -> None:
    """As text and as plain data, the command to type included."""
    answer = why(text, CALLER)
    assert SECRET not in f"{answer} {answer!r} {answer.as_dict()}"
    assert "****" in answer.asked
    assert "****" in str(answer.command)


@pytest.mark.parametrize(
    "text",
    [f"x @ https://u:{SECRET}@h/x.zip", f"x @ https://u:{SECRET}@h/x.whl ; os_name", f"https://u:{SECRET}@h/ x"],
)
def test_a_dependency_of_a_script_is_shown_without_credentials(text: str) -> None:
    """Its block is read by everybody, its errors may be by others."""
    assert isinstance(raised(lambda: _spec_of_dependency(text)), SourceError)


@pytest.mark.parametrize(
    "settings",
    [
        {"index": f"https://user:{SECRET}@h/simple"},
        {"index": {"url": f"https://user:{SECRET}@h/simple"}},
        {"install": f"https://user:{SECRET}@h/simple"},
        {"packages": {"frobx": f"frobx @ https://user:{SECRET}@h/frobx.whl"}},
        {"timeout": "x" * 290 + f" https://user:{SECRET}@h/simple"},
    ],
    ids=str,
)
def test_a_wrong_setting_is_shown_without_credentials(settings: dict[str, Any]) -> None:
    """Also where only the beginning of a value is shown."""
    assert isinstance(raised(lambda: _config.configure(**settings)), ConfigError)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")
def test_an_intent_is_for_its_owners_eyes(tmp_path: Path) -> None:
    """It holds what the backend is given; one that was left half written by somebody else gives it no mode."""
    target = Target(str(tmp_path), "a folder")
    state = tmp_path / ".load"
    state.mkdir()
    (state / f"intent.{os.getpid()}").touch(0o644)
    intent.about_to(target, Job([SPECS[0]], scratch=""))
    (written,) = state.iterdir()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    found = intent.read(target)
    assert found is not None
    assert found.requirements == (SPECS[0],)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("x @ https://u:p@h/x.whl", {"url": "https://h/x.whl"}),
        ("x @ https://h/x.whl?a=b", {"url": "https://h/x.whl?a=b"}),
        ("x @ git+https://t@h/o/r", {"url": "https://h/o/r.git", "vcs_info": {"vcs": "git"}}),
        ("x @ git+ssh://git@h/o/r", {"url": "ssh://git@h/o/r", "vcs_info": {"vcs": "git"}}),
    ],
)
def test_a_record_has_no_credentials_and_is_found_all_the_same(text: str, record: dict[str, Any]) -> None:
    """PEP 610 has them stripped; host, path and query still have to be the same."""
    assert is_from(record, parse(text), "")
    assert not is_from({**record, "url": record["url"].replace("//", "//x.")}, parse(text), "")


@BACKENDS
def test_a_wheel_at_an_address_with_credentials_is_installed_and_leaves_none(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """It works like any other; the journal, the record and the output are without them."""
    file = wheel("frobx")
    index.add(file)
    url = index.file_url(file.name).replace("http://", f"http://user:{SECRET}@")
    code = f"""
        import load
        for _ in range(2):
            print(load({"frobx @ " + url!r}).__name__)
        print([entry.as_dict() for entry in load.history()])
    """
    result = venv.run(code, env={"LOAD_BACKEND": backend, "LOAD_INSTALL": "always"}).check()
    assert result.stdout.startswith("frobx\nfrobx\n")
    assert "****@" in result.stdout
    assert SECRET not in result.stdout + result.stderr
    left = [path for path in venv.site_packages.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert left == []
