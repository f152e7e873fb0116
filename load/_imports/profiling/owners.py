"""To which distribution a module belongs that was imported."""

from __future__ import annotations

import os
import sys
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions

from load._caller import is_own_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from load._imports.profiling.profile import ImportProfile, Profile

STANDARD = "Python"
OWN = "load-module"


def owners(profile: Profile) -> dict[str, str]:
    """Module → the distribution it belongs to: "Python" is the standard library, "" is code of no distribution.

    What was looked for in vain belongs to whoever looked for it.

    Args:
        profile: what was imported.
    """
    known = _Owners(packages_distributions())
    return {each.module: known.of(each, profile) for each in profile}


class _Owners:
    """Those of modules, by the names and the files of what is installed.

    Args:
        installed: top-level name → the distributions that have modules below it; several share a namespace package.
    """

    def __init__(self, installed: Mapping[str, list[str]]) -> None:
        self._installed = installed
        self._files: dict[str, dict[str, str]] = {}  # of a shared name: file → distribution

    def of(self, each: ImportProfile, profile: Profile) -> str:
        """That of one module."""
        asked: ImportProfile | None = each
        seen: set[str] = set()
        while asked is not None and asked.errors and not asked.origin and asked.module not in seen:
            seen.add(asked.module)
            asked = profile.get_profile(asked.importer)
        return "" if asked is None else self._of_found(asked)

    def _of_found(self, each: ImportProfile) -> str:
        root = each.module.partition(".")[0]
        if root in sys.stdlib_module_names or root.startswith("_sysconfigdata_"):  # that bears the platform's name
            return STANDARD
        several = list(dict.fromkeys(self._installed.get(root, ())))
        if not several:
            return OWN if is_own_code(each.origin) else ""  # this library runs from a checkout, which tells no names
        if len(several) == 1:
            return several[0]
        if root not in self._files:
            self._files[root] = {file: name for name in several for file in _files_of(name)}
        return self._files[root].get(os.path.normpath(each.origin), several[0])


def _files_of(name: str) -> list[str]:
    """The files of a distribution; none where it does not tell, or has gone meanwhile."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return []
    return [os.path.normpath(str(found.locate_file(file))) for file in found.files or ()]
