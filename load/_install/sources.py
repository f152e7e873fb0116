"""Sources: where a distribution, or a piece of code, comes from.

`parse_source` reads the text after `@`, or a whole spec that is a source by itself. Everything that reaches a backend
or Git as an argument is checked here: nothing that a person writes can become an option.
"""

from __future__ import annotations

import os

from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_HOSTS = {"gh": "https://github.com/", "github": "https://github.com/", "gl": "https://gitlab.com/"}
_GIT_SCHEMES = ("git+https://", "git+ssh://", "git+file://")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_REF = _WORD | frozenset("/+")
_HOST = _WORD | frozenset(":[]")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Source:
    """Base of the sources.

    Attributes:
        text: what was written.
    """

    __slots__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"


class IndexSource(Source):
    """A requirement that an index answers.

    Attributes:
        distribution: name of the distribution.
        requirement: the requirement as PEP 508 has it.
    """

    __slots__ = ("distribution", "requirement")

    def __init__(self, text: str, distribution: str, requirement: str) -> None:
        super().__init__(text)
        self.distribution = distribution
        self.requirement = requirement


class GitSource(Source):
    """A Git repository.

    Attributes:
        url: `git+https://…`, `git+ssh://…` or `git+file://…`, without ref.
        ref: branch, tag or commit id, or "".
        subdirectory: path of the project within the repository, or "".
    """

    __slots__ = ("ref", "subdirectory", "url")

    def __init__(self, text: str, url: str, ref: str, subdirectory: str) -> None:
        super().__init__(text)
        self.url = url
        self.ref = ref
        self.subdirectory = subdirectory

    @property
    def is_pinned(self) -> bool:
        """Whether the ref is a full commit id, which can never come to mean something else."""
        return len(self.ref) in (40, 64) and all(char in "0123456789abcdef" for char in self.ref)

    @property
    def location(self) -> str:
        """The URL as a direct reference has it."""
        ref = f"@{self.ref}" if self.ref else ""
        fragment = f"#subdirectory={self.subdirectory}" if self.subdirectory else ""
        return f"{self.url}{ref}{fragment}"


class PathSource(Source):
    """A path: a `.py` file, a package folder, a project folder or a wheel.

    Attributes:
        path: as it was written; `resolved` makes it absolute.
    """

    __slots__ = ("path",)

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text)
        self.path = path

    def resolved(self, folder: str) -> str:
        """The absolute path, relative ones taken from `folder`."""
        return os.path.normpath(os.path.join(folder, os.path.expanduser(self.path)))


class WheelSource(Source):
    """A wheel at a URL.

    Attributes:
        url: without the fragment.
        sha256: the hash that its bytes must have, or "".
    """

    __slots__ = ("sha256", "url")

    def __init__(self, text: str, url: str, sha256: str) -> None:
        super().__init__(text)
        self.url = url
        self.sha256 = sha256

    @property
    def location(self) -> str:
        """The URL with its hash, as uv and pip check it."""
        return f"{self.url}#sha256={self.sha256}" if self.sha256 else self.url


def is_source(text: str) -> bool:
    """Whether `text` is a source by itself, and no name."""
    return _parser_of(text) is not None


def parse_source(text: str, *, whole: str, offset: int = 0) -> Source:
    """Read a source.

    Args:
        text: the source.
        whole: the spec that it is part of, for messages.
        offset: where `text` begins in `whole`.

    Raises:
        SourceError: it has none of the forms.
    """
    parse = _parser_of(text)
    if parse is None:
        raise SourceError(
            "This is none of the sources.",
            text=whole,
            position=offset,
            hint="a source is pypi:NAME, gh:OWNER/REPO, git+https://…, ./PATH, or https://….whl",
        )
    return parse(text, _Complaint(whole, offset))


class _Complaint:
    """Makes errors that point into the whole spec."""

    __slots__ = ("offset", "whole")

    def __init__(self, whole: str, offset: int) -> None:
        self.whole = whole
        self.offset = offset

    def at(self, position: int, fact: str, hint: str) -> SourceError:
        return SourceError(fact, text=self.whole, position=self.offset + position, hint=hint)


def _parser_of(text: str) -> Callable[[str, _Complaint], Source] | None:
    scheme = text.partition(":")[0].lower()
    if _is_path(text):
        return _parse_path
    if ":" not in text:
        return None
    if scheme == "pypi":
        return _parse_index
    if scheme in _HOSTS:
        return _parse_hosted
    if scheme.startswith("git+"):
        return _parse_git
    if scheme in ("http", "https"):
        return _parse_wheel
    return None


def _is_path(text: str) -> bool:
    if text in (".", "..", "~") or text.startswith(("./", "../", "/", "~/", ".\\", "..\\", "~\\", "path:", "file:")):
        return True
    return len(text) > 2 and text[0].isascii() and text[0].isalpha() and text[1] == ":" and text[2] in "\\/"


def _parse_path(text: str, complain: _Complaint) -> Source:
    path = text
    if text.startswith("path:"):
        path = text.removeprefix("path:").strip()
    elif text.startswith("file:"):
        path = _path_of_file_url(text, complain)
    if not path:
        raise complain.at(len(text), "There is no path here.", "write a path after “path:”")
    return PathSource(text, path)


def _path_of_file_url(text: str, complain: _Complaint) -> str:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    wrong = complain.at(0, "A file URL names an absolute path on this machine.", "write file:///absolute/path")
    try:
        parts = urlsplit(text)
        path = url2pathname(parts.path)
    except (ValueError, OSError):  # a broken address; another machine's path, since Python 3.14
        raise wrong from None
    if parts.netloc not in ("", "localhost") or not parts.path.startswith("/") or "\0" in path:
        raise wrong
    return path


def _parse_index(text: str, complain: _Complaint) -> Source:
    offset = len("pypi:")
    requirement = parse_requirement(text[offset:], complain.whole, complain.offset + offset)
    return IndexSource(text, *requirement)


def parse_requirement(text: str, whole: str, offset: int) -> tuple[str, str]:
    """Read a requirement as an index answers it (PEP 508, without URL and marker): its name and its text.

    Raises:
        SourceError: it is none.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    complain = _Complaint(whole, offset)
    try:
        requirement = Requirement(text.strip())
    except InvalidRequirement as error:
        fact = str(error).splitlines()[0].rstrip(".")
        raise complain.at(0, f"This is not a requirement: {fact}.", "write NAME, NAME[extra] or NAME>=1.2") from None
    if any(not each.version.strip() for each in requirement.specifier):  # packaging takes "===" with nothing behind it
        raise complain.at(0, "A version is expected at the end.", "write NAME==1.2")
    if requirement.url is not None or requirement.marker is not None:
        raise complain.at(0, "A URL or a marker has no place here.", "write NAME, NAME[extra] or NAME>=1.2")
    return requirement.name, str(requirement)


def _parse_hosted(text: str, complain: _Complaint) -> Source:
    scheme, _, rest = text.partition(":")
    body, fragment = _split_fragment(rest)
    repository, _, ref = body.partition("@")
    owner, slash, name = repository.partition("/")
    name = name.removesuffix(".git")
    if not (slash and _is_word(owner) and _is_word(name)):
        example = f"{scheme}:OWNER/REPO@REF#subdirectory=PATH"
        raise complain.at(len(scheme) + 1, "OWNER/REPO is expected here.", f"write {example}")
    url = f"git+{_HOSTS[scheme.lower()]}{owner}/{name}"
    return _git(text, url, ref, fragment, complain, has_ref="@" in body)


def _parse_git(text: str, complain: _Complaint) -> Source:
    if not text.lower().startswith(_GIT_SCHEMES):
        raise complain.at(0, "This kind of Git URL is not supported.", "write git+https://, git+ssh:// or git+file://")
    body, fragment = _split_fragment(text)
    scheme, _, rest = body.partition("://")
    host, slash, path = rest.partition("/")
    _check_git_host(scheme, host, complain)
    path, at, ref = path.rpartition("@") if "@" in path else (path, "", "")
    if not slash or not path.strip("/") or not _is_url_text(path):
        raise complain.at(len(body), "The URL names no repository.", "write git+https://HOST/OWNER/REPO")
    return _git(text, f"{scheme.lower()}://{host}/{path}", ref, fragment, complain, has_ref=bool(at))


def _check_git_host(scheme: str, host: str, complain: _Complaint) -> None:
    start = len(scheme) + 3
    bare = host.rpartition("@")[2]
    if scheme.lower() == "git+file":
        if host:
            raise complain.at(start, "A file URL names an absolute path.", "write git+file:///absolute/path")
        return
    # A host that starts with "-", also as "%2d", would be an option of ssh (CVE-2017-1000117).
    if not bare or "-" in (host[0], bare[0]) or not set(bare) <= _HOST or not _is_url_text(host):
        raise complain.at(start, "A host is expected here.", "write git+https://HOST/OWNER/REPO")


def _git(text: str, url: str, ref: str, fragment: str, complain: _Complaint, *, has_ref: bool) -> GitSource:
    if has_ref and not _is_ref(ref):
        raise complain.at(
            text.find("@" + ref) + 1, "This is not a branch, tag or commit id.", "write @REF, or leave it out"
        )
    return GitSource(text, url, ref, _subdirectory(text, fragment, complain))


def _subdirectory(text: str, fragment: str, complain: _Complaint) -> str:
    if not fragment:
        return ""
    key, _, path = fragment.partition("=")
    parts = path.split("/")
    bad = not path or any(part in ("", ".", "..") or part.startswith("-") for part in parts)
    if key != "subdirectory" or bad or not set("".join(parts)) <= _WORD:
        raise complain.at(
            len(text) - len(fragment),
            "This is not a relative folder of the repository.",
            "write #subdirectory=PATH",
        )
    return path


def _parse_wheel(text: str, complain: _Complaint) -> Source:
    url, fragment = _split_fragment(text)
    if not _is_safe_address(url):
        raise complain.at(0, "A wheel is fetched over https only, from a host.", "write https://HOST/….whl")
    if not url.split("?")[0].endswith(".whl") or not _is_url_text(url):
        raise complain.at(0, "This URL names no wheel.", "write https://….whl, or git+https://… for a repository")
    key, _, digest = fragment.partition("=")
    if fragment and (key != "sha256" or len(digest) != 64 or not set(digest.lower()) <= set("0123456789abcdef")):
        raise complain.at(len(url) + 1, "This is not a SHA-256 hash.", "write #sha256= and 64 hexadecimal digits")
    return WheelSource(text, url, digest.lower())


def _is_safe_address(url: str) -> bool:
    """Whether a URL names a host that is reached over https, or this machine itself."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or host in _LOOPBACK)


def _split_fragment(text: str) -> tuple[str, str]:
    body, _, fragment = text.partition("#")
    return body, fragment


def _is_word(text: str) -> bool:
    return bool(text) and set(text) <= _WORD and not text.startswith("-") and set(text) != {"."}


def _is_ref(text: str) -> bool:
    return bool(text) and set(text) <= _REF and text[0] not in "-/." and ".." not in text and "//" not in text


def _is_url_text(text: str) -> bool:
    return all(33 <= ord(char) < 127 and char not in "\"'`<>\\^{|}$;" for char in text)
