"""What pip would use is what uv is given, where uv has nothing of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from load._install import pip_settings
from load._install.pip_settings import for_uv
from tests.support.environments import Python

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the files lie where Linux has them")
OURS = ("PIP_CONFIG_FILE", "UV_NO_CONFIG")


class Machine:
    """The files of pip and uv of one test."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.folders = {
            "xdg-first": root / "xdg1" / "pip" / "pip.conf",
            "xdg-second": root / "xdg2" / "pip" / "pip.conf",
            "legacy": self.home / ".pip" / "pip.conf",
            "user": self.home / ".config" / "pip" / "pip.conf",
            "environment": root / "prefix" / "pip.conf",
            "chosen": root / "chosen.conf",
        }

    def pip(self, which: str, text: str) -> Path:
        """Write one of pip's files."""
        path = self.folders[which]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """No settings of pip or uv but the test's own; the working directory lies in no project."""
    made = Machine(tmp_path / "machine")
    made.home.mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"{tmp_path}/machine/xdg1:{tmp_path}/machine/xdg2")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "machine" / "prefix"))
    etc = ("/etc/pip.conf", "/etc/uv/uv.toml")
    monkeypatch.setattr(pip_settings.os.path, "isfile", without(etc, os.path.isfile))
    monkeypatch.setattr(
        pip_settings, "uv_files", lambda real=pip_settings.uv_files: [f for f in real() if f not in etc]
    )
    return made


def without(hidden: tuple[str, ...], isfile: object) -> object:
    """`os.path.isfile` that does not see the files of this machine."""
    return lambda path: path not in hidden and isfile(path)  # type: ignore[operator]


def test_without_any_setting_uv_is_given_nothing(machine: Machine) -> None:
    """The defaults of uv hold."""
    assert for_uv() == {}


def test_the_environment_of_pip_becomes_that_of_uv(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Index, further indexes, links and the certificate."""
    monkeypatch.setenv("PIP_INDEX_URL", "https://main/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://a/simple  https://b/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels https://c/links")
    monkeypatch.setenv("PIP_CERT", "/ca.pem")
    assert for_uv() == {
        "UV_DEFAULT_INDEX": "https://main/simple",
        "UV_INDEX": "https://a/simple https://b/simple",
        "UV_FIND_LINKS": "/wheels,https://c/links",
        "SSL_CERT_FILE": "/ca.pem",
    }


@pytest.mark.parametrize("text", ["1", "true", "T", "yes", "Y", "on"])
def test_no_index_in_every_spelling_of_pip(machine: Machine, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What pip takes for yes."""
    monkeypatch.setenv("PIP_NO_INDEX", text)
    assert for_uv() == {"UV_NO_INDEX": "1"}


@pytest.mark.parametrize("text", ["", "0", "no", "off", "false"])
def test_no_index_switched_off_is_no_setting(machine: Machine, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What pip takes for no."""
    monkeypatch.setenv("PIP_NO_INDEX", text)
    assert for_uv() == {}


def test_an_empty_value_is_none(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for pip; an empty index would make uv fail."""
    for name in ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "CERT"):
        monkeypatch.setenv(f"PIP_{name}", "")
    assert for_uv() == {}


def test_files_of_pip_in_the_order_of_pip(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine, user (the newer file over the legacy one), environment, then the variables."""
    order = ("xdg-first", "xdg-second", "legacy", "user", "environment")
    for which in order:
        machine.pip(which, f"[global]\nindex-url = https://{which}/\n")
        assert for_uv() == {"UV_DEFAULT_INDEX": f"https://{which}/"}
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable/")
    assert for_uv() == {"UV_DEFAULT_INDEX": "https://variable/"}


def test_a_chosen_file_takes_the_place_of_the_users(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's files are read still, as by pip; a chosen file that is not there changes nothing."""
    machine.pip("xdg-first", "[global]\nfind-links = /machine\n")
    machine.pip("user", "[global]\nindex-url = https://user/\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(machine.folders["chosen"]))
    assert for_uv() == {"UV_FIND_LINKS": "/machine", "UV_DEFAULT_INDEX": "https://user/"}
    machine.pip("chosen", "[global]\nextra-index-url = https://chosen/\n")
    assert for_uv() == {"UV_FIND_LINKS": "/machine", "UV_INDEX": "https://chosen/"}
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert for_uv() == {}


def test_the_install_section_is_stronger_and_keys_have_several_spellings(machine: Machine) -> None:
    """Underscores, capitals, and the dashes of the option are the same key; other sections are not ours."""
    machine.pip(
        "user",
        "[install]\nIndex_URL = https://install/\n[global]\nindex-url = https://global/\n"
        "--find-links =\n  /one\n  /two\n[download]\ncert = /no.pem\n",
    )
    assert for_uv() == {"UV_DEFAULT_INDEX": "https://install/", "UV_FIND_LINKS": "/one,/two"}


def test_a_percent_sign_in_a_file_is_a_percent_sign(machine: Machine) -> None:
    """Passwords in URLs are quoted with it; nothing is interpolated."""
    machine.pip("user", "[global]\nindex-url = https://u:p%40ss%(x)s@host/\n")
    assert for_uv() == {"UV_DEFAULT_INDEX": "https://u:p%40ss%(x)s@host/"}


@pytest.mark.parametrize("text", ["no section\n", "[global\n", "[global]\nindex-url\n", "[a]\n[a]\n"])
def test_a_broken_file_of_pip_is_left_to_pip(machine: Machine, text: str) -> None:
    """What other files say holds."""
    machine.pip("xdg-first", "[global]\nindex-url = https://machine/\n")
    machine.pip("user", text)
    assert for_uv() == {"UV_DEFAULT_INDEX": "https://machine/"}


def test_a_file_that_is_no_text_is_left_to_pip(machine: Machine) -> None:
    """Bytes that are no UTF-8 do not stop an install."""
    machine.pip("user", "").write_bytes(b"[global]\nindex-url = \xff\xfe\n")
    assert for_uv() == {}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("UV_INDEX", "https://own/"),
        ("UV_DEFAULT_INDEX", "https://own/"),
        ("UV_INDEX_URL", "https://own/"),
        ("UV_EXTRA_INDEX_URL", "https://own/"),
        ("UV_FIND_LINKS", "/own"),
        ("UV_NO_INDEX", "1"),
    ],
)
def test_uvs_own_index_is_not_mixed_with_pips(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """One tool's settings or the other's; the certificate is none of an index."""
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip/")
    monkeypatch.setenv("PIP_CERT", "/ca.pem")
    monkeypatch.setenv(variable, value)
    assert for_uv() == {"SSL_CERT_FILE": "/ca.pem"}


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "UV_SYSTEM_CERTS", "UV_NATIVE_TLS"])
def test_a_certificate_of_uvs_own_stays(machine: Machine, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """What is set for uv, or for all, is not replaced."""
    monkeypatch.setenv("PIP_CERT", "/pip.pem")
    monkeypatch.setenv(variable, "/own")
    assert for_uv() == {}


@pytest.mark.parametrize(
    ("file", "text", "is_set"),
    [
        ("uv.toml", '[[index]]\nurl = "https://own/"\n', True),
        ("uv.toml", 'find-links = ["/own"]\n', True),
        ("uv.toml", "native-tls = true\n", False),
        ("pyproject.toml", '[[tool.uv.index]]\nurl = "https://own/"\n', True),
        ("pyproject.toml", '[project]\ndescription = "an index of things"\n', False),
        ("../uv.toml", '[[index]]\nurl = "https://own/"\n', True),
    ],
)
def test_a_file_of_uvs_that_sets_an_index_is_seen(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, text: str, is_set: bool
) -> None:
    """In the working directory or above it, as uv looks for them; the user's file too."""
    folder = tmp_path / "work" / "inner"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip/")
    (folder / file).write_text(text)
    assert for_uv() == ({} if is_set else {"UV_DEFAULT_INDEX": "https://pip/"})
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    assert for_uv() == {"UV_DEFAULT_INDEX": "https://pip/"}


def test_the_users_file_of_uv_and_a_chosen_one(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """`UV_CONFIG_FILE` takes the place of all others; one that is not there sets nothing."""
    own = machine.home / ".config" / "uv" / "uv.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[[index]]\nurl = "https://own/"\n')
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip/")
    assert for_uv() == {}
    monkeypatch.setenv("UV_CONFIG_FILE", str(machine.home / "gone.toml"))
    assert for_uv() == {"UV_DEFAULT_INDEX": "https://pip/"}


def test_pip_itself_reads_the_same(child: Python, tmp_path: Path) -> None:
    """Compared with `pip config list` in one environment: machine, user and environment files and a variable."""
    home, machine = tmp_path / "home", tmp_path / "xdg"
    for folder, text in (
        (home / ".config" / "pip", "[global]\nindex-url = https://user/\n[install]\nfind-links = /a /b\n"),
        (machine / "pip", "[global]\nindex-url = https://machine/\nno-index = yes\n"),
    ):
        folder.mkdir(parents=True)
        (folder / "pip.conf").write_text(text)
    env = {
        **{name: None for name in os.environ if name.startswith(("PIP_", "UV_", "XDG_"))},
        "HOME": str(home),
        "XDG_CONFIG_DIRS": str(machine),
        "PIP_EXTRA_INDEX_URL": "https://extra/",
    }
    code = """
        from pip._internal.configuration import Configuration
        from load._install.pip_settings import read

        def flat(pairs):  # newer versions of pip sort them by file
            for key, value in pairs:
                yield from value.items() if isinstance(value, dict) else [(key, value)]

        pip = Configuration(isolated=False)
        pip.load()
        settings = list(flat(pip.items()))
        theirs = {}
        for section in ("global", "install", ":env:"):
            theirs |= {key.partition(".")[2]: value for key, value in settings if key.partition(".")[0] == section}
        wanted = {"index-url", "extra-index-url", "find-links", "no-index", "cert"}
        ours = read()
        print({key: value for key, value in theirs.items() if key in wanted} == ours, ours)
    """
    result = child.run(code, env=env).check()
    assert result.stdout.startswith("True ")
    assert "https://user/" in result.stdout
