"""Specialised exports: a class with a table of names, each an object of a package, which is imported when it is asked.

The package is an export like any other, recorded under its name: loaded once, checked and measured. An instance keeps
what it has given, so that asking again is an ordinary attribute: see `_given`.
"""

from __future__ import annotations

import sys

from load._caller import Caller, package_of
from load._display import Shown
from load.errors import AttributeNotFound
from load.exports import _given, _missing
from load.exports._entries import entries_of
from load.exports._missing import Missing
from load.exports._table import record_of, recorded
from load.exports._validation import is_failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from types import FrameType
    from typing import Any, ClassVar, Self, TypedDict, Unpack

    from load._picture import Picture
    from load.exports._declared import Enabled
    from load.exports._entries import Entry
    from load.exports._levels import ExportValidationLevel

    class ExportSettings(TypedDict, total=False):
        """The settings of `LazyPackageExport`."""

        validation_level: ExportValidationLevel | str
        enable_performance_monitoring: bool
        require: str | None
        enabled: Enabled
        install: bool
        dependencies: tuple[str, ...] | list[str]
        auto_cleanup: bool


class SpecializedExports(Shown):
    """What `TorchExports` and its like derive from, and yours.

    An example::

        class GeoExports(SpecializedExports):
            package = "shapely"
            exports = {"Point": "shapely.geometry.Point", "geometry": "shapely.geometry"}
            optional = {"prepare": ("shapely.prepare", "shapely>=2")}

        GeoExports().Point(1, 2)                # imported now, checked, and kept

    Attributes:
        package: as for `LazyPackageExport`.
        import_name: its module, where that is called otherwise.
        exports: name → path of the object, which begins with a module, or with another name of the tables.
        optional: the same of what may be missing, or name → (path, requirement that has to be met for it).

    A class that derives from another has the names of that, too. Instances are made with the settings of
    `LazyPackageExport`; without any, the export of the package that there is already is used as it is.

    Raises:
        SourceError: a table says what cannot be: when the class is made.
        RegistryError: names of a table stand for one another in a circle; another package is registered under the name.
        AttributeNotFound: when a name is asked for that its package does not have.
        ResolveError: when one is asked for that lies in another package, which is not there.
        Exception: what keeps the package from coming.
    """  # fmt: skip

    package: ClassVar[str] = ""
    import_name: ClassVar[str | None] = None
    exports: ClassVar[Mapping[str, str]] = {}
    optional: ClassVar[Mapping[str, str | tuple[str, str]]] = {}

    __slots__ = ("__dict__", "__weakref__", "_export", "_module")
    _entries: ClassVar[dict[str, Entry]] = {}
    _place: ClassVar[Caller]
    _pattern: ClassVar[SpecializedExports]  # see `_given`; it stands for no export

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._place = _place_of(sys._getframe(1))
        cls._entries = entries_of(cls, cls._place)

    def __init__(self, **settings: Unpack[ExportSettings]) -> None:
        _given.begin(self)
        self._export: Any = self._declared(sys._getframe(1), dict(settings))
        self._module: Any = None  # what was given comes from this one

    @classmethod
    def _declared(cls, frame: FrameType | None, settings: dict[str, Any]) -> Any:
        """The export of the package: that which is recorded, or one of these settings."""
        from load.exports._export import make_export

        if not cls.package:
            raise TypeError(f"{cls.__qualname__} (of {getattr(cls, '_place', __name__)}) says no `package`")
        wrong = [name for name in ("attr", "import_name", "package") if name in settings]
        if wrong:
            raise TypeError(f"{cls.__qualname__} is not made with {wrong[0]!r}: its class says that")
        found = recorded(cls.package)
        if found is not None and not settings and cls.import_name in (None, found[1].import_name):
            return found[0]
        while frame is not None and str(frame.f_globals.get("__name__")).startswith("load.exports"):
            frame = frame.f_back
        return make_export(frame or sys._getframe(), cls.package, import_name=cls.import_name, **settings)

    # -- names ---------------------------------------------------------------------------------------------------------

    if TYPE_CHECKING or not _given.ASKS_BY_DESCRIPTORS:

        def __getattr__(self, name: str) -> Any:
            return self._asked_for(name, sys._getframe(1))

    def _asked_for(self, name: str, user: FrameType) -> Any:
        """What a name stands for that was not given yet.

        Raises:
            AttributeError: there is no such name, or it is only looked at: see `_missing`.
            Exception: it cannot be had.
        """
        entry = type(self)._entries.get(name)
        if entry is None:
            raise self._unknown(name)
        _missing.refuse_to_be_shown(type(self).__name__, name, user)
        try:
            return self._given(entry, user)
        except Missing as missing:
            from load import _events
            from load.exports._events import ExportFailed

            error = missing.error
            error.context = (*error.context, self._installed())
            _events.emit(ExportFailed(record_of(self._export), error))
            _missing.refuse_to_a_looker(name, error, user)
            raise error from missing.__cause__
        except ImportError as error:
            _missing.refuse_to_a_looker(name, error, user)
            raise

    def _given(self, entry: Entry, user: FrameType) -> Any:
        """The object of a name, kept from now on.

        Raises:
            Missing: it is not there, though the package is.
            Exception: what keeps the package from coming.
        """
        from load._lazy.handle import is_loaded, load

        module = load(self._export, user)
        if self._module is not None and self._module is not module:  # it was unloaded, and imported anew
            self._forget()
        if self._module is not module:
            self._prepare(module)
        value = self._found(entry)
        if is_loaded(self._export):  # else the body of the package asks, and it has passed no check yet
            self._module = module
            _given.keep(self, entry.name, value)
        return value

    def _prepare(self, module: Any) -> None:
        """For tables of which the package needs more than to be imported; before the first name is given."""

    def _unusable(self, _value: Any, /) -> str:
        """For packages that give something in the place of what is not there: why that is so, or ""."""
        return ""

    def _found(self, entry: Entry) -> Any:
        try:
            return entry.reference.resolve()
        except AttributeNotFound as error:
            raise _missing.no_attribute(type(self).__name__, entry, self._place, error) from error
        except ModuleNotFoundError as error:
            if not entry.is_optional and not _missing.is_part(error.name, entry.reference.module):
                error.add_note(f"asked for as {type(self).__name__}.{entry.name}")
                raise
            raise _missing.no_module(type(self).__name__, entry, self._place, error) from error
        except Exception as error:
            error.add_note(f"asked for as {type(self).__name__}.{entry.name}")
            raise

    def _installed(self) -> str:
        """Which version of the package is here; all that is installed is looked at for it."""
        from load.exports._versions import version_of

        record = record_of(self._export)
        name = record.import_name if record is not None else self.package
        return f"here is {name} {version_of(name, sys.modules.get(name)) or 'of no version that is told'}"

    def _unknown(self, name: str) -> AttributeError:
        return _missing.unknown(type(self).__name__, name, self._entries)

    def available(self, *names: str) -> tuple[str, ...]:
        """The names that can be had here, of all or of some; each is imported to see it.

        Args:
            names: which; all if none is given.

        Raises:
            AttributeError: a name stands in no table.
        """
        missing = self.missing(*names)
        return tuple(name for name in names or self._entries if name not in missing)

    def missing(self, *names: str) -> dict[str, str]:
        """The names that cannot be had here, each with the reason in one line: that the package is not there, say.

        Args:
            names: which; all if none is given.

        Raises:
            AttributeError: a name stands in no table.
        """
        found: dict[str, str] = {}
        unknown = [name for name in names if name not in self._entries]
        if unknown:
            raise self._unknown(unknown[0])
        user = sys._getframe(1)
        for name in names or self._entries:
            try:
                value = vars(self)[name] if name in vars(self) else self._given(self._entries[name], user)
                if why := self._unusable(value):
                    found[name] = f"{type(self).__name__}.{name} is not there: {why}"
            except Missing as missing:
                found[name] = _missing.reason(missing.error)
            except BaseException as error:  # whatever a package does when it is imported is why it is missing
                if not is_failure(error):
                    raise
                found[name] = _missing.reason(error)
        return found

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self._entries})

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._entries)} names of {self.package!r}>"

    def _picture(self) -> Picture:
        from load.exports._special_picture import picture_of

        return picture_of(type(self).__name__, self.package, self._export, self._entries.values(), self._kept())

    # -- what happens to it --------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Have each name be asked for anew."""
        for name in self._kept():
            _given.drop(self, name)

    def _kept(self) -> dict[str, Any]:
        """The names that were given, and what they are."""
        return {name: value for name, value in list(vars(self).items()) if name in self._entries}

    def __load_renew__(
        self, touched: Container[str], _successors: object, _past: object
    ) -> Callable[[], object] | None:
        """Give what modules define now that have run again: they are asked once more for each name of theirs."""
        if getattr(self, "_export", None) is None:
            return None
        loaded = list(sys.modules)
        roots = {name.partition(".")[0] for name in loaded if name in touched}
        gone = {
            name: value
            for name, value in self._kept().items()
            if self._entries[name].reference.module.partition(".")[0] in roots
        }
        for name in gone:
            _given.drop(self, name)
        return (lambda: self._give_back(gone)) if gone else None

    def _give_back(self, names: Mapping[str, object]) -> None:
        for name, value in names.items():
            _given.keep(self, name, value)

    def __load_kept__(self, is_gone: Callable[[str, object], bool]) -> list[tuple[str, object]]:
        """What it keeps of what is to go, each with what `__load_forget__` takes it for.

        Args:
            is_gone: tells it, by the path of what a name stands for, and by itself.
        """
        if getattr(self, "_export", None) is None:  # nobody's, or not made yet
            return []
        found = [(name, value) for name, value in self._kept().items() if is_gone(self._entries[name].path, value)]
        if self._module is not None and is_gone("", self._module):
            found.append(("", self._module))
        return found

    def __load_forget__(self, name: str) -> None:
        """Ask anew for a name; for "", of which module what was given is."""
        if name:
            _given.drop(self, name)
        else:
            self._module = None

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _recalled, (self.__class__, self._export)


def _recalled(cls: type[SpecializedExports], export: Any) -> SpecializedExports:
    """One that was pickled: the package is told by the export, which is found or recorded anew."""
    made = cls.__new__(cls)
    _given.begin(made)
    made._export = export
    made._module = None
    return made


def _place_of(frame: FrameType) -> Caller:
    code = frame.f_code
    return Caller(code.co_filename, frame.f_lineno or 0, package_of(code.co_filename))
