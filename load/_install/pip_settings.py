"""The bridge from pip's settings to uv.

uv reads none of pip's configuration. Where uv itself has no index set, what pip would use is passed to it, so that a
machine behind a mirror works, and so that both backends look in the same places.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_UV_INDEX = (
    "UV_INDEX",
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_NO_INDEX",
)
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "UV_SYSTEM_CERTS", "UV_NATIVE_TLS")


def for_uv() -> dict[str, str]:
    """Environment variables that give uv the indexes, links and certificates of pip."""
    settings = read()
    env: dict[str, str] = {}
    if not _uv_has_an_index():
        env.update(_indexes(settings))
    certificate = settings.get("cert")
    if certificate and not any(name in os.environ for name in _CERTIFICATES):
        env["SSL_CERT_FILE"] = certificate
    return env


def indexes_for_uv() -> dict[str, str]:
    """Environment variables that give uv the indexes and links of pip, whatever uv itself has."""
    return _indexes(read())


def is_on(value: str) -> bool:
    """Whether a switch of pip's settings is on."""
    return value.lower() in ("1", "true", "t", "yes", "y", "on")


def _indexes(settings: dict[str, str]) -> dict[str, str]:
    env: dict[str, str] = {}
    if is_on(settings.get("no-index", "")):
        env["UV_NO_INDEX"] = "1"
    if "index-url" in settings:
        env["UV_DEFAULT_INDEX"] = settings["index-url"]
    extra = settings.get("extra-index-url", "").split()
    if extra:
        env["UV_INDEX"] = " ".join(extra)
    links = settings.get("find-links", "").split()
    if links:
        env["UV_FIND_LINKS"] = ",".join(links)
    return env


def _uv_has_an_index() -> bool:
    if any(name in os.environ for name in _UV_INDEX):
        return True
    return any(_mentions_index(path) for path in uv_files())


def uv_files() -> Iterator[str]:
    """The files that uv's settings may stand in: the user's, the machine's, then the project's from within outwards."""
    if "UV_CONFIG_FILE" in os.environ:
        yield os.environ["UV_CONFIG_FILE"]
        return
    if os.environ.get("UV_NO_CONFIG"):
        return
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        yield os.path.join(os.environ.get("APPDATA", home), "uv", "uv.toml")
        yield os.path.join(os.environ.get("PROGRAMDATA", "C:\\ProgramData"), "uv", "uv.toml")
    else:
        yield os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "uv", "uv.toml")
        yield "/etc/uv/uv.toml"
    folder = _working_directory()
    while folder:
        yield os.path.join(folder, "uv.toml")
        yield os.path.join(folder, "pyproject.toml")
        parent = os.path.dirname(folder)
        folder = "" if parent == folder else parent


def _working_directory() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""


def _mentions_index(path: str) -> bool:
    """Whether a file of uv's sets an index; a look at its text is enough to leave the matter to uv."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return False
    if path.endswith("pyproject.toml") and "tool.uv" not in text:
        return False
    return "index" in text or "find-links" in text


def read() -> dict[str, str]:
    """Pip's global and install settings: files, then environment (https://pip.pypa.io/en/stable/topics/configuration/)."""
    found: dict[str, str] = {}
    for path in _pip_files():
        if os.path.isfile(path):
            found.update(_read_pip_file(path))
    for key in ("index-url", "extra-index-url", "find-links", "no-index", "cert"):
        variable = f"PIP_{key.upper().replace('-', '_')}"
        if variable in os.environ:
            found[key] = os.environ[variable]
    return {key: value for key, value in found.items() if value}  # pip takes an empty value for none


def _pip_files() -> Iterator[str]:
    chosen = os.environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        yield os.path.join(os.environ.get("PROGRAMDATA", "C:\\ProgramData"), "pip", "pip.ini")
        users = [os.path.join(home, "pip", "pip.ini"), os.path.join(os.environ.get("APPDATA", home), "pip", "pip.ini")]
        of_environment = os.path.join(sys.prefix, "pip.ini")
    else:
        yield from _global_pip_files()
        users = list(_user_pip_files(home))
        of_environment = os.path.join(sys.prefix, "pip.conf")
    if not (chosen and os.path.exists(chosen)):  # a file that is chosen takes the place of the user's
        yield from users
    yield of_environment
    if chosen:
        yield chosen


def _global_pip_files() -> Iterator[str]:
    if sys.platform == "darwin":
        yield "/Library/Application Support/pip/pip.conf"
        return
    for folder in (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep):
        yield os.path.join(folder, "pip", "pip.conf")
    yield "/etc/pip.conf"


def _user_pip_files(home: str) -> Iterator[str]:
    yield os.path.join(home, ".pip", "pip.conf")
    if sys.platform == "darwin":
        yield os.path.join(home, "Library", "Application Support", "pip", "pip.conf")
    yield os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "pip", "pip.conf")


def _read_pip_file(path: str) -> dict[str, str]:
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return {}  # pip itself reports a broken file of its own; uv does without
    values: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            values.update({key.replace("_", "-").removeprefix("--"): value for key, value in parser.items(section)})
    return values
