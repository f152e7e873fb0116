"""How names are written: the two kinds of name, and the normal form of a distribution's."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NewType

    ImportName = NewType("ImportName", str)
    DistributionName = NewType("DistributionName", str)
else:
    ImportName = DistributionName = str


def normalize(distribution: str) -> DistributionName:
    """Give the normal form of a distribution's name (PEP 503): lower case, runs of `-_.` as one hyphen."""
    name = distribution.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return DistributionName(name)


def root_of(name: str) -> str:
    """Give the first segment of a dotted name."""
    return name.partition(".")[0]
