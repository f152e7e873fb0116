"""Which distribution a backend's failure is about: one that was asked for, or one that it needs."""

from __future__ import annotations

import re
import sys

from load._install.failures import CONFLICT, NO_VERSION, NO_WHEEL, NOT_FOUND, PYTHON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from load._install.failures import BackendError

_NAME = r"(?P<name>[a-z0-9][a-z0-9._-]*?)"
_VERSIONS = r"(?:[<>=!~][^\s,]*(?:, ?[<>=!~][^\s,]*)*)?"
_WANTED = rf"(?P<wanted>(?:\[[^\]]*\])?(?P<versions>{_VERSIONS}))"

# What uv and pip print of one that is not to be had, and why that is; pip says the same of each reason.
_SIGNS = tuple(
    (kind, re.compile(sign, re.IGNORECASE))
    for kind, sign in (
        (NOT_FOUND, rf"\b{_NAME} was not found in the package registry"),
        (NO_WHEEL, rf"\b{_NAME}{_VERSIONS} has no (?:\w+ )?wheels"),
        (PYTHON, rf"\b{_NAME}{_VERSIONS} depends on Python[<>=!~]"),
        ("", rf"no matching distribution found for {_NAME}{_WANTED}\s*\(from "),
    )
)
# What uv prints of the versions that there are (one, the latest, or each on a line), and of the ones that would do.
_AVAILABLE = re.compile(
    rf"(?:there (?:is|are) no versions? of {_NAME}{_VERSIONS}"
    rf"|only (?:the following versions of )?(?P<here>[a-z0-9][a-z0-9._-]*?)"
    rf"(?P<latest>{_VERSIONS}) (?:is|are) available(?::(?P<each>[^:]+?))?)"
    rf"\s+and (?:you require|.+? depends? on) (?:(?P=name)|(?P=here)){_WANTED}(?=[,\s]|$)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"[=~]=\s*([^\s,]+)|<=\s*([^\s,]+)")

_NEEDED = {
    NOT_FOUND: "{who} {needed!r}, which the index does not have.",
    NO_VERSION: "{who} {needed!r}, and the index has no such version.",
    NO_WHEEL: "{who} {needed!r}, of which there is no wheel for this Python and platform, and building runs code.",
    PYTHON: "{who} {needed!r}, and no version of that supports this Python ({python}).",
}


def settled(error: BackendError, distributions: Collection[str]) -> BackendError:
    """The same failure, told of the distribution that it is about.

    Uv says of a version or a wheel that is not there that requirements exclude each other: for a backend that is asked
    again with fewer constraints these are the same. And both say of something that is needed what they say of
    something that was asked for.

    Args:
        error: what a backend failed with.
        distributions: what was asked for.
    """
    from packaging.utils import canonicalize_name

    if error.kind not in (CONFLICT, *_NEEDED):
        return error
    asked = {canonicalize_name(each) for each in distributions}
    for kind, name, wanted in _blamed("\n".join(error.last_lines), error.kind):
        if canonicalize_name(name) not in asked:
            error.kind, error.needed = kind, f"{name}{wanted}"
            who = "It needs" if len(asked) == 1 else "One of them needs"
            error.message = _NEEDED[kind].format(who=who, needed=error.needed, python=sys.version.split()[0])
            error.hint = "try another version"
            return error
        if error.kind == CONFLICT:
            error.tell(kind)
            return error
    return error


def _blamed(output: str, kind: str) -> Iterator[tuple[str, str, str]]:
    """Why, and of which name and versions, as far as that can be read out of what was printed."""
    for sign_kind, sign in _SIGNS:
        for found in sign.finditer(output):
            if (sign_kind or kind) in _NEEDED:
                yield sign_kind or kind, found["name"], found.groupdict().get("wanted") or ""
    for found in _AVAILABLE.finditer(output):
        if not _is_among(found["versions"], f"{found['latest'] or ''} {found['each'] or ''}"):
            yield NO_VERSION, found["name"] or found["here"], found["wanted"]


def _is_among(wanted: str, available: str) -> bool:
    """Whether one of the versions that there are would do: then it is something else that is missing."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return any(
            SpecifierSet(wanted).contains(found[1] or found[2], prereleases=True)
            for found in _VERSION.finditer(available)
        )
    except (InvalidSpecifier, InvalidVersion):  # not as the standard writes it: uv's word holds that it is missing
        return False
