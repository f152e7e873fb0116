"""Who of one's own loaded modules imports whom as it runs, and which names it takes: kept up to date between reloads.

The sources are those that ran: a module is read once, when it is first seen, and again when it has run again.
"""

from __future__ import annotations

import marshal
import os
import sys
from types import MappingProxyType, ModuleType
from weakref import ref

from load._caller import is_library_code, is_own_code
from load._imports.files.kept import cache_file
from load._imports.files.module_files import namespace_of
from load._imports.reload.order import each_before_its_dependents
from load._imports.reload.taken_before import TakenBefore
from load._imports.source.edges import LAZY_MODULES, resolved
from load._imports.source.reading import Sources, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping

    from load._imports.reload.taken_before import Taken
    from load._imports.source.edges import Row
    from load._imports.source.reading import Stamp

_OUTERMOST = ("eager", "global")  # the latter: Python may have been told to have it lazy
_MANY = 50  # modules from which on the cache of what was read is worth opening
_SOURCES = (".py", ".pyw")


class Importers:
    """The eager imports among one's own modules, and from them into all others.

    Attributes:
        own: the modules of one's own, each with its file.
        there: those whose files were seen to be there just now, as the modules were looked at.
    """

    def __init__(self) -> None:
        self.own: dict[str, str] = {}
        self.there: set[str] = set()
        self._seen: dict[str, Callable[[], object]] = {}  # gives the module that stood there, while it lives
        self._taken: dict[str, Taken | bytes] = {}  # by importer; marshalled until somebody asks
        self._importers: dict[str, dict[str, None]] = {}  # by what is imported

    def refresh(self) -> None:
        """Look at what has been loaded, or taken out, since."""
        seen = self._seen
        modules = list(sys.modules.items())
        new = [name for name, module in modules if name not in seen or seen[name]() is not module]
        if len(modules) - sum(name not in seen for name in new) != len(seen):
            for name in seen.keys() - sys.modules.keys():
                del seen[name]
                self._forget(name)
        files: dict[str, str] = {}
        is_library: dict[str, bool] = {}
        self.there.clear()
        for name in new:
            module = sys.modules.get(name)
            seen[name] = _reference(module)
            files[name] = file_of_own(name, module, is_library)
        if len(new) <= _MANY:
            self._read_all(files, Sources(None))
            return
        sources = Sources(cache_file())
        before = TakenBefore(sources, [name for name, file in files.items() if file], _parents())
        stamps = self._take_known(files, sources, before)
        if len(stamps) <= _MANY:
            sources = Sources(None)  # to read a few costs less than to open what was read of all
        self._read_all({name: files[name] for name in stamps}, sources, before, stamps)
        sources.save()
        before.save()

    def ran(self, names: Iterable[str]) -> None:
        """Modules have run again, from sources that may import others."""
        self._read_all({name: file_of_own(name, sys.modules.get(name)) for name in names}, Sources(None))

    def taken_by(self, name: str) -> Taken:
        """What a module imports by its source as it is now."""
        module = sys.modules.get(name)
        file = file_of_own(name, module)
        return (_taken(name, module, file, Sources(None)) if file else None) or {}

    def of(self, name: str) -> Mapping[str, list[tuple[str, str]]]:
        """The modules that import one, each with the names that it takes of it, and what it calls them."""
        return {importer: self._names(importer)[name] for importer in self._importers.get(name, ())}

    def _names(self, importer: str) -> Taken:
        taken = self._taken[importer]
        if type(taken) is bytes:
            taken = self._taken[importer] = marshal.loads(taken)  # noqa: S302 - of our own cache, whose check was right
        return taken  # type: ignore[return-value]

    def dependents(self, names: Iterable[str], more: Mapping[str, Collection[str]]) -> set[str]:
        """Some modules, and all that import one of these, or import one that does.

        Args:
            names: their names.
            more: importers that are known from elsewhere, by what they import.
        """
        found = set(names)
        todo = list(found)
        while todo:
            name = todo.pop()
            for each in (*self._importers.get(name, ()), *more.get(name, ())):
                if each not in found:
                    found.add(each)
                    todo.append(each)
        return found

    def order(self, names: Collection[str], first: Collection[str], more: Mapping[str, Collection[str]]) -> list[str]:
        """Modules in an order in which each comes after those that it imports.

        Args:
            names: their names.
            first: those that come first where modules import one another: they have changed.
            more: as for `dependents`.
        """
        wanted = set(names)
        needed_by: dict[str, list[str]] = {}
        # From the last to the first: what does not need one another comes as it was imported, in each run of a program.
        place = {name: number for number, name in enumerate(list(sys.modules))}
        for name in sorted(wanted, key=lambda name: place.get(name, 0), reverse=True):
            found = self._importers.get(name)
            needed_by[name] = [each for each in found if each in wanted and each != name] if found else []
            if more and name in more:
                needed_by[name] += [each for each in more[name] if each in wanted and each != name]
        for name in first:  # they may import others by now
            for each in self.taken_by(name):
                if each in wanted and each != name:
                    needed_by[each].append(name)
        return each_before_its_dependents(needed_by, first)

    # -- within --------------------------------------------------------------------------------------------------------

    def _take_known(self, files: Mapping[str, str], sources: Sources, before: TakenBefore) -> dict[str, Stamp | None]:
        """Keep what is known of modules; gives those of which nothing is, with the stamps of their sources."""
        unknown: dict[str, Stamp | None] = {}
        for name, file in files.items():
            module = sys.modules.get(name)
            if not file or module is None:  # another thread has taken it out meanwhile
                self._forget(name)
                continue
            stamp = sources.stamp(file)
            found = before.get(name, _package(module), stamp)
            if stamp is not None:
                self.there.add(name)
            if found is None:
                unknown[name] = stamp
            else:
                self._keep(name, file, *found)
        return unknown

    def _read_all(
        self,
        files: Mapping[str, str],
        sources: Sources,
        before: TakenBefore | None = None,
        stamps: Mapping[str, Stamp | None] = MappingProxyType({}),
    ) -> None:
        for name in files:
            module = sys.modules.get(name)
            file = files[name] if module is not None else ""  # another thread has taken it out meanwhile
            taken = _taken(name, module, file, sources) if file else None
            if taken is None and file and self.own.get(name) == file:
                continue  # its file has gone since it ran, and may come back as it was
            if not file:
                self._forget(name)
                continue
            if before is not None and taken is not None:
                before.add(name, _package(module), stamps.get(name), taken)
            self._keep(name, file, taken or (), taken or {})

    def _keep(self, name: str, file: str, imported: Iterable[str], taken: Taken | bytes) -> None:
        if name in self.own:
            self._forget(name)
        self.own[name] = file
        self._taken[name] = taken
        importers = self._importers
        for each in imported:
            found = importers.get(each)
            if found is None:
                importers[each] = {name: None}
            else:
                found[name] = None

    def _forget(self, name: str) -> None:
        if self.own.pop(name, None) is not None:
            for imported in self._names(name):
                self._importers[imported].pop(name, None)
            del self._taken[name]


def _reference(module: object) -> Callable[[], object]:
    try:
        return ref(module)
    except TypeError:  # what stands there is no module
        return lambda: module


def file_of_own(name: str, module: object, is_library: dict[str, bool] | None = None) -> str:
    """The source of a module of one's own, of no library, and not of `load`; "" for any other.

    Args:
        name: its name.
        module: what stands under that.
        is_library: what was found of folders so far; a module that is told by it alone costs little.
    """
    if type(name) is not str or not issubclass(type(module), ModuleType):
        return ""
    names = namespace_of(module)  # type: ignore[arg-type]
    file = names.get("__file__")
    if type(file) is not str or not file.endswith(_SOURCES) or "\0" in file:
        return ""
    folder = file.rpartition(os.sep)[0]
    if is_library is None or (found := is_library.get(folder)) is None:
        found = is_own_code(file) or is_library_code(file)
        if is_library is not None and folder:
            is_library[folder] = found
    if found:
        return ""
    own = names.get("__name__")
    return "" if own != name and sys.modules.get(own) is module else file  # type: ignore[arg-type]


def _parents() -> set[str]:
    """The packages of which any submodule is loaded."""
    return {name.rpartition(".")[0] for name in list(sys.modules) if type(name) is str}


def _package(module: object) -> str:
    package = namespace_of(module).get("__package__")  # type: ignore[arg-type]
    return package if type(package) is str else ""


def _taken(name: str, module: object, file: str, sources: Sources) -> Taken | None:
    """What a module takes by its source as it is now; None where there is none that could be read."""
    try:
        rows = sources.statements(file)
    except UnreadableError:
        return None
    lazy = _lazy_lines(file) if sys.version_info >= (3, 15) and any(row[1] == "deferred" for row in rows) else ()
    return taken_of(rows, _package(module), name, lazy)


def _lazy_lines(file: str) -> set[int]:
    """The lines of statements that are `lazy` (PEP 810): none of them stands in a function."""
    try:
        with open(file, "rb") as stream:
            return {number for number, line in enumerate(stream, 1) if line.lstrip().startswith(b"lazy ")}
    except OSError:
        return set()


def taken_of(rows: Iterable[Row], package: str, importer: str, lazy: Container[int] = ()) -> Taken:
    """What import statements take for a module, in no function of it: what is lazy may be used as it runs as well.

    `import a.b` binds `a`, and so may use all of it; `from a.b import c` needs nothing of `a` but that it runs.

    Args:
        rows: the statements.
        package: what relative names are relative to.
        importer: the module that they stand in.
        lazy: lines of statements that are lazy.
    """
    taken: Taken = {}
    for line, kind, source, items in rows:
        if (kind not in _OUTERMOST and line not in lazy) or source == LAZY_MODULES:
            continue
        if not source:
            _take_modules(items, taken)
        elif source[-1] == ")":
            taken.setdefault(items[0], [])
        else:
            base = resolved(source, package)
            if base is not None:
                _take_members(base, items, taken)
    taken.pop(importer, None)
    return taken


def _take_modules(items: Iterable[str], taken: Taken) -> None:
    for item in items:
        name, _, alias = item.partition(" as ")
        taken.setdefault(name, [])
        while not alias and "." in name:
            name = name.rpartition(".")[0]
            taken.setdefault(name, [])


def _take_members(base: str, items: Iterable[str], taken: Taken) -> None:
    for item in items:
        name, _, alias = item.partition(" as ")
        if f"{base}.{name}" in sys.modules:
            taken.setdefault(f"{base}.{name}", [])
        else:
            taken.setdefault(base, []).append((name, alias or name))
