"""Credentials never reach a message: what is secret becomes stars.

Secret are user and password of a URL, tokens in its query, and the values of the variables that hold credentials.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STARS = "****"
_TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
_INDEX_PREFIXES = ("LOAD_INDEX_", "UV_INDEX_")
_SURELY_SECRET = 6  # characters; anything shorter is taken out only where it stands alone, or words would be torn
_told: set[str] = set()  # secrets that came from a keyring or a netrc


def redact(text: str) -> str:
    """`text` with all credentials in it replaced by `****`; the bare user `git` of ssh stays."""
    for secret in _secrets():
        text = _without(secret, text)
    if "/" not in text or ("@" not in text and "://" not in text):
        return text
    import re

    if "@" in text:
        text = re.sub(_USER, rf"\1{STARS}@", text, flags=re.IGNORECASE)
        text = re.sub(_ODD_USER, rf"://{STARS}@", text)
    if "=" in text and "://" in text:
        text = re.sub(_QUERY, rf"\1{STARS}", text, flags=re.IGNORECASE)
    return text


# Up to the last "@" before the path: a password may hold one. Begins at the slashes so that long lines cost no more. A
# quote ends it only where it could be that of the text around; of a URL's beginning a slip may have taken something.
_USER = r"(://|\b(?:https?|ssh)(?::/{1,3}|//))(?!git@)(?:[^/?#\s'\"]|'(?![\s,;:)\]}]))+@"
# What stands behind the colon and is not a port is a password, in which slashes should have been written as %2F.
_ODD_USER = r"://[^/?#\s'\"@:\[]*:(?!\d*(?:[/?#\s'\"]|$))[^\s'\"]{1,300}@"
# A name in a query or a fragment that says of itself that its value is a secret, also where that is a part of it.
_QUERY = (
    r"([?&#;](?:[\w.-]*(?:token|secret|passw(?:or)?d|signature|credential|api[_-]?key)|key|sig|auth|pass|pwd|"
    r"jwt|private_key|access_key)=)[^&#;\s'\"]+"
)


def redact_command(command: Sequence[str]) -> tuple[str, ...]:
    """A command line, redacted."""
    return tuple(redact(part) for part in command)


def keep_secret(*secrets: str) -> None:
    """Have these words replaced in every message from now on."""
    _told.update(secret for secret in secrets if secret)


def without_credentials(url: str) -> str:
    """A URL without user and password; the bare user of ssh stays, without which nobody gets in."""
    scheme, separator, rest = url.partition("://")
    end = min((place for place in map(rest.find, "/?#") if place >= 0), default=len(rest))
    user, at, host = rest[:end].rpartition("@")
    if not (separator and at):
        return url
    kept = f"{user.partition(':')[0]}@" if scheme.endswith("ssh") else ""
    return f"{scheme}://{kept}{host}{rest[end:]}"


def _secrets() -> Iterator[str]:
    """The secrets of this process as they stand now, each also in the form that a URL has it in; longest first."""
    found = set(_told)
    for name, value in os.environ.items():
        if value and (name in _TOKENS or _holds_a_secret(name)):
            found.add(value)
    if not found:
        return
    from urllib.parse import quote

    found |= {quote(secret, safe="") for secret in found}
    yield from sorted(found, key=lambda secret: (-len(secret), secret))


def _holds_a_secret(name: str) -> bool:
    if not name.startswith(_INDEX_PREFIXES):
        return False
    if name.endswith("_PASSWORD"):
        return True
    # A user without a password is a token that takes the user's place.
    return name.endswith("_USERNAME") and not os.environ.get(name.removesuffix("USERNAME") + "PASSWORD")


def _without(secret: str, text: str) -> str:
    if secret not in text:
        return text
    if len(secret) >= _SURELY_SECRET:
        return text.replace(secret, STARS)
    import re

    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", STARS, text)
