"""Credentials of indexes and of GitHub: from the environment, a netrc file or a keyring, and from nowhere else.

They are passed on in a netrc file that only this user can read, named by an environment variable: a command line can be
read by every user of the machine.
"""

from __future__ import annotations

import os
import sys

from load import _interpreter
from load._redact import keep_secret
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PATIENCE = 20.0  # seconds that a keyring may take: it may ask a person to unlock it
_ASK_KEYRING = """
import json, sys
import keyring
url, host, user = sys.argv[1:]
for service in (url, host):
    found = keyring.get_credential(service, user or None)
    if found is not None and found.password:
        print(json.dumps([found.username or user, found.password]))
        break
"""
_HELPER = '!f() { test "$1" = get && echo username=x-access-token && echo "password=${%s}"; }; f'


def variable_part(index: str) -> str:
    """An index's name as variables have it: `my-index` is `MY_INDEX`."""
    return "".join(char if char.isalnum() else "_" for char in index.upper())


def variables(index: str) -> tuple[str, str]:
    """The variables for the user and the password of an index."""
    part = variable_part(index)
    return f"LOAD_INDEX_{part}_USERNAME", f"LOAD_INDEX_{part}_PASSWORD"


def of_index(name: str, url: str) -> tuple[str, str] | None:
    """User and password of an index, or None where none are known, or only a netrc file has them.

    Args:
        name: its name in the settings, or "" where it has none.
        url: its address.
    """
    from urllib.parse import urlsplit

    host = urlsplit(url).hostname or ""
    user, password = _in_environment(name) if name else ("", "")
    if not password and host and not _in_netrc(host):
        user, password = _in_keyring(url, host, user)
    keep_secret(password)
    return (user, password) if user or password else None


def _in_environment(name: str) -> tuple[str, str]:
    part = variable_part(name)
    for prefix in ("LOAD_INDEX_", "UV_INDEX_"):
        user = os.environ.get(f"{prefix}{part}_USERNAME", "")
        password = os.environ.get(f"{prefix}{part}_PASSWORD", "")
        if user or password:
            return user, password
    return "", ""


def netrc_path() -> str:
    """The user's netrc file, whether it is there or not."""
    chosen = os.environ.get("NETRC")
    if chosen:
        return os.path.expanduser(chosen)
    home = os.path.expanduser("~")
    other = os.path.join(home, "_netrc")
    return other if sys.platform == "win32" and os.path.exists(other) else os.path.join(home, ".netrc")


def _in_netrc(host: str) -> bool:
    from netrc import NetrcParseError, netrc

    try:
        found = netrc(netrc_path()).authenticators(host)
    except (OSError, NetrcParseError, UnicodeDecodeError):  # none, or one that the backends cannot read either
        return False
    if found is not None:
        keep_secret(found[2] or "")
    return found is not None


def _in_keyring(url: str, host: str, user: str) -> tuple[str, str]:
    """What the user's keyring says; it is asked in a process of its own, which can be stopped."""
    import json

    from load import _process

    command = _keyring_command(url, host, user)
    if not command:
        return user, ""
    try:
        finished = _process.run(command, timeout=_PATIENCE)
    except InstallError:  # it waits for a person; without the credentials the index says what is wrong
        return user, ""
    answer = finished.stdout.strip()
    if finished.returncode != 0 or not answer:
        return user, ""
    if command[0] != sys.executable:
        return user, answer
    found = json.loads(answer)
    return found[0], found[1]


def _keyring_command(url: str, host: str, user: str) -> list[str]:
    """The `keyring` package of this Python, or the program, which has to be told the user."""
    from importlib.machinery import PathFinder
    from shutil import which

    if _interpreter.is_python() and PathFinder.find_spec("keyring") is not None:
        return [sys.executable, "-P", "-c", _ASK_KEYRING, url, host, user]
    program = which("keyring")
    return [program, "get", url, user] if program and user else []


class NetrcFile:
    """Logins for the backends to read, before those of the user's own netrc file.

    Where the system can, it lies in memory only: nothing is left of it when this process is killed.

    Attributes:
        path: what NETRC has to say in the backend's environment; "" where there is nothing to tell.
        descriptors: what the backend has to inherit for that.
    """

    def __init__(self, folder: str, logins: Sequence[tuple[str, str, str]]) -> None:
        """Write it.

        Args:
            folder: where it is written if it has to be; nobody else can look into it.
            logins: host, user and password.

        Raises:
            ConfigError: one host would need two logins, or a password is not printable.
        """
        self.path = ""
        self.descriptors: tuple[int, ...] = ()
        _check_logins(logins)
        if logins:
            self._write(folder, _netrc_text(logins).encode())

    def _write(self, folder: str, text: bytes) -> None:
        if hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd"):
            descriptor = os.memfd_create("netrc")
            self.descriptors = (descriptor,)
            self.path = f"/proc/self/fd/{descriptor}"
            os.write(descriptor, text)
            return
        self.path = os.path.join(folder, "netrc")
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(text)

    def close(self) -> None:
        """Forget it."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = ()


def _netrc_text(logins: Sequence[tuple[str, str, str]]) -> str:
    lines = [f"machine {host} login {_quoted(user)} password {_quoted(word)}\n" for host, user, word in logins]
    try:
        with open(netrc_path(), encoding="utf-8") as file:
            lines.append(file.read())
    except (OSError, UnicodeDecodeError):  # there is none; that is the usual case
        lines.append("")
    return "".join(lines)


def _check_logins(logins: Sequence[tuple[str, str, str]]) -> None:
    from load.errors import ConfigError

    for position, (host, *login) in enumerate(logins):
        others = [rest for other, *rest in logins[:position] if other == host]
        if any(other != login for other in others):
            raise ConfigError(
                f"Two indexes on {host} have different credentials, and uv and pip keep one for each host.",
                key="index",
                origin="the credentials",
                hint="use credentials that may read both",
            )
        if not all(part.isprintable() for part in login):
            raise ConfigError(
                f"The credentials for {host} hold a character that cannot be printed.",
                key="index",
                origin="the credentials",
                hint="set them anew, without a line's end",
            )


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def git_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables by which git finds the GitHub token of the environment.

    It is a credential helper for that host alone, after those of the user's own: git asks it only where GitHub demands
    a login, and the token itself stays in its variable.
    Source: https://git-scm.com/docs/gitcredentials
    """
    token = next((name for name in ("GITHUB_TOKEN", "GH_TOKEN") if environ.get(name)), None)
    if token is None:
        return {}
    given = environ.get("GIT_CONFIG_COUNT", "")
    count = int(given) if given.isdecimal() else 0
    return {
        f"GIT_CONFIG_KEY_{count}": "credential.https://github.com.helper",
        f"GIT_CONFIG_VALUE_{count}": _HELPER % token,
        "GIT_CONFIG_COUNT": str(count + 1),
    }
