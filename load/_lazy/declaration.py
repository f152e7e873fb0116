"""What a handle stands for, where it was declared, and how it gets there."""

from __future__ import annotations

from load._caller import Caller, find_caller, package_of
from load._instructions import line_of
from load._reference import Reference, absolute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType
    from typing import Any

    Resolve = Callable[["Declaration"], object]


def import_only(declaration: Declaration) -> object:
    """The object that a declaration names, by import alone; nothing is installed."""
    return declaration.reference.resolve()


class Declaration:
    """One declaration of a handle, made when the first thing has to be known of it.

    Attributes:
        name: the reference as text.
        code: the code that declared it; of a handle that was pickled, its place, as the code is in another process.
        offset: the instruction at which it did, in bytes; the line is looked up only where somebody wants to see it.
        namespace: the globals of that code; empty of a handle that was pickled.
        resolve: gives the object.
        require: what the object's distribution has to be, as a requirement (PEP 508), or None.
        missing: what becomes of a distribution that is not there: "raise", "warn" or "none".
    """

    __slots__ = ("code", "missing", "name", "namespace", "offset", "require", "resolve")

    def __init__(
        self,
        name: str,
        resolve: Resolve,
        code: CodeType | Caller,
        offset: int,
        namespace: dict[str, Any],
        require: str | None = None,
        missing: str = "raise",
    ) -> None:
        self.name = name
        self.resolve = resolve
        self.code = code
        self.offset = offset
        self.namespace = namespace
        self.require = require
        self.missing = missing

    @property
    def reference(self) -> Reference:
        """What it names."""
        return Reference.parse(self.name)

    @property
    def caller(self) -> Caller:
        """Who declared it: it is the declaration that asks, whoever comes to use it first."""
        if isinstance(self.code, Caller):
            return self.code
        filename = self.code.co_filename
        return Caller(filename, line_of(self.code, self.offset), package_of(filename))

    def __str__(self) -> str:
        return str(self.caller)

    def __repr__(self) -> str:
        return f"Declaration({self.name!r}, {str(self)!r})"


def materialize_declared(declaration: Declaration, user: FrameType) -> Any:
    """The object that a declaration names.

    Raises:
        Exception: what kept it from coming, each time anew, with the places of declaration and use as notes.
    """
    try:
        return declaration.resolve(declaration)
    except Exception as error:
        failed = _of_body(error, declaration) if isinstance(error, AttributeError) else error
        _note(failed, f"{declaration.name} is imported lazily: declared in {declaration}, used in {find_caller(user)}")
        if failed is error:
            from load.errors import shorten

            shorten(error)
            raise
        raise failed from error


def _of_body(error: AttributeError, declaration: Declaration) -> Exception:
    """As an AttributeError, it would say that the module has no such attribute, and `hasattr` would swallow it."""
    from load.errors import ImportFailed

    return ImportFailed(
        f"{declaration.name!r} could not be imported: {type(error).__name__}: {error}",
        context=(f"declared in {declaration}",),
        hint="see the error above, which its own code raised",
        name=declaration.name,
    )


def _note(error: Exception, text: str) -> None:
    if text not in getattr(error, "__notes__", ()):
        error.add_note(text)


def is_being_imported(module: object) -> bool:
    """Whether a module's body still runs, so that it is not known yet what it will have."""
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


def absolute_name(name: str, frame: FrameType) -> str:
    """The reference as text, with leading dots resolved against the package of the code that declares it.

    Raises:
        SourceError: it names nothing; the error says where it was declared.
    """
    from load.errors import SourceError

    try:
        name = absolute(name, frame.f_globals.get("__package__") or "")
        Reference.parse(name)
    except SourceError as error:
        error.context = (*error.context, f"declared in {frame.f_code.co_filename}:{frame.f_lineno}")
        raise
    return name
