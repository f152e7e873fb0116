"""What is known of an export: figures, and where its package comes from."""

from __future__ import annotations

import sys
import time

from load._display import Shown
from load.exports._table import TABLE, recorded, unknown
from load.exports._versions import provider_of, version_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._install.installed import Installed
    from load._picture import Picture
    from load.exports._declared import Declared


class Facts(Shown):
    """Facts under names, which compare and show as these."""

    __slots__: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same in the types of JSON."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}

    def __eq__(self, other: object) -> bool:
        return self.as_dict() == other.as_dict() if isinstance(other, type(self)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        facts = ((name.replace("_", " "), _in_words(name, value)) for name, value in self.as_dict().items())
        return Picture(str(getattr(self, "name", "")), [Table((), [fact for fact in facts if fact[1]])])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.as_dict().items())})"


def _in_words(name: str, value: Any) -> str:
    """A fact as people read it: times and sizes in the unit that suits them; "" where it is not known."""
    from load._console.wording import duration, growth

    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "last_access_time":
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(value))
    if name.endswith("_time"):
        return duration(value)
    if name == "memory_usage":
        return growth(value)
    return ", ".join(value) if isinstance(value, list) else str(value)


class ExportMetrics(Facts):
    """What an export has cost so far.

    Attributes:
        access_count: uses that are counted: each `get_export`, each load, each use that failed. What is done with an
            export that is loaded goes to the package itself, and is not counted: that is why it costs nothing.
        load_count: loads; threads that wait for the same one are one.
        load_time: seconds of the last load, from the first use to the end of the checks; None before it.
        total_load_time: seconds of all loads.
        validation_time: seconds of the last load's checks; None before it.
        memory_usage: bytes by which the resident memory of the process grew in the last load; None before it, and
            where the package was in the process already.
        error_count: uses that failed.
        last_error: the last error, one line; None where there was none.
        last_access_time: of the last counted use, seconds since the epoch; None before it.
    """

    __slots__ = (
        *("access_count", "load_count", "load_time", "total_load_time", "validation_time", "memory_usage"),
        *("error_count", "last_error", "last_access_time"),
    )

    def __init__(self, record: Declared) -> None:
        figures = record.figures
        self.access_count = figures.accesses
        self.load_count = figures.loads
        self.load_time = figures.seconds
        self.total_load_time = figures.total_seconds
        self.validation_time = figures.validation_seconds
        self.memory_usage = figures.memory
        self.error_count = figures.errors
        self.last_error = figures.last_error
        self.last_access_time = figures.last_access

    def __str__(self) -> str:
        from load._console.wording import duration, growth

        parts = [_counted(self.access_count, "access", "accesses"), _counted(self.load_count, "load", "loads")]
        if self.load_time is not None:
            parts.append(duration(self.load_time))
        if self.memory_usage is not None:
            parts.append(growth(self.memory_usage))
        if self.error_count:
            parts.append(f"{_counted(self.error_count, 'error', 'errors')}, the last: {self.last_error}")
        return ", ".join(parts)


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


class ExportMetadata(ExportMetrics):
    """What is known of an export; the figures stay as they began where monitoring is off.

    Attributes:
        name: what it is registered as.
        package: as it was declared.
        import_name: its module.
        attr: dotted path of the object in that which it stands for, or "".
        validation_level: how much is checked, as `"BASIC"`.
        enable_performance_monitoring: whether it is counted and measured.
        is_loaded: whether it stands for the loaded package now.
        how: of the last load: "imported", or "cached" where the package was in the process already; None before it.
        declared_in: file and line.
        dependencies: exports that are loaded before it.
        requires: distributions that its distribution says it needs.
        version: of its distribution; else what the loaded package says, or None.
        distribution: what provides it, or None.
        origin: the file, or folder, that it is found in; None where it is built in, or not there.
    """

    requires: tuple[str, ...]
    version: str | None
    distribution: str | None
    origin: str | None

    __slots__ = (
        *("name", "package", "import_name", "attr", "validation_level", "enable_performance_monitoring", "is_loaded"),
        *("how", "declared_in", "dependencies", "requires", "version", "distribution", "origin"),
        *ExportMetrics.__slots__,
    )

    def __init__(self, name: str, handle: Any, record: Declared) -> None:
        from load._lazy.handle import is_loaded

        super().__init__(record)
        self.name = name
        self.package = record.package
        self.import_name = record.import_name
        self.attr = record.attribute
        self.validation_level = str(record.validation_level)
        self.enable_performance_monitoring = record.enable_performance_monitoring
        self.is_loaded = is_loaded(handle)
        self.how = record.figures.how
        self.declared_in = str(record.place)
        self.dependencies = record.dependencies

    def __getattr__(self, name: str) -> Any:
        """What has to be looked up among all that is installed, which takes a while: when somebody asks for it."""
        if name not in ("distribution", "origin", "requires", "version"):
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}", name=name, obj=self)
        from load._resolve.origins import place_of

        provider = provider_of(self.import_name)
        self.origin = place_of(self.import_name)
        self.distribution = provider.name if provider is not None else None
        self.requires = _requires(provider)
        own = version_in(sys.modules.get(self.import_name))
        self.version = provider.version if provider is not None else own
        return getattr(self, name)


def _requires(provider: Installed | None) -> tuple[str, ...]:
    from load._install import installed

    return tuple(installed.requires(provider)) if provider is not None else ()


def get_export_metadata(name: str) -> ExportMetadata:
    """What is known of an export, as it is now; nothing is loaded.

    Args:
        name: its name.

    Raises:
        RegistryError: there is no export of that name.
    """
    found = recorded(name)
    if found is None:
        raise unknown(name)
    return ExportMetadata(name, *found)


def get_all_performance_metrics() -> dict[str, ExportMetrics]:
    """The figures of all exports that are monitored, by name, as they are now."""
    found = {name: recorded(name) for name in list(TABLE)}
    return {
        name: ExportMetrics(each[1])
        for name, each in found.items()
        if each is not None and each[1].enable_performance_monitoring
    }
