"""The errors: their text, their built-in forms, and that nothing is lost on the way to another process."""

from __future__ import annotations

import copy
import inspect
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from load import errors
from load.errors import (
    AttributeNotFound,
    BackendNotFound,
    BackgroundError,
    ConfigError,
    ExportDisabled,
    ExportValidationError,
    ImportFailed,
    InstallError,
    InstallRefused,
    LoadError,
    NotProvided,
    ProfileError,
    RegistryError,
    RegistryTypeError,
    ReloadError,
    ResolveError,
    SourceError,
    UnloadRefused,
    VersionConflict,
    WorkerDied,
    WorkerError,
    WorkerTimeout,
)
from load.exports import ExportValidationLevel
from tests.support.environments import Python

FORMS: dict[type[LoadError], set[type[BaseException]]] = {
    LoadError: set(),
    ResolveError: {ModuleNotFoundError, ImportError},
    AttributeNotFound: {ImportError},
    ImportFailed: {ImportError},
    RegistryError: {KeyError},
    RegistryTypeError: {RegistryError, KeyError, TypeError},
    ReloadError: set(),
    UnloadRefused: set(),
    ExportValidationError: set(),
    ExportDisabled: {ImportError},
    BackgroundError: {RuntimeError},
    ProfileError: {ValueError},
    SourceError: {ValueError},
    VersionConflict: {ImportError},
    InstallError: {ImportError},
    InstallRefused: {InstallError, ModuleNotFoundError, ImportError},
    NotProvided: {InstallError, ModuleNotFoundError, ImportError},
    BackendNotFound: {InstallError, ImportError},
    ConfigError: {ValueError},
    WorkerError: set(),
    WorkerDied: {WorkerError},
    WorkerTimeout: {WorkerError, TimeoutError, OSError},
}
DETAILS: dict[type[LoadError], dict[str, Any]] = {
    AttributeNotFound: {"attribute": "sqrtt"},
    SourceError: {"text": "numpy >> 2", "position": 6},
    VersionConflict: {"distribution": "numpy", "present": "1.26", "wanted": ">=2"},
    InstallError: {"command": ("uv", "pip"), "exit_code": 2, "last_lines": ("a", "b"), "log_path": "/log", "kind": "x"},
    InstallRefused: {"reason": "near-miss", "command": ("pip",), "exit_code": None},
    ConfigError: {"key": "install", "origin": "LOAD_INSTALL"},
    ExportValidationError: {"export": "np", "level": ExportValidationLevel.STRICT, "failures": ("a", "b")},
    ExportDisabled: {"export": "np"},
    WorkerDied: {"pid": 17, "exit_code": -11, "signal": "SIGSEGV"},
    WorkerTimeout: {"seconds": 1.5},
}
COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle-{n}": (lambda e, n=n: pickle.loads(pickle.dumps(e, n))) for n in range(pickle.HIGHEST_PROTOCOL + 1)},
}
EVERY = pytest.mark.parametrize("cls", FORMS, ids=lambda cls: cls.__name__)


def make(cls: type[LoadError]) -> LoadError:
    """An error with everything that it can have."""
    error = cls(
        "A fact.", context=["tried this", "tried that"], hint="do this", name="numpy.linalg", **DETAILS.get(cls, {})
    )
    error.add_note("first note")
    error.add_note("second note")
    return error


def facts(error: LoadError) -> dict[str, Any]:
    """All that an error holds."""
    return {**vars(error), "name": error.name, "args": error.args, "str": str(error), "code": error.code}


def test_every_class_is_tested() -> None:
    """A new class of the module needs its line in the tables here."""
    assert {cls.__name__ for cls in FORMS} == set(errors.__all__)


@EVERY
def test_an_error_is_the_built_in_one_that_people_catch(cls: type[LoadError]) -> None:
    """It is a LoadError and the forms of the design, and none of the others."""
    builtin = {ImportError, ModuleNotFoundError, ValueError, KeyError, TypeError, AttributeError, OSError, TimeoutError}
    candidates = builtin | {RuntimeError, InstallError, RegistryError, WorkerError}
    assert {form for form in candidates - {cls} if issubclass(cls, form)} == FORMS[cls]
    assert issubclass(cls, LoadError)
    assert issubclass(cls, Exception)


@EVERY
@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_the_same_error(cls: type[LoadError], how: str) -> None:
    """Type, text, attributes and notes survive each protocol of pickle and both ways of copying."""
    error = make(cls)
    twin = COPIES[how](error)
    assert type(twin) is cls
    assert twin is not error
    assert facts(twin) == facts(error)
    assert twin.__notes__ == ["first note", "second note"]


@EVERY
def test_a_bare_error_survives_as_well(cls: type[LoadError]) -> None:
    """Without any keyword nothing is lost, and nothing is missing."""
    error = cls("Only this.")
    for how, twin_of in COPIES.items():
        twin = twin_of(error)
        assert facts(twin) == facts(error), how
        assert (twin.context, twin.hint, twin.name) == ((), None, None), how


def test_a_deep_copy_shares_nothing_that_can_change() -> None:
    """A note added to the copy is the copy's alone."""
    error = make(InstallError)
    error.last_lines = ["a"]
    twin = copy.deepcopy(error)
    twin.add_note("third note")
    twin.last_lines.append("b")  # type: ignore[attr-defined]
    assert (error.__notes__, error.last_lines) == (["first note", "second note"], ["a"])


def test_a_class_of_somebody_elses_keeps_its_own_attributes() -> None:
    """Subclasses outside the module pickle with nothing to do for them."""
    error = pickle.loads(pickle.dumps(ForeignError("Broken.", name="x", extra={"a": [1]})))
    assert (type(error), error.name, error.extra) == (ForeignError, "x", {"a": [1]})


class ForeignError(InstallRefused):
    """A class of a user's own."""

    code = "foreign"
    extra: dict[str, list[int]]


@EVERY
def test_the_text_is_the_fact_what_was_tried_and_what_to_do(cls: type[LoadError]) -> None:
    """`str` is complete and without colour; the tables of built-in errors (KeyError's quotes) do not show."""
    assert str(make(cls)) == "A fact.\n  tried this\n  tried that\n  → do this"
    assert str(cls("A fact.")) == "A fact."
    assert repr(make(cls)) == f"{cls.__name__}('A fact.')"
    assert make(cls).args == ("A fact.",)


@EVERY
def test_a_traceback_ends_with_the_whole_text_and_the_notes(cls: type[LoadError]) -> None:
    """What Python prints for an error that nobody catches has every line."""
    error = make(cls)
    error.name = "zzqx"  # Python 3.15 looks for the parent of a missing name, and for names near it
    text = "".join(traceback.format_exception(error))
    assert text.endswith("  → do this\nfirst note\nsecond note\n")
    assert f"{cls.__module__}.{cls.__name__}: A fact." in text


@pytest.mark.parametrize("cls", [cls for cls in FORMS if issubclass(cls, ImportError)], ids=lambda cls: cls.__name__)
def test_what_reads_an_import_error_finds_its_slots(cls: type[LoadError]) -> None:
    """`name`, `msg` and `path` are those of ImportError."""
    error: Any = make(cls)
    assert (error.name, error.msg, error.path) == ("numpy.linalg", "A fact.", None)
    assert pickle.loads(pickle.dumps(error)).msg == "A fact."


@EVERY
def test_details_are_attributes_and_their_defaults_are_there(cls: type[LoadError]) -> None:
    """What is given is kept under its own name; what a class promises is there without."""
    error = make(cls)
    assert {name: getattr(error, name) for name in DETAILS.get(cls, {})} == DETAILS.get(cls, {})
    bare = cls("x")
    for name in (name for base in cls.__mro__ for name in inspect.get_annotations(base)):
        assert hasattr(bare, name), name


def test_except_star_takes_it_out_of_a_group_by_either_form() -> None:
    """In a group each error is found by its own class and by the built-in one; the rest goes on."""
    taken: list[BaseException] = []
    with pytest.raises(ExceptionGroup) as left:
        try:
            raise ExceptionGroup("several", [make(InstallRefused), make(SourceError), KeyError("k")])
        except* ModuleNotFoundError as group:
            taken += group.exceptions
        except* ValueError as group:
            taken += group.exceptions
    assert [type(error) for error in taken] == [InstallRefused, SourceError]
    assert [str(error) for error in taken] == [str(make(InstallRefused)), str(make(SourceError))]
    assert [type(error) for error in left.value.exceptions] == [KeyError]


def test_raised_in_a_handler_of_a_group_it_keeps_its_context() -> None:
    """An error of ours that a handler of `except*` raises names what it was handling."""
    with pytest.raises(ResolveError) as caught:
        try:
            raise ExceptionGroup("g", [ImportError("inner")])
        except* ImportError as group:
            raise ResolveError("Outer.", hint="x") from group
    assert isinstance(caught.value.__context__, ExceptionGroup)
    assert str(caught.value) == "Outer.\n  → x"


def test_a_group_of_errors_pickles_whole() -> None:
    """What a worker process sends back as a group arrives with texts and notes."""
    group = ExceptionGroup("several", [make(cls) for cls in FORMS])
    twin = pickle.loads(pickle.dumps(group))
    assert [facts(error) for error in twin.exceptions] == [facts(error) for error in group.exceptions]


def test_an_error_crosses_to_another_process_and_back(child: Python) -> None:
    """A pool's worker raises it; its caller gets it as it was."""
    code = """
        from concurrent.futures import ProcessPoolExecutor
        import multiprocessing
        from load.errors import InstallRefused

        def work():
            error = InstallRefused("A fact.", context=["tried"], hint="do", name="numpy", reason="heavy")
            error.add_note("a note")
            raise error

        if __name__ == "__main__":
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
                error = pool.submit(work).exception()
            print(type(error).__name__, error.reason, error.name, error.__notes__)
            print(error)
    """
    result = child.run(code).check()
    assert result.stdout.splitlines() == [
        "InstallRefused heavy numpy ['a note']",
        "A fact.",
        "  tried",
        "  → do",
    ]


@pytest.mark.parametrize(
    ("text", "position", "lines"),
    [
        ("numpy >> 2", 6, ("numpy >> 2", "      ^")),
        ("a\tb", 1, ("a\\tb", " ^")),
        ("\n\x1b[31mx", 6, ("\\n\\x1b[31mx", "          ^")),
        ("", 0, ()),
        ("end", 3, ("end", "   ^")),
        ("no place", None, ("no place",)),
    ],
)
def test_a_spec_is_shown_with_a_caret_below_the_place(text: str, position: int | None, lines: tuple[str, ...]) -> None:
    """Control characters are escaped, so that the caret stands right and no terminal obeys them."""
    assert SourceError("Off.", text=text, position=position).context == lines


def test_a_very_long_spec_is_cut_and_its_caret_stays_on_the_line() -> None:
    """A text of megabytes makes no message of megabytes."""
    error = SourceError("Off.", text="x" * 10**6, position=999_999)
    assert len(str(error)) < 1_000
    assert all(len(line) <= 201 for line in error.context)


def test_context_of_its_own_takes_the_place_of_the_caret() -> None:
    """Lines that the raiser gives are kept; the text stays an attribute."""
    error = SourceError("Off.", text="abc", position=1, context=["mine"])
    assert (error.context, error.text, error.position) == (("mine",), "abc", 1)
