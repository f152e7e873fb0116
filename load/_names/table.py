"""The shipped table: which distribution provides an import name."""

from __future__ import annotations

from load._names.data import record, records, records_beginning, records_ending
from load._names.spelling import DistributionName, ImportName, normalize

_FILE = "names.txt"
_known: frozenset[ImportName] = frozenset()


class Entry:
    """A line of the table; not to be changed.

    Attributes:
        import_name: the name as the table has it, dotted for a member of a namespace package.
        distribution: what provides it, in its normal form (PEP 503).
        heavy: whether the download, with all that is required, is hundreds of megabytes.
    """

    __slots__ = ("distribution", "heavy", "import_name")

    def __init__(self, import_name: ImportName, distribution: DistributionName, *, heavy: bool = False) -> None:
        self.import_name = import_name
        self.distribution = distribution
        self.heavy = heavy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entry) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Entry({self.import_name!r}, {self.distribution!r}, heavy={self.heavy})"

    def _key(self) -> tuple[str, str, bool]:
        return self.import_name, self.distribution, self.heavy


def lookup(name: ImportName) -> Entry | None:
    """Find the entry of a dotted import name: its own, else that of its longest prefix in the table.

    Returns:
        The entry; None where neither the name nor a package above it stands in the table. The root of a
        namespace package (`google`) does not, for no single distribution provides it: see `names_under`.
    """
    prefix: str = name
    while prefix:
        line = record(_FILE, prefix)
        if line is not None:
            return _entry(line)
        prefix = prefix.rpartition(".")[0]
    return None


def import_names_of(distribution: str) -> tuple[ImportName, ...]:
    """Give the import names that the table has for a distribution, however its name is spelled.

    Returns:
        The names, the one to mean where only one can be first: a name like the distribution's own, else the
        shortest. Empty where the table does not know the distribution.
    """
    wanted = normalize(distribution)
    if not wanted or wanted.split() != [wanted]:
        return ()
    lines = [*records_ending(_FILE, f" {wanted}"), *records_ending(_FILE, f" {wanted} heavy")]
    # A distribution may be called as the mark is.
    names = [entry.import_name for entry in map(_entry, lines) if entry.distribution == wanted]
    return _in_preference(wanted, names)


def known_names() -> frozenset[ImportName]:
    """Give all import names of the table."""
    global _known
    if not _known:
        _known = frozenset(ImportName(line.partition(" ")[0]) for line in records(_FILE))
    return _known


def names_under(namespace: str) -> tuple[ImportName, ...]:
    """Give the names of the table below a dotted name, sorted: for `google`, `google.auth` and more."""
    return tuple(sorted(_entry(line).import_name for line in records_beginning(_FILE, f"{namespace}.")))


def distributions() -> dict[DistributionName, tuple[ImportName, ...]]:
    """Give all distributions of the table, each with its import names as `import_names_of` has them."""
    names: dict[DistributionName, list[ImportName]] = {}
    for line in records(_FILE):
        import_name, distribution, *_ = line.split(" ")
        names.setdefault(DistributionName(distribution), []).append(ImportName(import_name))
    return {distribution: _in_preference(distribution, each) for distribution, each in names.items()}


def _in_preference(distribution: str, names: list[ImportName]) -> tuple[ImportName, ...]:
    if len(names) > 1:
        names.sort(key=lambda name: (normalize(name) != distribution, len(name), name))
    return tuple(names)


def _entry(line: str) -> Entry:
    fields = line.split(" ")
    return Entry(ImportName(fields[0]), DistributionName(fields[1]), heavy=fields[2:] == ["heavy"])
