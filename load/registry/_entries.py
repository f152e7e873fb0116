"""What can be registered under a key: something to import, something to call, or the thing itself."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType
    from typing import Any, Self, TypeAlias

    from load._reference import Reference

    Origin: TypeAlias = tuple[CodeType, int]
    Raw: TypeAlias = "str | tuple[str, ...] | Factory | Clash | _Itself"


class ImportString(str):
    """The name of an object to import, `pkg.mod:attr`, or of a module, `pkg.mod`: text, and what can be done with it.

    Raises:
        SourceError: the text is no such name.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "Self":
        if not is_import_string(text):
            raise _not_an_import_string(text)
        return super().__new__(cls, text)

    @property
    def reference(self) -> "Reference":
        """The same as a `Reference`."""
        from load._reference import Reference

        return Reference.parse(str(self))

    @property
    def module(self) -> str:
        """The dotted name of the module."""
        return self.partition(":")[0]

    @property
    def attr(self) -> str:
        """The dotted path in the module, or ""."""
        return self.partition(":")[2]

    def load(self) -> "Any":
        """Import it; nothing is installed.

        Raises:
            ImportError: the module cannot be imported, or has no such attribute (`AttributeNotFound`).
        """
        return self.reference.resolve()

    def is_available(self) -> bool:
        """Whether the module could be imported now, told without importing it."""
        from load._find import find

        return find(self.module) is not None

    def __repr__(self) -> str:
        return f"lazy({str(self)!r})"


class Factory:
    """Something to call, once, for the value.

    Attributes:
        function: what is called, without arguments.
    """

    __slots__ = ("function",)

    def __init__(self, function: "Callable[[], Any]") -> None:
        self.function = function

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Factory) and self.function == other.function

    def __hash__(self) -> int:
        return hash(self.function)

    def __repr__(self) -> str:
        return f"lazy({self.function!r})"


class Instance:
    """A value that is meant itself, whatever it looks like.

    Attributes:
        value: that value.
    """

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"instance({self.value!r})"


class Clash:
    """Entry points of one name from several distributions, of which none can be meant.

    Attributes:
        targets: distribution → what its entry point names.
    """

    __slots__ = ("targets",)

    def __init__(self, targets: dict[str, str]) -> None:
        self.targets = targets

    def __repr__(self) -> str:
        return f"<several entry points: {', '.join(f'{text} of {name}' for name, text in self.targets.items())}>"


class _Itself:
    """Stands in the table for a value that was registered itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "itself"

    def __reduce__(self) -> str:
        return "ITSELF"


ITSELF = _Itself()


def lazy(target: "str | Callable[[], Any]") -> "Any":
    """Mark a value as made at its first use: by importing what a text names, or by a call.

    Args:
        target: an import string like "pkg.mod:attr", or something to call without arguments, once.

    Raises:
        SourceError: the text is not an import string.
        TypeError: it is neither.
    """
    if isinstance(target, str):
        return ImportString(target)
    if not callable(target):
        raise TypeError(f"lazy() takes an import string or something to call, not {type(target).__name__!r}")
    return Factory(target)


def instance(value: object) -> "Any":
    """Mark a value as meant itself: text that is not an import string, or a function that is not to be called.

    Args:
        value: what is to be registered as it is.
    """
    return Instance(value)


def is_import_string(text: object) -> bool:
    """Whether a value is text of the form `pkg.mod` or `pkg.mod:attr.attr`."""
    # One colon at most; a second one would be left, and is in no identifier.
    return isinstance(text, str) and all(map(str.isidentifier, text.replace(":", ".", 1).split(".")))


def raw_of(value: object, *, is_recipe: bool) -> "tuple[Raw, Any]":
    """How a value is kept: what it is made from, and itself, or None where it is made later.

    Args:
        value: what is registered.
        is_recipe: whether something to call that is not a class is called for the value.

    Raises:
        SourceError: a text is not an import string.
    """
    kind = type(value)
    if kind is str:
        if all(map(str.isidentifier, value.replace(":", ".", 1).split("."))):  # type: ignore[attr-defined]
            return value, None  # type: ignore[return-value]
        raise _not_an_import_string(value)
    if kind is ImportString or kind is Factory:
        return value, None  # type: ignore[return-value]
    if kind is Instance:
        return ITSELF, value.value  # type: ignore[attr-defined]
    if kind is tuple and value and all(type(each) in (str, ImportString) for each in value):  # type: ignore[attr-defined]
        return tuple(map(ImportString, value)), None  # type: ignore[call-overload]
    if kind.__module__ == "importlib.metadata" and kind.__name__ == "EntryPoint":
        text = of_entry_point(value)
        if not is_import_string(text):
            raise _not_an_import_string(text)
        return text, None
    if is_recipe and callable(value) and not isinstance(value, type):
        return Factory(value), None
    return ITSELF, value


def _not_an_import_string(text: object) -> Exception:
    from load.errors import SourceError

    return SourceError(
        f"{text!r} is not an import string: those are 'package.module:name', or 'package.module'.",
        text=str(text),
        hint=f"if the value itself is meant: instance({text!r})",
    )


def of_entry_point(entry_point: "Any") -> str:
    """What an entry point names, without its extras; not what it should be where it is malformed.

    Its own `module` and `attr` fail then with an error that depends on the Python.
    """
    return "".join(str(entry_point.value).partition("[")[0].split())


def origin_of(frame: "FrameType") -> "Origin":
    """Where something is registered, looked up only when it is told; a new object each time."""
    return frame.f_code, frame.f_lasti


def place_of(origin: "Origin | str") -> str:
    """File and line of an origin."""
    if isinstance(origin, str):
        return origin
    from load._instructions import line_of

    code, offset = origin
    from load._caller import Caller

    return str(Caller(code.co_filename, line_of(code, offset)))
