"""What is known of single packages: names they have, what can be called, versions, and a trial for each.

The shipped table is `checks.toml`, read when the first package is checked comprehensively; programs add their own.
"""

from __future__ import annotations

from load._reference import Reference, is_dotted_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    Check = Callable[[Any], str | None]
    Probe = str | Callable[[Any], object] | None


class PackageChecks:
    """What a package has to have and do.

    Attributes:
        import_name: the package.
        names: dotted paths in it, submodules included.
        callables: dotted paths of what can be called.
        version: a specifier (PEP 440), or "".
        probe: is given the module, and raises or returns False where it does not work; or names a function that does.
    """

    __slots__ = ("callables", "import_name", "names", "probe", "version")

    def __init__(
        self, import_name: str, names: Iterable[str], callables: Iterable[str], version: str, probe: Probe
    ) -> None:
        self.import_name = import_name
        self.names = tuple(names)
        self.callables = tuple(callables)
        self.version = version
        self.probe = probe

    def checks(self) -> Iterator[Check]:
        """One for each thing that has to hold."""
        for name in dict.fromkeys((*self.names, *self.callables)):
            yield self._about(name)
        if self.version:
            yield self._version
        if self.probe is not None:
            yield self._probe

    def _about(self, path: str) -> Check:
        def check(module: Any) -> str | None:
            what = f"{self.import_name}.{path}"
            try:
                found = Reference(self.import_name, path).within(module)
            except Exception as error:  # noqa: BLE001 - whatever a submodule does when it is imported
                return f"{what} is missing{_reason(error)}"
            if path in self.callables and not callable(found):
                return f"{what} cannot be called: it is of type {type(found).__name__}"
            return None

        return check

    def _version(self, module: Any) -> str | None:
        from load._resolve.versions import contains
        from load.exports._versions import version_of

        version = version_of(self.import_name, module)
        if version is None:
            return f"it has no version that could be told, and {self.version} is wanted"
        return None if contains(self.version, version) else f"its version is {version}, and {self.version} is wanted"

    def _probe(self, module: Any) -> str | None:
        probe: Any = self.probe
        name = probe if isinstance(probe, str) else getattr(probe, "__qualname__", repr(probe))
        try:
            function = Reference.parse(probe).resolve() if isinstance(probe, str) else probe
            if function(module) is not False:
                return None
        except Exception as error:  # noqa: BLE001 - that is what it is tried for
            text = str(error).partition("\n")[0]
            return f"its trial {name} failed: {type(error).__name__}: {text}"
        return f"its trial {name} failed"


def _reason(error: Exception) -> str:
    """Why a name is missing, where that is not only that nobody has defined it."""
    from load.errors import AttributeNotFound

    if isinstance(error, AttributeNotFound):
        return ""
    text = str(error).partition("\n")[0]
    return f": {type(error).__name__}: {text}"


_own: dict[str, PackageChecks] = {}  # the user's, by import name
_shipped: dict[str, PackageChecks] = {}


def checks_for(import_name: str) -> Iterator[Check]:
    """The checks of a package, shipped and added."""
    for table in (shipped(), _own):
        found = table.get(import_name)
        if found is not None:
            yield from found.checks()


def shipped() -> Mapping[str, PackageChecks]:
    """The tables that come with `load`, by import name."""
    if not _shipped:
        _shipped.update(_read())
    return _shipped


def _read() -> dict[str, PackageChecks]:
    import tomllib
    from importlib.resources import files

    tables = tomllib.loads(files("load.exports").joinpath("checks.toml").read_text(encoding="utf-8"))
    return {
        name: PackageChecks(
            name, table.get("names", ()), table.get("callables", ()), table.get("version", ""), table.get("probe")
        )
        for name, table in tables.items()
    }


def register_export_checks(
    import_name: str,
    *,
    names: Iterable[str] = (),
    callables: Iterable[str] = (),
    version: str = "",
    probe: Probe = None,
) -> None:
    """Say what a package has to have and do, to be handed out at `ExportValidationLevel.COMPREHENSIVE`.

    It holds besides what `load` says of the package itself, from the next load on; said again, it takes the place of
    what was said before.

    Args:
        import_name: the package.
        names: dotted paths in it, as `nn.Module`; submodules are imported.
        callables: dotted paths of what can be called.
        version: which versions of its distribution will do, as `>=2,<3`; of a package without one, its `__version__`.
        probe: a function that is given the module, and raises or returns False where that does not work; or the name
            of one, as `myapp.trials:torch_works`.

    Raises:
        SourceError: a name is none, or the version cannot be read.
        TypeError: something is of another type.
    """
    if not isinstance(import_name, str):
        raise TypeError(f"import_name is a name like 'torch', not {import_name!r}")
    names, callables = _paths("names", names), _paths("callables", callables)
    Reference(import_name)
    if isinstance(probe, str):
        Reference.parse(probe)
    elif probe is not None and not callable(probe):
        raise TypeError(f"probe is a function, or the name of one, not {probe!r}")
    _check_version(version)
    _own[import_name] = PackageChecks(import_name, names, callables, version, probe)


def _paths(argument: str, given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise TypeError(f"{argument} is several names, as ({given!r},), not the text {given!r}")
    paths = tuple(given)
    for each in paths:
        if not isinstance(each, str):
            raise TypeError(f"{argument} are names, and {each!r} is none")
        if not is_dotted_name(each):
            from load.errors import SourceError

            raise SourceError(f"{each!r} is not a name.", text=each, hint='write it as "nn.Module"')
    return paths


def _check_version(version: str) -> None:
    if not isinstance(version, str):
        raise TypeError(f"version is a text like '>=2,<3', not {version!r}")
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(version)
    except InvalidSpecifier as error:
        from load.errors import SourceError

        raise SourceError(f"{version!r} says no versions.", text=version, hint="write it as >=2,<3") from error
