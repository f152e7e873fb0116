"""Private indexes: which names are bound to which, so that a bound name is looked up there and nowhere else.

A stranger who puts a distribution of a company's name on the public index must get nowhere with it. So a name that is
bound never leads to another index, also where its own does not have it; and the private index is asked for no others.
"""

from __future__ import annotations

from load import _config
from load._install.failures import UNAUTHORISED
from load._names import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from load._install.failures import BackendError

_KEYS = ("url", "names")
_SCHEMES = ("https", "http", "file")


class Index:
    """One private index.

    Attributes:
        name: what the settings call it.
        url: the address of its simple API (PEP 503), with a slash at its end.
        names: the names bound to it, normalised.
        prefixes: the beginnings of names bound to it, normalised.
    """

    __slots__ = ("name", "names", "prefixes", "url")

    def __init__(self, name: str, url: str, names: Iterable[str], prefixes: Iterable[str]) -> None:
        self.name = name
        self.url = url
        self.names = tuple(names)
        self.prefixes = tuple(prefixes)

    def has(self, distribution: str) -> bool:
        """Whether a normalised name is bound to it."""
        return distribution in self.names or distribution.startswith(self.prefixes)

    def __repr__(self) -> str:
        return f"Index({self.name!r}, {self.url!r})"


def bound() -> tuple[Index, ...]:
    """The private indexes of the settings.

    Raises:
        ConfigError: what the settings say of one is wrong.
    """
    table, origin = _config.lookup("index")
    if not table:
        return ()
    return _Reading(origin).indexes(table)


def index_of(distribution: str) -> Index | None:
    """The private index that a distribution's name is bound to, or None."""
    name = normalize(distribution)
    return next((index for index in bound() if index.has(name)), None)


def bound_in(text: str) -> set[str]:
    """The bound names that occur in what a backend says."""
    import re

    words = {normalize(word) for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]|[A-Za-z0-9]", text)}
    return {word for word in words if index_of(word) is not None}


def explain(error: BackendError) -> None:
    """Have an error say which of the names in it were looked up on a private index alone."""
    found = {name: index_of(name) for name in sorted(bound_in("\n".join(error.last_lines)))}
    indexes = {name: index for name, index in found.items() if index is not None}
    error.context += tuple(
        f"{name} is bound to the index {index.name!r} and looked up there alone: {index.url}"
        for name, index in indexes.items()
    )
    if indexes and error.kind == UNAUTHORISED:
        from load._install.credentials import variables

        user, password = variables(next(iter(indexes.values())).name)
        error.hint = f"set {user} and {password}, or write a netrc file"


class _Reading:
    """Reads the table of indexes, with the place for messages."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def indexes(self, table: Mapping[str, Any]) -> tuple[Index, ...]:
        found = tuple(self._index(name, entry) for name, entry in table.items())
        self._check_overlaps(found)
        return found

    def _index(self, name: str, entry: Any) -> Index:
        from load._install.credentials import variable_part

        if not (name.isascii() and variable_part(name).strip("_")):
            raise self._error(name, "has a name that no variable can bear", "call it by letters and digits")
        if not isinstance(entry, dict):
            raise self._error(name, "is not a table", 'write { url = "https://…", names = ["…"] }')
        unknown = [key for key in entry if key not in _KEYS]
        if unknown:
            raise self._error(name, f"has no setting {unknown[0]!r}", f"the settings are {' and '.join(_KEYS)}")
        names = self._names(name, entry.get("names"))
        prefixes = tuple(each[:-1] for each in names if each.endswith("*"))
        return Index(name, self._url(name, entry.get("url")), (each for each in names if each[-1] != "*"), prefixes)

    def _names(self, index: str, names: Any) -> list[str]:
        hint = 'write names = ["acme-*", "internal-tool"]'
        if not (isinstance(names, (list, tuple)) and names):
            raise self._error(index, "binds no names", hint)
        for each in names:
            stem = each.removesuffix("*") if isinstance(each, str) else ""
            plain = stem.replace("-", "").replace("_", "").replace(".", "")
            if not (plain.isascii() and plain.isalnum() and stem[0].isalnum()):
                raise self._error(index, f"binds {each!r}, which is neither a name nor the beginning of one", hint)
        return [normalize(each) for each in names]

    def _url(self, index: str, url: Any) -> str:
        from urllib.parse import urlsplit

        hint = 'write url = "https://host/simple/"'
        try:
            parts = urlsplit(url if isinstance(url, str) else "")
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise self._error(index, "has no valid url", hint) from None
        if parts.username is not None or parts.password is not None:
            raise self._secret(index)
        if parts.scheme not in _SCHEMES or not (host or parts.scheme == "file") or not url.isprintable() or " " in url:
            raise self._error(index, "has no valid url", hint)
        if parts.query or parts.fragment:
            raise self._error(index, "has a url with a part after ? or #", hint)
        return f"{url.rstrip('/')}/"

    def _secret(self, index: str) -> Exception:
        from load._install.credentials import variables

        user, password = variables(index)
        return self._error(
            index,
            "has credentials in its url, where everybody reads them",
            f"put them into a keyring, a netrc file, or the environment: {user} and {password}",
        )

    def _check_overlaps(self, indexes: Sequence[Index]) -> None:
        """Two indexes for one name would be a choice, and a choice is what a stranger waits for."""
        from load._install.credentials import variable_part

        for position, index in enumerate(indexes):
            for other in indexes[:position]:
                twice = next(_shared(index, other), None) or next(_shared(other, index), None)
                if twice is not None:
                    fact = f"binds {twice!r}, which {other.name!r} has too"
                    raise self._error(index.name, fact, "bind each name to one index")
                if variable_part(index.name) == variable_part(other.name):
                    fact = f"would share its variables with {other.name!r}"
                    raise self._error(index.name, fact, "call one of them otherwise")

    def _error(self, index: str, fact: str, hint: str) -> Exception:
        from load.errors import ConfigError

        message = f"The index {index!r} (from {self._origin}) {fact}."
        return ConfigError(message, key="index", origin=self._origin, hint=hint)


def _shared(index: Index, other: Index) -> Iterator[str]:
    yield from (name for name in index.names if other.has(name))
    yield from (f"{prefix}*" for prefix in index.prefixes if prefix.startswith(other.prefixes))
