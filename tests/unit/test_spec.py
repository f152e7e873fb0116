"""Specs and sources: whatever a person writes is read into one object, or into one error that shows the place."""

from __future__ import annotations

import os
import string
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from load._install.sources import GitSource, IndexSource, PathSource, Source, WheelSource
from load._install.spec import Spec, parse
from load._redact import redact
from load.errors import SourceError

SHA = "0123456789abcdef" * 4
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def parts(spec: Spec) -> dict[str, Any]:
    """What a spec says, without what it leaves empty."""
    names = ("alias", "module", "distribution", "extras", "version", "attribute")
    return {name: getattr(spec, name) for name in names if getattr(spec, name)}


def source(text: str) -> Any:
    """The source of a spec."""
    found = parse(text).source
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numpy", {"module": "numpy"}),
        ("sklearn.linear_model", {"module": "sklearn.linear_model"}),
        ("pandas[excel]>=2,<3", {"module": "pandas", "extras": "[excel]", "version": "<3,>=2"}),
        ("ruamel.yaml>=0.18", {"module": "ruamel.yaml", "version": ">=0.18"}),
        (
            "sklearn.linear_model:LinearRegression",
            {"module": "sklearn.linear_model", "attribute": "LinearRegression"},
        ),
        ("scikit-learn", {"distribution": "scikit-learn"}),
        ("scikit-learn[x, y]~=1.4", {"distribution": "scikit-learn", "extras": "[x,y]", "version": "~=1.4"}),
        ("np=numpy", {"alias": "np", "module": "numpy"}),
        (" np = numpy >= 1.26 ", {"alias": "np", "module": "numpy", "version": ">=1.26"}),
        ("R=sklearn.linear_model:Ridge", {"alias": "R", "module": "sklearn.linear_model", "attribute": "Ridge"}),
        ("numpy==2.0:linalg.norm", {"module": "numpy", "version": "==2.0", "attribute": "linalg.norm"}),
        ("numpy == 2.0", {"module": "numpy", "version": "==2.0"}),
        ("numpy!=2.0", {"module": "numpy", "version": "!=2.0"}),
        ("numpy<=2.0", {"module": "numpy", "version": "<=2.0"}),
        ("numpy===2.0", {"module": "numpy", "version": "===2.0"}),
        ("numpy>=1!2.0", {"module": "numpy", "version": ">=1!2.0"}),
        ("numpy (>=2)", {"module": "numpy", "version": ">=2"}),
        ("x===a]b", {"module": "x", "version": "===a]b"}),
        ("x[e]===a]b", {"module": "x", "extras": "[e]", "version": "===a]b"}),
        ("2captcha-python", {"distribution": "2captcha-python"}),
        ("größe", {"module": "größe"}),
    ],
)
def test_a_name_with_all_that_may_stand_around_it(text: str, expected: dict[str, str]) -> None:
    """Alias, extras, version and attribute are told apart; no source is meant."""
    spec = parse(text)
    assert parts(spec) == expected
    assert (spec.source, spec.text) == (None, text)


def test_a_plain_name_is_one_without_any_demand() -> None:
    """An alias asks for nothing, a version does."""
    assert [text for text in ("a", "x=a.b", "a>=1", "a[x]", "a:b", "a-b", "a @ ./a") if parse(text).is_plain] == [
        "a",
        "x=a.b",
    ]


@pytest.mark.parametrize(
    ("text", "expected", "requirement"),
    [
        (
            "cv2 @ pypi:opencv-python-headless>=4",
            {"module": "cv2"},
            "opencv-python-headless>=4",
        ),
        ("pypi:Pillow", {"distribution": "Pillow"}, "Pillow"),
        ("PIL@pypi:Pillow[x]", {"module": "PIL"}, "Pillow[x]"),
        ("i = PIL @ pypi:Pillow==11", {"alias": "i", "module": "PIL"}, "Pillow==11"),
        ("scikit-learn @ pypi:scikit-learn", {"distribution": "scikit-learn"}, "scikit-learn"),
    ],
)
def test_an_index_source(text: str, expected: dict[str, str], requirement: str) -> None:
    """The requirement is the one that the index answers."""
    spec = parse(text)
    assert isinstance(spec.source, IndexSource)
    assert (parts(spec), spec.source.requirement) == (expected, requirement)


@pytest.mark.parametrize(
    ("text", "url", "ref", "subdirectory"),
    [
        ("gh:owner/repo", "git+https://github.com/owner/repo", "", ""),
        ("github:owner/repo.git@v1.2", "git+https://github.com/owner/repo", "v1.2", ""),
        ("GL:owner/re.po#subdirectory=a/b-c", "git+https://gitlab.com/owner/re.po", "", "a/b-c"),
        ("m @ gh:o/r@feature/x#subdirectory=py", "git+https://github.com/o/r", "feature/x", "py"),
        (f"gh:o/r@{COMMIT}", "git+https://github.com/o/r", COMMIT, ""),
        ("git+https://host/o/r.git@v1", "git+https://host/o/r.git", "v1", ""),
        ("git+https://u:p@host:8443/o/r@v1", "git+https://u:p@host:8443/o/r", "v1", ""),
        ("GIT+HTTPS://host/o/r", "git+https://host/o/r", "", ""),
        ("git+ssh://git@host/o/r@main", "git+ssh://git@host/o/r", "main", ""),
        ("git+ssh://git@[::1]:22/o/r", "git+ssh://git@[::1]:22/o/r", "", ""),
        ("git+file:///srv/r.git@v1#subdirectory=p", "git+file:///srv/r.git", "v1", "p"),
        ("r = git+file:///srv/r", "git+file:///srv/r", "", ""),
    ],
)
def test_a_git_source(text: str, url: str, ref: str, subdirectory: str) -> None:
    """Host, owner, ref and folder are told apart; the location is what a direct reference needs."""
    found = source(text)
    assert isinstance(found, GitSource)
    assert (found.url, found.ref, found.subdirectory) == (url, ref, subdirectory)
    assert found.location == url + (f"@{ref}" if ref else "") + (
        f"#subdirectory={subdirectory}" if subdirectory else ""
    )
    assert found.is_pinned == (ref == COMMIT)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("./plugin.py", "./plugin.py"),
        ("../pkg", "../pkg"),
        ("/abs/x-1.0-py3-none-any.whl", "/abs/x-1.0-py3-none-any.whl"),
        ("~/x", "~/x"),
        (".", "."),
        ("C:\\code\\x", "C:\\code\\x"),
        ("c:/code/x", "c:/code/x"),
        (".\\x=y.py", ".\\x=y.py"),
        ("path:plain", "plain"),
        ("path:--help", "--help"),
        ("file:///srv/a%20b", "/srv/a b"),
        ("file://localhost/srv/a", "/srv/a"),
        ("./a=b@c#d:e.py", "./a=b@c#d:e.py"),
        ("name @ ./a b.py", "./a b.py"),
        ("p = ./plugin.py", "./plugin.py"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="the paths of file URLs are POSIX's here")
def test_a_path_source_is_absolute_once_its_folder_is_known(text: str, path: str) -> None:
    """What was written is kept; what is handed on begins at the root and so is not an option."""
    found = source(text)
    assert isinstance(found, PathSource)
    assert found.path == path
    assert os.path.isabs(found.resolved("/folder"))


@pytest.mark.parametrize(
    ("text", "url", "sha256"),
    [
        ("https://host/a-1-py3-none-any.whl", "https://host/a-1-py3-none-any.whl", ""),
        (f"https://host/a.whl#sha256={SHA.upper()}", "https://host/a.whl", SHA),
        ("https://host/a.whl?token=t", "https://host/a.whl?token=t", ""),
        ("a @ http://127.0.0.1:8000/a.whl", "http://127.0.0.1:8000/a.whl", ""),
        ("http://[::1]:8000/a.whl", "http://[::1]:8000/a.whl", ""),
    ],
)
def test_a_wheel_source(text: str, url: str, sha256: str) -> None:
    """The hash is part of the location, so that the backend checks it."""
    found = source(text)
    assert isinstance(found, WheelSource)
    assert (found.url, found.sha256) == (url, sha256)
    assert found.location == url + (f"#sha256={sha256}" if sha256 else "")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        # options, wherever they stand
        ("--index-url=https://evil", 0),
        ("-r requirements.txt", 0),
        ("x=--pre", 2),
        ("x = -e .", 4),
        ("numpy @ -r file", 8),
        ("pypi:--index-url=x", 5),
        ("gh:-o/r", 3),
        ("gh:o/-r", 3),
        ("gh:o/r@-x", 7),
        ("gh:o/r@--upload-pack=x", 7),
        ("gh:o/r#subdirectory=-x", 7),
        ("gh:o/r#egg=x", 7),
        ("git+ssh://-oProxyCommand=x/r", 10),
        ("git+ssh://git@-oProxyCommand=x/r", 10),
        ("git+ssh://%2doProxyCommand=x/o/r", 10),
        ("git+https://host/o/r@-x", 21),
        # a shell's characters
        ("numpy; rm -rf /", 5),
        ("numpy && id", 6),
        ("numpy|id", 5),
        ("$(id)", 0),
        ("`id`", 0),
        ("gh:o/r@$(id)", 7),
        ("gh:o;id/r", 3),
        ("git+https://host/o/r;id", 23),
        ("https://host/a;b.whl", 0),
        # what is not a spec
        ("", 0),
        ("   ", 3),
        ("np=", 3),
        ("=numpy", 0),
        ("1x=numpy", 0),
        ("class=numpy", 0),
        ("numpy=1.26", 5),
        ("numpy\n", 5),
        ("nu\x00mpy", 2),
        ("numpy\u202e", 5),
        ("numpy:", 6),
        ("numpy:1x", 6),
        ("numpy:a:b", 6),
        ("scikit-learn:x", 0),
        ("numpy==", 7),
        ("numpy>=2;python_version>'3'", 5),
        ("numpy[", 5),
        ("numpy[a=b]", 5),
        ("numpy 2", 6),
        ("a.", 0),
        (".a", 0),
        ("@./x", 0),
        ("a b @ ./x", 1),
        ("a @", 3),
        ("a @ b", 4),
        # sources that are none
        ("pypi:", 5),
        ("pypi:a @ https://host/x.whl", 5),
        ("pypi:a; python_version > '3'", 5),
        ("gh:owner", 3),
        ("gh:/repo", 3),
        ("gh:owner/", 3),
        ("gh:owner/.git", 3),
        ("gh:o/..", 3),
        ("gh:o/r/s", 3),
        ("gh:o/r@", 7),
        ("gh:o/r@a..b", 7),
        ("gh:o/r#subdirectory=../x", 7),
        ("gh:o/r#subdirectory=/x", 7),
        ("gh:o/r#subdirectory=", 7),
        ("git+http://host/o/r", 0),
        ("git+https://host", 16),
        ("git+https://host/", 17),
        ("git+https:///o/r", 12),
        ("git+file://host/r", 11),
        ("http://host/a.whl", 0),
        ("http://127.0.0.1:80@evil.example/a.whl", 0),
        ("http://localhost:80@evil.example/a.whl", 0),
        ("https:///a.whl", 0),
        ("https://[::1/a.whl", 0),
        ("https://host/a.tar.gz", 0),
        ("https://host/a.whl#sha256=abc", 19),
        (f"https://host/a.whl#md5={SHA}", 19),
        ("ftp://host/a.whl", 0),
        ("file://host/a", 0),
        ("file://[x", 0),
        ("file:a", 0),
        ("file:///a%00b", 0),
        ("path:", 5),
    ],
)
def test_what_is_no_spec_is_an_error_at_its_place(text: str, position: int) -> None:
    """One typed error, with the text, the place, and something to do."""
    with pytest.raises(SourceError) as caught:
        parse(text)
    error = caught.value
    assert (error.text, error.position) == (redact(text), position)
    assert error.hint
    assert "\n" not in error.message


def test_what_is_no_text_is_an_error_too() -> None:
    """A module, None, bytes: the error says what came."""
    for wrong in (None, 3, b"numpy", ["numpy"], os):
        with pytest.raises(SourceError, match="not " + type(wrong).__name__):
            parse(wrong)  # type: ignore[arg-type]


def test_a_spec_of_megabytes_is_refused() -> None:
    """The error is short, and quick."""
    with pytest.raises(SourceError) as caught:
        parse("numpy>=" + "1." * 10**6)
    assert len(str(caught.value)) < 1_000


def arguments(found: Source | None) -> list[str]:
    """All that can become a word of a command line, or of git's."""
    if isinstance(found, IndexSource):
        return [found.requirement, found.distribution]
    if isinstance(found, GitSource):
        rest = found.url.partition("://")[2]
        return [found.location, found.url, found.ref, *found.subdirectory.split("/"), rest, rest.rpartition("@")[2]]
    if isinstance(found, PathSource):
        return [found.resolved(os.getcwd())]
    if isinstance(found, WheelSource):
        return [found.location, found.url.partition("://")[2]]
    assert found is None
    return []


def check_error(error: SourceError, text: str) -> None:
    """The place of an error lies in the text."""
    assert error.text == redact(text)
    assert error.position is not None
    assert 0 <= error.position <= len(error.text)
    assert error.message


def check(text: str) -> Spec | None:
    """Parse a text; whatever comes of it must be sound."""
    try:
        spec = parse(text)
    except SourceError as found:
        check_error(found, text)
        return None
    assert spec.text == text
    assert spec.module or spec.distribution or spec.source
    assert not spec.extras or (spec.extras[0], spec.extras[-1]) == ("[", "]")
    words = [spec.distribution + spec.extras + spec.version, spec.module + spec.extras + spec.version]
    for word in (spec.alias, *words, *arguments(spec.source)):
        assert not word.startswith("-"), word
        assert "\0" not in word
        assert "\n" not in word
    return spec


@settings(deadline=None)
@given(st.text())
@example("")
@example("\ud800")
@example("file:////host/x")
@example("file://[")
@example("https://[/a.whl")
@example("x @ file:///%ff")
@example("a" * 2_001 + "-")
def test_any_text_gives_a_spec_or_a_source_error(text: str) -> None:
    """No text ends in another exception, and no argument made of one begins with a dash."""
    check(text)


PIECES = st.sampled_from(
    [
        *("numpy", "np", "a.b", "scikit-learn", "x", "1", "2.0", "é", "class", "-", "--pre", "-r", "%2d", "%00"),
        *("=", "==", ">=", "<", "~=", "===", "!=", "@", " @ ", ":", "::", "[", "]", "(", ")", ",", ";", "|", "$", " "),
        *("pypi:", "gh:", "github:", "gl:", "git+https://", "git+ssh://", "git+file://", "git@", "host", "/o/r"),
        *("./", "../", "/", "~/", "C:\\", ".\\", "path:", "file:", "file://", "https://", "http://127.0.0.1:", ".whl"),
        *("#", "#subdirectory=", "#sha256=", "..", ".git", "\\", "?", "&", "\t", "\n", "\0", "\ud800", "[::1]"),
        *(string.ascii_letters[:3], SHA, COMMIT),
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_pieces_of_specs_in_any_order_do_no_harm(text: str) -> None:
    """Texts that look like specs reach every corner of the parser; the same holds."""
    check(text)


NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}(\.[a-z_][a-z0-9_]{0,8}){0,2}", fullmatch=True)
VERSIONS = st.from_regex(r"((==|>=|<=|!=|~=|<|>)[0-9]\.[0-9](\.[0-9])?){0,1}", fullmatch=True)
ALIASES = st.sampled_from(["", "np", "x_1", "Größe"])


@settings(deadline=None)
@given(
    alias=ALIASES,
    name=NAMES,
    version=VERSIONS,
    attribute=st.sampled_from(["", "a", "a.b"]),
    space=st.sampled_from(["", " "]),
)
def test_what_is_put_together_comes_apart_again(
    alias: str, name: str, version: str, attribute: str, space: str
) -> None:
    """Each part of a well-formed spec is found where it was put, with spaces or without."""
    text = f"{alias}{space}={space}" if alias else ""
    text += f"{name}{space}{version}" + (f":{attribute}" if attribute else "")
    spec = check(text)
    assert spec is not None
    assert (spec.alias, spec.module, spec.version, spec.attribute) == (alias, name, version, attribute)


@settings(deadline=None)
@given(
    owner=st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True),
    ref=st.from_regex(r"([a-z0-9_][a-z0-9_./-]{0,8})?", fullmatch=True),
    folder=st.from_regex(r"([a-z_][a-z0-9_-]{0,5}(/[a-z_][a-z0-9_-]{0,5})?)?", fullmatch=True),
)
def test_a_repository_with_ref_and_folder_comes_apart_again(owner: str, ref: str, folder: str) -> None:
    """Refs may hold slashes and dots; `..` and `//` are git's own syntax and refused."""
    text = f"gh:{owner}/repo" + (f"@{ref}" if ref else "") + (f"#subdirectory={folder}" if folder else "")
    spec = check(text)
    if ".." in ref or "//" in ref:
        assert spec is None
        return
    assert spec is not None
    assert isinstance(spec.source, GitSource)
    assert (spec.source.url, spec.source.ref, spec.source.subdirectory) == (
        f"git+https://github.com/{owner}/repo",
        ref,
        folder,
    )


@pytest.mark.parametrize(
    ("text", "position", "fact", "hint"),
    [
        ("", 0, "The spec is empty.", "name a module or a distribution, as numpy"),
        ("  ", 2, "The spec is empty.", "name a module or a distribution, as numpy"),
        ("np=", 3, "Nothing is named here.", "name a module or a distribution, as numpy"),
        ("numpy=1.2", 5, "A version is compared with two equal signs.", "write numpy==1.2"),
        ("numpy=>2", 5, "'=>' compares no versions.", "write numpy>=2"),
        ("numpy = < 2", 6, "'=<' compares no versions.", "write numpy<=2"),
        ("numpy>>2", 5, "'>>' compares no versions.", "write numpy>=2"),
        ("numpy<>2", 5, "'<>' compares no versions.", "write numpy!=2"),
        ("np=numpy=~2", 8, "'=~' compares no versions.", "write numpy~=2"),
        ("scikit-learn>=", 14, "A version is expected at the end.", "write scikit-learn>=1.2, or scikit-learn alone"),
        ("numpy===", 8, "A version is expected at the end.", "write numpy===1.2, or numpy alone"),
        ("numpy 2", 6, "'2' has no place here.", "write numpy==2"),
        ("numpy as np", 6, "'a' has no place here.", 'write "np=numpy"'),
        ("numpy, pandas", 5, "',' has no place here.", "give each a text of its own: 'numpy', 'pandas'"),
    ],
)
def test_a_slip_in_a_requirement_is_met_with_what_was_meant(text: str, position: int, fact: str, hint: str) -> None:
    """In words that name what was written."""
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.hint, caught.value.position) == (fact, hint, position)


@pytest.mark.parametrize(
    ("what", "hint"),
    [
        (["numpy", "pandas"], "give each a text of its own: 'numpy', 'pandas'"),
        (
            {"np": "numpy", "plt": "matplotlib.pyplot"},
            "give each a text of its own: 'np=numpy', 'plt=matplotlib.pyplot'",
        ),
        ([], 'write load("numpy")'),
        ([3], 'write load("numpy")'),
        (3, 'write load("numpy")'),
    ],
)
def test_what_is_no_text_is_met_with_texts(what: object, hint: str) -> None:
    """A list or a mapping, as other libraries take them."""
    with pytest.raises(SourceError, match=f"A spec is a text, not {type(what).__name__}") as caught:
        parse(what)  # type: ignore[arg-type]
    assert caught.value.hint == hint
