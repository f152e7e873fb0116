"""Names: aliases, import names, and the distributions that provide them.

The facts are data files beside this module, searched as text: asking for one name parses one line.
The one way from an import name to a distribution is `lookup`, the one way back `import_names_of`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._names.aliases import shipped_alias, shipped_aliases
    from load._names.near_miss import near, near_known
    from load._names.spelling import DistributionName, ImportName, normalize
    from load._names.standard import standard_library
    from load._names.table import Entry, import_names_of, known_names, lookup, names_under

__all__ = [
    "DistributionName",
    "Entry",
    "ImportName",
    "import_names_of",
    "known_names",
    "lookup",
    "names_under",
    "near",
    "near_known",
    "normalize",
    "shipped_alias",
    "shipped_aliases",
    "standard_library",
]

# Only aliases may be on the way to every module; the rest is paid for when it is asked for.
_HOMES = {
    "DistributionName": "spelling",
    "Entry": "table",
    "ImportName": "spelling",
    "import_names_of": "table",
    "known_names": "table",
    "lookup": "table",
    "names_under": "table",
    "near": "near_miss",
    "near_known": "near_miss",
    "normalize": "spelling",
    "shipped_alias": "aliases",
    "shipped_aliases": "aliases",
    "standard_library": "standard",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(__import__(f"{__name__}.{_HOMES[name]}", fromlist=[name]), name)
        globals()[name] = value
        return value
