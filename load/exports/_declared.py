"""What was declared of an export, and what came of it: data alone."""

from __future__ import annotations

from load.exports._figures import Figures
from load.exports._levels import ExportValidationLevel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from load._caller import Caller

    Enabled = str | Callable[[], object] | None


class Settings:
    """How an export is to be loaded; see `LazyPackageExport`, whose arguments of the same names these are."""

    __slots__ = (
        *("validation_level", "enable_performance_monitoring", "require", "enabled", "install", "dependencies"),
        "auto_cleanup",
    )

    def __init__(
        self,
        *,
        validation_level: ExportValidationLevel = ExportValidationLevel.BASIC,
        enable_performance_monitoring: bool = True,
        require: str | None = None,
        enabled: Enabled = None,
        install: bool = False,
        dependencies: Sequence[str] = (),
        auto_cleanup: bool = False,
    ) -> None:
        self.validation_level = validation_level
        self.enable_performance_monitoring = enable_performance_monitoring
        self.require = require
        self.enabled = enabled
        self.install = install
        self.dependencies = tuple(dependencies)
        self.auto_cleanup = auto_cleanup

    def as_dict(self) -> dict[str, Any]:
        """Each by its name."""
        return {name: getattr(self, name) for name in Settings.__slots__}


class Declared(Settings):
    """One export.

    Attributes:
        name: what it is called by itself; it may be registered under other names.
        package: as it was declared.
        import_name: the module.
        attribute: dotted path of an object in that, or "".
        place: where it was declared.
        figures: see `Figures`.
        brought: whether it was this export that had the package imported.
        running: how many threads are loading it now.
    """

    __slots__ = (
        *("__weakref__", "attribute", "brought", "figures", "import_name", "name", "package", "place", "running"),
    )

    def __init__(self, package: str, import_name: str, attribute: str, place: Caller, **settings: Any) -> None:
        super().__init__(**settings)
        self.name = f"{package}:{attribute}" if attribute else package
        self.package = package
        self.import_name = import_name
        self.attribute = attribute
        self.place = place
        self.figures = Figures()
        self.brought = False
        self.running = 0

    @property
    def target(self) -> str:
        """What it stands for, as text."""
        return f"{self.import_name}:{self.attribute}" if self.attribute else self.import_name

    def __repr__(self) -> str:
        return f"<export {self.name!r}, declared in {self.place}>"
