"""What a program asks for, as distributions: the ground of locks and of frozen scripts.

The program's block (PEP 723) comes first, then its imports, as `load run` takes them: those without which it fails
here. What is installed tells which distribution an import means; where it is not, the tables do.
"""

from __future__ import annotations

from load import _names
from load._caller import Caller
from load._find import find, is_namespace
from load._imports.scripts.beside import local_modules
from load._install import installed
from load._install.policy import Need
from load._resolve.install import is_importable, need_of
from load._resolve.lacking import meaning
from load._resolve.origins import INDEX, installed_from, origin_of, place_of, provider
from load._resolve.presence import Missing
from load._resolve.specs import check_path, module_of_distribution
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from load._imports.scripts.needs import Need as Named
    from load._imports.scripts.program import Program
    from load._install.installed import Installed
    from load._install.spec import Spec

OWN = "load-module"


class Wanted:
    """What programs ask for.

    Attributes:
        declared: what their blocks list.
        needs: what they import besides, each distribution once.
        local: import name → the place of a module that belongs to no distribution.
    """

    __slots__ = ("declared", "local", "needs")

    def __init__(self) -> None:
        self.declared: list[Need] = []
        self.needs: list[Need] = []
        self.local: dict[str, str] = {}

    def __iter__(self) -> Iterator[Need]:
        yield from self.declared
        yield from self.needs

    def add(self, program: Program) -> None:
        """Take what a program asks for.

        Raises:
            SourceError: a dependency of its block or a spec cannot be read, or leads nowhere.
        """
        _Reading(program, self).read()


class _Reading:
    """Reads one program's needs."""

    def __init__(self, program: Program, wanted: Wanted) -> None:
        self._program = program
        self._wanted = wanted
        self._is_local = local_modules(program.path)
        self._visible = installed.visible()

    def read(self) -> None:
        declared = [declared_need(text) for text in self._program.needs.dependencies or ()]
        self._wanted.declared += declared
        has_list = self._program.needs.dependencies is not None
        for named in _required(self._program, self._is_local):
            if named.root and (self._is_local(named.root) or _names.standard_library(meaning(named.root))):
                continue
            for need in self._needs_of(named):
                if not self._is_covered(need, declared) and (not has_list or self._is_sure(need)):
                    self._wanted.needs.append(need)

    def _is_covered(self, need: Need, declared: list[Need]) -> bool:
        """Whether one of the block's distributions, or a need before it, brings it."""
        if not need.requirement:
            return True
        for other in (*declared, *self._wanted.needs):
            if other.requirement == need.requirement or other.distribution == need.distribution != "":
                return True
        return any(need.module in _import_names(each.distribution, self._visible) for each in declared)

    @staticmethod
    def _is_sure(need: Need) -> bool:
        """Whether it can be told what an import means; a block that lists dependencies brings the rest itself."""
        return need.table in ("project", "shipped", "installed")

    def _needs_of(self, named: Named) -> Iterator[Need]:
        if named.spec:
            from load._install.spec import parse

            need = self._need_of_spec(parse(named.spec))
            if need is not None:
                yield need
            return
        for name in _modules(named):
            need = self._need_of_module(named.name, meaning(name) if named.via == "load" else name, None)
            if need is not None:
                yield need

    def _need_of_spec(self, spec: Spec) -> Need | None:
        from load._install.sources import IndexSource, PathSource

        if spec.source is None:
            module = meaning(spec.module) if spec.module else module_of_distribution(spec.distribution)
            if not module:
                return need_of(Missing(spec.text, "", spec))
            if _names.standard_library(module.partition(".")[0]):
                return None
            return self._need_of_module(spec.text, module, None if spec.is_plain else spec)
        path = ""
        if isinstance(spec.source, PathSource):
            from load._imports.local import is_module_path

            path = spec.source.resolved(Caller(self._program.path, 1).folder)
            check_path(path, spec)
            if is_module_path(path):
                self._wanted.local[spec.text] = path
                return None
        need = need_of(Missing(spec.text, spec.module, spec, path))
        found = None if isinstance(spec.source, IndexSource) else installed_from(spec, path, self._visible)
        if found is not None:
            take_installed(need, found)
        return need

    def _need_of_module(self, asked: str, module: str, spec: Spec | None) -> Need | None:
        found = provider(module, self._visible)
        if found is None and _is_there(module):
            place = place_of(module)
            if place is not None:
                self._wanted.local[module.partition(".")[0]] = place
                return None
        need = need_of(Missing(asked, module, spec))
        if found is not None and need.table != "project":
            extra = f"{spec.extras}{spec.version}" if spec is not None else ""
            take_installed(need, found, extra)
        need.distribution = _names.normalize(need.distribution)
        return need if need.distribution != OWN else None


def take_installed(need: Need, found: Installed, extra: str = "") -> None:
    """Have a need mean the very distribution that is installed: its name, and the place it came from.

    Args:
        need: it is changed.
        found: the distribution.
        extra: extras and version that are asked for.
    """
    origin = origin_of(found)
    need.distribution, need.table, need.editable = found.name, "installed", origin.editable
    need.requirement = found.name + extra
    if origin.kind != INDEX:
        extras = extra[: extra.find("]") + 1]
        need.requirement = f"{found.name}{extras} @ {origin.reference}"


def declared_need(text: str) -> Need:
    """A dependency of a script's block, its marker included.

    Raises:
        SourceError: it is not a requirement (PEP 508).
    """
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        fact = str(error).splitlines()[0].rstrip(".")
        raise SourceError(f"A dependency in the script's block cannot be read: {fact}.", text=text) from None
    need = Need(
        text,
        module="",
        distribution=_names.normalize(requirement.name),
        requirement=str(requirement),
        table="project",
    )
    if requirement.url is not None:
        _check_url(requirement.url, text, need)
    return need


def _check_url(url: str, text: str, need: Need) -> None:
    """A direct reference must be a source that `load` reads, and is judged as one."""
    from load._install.sources import GitSource, parse_source

    source = parse_source(url, whole=text, offset=text.find(url))
    if isinstance(source, GitSource):
        need.builds, need.trusted_source = True, source.is_pinned


def _required(program: Program, is_local: Callable[[str], bool]) -> list[Named]:
    """The needs without which the program fails; of alternatives the one that is there, as it is the one that runs."""
    needs = program.needs.needs
    tried = {name for need in needs for kind, names in need.conditions if kind == "missing" for name in names}

    def is_there(name: str) -> bool:
        root = name.partition(".")[0]
        return is_local(root) or is_importable(name)

    chosen = {name for name in tried if is_there(name)}
    return [need for need in needs if need.is_required(is_there) or need.name in chosen]


def _modules(named: Named) -> list[str]:
    """The modules that an import names: `from google.cloud import storage` names one below a namespace package."""
    if not named.members or not _is_shared(named.name):
        return [named.name]
    return [f"{named.name}.{member}" for member in named.members]


def _is_shared(name: str) -> bool:
    """Whether a package is one that several distributions share (PEP 420)."""
    spec = find(name)
    if spec is not None:
        return is_namespace(spec)
    return _names.lookup(_names.ImportName(name)) is None and bool(_names.names_under(name))


def _is_there(module: str) -> bool:
    spec = find(module.partition(".")[0])
    return spec is not None and not is_namespace(spec)


def _import_names(distribution: str, visible: dict[str, Installed]) -> set[str]:
    """The import names of a distribution, from what is installed and from the table."""
    there = visible.get(distribution)
    names = set(_names.import_names_of(distribution)) | {distribution.replace("-", "_")}
    return names | set(installed.import_names_of(there) if there is not None else ())


def import_names(distribution: str) -> list[str]:
    """The import names that a distribution is known to bring, or none where nothing tells them."""
    there = installed.visible().get(_names.normalize(distribution))
    provided = installed.import_names_of(there) if there is not None else []
    public = [name for name in provided if not name.startswith("_")]
    return public or [str(name) for name in _names.import_names_of(distribution)]
