"""A profile made again from the document that it was written as, in another process or on another day."""

from __future__ import annotations

from load._imports.profiling.profile import ImportProfile, Profile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def profile_of(document: Mapping[str, Any]) -> Profile:
    """Make a profile of what `Profile.as_document` gave.

    Args:
        document: it, or what `load._report.files.read_document` read of it.

    Returns:
        A profile that answers as the first one did.
    """
    return Profile(_module(each) for each in document["modules"])


def _module(fields: Mapping[str, Any]) -> ImportProfile:
    profile = ImportProfile(fields["module"])
    for name in ImportProfile.__slots__:
        if name in fields:
            value = fields[name]
            setattr(profile, name, list(value) if isinstance(value, (list, tuple)) else value)
    profile._where, profile._declared = fields.get("place", ""), fields.get("declared", "")
    return profile
