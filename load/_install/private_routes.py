"""The ways of uv and pip to the indexes where private ones are set: past the signpost, with the logins in a netrc."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from load._install import credentials, pip_settings, uv_settings
from load._install.indexes import bound, index_of
from load._install.routes import Route
from load._install.signpost import Signpost
from load._redact import keep_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self


class PrivateRoute(Route, ABC):
    """What is the same for both."""

    def __init__(self, environment: dict[str, str], scratch: str) -> None:
        super().__init__(environment)
        self._scratch = scratch

    def __enter__(self) -> Self:
        public, links = self._read()
        private = bound()
        logins = [_login(index.name, index.url) for index in private] + [_login(name, url) for name, url in public]
        self._netrc = credentials.NetrcFile(self._scratch, [login for login in logins if login is not None])
        self.descriptors = self._netrc.descriptors
        self._signpost = Signpost(private, [url for _, url in public]).__enter__()
        if self._netrc.path:
            self.environment["NETRC"] = self._netrc.path
        self._past_proxies()
        self._set(self._signpost.urls, [self._without_bound(link) for link in links])
        return self

    def __exit__(self, *_: object) -> None:
        self._signpost.__exit__(None, None, None)
        self._netrc.close()

    def plain(self, text: str) -> str:
        """What the backend says, with the true addresses of indexes."""
        return self._signpost.plain(text)

    @abstractmethod
    def _read(self) -> tuple[list[tuple[str, str]], list[str]]:
        """Name and address of each index that is not private, the default first; and folders of files."""

    @abstractmethod
    def _set(self, urls: Sequence[str], links: Sequence[str]) -> None:
        """Have the backend use these and nothing else."""

    def _past_proxies(self) -> None:
        for name in ("NO_PROXY", "no_proxy"):
            if name in self.environment or any(
                f"{kind}_proxy" in map(str.lower, self.environment) for kind in ("http", "all")
            ):
                others = self.environment.get(name, "")
                self.environment[name] = f"{others},127.0.0.1" if others else "127.0.0.1"

    def _without_bound(self, link: str) -> str:
        """A folder of files as it is, or, where files of bound names lie in it, one of all its others.

        Raises:
            ConfigError: it is a page on the network, of which nobody can take out what is bound.
        """
        folder = url2pathname(urlsplit(link).path) if link.startswith("file:") else os.path.expanduser(link)
        if not os.path.exists(folder) and "://" not in link.removeprefix("file://"):
            return link  # the backend says itself that it is not there
        if not os.path.isdir(folder):
            from load.errors import ConfigError

            raise ConfigError(
                "A page of files (find-links) cannot be kept apart from private indexes.",
                context=[f"the page is {link}"] if "@" not in link else [],
                key="index",
                origin="find-links",
                hint="use a folder on this machine, or an index",
            )
        names = os.listdir(folder)
        kept = [name for name in names if index_of(_distribution_in(name)) is None]
        return link if len(kept) == len(names) else self._copy(folder, kept)

    def _copy(self, folder: str, names: Sequence[str]) -> str:
        copy = os.path.join(self._scratch, f"links-{len(os.listdir(self._scratch))}")
        os.mkdir(copy)
        for name in names:
            try:
                os.symlink(os.path.join(folder, name), os.path.join(copy, name))
            except OSError:  # Windows allows it to few
                os.link(os.path.join(folder, name), os.path.join(copy, name))
        return copy


class UvRoute(PrivateRoute):
    """The way for uv."""

    def _read(self) -> tuple[list[tuple[str, str]], list[str]]:
        self._found = found = uv_settings.read()
        if found.is_offline:
            return [], found.links
        return [("", found.default or _public_index()), *found.extra], found.links

    def _set(self, urls: Sequence[str], links: Sequence[str]) -> None:
        env = self.environment
        for name in uv_settings.VARIABLES:
            env.pop(name, None)
        env["UV_DEFAULT_INDEX"] = urls[0]
        if urls[1:]:
            env["UV_INDEX"] = " ".join(urls[1:])
        if links:
            env["UV_FIND_LINKS"] = ",".join(links)
        if self._found.rest is not None:
            env.pop("UV_NO_CONFIG", None)
            env["UV_CONFIG_FILE"] = self._write_rest()

    def _write_rest(self) -> str:
        import tomlkit

        path = os.path.join(self._scratch, "uv.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(self._found.rest or {}))
        return path


class PipRoute(PrivateRoute):
    """The way for pip."""

    def _read(self) -> tuple[list[tuple[str, str]], list[str]]:
        settings = pip_settings.read()
        links = settings.get("find-links", "").split()
        if pip_settings.is_on(settings.get("no-index", "")):
            return [], links
        urls = [settings.get("index-url") or _public_index(), *settings.get("extra-index-url", "").split()]
        return [("", url) for url in urls], links

    def _set(self, urls: Sequence[str], links: Sequence[str]) -> None:
        env = self.environment
        env["PIP_NO_INDEX"] = "0"
        env["PIP_INDEX_URL"] = urls[0]
        if "extra-index-url" in pip_settings.read():  # an empty variable would leave the word to pip's files
            env["PIP_EXTRA_INDEX_URL"] = " ".join(urls[1:] or urls)
        if links:
            env["PIP_FIND_LINKS"] = " ".join(links)


def _login(name: str, url: str) -> tuple[str, str, str] | None:
    """Host, user and password for an index, from its address or from where credentials are kept."""
    parts = urlsplit(url)
    if not parts.hostname:
        return None
    if parts.username is not None:
        user, word = unquote(parts.username), unquote(parts.password or "")
        keep_secret(word or user)
        return parts.hostname, user, word
    found = credentials.of_index(name, url) if name else None
    return (parts.hostname, *found) if found is not None else None


def _distribution_in(file: str) -> str:
    """The distribution that a file is of, by its name."""
    if file.endswith(".whl"):
        return file.partition("-")[0]
    return file.rpartition("-")[0] or file


def _public_index() -> str:
    """The address that uv and pip have for the public index: pip keeps it in a constant.

    Raises:
        ConfigError: there is no pip to tell it.
    """
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        from load.errors import ConfigError

        raise ConfigError(
            "Which index is the public one is not known here: this Python has no pip.",
            key="index",
            origin="the settings of uv",
            hint="set it: UV_DEFAULT_INDEX=https://host/simple/",
        ) from None
    address: str = PyPI.simple_url
    return f"{address}/"
