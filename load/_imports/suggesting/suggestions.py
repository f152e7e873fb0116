"""What could be done about imports that cost much: those that were not used, those worth being lazy, and `sys.path`."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from load import _display
from load._caller import is_library_code, is_own_code
from load._imports.profiling.search_path import is_expected, look_at_path
from load._imports.suggesting.without import Imports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, Literal

    from load._imports.graph.graph import DependencyGraph
    from load._imports.profiling.profile import ImportProfile, Profile
    from load._imports.profiling.search_path import PathEntry
    from load._imports.suggesting.unneeded import Source, Unneeded
    from load._imports.suggesting.usage import Used
    from load._picture import Picture

    Kind = Literal["unused", "lazy", "duplicate", "slow-path"]

SECONDS = 0.01  # what is worth a suggestion: as much time as Python itself takes to start,
BYTES = 1_000_000  # or as much memory
_MOST_PLACES = 3  # other statements that are named
_UNREADABLE = (OSError, SyntaxError, ValueError, RecursionError)


class Suggestion(NamedTuple):
    """Something to do about an import, or about an entry of `sys.path`.

    Attributes:
        kind: "unused": an import statement of which nothing was used in this run; "lazy": one whose names only
            functions use; "duplicate": an entry of `sys.path` that stands there twice, or is not there; "slow-path":
            one that costs much.
        module: what is imported; "" for an entry.
        importer: the module that imports it; "" for an entry.
        place: file and line; for an entry who put it there, or "".
        statement: the statement; or the entry.
        seconds: what would not have been spent in this run; of "lazy", what would have been spent when it was used.
        bytes: the memory that would not have come, or later; None where it was not measured.
        modules: how many modules would not have been imported, or later.
        text: one sentence of what to do.
    """

    kind: Kind
    module: str
    importer: str
    place: str
    statement: str
    seconds: float
    bytes: int | None
    modules: int
    text: str

    def as_dict(self) -> dict[str, Any]:
        """All of it, in the types of JSON: seconds and bytes."""
        return self._asdict()

    def __str__(self) -> str:
        cost = f"{self.seconds * 1e3:.1f} ms"
        if self.bytes is not None:
            cost += f", {self.bytes / 1e6:.1f} MB"
        if self.modules:
            cost += f", {self.modules} module{'s' if self.modules > 1 else ''}"
        place = f"{self.place}: " if self.place else ""
        return f"{place}{self.statement} ({cost})\n  → {self.text}"

    def _repr_html_(self) -> str:
        return _display.html_of(_display.told(str(self)))

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        return _display.drawn(_display.told(str(self)), console, options)


class Suggestions(_display.Shown, list[Suggestion]):
    """A list of suggestions; in a notebook, and as text, a table of what could be done."""

    def _picture(self) -> Picture:
        from load._picture import Picture, Table
        from load._report.tree import megabytes, milliseconds

        if not self:
            return Picture("There is nothing worth doing about the imports.")
        rows = [
            (
                *(each.place, each.statement, milliseconds(each.seconds)),
                *("" if each.bytes is None else megabytes(each.bytes), each.text),
            )
            for each in self
        ]
        count = "1 suggestion" if len(rows) == 1 else f"{len(rows)} suggestions"
        return Picture(count, [Table(("where", "what", "ms", "MB", "to do"), rows, numbers=(2, 3))])

    __repr__ = list.__repr__


def suggest(
    profile: Profile,
    used: Used | None = None,
    *,
    everywhere: bool = False,
    least_seconds: float = SECONDS,
    least_bytes: int = BYTES,
    graph: DependencyGraph | None = None,
    path: Sequence[str] | None = None,
) -> Suggestions:
    """Tell what could be done, what costs most first. Nothing is imported or run to find out.

    What a statement costs is what would not have been imported in this run without it, and without the others of its
    kind: what another module imports as well, and needs, is not counted. Statements of somebody's own code alone are
    looked at, not those of installed packages and of the standard library.

    Args:
        profile: what was imported.
        used: which functions ran; None where that is not known, then none counts as unused that any function reads.
            What does not know it of all counts as None.
        everywhere: look at all code; a thousand sources take about twenty seconds to read.
        least_seconds: what a statement, or an entry of `sys.path`, has to cost to be told of. Entries that are twice
            there, or not there, are told of always.
        least_bytes: the memory that a statement has to cost instead.
        graph: who imports whom; None for that of the modules that are loaded.
        path: the entries of the path; `sys.path` where None.
    """
    if used is not None and not used.is_whole:
        used = None
    threshold = (least_seconds, least_bytes)
    found = [*_of_statements(profile, used, everywhere, threshold, graph)]
    found += _of_path(look_at_path(path, profile), least_seconds)
    return Suggestions(sorted(found, key=lambda each: (-each.seconds, -(each.bytes or 0))))


# -- statements --------------------------------------------------------------------------------------------------------


def _of_statements(
    profile: Profile,
    used: Used | None,
    everywhere: bool,
    threshold: tuple[float, int],
    graph: DependencyGraph | None,
) -> Iterator[Suggestion]:
    brought = _by_place(profile, everywhere=everywhere)
    costly = [place for place, each in brought.items() if _is_much(each, threshold)]
    if not costly:
        return
    from load._imports.suggesting.unneeded import unneeded  # reads sources, for which more is imported

    if graph is None:
        from load._imports.module_manager import ModuleManager

        graph = ModuleManager().graph
    edges = [(each.importer, each.imported, each.line) for each in graph.edges() if each.kind == "eager"]
    wanted = {each.module for place in costly for each in brought[place]}
    sources = _sources(profile, graph, everywhere=everywhere)
    judged = {(importer, file) for importer, file, _ in costly} & sources.keys()
    if not everywhere:  # what else asks for the same may do without it as well
        asking = {importer for importer, imported, _ in edges if imported in wanted}
        judged.update(each for each in sources if each[0] in asking)
    elsewhere: set[str] = set()
    relied: set[str] = set()
    for source in sources.values():
        if source.may_read({module for module, _ in judged if module != source.module}) and _is_python(source):
            elsewhere |= source.read_elsewhere()
        if source.may_read(wanted) and _is_python(source):
            relied |= source.relied_on()
        if (source.module, source.file) not in judged:
            source.forget_tree()
    looked_at = [sources[each] for each in sorted(judged) if _is_python(sources[each])]
    told = [each for source in looked_at for each in unneeded(source, used, elsewhere, relied, profile.__contains__)]
    yield from _costs(told, brought, Imports(profile, edges), threshold)


def _costs(
    told: Sequence[Unneeded],
    brought: Mapping[tuple[str, str, int], list[ImportProfile]],
    imports: Imports,
    threshold: tuple[float, int],
) -> Iterator[Suggestion]:
    """Those statements that would spare enough."""
    unused = [each for each in told if each.kind == "unused"]
    without_unused, without_any = imports.left_without(unused), imports.left_without(told)
    asking: dict[str, list[Unneeded]] = {}
    for each in told:
        for module in each.modules:
            asking.setdefault(module, []).append(each)
    for each in told:
        modules = [one for one in brought.get((each.importer, each.file, each.line), ()) if one.module in each.modules]
        if not modules or not imports.is_left(each.importer, without_unused):
            continue  # the whole importer is not needed, which is told of where it is imported
        largest = max(modules, key=lambda one: one.duration)
        left = without_unused if each.kind == "unused" else without_any
        gone = imports.gone([one for one in modules if one.module not in left], left)  # else others bring it as well
        beside = [other for other in asking[largest.module] if other.place != each.place]
        if not _exceeds(gone, threshold) and any(other.kind == "lazy" for other in beside):
            left = imports.left_without([*unused, *asking[largest.module]])
            gone = imports.gone([one for one in modules if one.module not in left], left)
        if _exceeds(gone, threshold):
            within = {one.module for one in gone}
            yield _suggestion(each, largest.module, gone, [one for one in beside if one.importer not in within])


def _by_place(profile: Profile, *, everywhere: bool) -> dict[tuple[str, str, int], list[ImportProfile]]:
    """What statements brought, by importer, file and line."""
    brought: dict[tuple[str, str, int], list[ImportProfile]] = {}
    for each in profile:
        file, _, line = each.place.rpartition(":")
        if line.isdigit() and not each.declared and _is_looked_at(file, everywhere=everywhere):
            brought.setdefault((each.importer, file, int(line)), []).append(each)
    return brought


def _is_looked_at(file: str, *, everywhere: bool) -> bool:
    if file.startswith("<") or is_own_code(file):
        return False
    if everywhere:
        return True
    return not is_library_code(file) and os.path.dirname(file) != os.path.dirname(sys.executable)


def _is_much(brought: Iterable[ImportProfile], threshold: tuple[float, int]) -> bool:
    seconds = sum(each.duration for each in brought)
    return seconds >= threshold[0] or sum(each.memory or 0 for each in brought) >= threshold[1]


def _exceeds(gone: Sequence[ImportProfile], threshold: tuple[float, int]) -> bool:
    seconds = sum(each.self_duration for each in gone)
    much = seconds >= threshold[0] or sum(each.self_memory or 0 for each in gone) >= threshold[1]
    return bool(gone) and much


def _sources(profile: Profile, graph: DependencyGraph, *, everywhere: bool) -> dict[tuple[str, str], Source]:
    """The sources that are looked at, by module and file; those that cannot be read are left out.

    A module may run several files: the script, as `__main__`, and what it runs by `runpy` under that name. The
    program may be the first to import nothing: its package has imported all of it before.
    """
    from load._imports.suggesting.unneeded import Source

    known = {(each.importer, each.place.rpartition(":")[0]) for each in profile if each.importer}
    known |= {(each.module, each.origin) for each in profile if each.origin.endswith((".py", ".pyw"))}
    known |= {(each.importer, each.file) for each in graph.edges() if each.importer == "__main__"}
    sources: dict[tuple[str, str], Source] = {}
    for module, file in sorted(known):
        if file and _is_looked_at(file, everywhere=everywhere):
            try:
                sources[module, file] = Source(module, _package(module, file), file)
            except _UNREADABLE:  # there is nothing to be said about what cannot be read
                continue
    return sources


def _is_python(source: Source) -> bool:
    try:
        return bool(source.tree)
    except _UNREADABLE:
        return False


def _package(module: str, file: str) -> str:
    if module == "__main__":
        known = getattr(sys.modules.get(module), "__package__", None)
        return known if isinstance(known, str) else ""
    is_package = os.path.basename(file).startswith("__init__.")
    return module if is_package else module.rpartition(".")[0]


def _suggestion(each: Unneeded, module: str, gone: Sequence[ImportProfile], beside: Sequence[Unneeded]) -> Suggestion:
    measured = [one.self_memory for one in gone if one.self_memory is not None]
    text = each.text
    if beside:
        places = list(dict.fromkeys(other.place for other in beside))
        more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
        text += f"; so can {', '.join(places[:_MOST_PLACES])}{more}"
    seconds = sum(one.self_duration for one in gone)
    size = sum(measured) if measured else None
    return Suggestion(each.kind, module, each.importer, each.place, each.statement, seconds, size, len(gone), text)


# -- the path ----------------------------------------------------------------------------------------------------------


def _of_path(entries: Iterable[PathEntry], least_seconds: float) -> Iterator[Suggestion]:
    for each in entries:
        cost = each.misses * each.stat if each.state == "missing" else each.seconds
        if each.same_as is not None:
            before = repr(each.same_as) if each.same_as else "the working directory"
            text = f"it is the same place as {before}, which stands before it: take one of them out"
            yield _of_entry("duplicate", each, each.misses * each.stat, text)
        elif each.state in ("missing", "other"):
            if not is_expected(each):
                what = "it is not there" if each.state == "missing" else "it is neither a folder nor an archive"
                yield _of_entry("duplicate", each, cost, f"{what}: take it out, or correct it")
        elif cost >= least_seconds:
            yield _of_entry("slow-path", each, cost, _why_slow(each))


def _of_entry(kind: Kind, each: PathEntry, seconds: float, text: str) -> Suggestion:
    return Suggestion(kind, "", "", each.set_by, each.entry or "''", seconds, None, 0, text)


def _why_slow(each: PathEntry) -> str:
    what = f"listing its {each.names:,} names takes {each.listing * 1e3:.1f} ms"
    if each.misses and each.stat:
        modules = "modules were" if each.misses > 1 else "module was"
        what += f", and {each.misses} {modules} looked for in it in vain, {each.stat * 1e6:.0f} µs each"
    if each.state == "archive":
        return f"{what}: unpack it"
    return f"{what}: put it further back, or have it hold nothing but modules, on a disk of this machine"
